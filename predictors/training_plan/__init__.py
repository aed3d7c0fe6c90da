"""Plans of training runs: the strategy, what makes it fit, what that costs in time, and files that start it."""
