"""A search of a way to train on this machine: decided by `predictors.training_search`, run by `collectors.training`."""
