"""How much memory training takes, part by part, on each rank and on the host."""
