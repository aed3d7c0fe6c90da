"""Versions of predictors: kept in the home, told of in the event log, served by champions."""
