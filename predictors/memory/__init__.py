"""Peak memory of inference and training: how much is needed, how sure that is, and the largest batch that fits."""
