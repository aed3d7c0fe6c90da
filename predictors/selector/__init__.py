"""Which hardware to run a model on: by what was measured, then predicted, then by rules of its family."""
