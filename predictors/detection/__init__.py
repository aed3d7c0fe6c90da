"""What changed in a series of results: changes of level, outliers, trend."""
