"""Telling people and programs of changes that nobody told them of."""
