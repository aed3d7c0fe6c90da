"""Train models on one or more ranks of this machine, and record how fast that was and what it took."""
