"""Throughput and latency of a model on hardware and under a condition that nobody measured together."""
