"""Run a command that measures or tests something, and record what came of it."""

from collectors.commands.record import run_and_record

__all__ = ["run_and_record"]
