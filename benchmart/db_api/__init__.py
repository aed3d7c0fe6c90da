"""`BenchmarkDBAPI`: the interface of an older benchmark database, kept on top of the event log and the marts."""

from benchmart.db_api.api import BenchmarkDBAPI

__all__ = ["BenchmarkDBAPI"]
