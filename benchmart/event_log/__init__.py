"""The event log: immutable batches of benchmark facts in Parquet, the only source of truth."""
