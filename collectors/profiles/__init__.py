"""What models are made of, traced on tensors without content: nothing is computed, no weights are needed."""
