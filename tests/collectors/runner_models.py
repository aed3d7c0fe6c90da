"""Factories for `module:factory` models that misbehave, each in its own way."""

import mmap
import os
import signal
import subprocess
import sys
import time
from typing import Any

import torch

from collectors.runner.configuration import Configuration

Answer = tuple[torch.nn.Module, dict[str, torch.Tensor]]

_BLOCK_BYTES = 64 * 1024**2


class _Acts(torch.nn.Module):
    """Does something when it is run."""

    def __init__(self, action: Any) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(4, 4)
        self._action = action

    def forward(self, features: torch.Tensor) -> Any:
        if features.device.type != "meta":
            self._action()
        return self.layer(features)


def _model(configuration: Configuration, action: Any) -> Answer:
    return _Acts(action), {"features": torch.ones(configuration.batch_size, 4)}


def well_behaved(configuration: Configuration) -> Answer:
    return _model(configuration, lambda: None)


def slow_enough_to_check(configuration: Configuration) -> Answer:
    """Each step takes 20 ms, whatever the machine."""
    return _model(configuration, lambda: time.sleep(0.02))


def raises(configuration: Configuration) -> Answer:
    def refuse() -> None:
        print("a word before the end")
        raise ValueError("this model never works")

    return _model(configuration, refuse)


def hangs(configuration: Configuration) -> Answer:
    """Hangs, and so does a child, which would outlive a worker that is killed alone."""

    def hang() -> None:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
        print(f"child {child.pid}", flush=True)
        time.sleep(3600)

    return _model(configuration, hang)


def allocates(configuration: Configuration) -> Answer:
    blocks: list[torch.Tensor] = []

    def grow() -> None:
        while True:
            blocks.append(torch.ones(_BLOCK_BYTES // 4))

    return _model(configuration, grow)


def allocates_shared(configuration: Configuration) -> Answer:
    """Shared memory, which a limit on the process's own data does not count."""
    blocks: list[mmap.mmap] = []

    def grow() -> None:
        while True:
            blocks.append(mmap.mmap(-1, _BLOCK_BYTES))
            blocks[-1].write(b"x" * _BLOCK_BYTES)
            time.sleep(0.01)

    return _model(configuration, grow)


def aborts(configuration: Configuration) -> Answer:
    return _model(configuration, lambda: os.kill(os.getpid(), signal.SIGSEGV))


def is_killed(configuration: Configuration) -> Answer:
    return _model(configuration, lambda: os.kill(os.getpid(), signal.SIGKILL))


def exits_quietly(configuration: Configuration) -> Answer:
    return _model(configuration, lambda: os._exit(0))


def ignores_the_batch_size(configuration: Configuration) -> Answer:
    return torch.nn.Linear(4, 4), {"input": torch.ones(3, 4)}


def diverges(configuration: Configuration) -> Answer:
    class Diverges(torch.nn.Linear):
        def forward(self, input: torch.Tensor) -> torch.Tensor:  # noqa: A002 - as torch names it
            return super().forward(input) * float("inf")

    return Diverges(4, 4), {"input": torch.ones(configuration.batch_size, 4)}


def mostly_convolutions(configuration: Configuration) -> Answer:
    module = torch.nn.Sequential(torch.nn.Conv2d(3, 64, 3), torch.nn.AdaptiveAvgPool2d(1))
    return module, {"input": torch.ones(configuration.batch_size, 3, 8, 8)}
