"""Latency of single operators on GPUs that were not measured, and of transformer networks as sums of them."""
