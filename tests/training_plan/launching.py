"""Start an emitted script with torchrun, and say where it stood if it hung."""

import json
import os
import signal
import subprocess
import sys
import time
import warnings
from contextlib import suppress
from pathlib import Path

import psutil

SECONDS = 150
"""Thirty times what the script needs on an idle machine."""


def losses_and_strategy(folder: Path, ranks: int, steps: int) -> tuple[list[float], str]:
    """What the script of a plan printed; a start that hung is told with its stacks and tried once more.

    Ranks meet through torch's own rendezvous, which hung once in some hundred runs on a loaded machine.
    """
    try:
        done = _run(folder, ranks, steps)
    except TimeoutError as error:
        warnings.warn(str(error), stacklevel=2)
        done = _run(folder, ranks, steps)
    assert done.returncode == 0, done.stderr[-6000:]
    told = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))
    return told["losses"], told["strategy"]


def _run(folder: Path, ranks: int, steps: int) -> subprocess.CompletedProcess[str]:
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(ranks)]
    command = [sys.executable, *torchrun, "train_torch.py", "--tiny", "--steps", str(steps)]
    environment = {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", "PYTHONFAULTHANDLER": "1"}
    output, errors = folder / "output.txt", folder / "errors.txt"
    with output.open("w") as stdout, errors.open("w") as stderr:
        process = subprocess.Popen(
            command, cwd=folder, stdout=stdout, stderr=stderr, env=os.environ | environment
        )
        try:
            code = process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            _abort_all(process)
            raise TimeoutError(f"hung for {SECONDS} s:\n{errors.read_text()[-6000:]}") from None
    return subprocess.CompletedProcess(command, code, output.read_text(), errors.read_text())


def _abort_all(process: subprocess.Popen[bytes]) -> None:
    """Have each process write its stacks and end: torchrun gives each rank a session of its own."""
    every = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    for number in (signal.SIGABRT, signal.SIGKILL):
        for each in every:
            with suppress(psutil.Error):
                each.send_signal(number)
        time.sleep(1)
    process.wait()
