"""Fields that all results of a run have in common, whatever was measured."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from benchmart import __version__
from collectors.runner.runtime import Runtime


@dataclass(frozen=True)
class Context:
    """What all results of one run share."""

    run_id: str
    machine_id: str
    runtime: Runtime
    device_names: Mapping[str, str]
    """Kind of device to the name the probes saw."""
    drivers: Mapping[str, str]
    """Kind of device to its driver's version."""
    device_counts: Mapping[str, int] = field(default_factory=dict)
    """Kind of device to how many the probes saw."""


class Tried(Protocol):
    """A configuration, as far as results of all collectors tell it."""

    @property
    def key(self) -> str:
        """Equal for the same configuration in every run."""

    @property
    def model(self) -> str:
        """Its name."""

    @property
    def device(self) -> str:
        """A kind of device."""

    @property
    def precision(self) -> str:
        """As events spell it."""


def envelope(context: Context, tried: Tried, at: datetime, collector: str) -> dict[str, Any]:
    """Which run the event belongs to, and which configuration of it."""
    return {
        "collector": collector,
        "collector_version": __version__,
        "occurred_at": at,
        "run_id": context.run_id,
        "source_uri": f"run:{context.run_id}",
        "source_locator": tried.key,
    }


def told_of_try(context: Context, tried: Tried, status: str, error: tuple[str, str] | None) -> dict[str, Any]:
    """How the try ended, on what, and with which versions; `error` is a class and a message."""
    runtime = context.runtime
    was_tried = status in ("ok", "failed")
    error_class, error_message = error or (None, None)
    return {
        "subject_kind": "model",
        "subject": tried.model,
        "status": status,
        "basis": "measured" if was_tried else "untested",
        "basis_reason": None if was_tried else error_message,
        "error_class": error_class,
        "error_message": error_message,
        "device": context.device_names.get(tried.device),
        "device_kind": tried.device,
        "runtime": "pytorch",
        "runtime_version": runtime.version,
        "compute_platform": runtime.compute_platform,
        "compute_platform_version": runtime.compute_platform_version,
        "driver_version": context.drivers.get(tried.device),
        "precision": tried.precision,
    }


def identity_of_try(context: Context, tried: Tried) -> dict[str, str]:
    """Attributes that tell which configuration it was, where."""
    return {
        "configuration_key": tried.key,
        "machine_id": context.machine_id,
        "runtime_build": context.runtime.build,
    }
