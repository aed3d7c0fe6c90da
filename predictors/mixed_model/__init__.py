"""Measured times as physics times factors with intervals: a linear mixed model of what operators do not explain."""
