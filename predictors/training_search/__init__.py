"""A short search of a way to train by measuring a few: what to try next, and what to take."""
