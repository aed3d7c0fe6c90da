"""Record results while they are made: `Run` for Python programs; the pytest plugin and `benchmart run` use it."""

from benchmart.recording.run import Run

__all__ = ["Run"]
