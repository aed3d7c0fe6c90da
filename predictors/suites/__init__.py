"""All evaluations of predictors as one table: each suite yields lines, and lines are held against goals."""
