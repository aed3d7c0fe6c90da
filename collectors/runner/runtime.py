"""What the machine's torch is, found out in a process of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from benchmart.errors import BenchmartError
from collectors.runner.configuration import Configuration
from collectors.runner.isolation import run_isolated
from collectors.runner.problems import DEVICE_ABSENT, PRECISION_UNSUPPORTED
from collectors.runner.verdict import Limits

LIBRARIES = ("torch", "transformers")
_DESCRIBE_TIMEOUT_SECONDS = 120.0


class RunnerUnavailable(BenchmartError):
    """The libraries that run models are missing, or do not load."""


@dataclass(frozen=True)
class Runtime:
    """torch, as a worker sees it."""

    version: str
    """Without the local part: `2.13.0`."""
    build: str
    """The local part: `cpu`, `cu126`; empty when there is none."""
    compute_platform: str
    """What it was built for: `cpu`, `cuda`, `rocm`, `mps` or `xpu`."""
    compute_platform_version: str | None
    threads: int
    """Threads one operation is spread over on a CPU."""
    devices: Mapping[str, Mapping[str, Any]]
    """Kind of each usable device to its `name` and `precisions`."""

    def obstacle(self, configuration: Configuration) -> tuple[str, str] | None:
        """Why the configuration need not even be tried, as error class and message; None when it can be."""
        device = self.devices.get(configuration.device)
        if device is None:
            return (
                DEVICE_ABSENT,
                f"torch {self.version} finds no {configuration.device} device on this machine",
            )
        if configuration.precision not in device["precisions"]:
            return PRECISION_UNSUPPORTED, f"{configuration.device} has no {configuration.precision} here"
        if configuration.precision == "int8" and configuration.mode == "training":
            return PRECISION_UNSUPPORTED, "dynamic quantization is for inference only"
        return None


def describe_runtime() -> Runtime:
    """Ask a worker about torch.

    Raises RunnerUnavailable when torch or transformers are not installed, or torch does not load.
    """
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        raise RunnerUnavailable(
            f"{' and '.join(missing)} not installed: models cannot be run",
            hint="Install the runner extra: pip install 'benchmart[runner]', or in a clone '.[runner]'",
        )
    outcome = run_isolated({"task": "describe"}, "described", Limits(_DESCRIBE_TIMEOUT_SECONDS))
    if outcome.failure:
        raise RunnerUnavailable(
            f"torch does not load: {outcome.failure.message}", hint=outcome.output_tail or None
        )
    facts = dict(outcome.facts["described"])
    version, _, build = str(facts.pop("version")).partition("+")
    return Runtime(version=version, build=build, **facts)
