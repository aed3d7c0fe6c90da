"""Collectors measure things, or read what other tools measured, and append events."""
