"""Adapters turn other tools' result files into events: one file a format, pure functions of the bytes."""
