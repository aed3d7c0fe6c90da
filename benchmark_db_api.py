"""The module that programs written for the older benchmark database import; see `benchmart.db_api`."""

from benchmart.db_api import BenchmarkDBAPI

__all__ = ["BenchmarkDBAPI"]
