"""Start the ranks of one configuration under torchrun, wait for them, and survive whatever they do."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from filelock import FileLock

from collectors.runner.problems import TIMEOUT
from collectors.runner.stages import stages_in, tail_of
from collectors.runner.verdict import Failure, Limits, Watch, failure_of
from collectors.training.configuration import TrainingConfiguration

GOAL = "measured"
_POLL_SECONDS = 0.1
_TAIL_BYTES = 8000
_COMPILING_SECONDS = 600.0
"""Added to the limit until DeepSpeed's communication kernel has been compiled, which takes a minute or two."""
_ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_TRIM_THRESHOLD_": "131072"}
"""glibc's own thresholds, which it otherwise raises as it goes: blocks from 128 KiB on, activations among them, go back
to the system when they are freed, so that resident memory is memory in use."""

RankFacts = Mapping[str, Mapping[str, Any]]
"""Stage to what a rank reported in it."""


@dataclass(frozen=True)
class Outcome:
    """What became of a configuration."""

    ranks: Sequence[RankFacts]
    """By rank; empty for a rank that reported nothing."""
    failure: Failure | None
    """None when all ranks measured."""
    output_tail: str
    """The end of what all ranks printed."""
    wall_seconds: float


def launch(configuration: TrainingConfiguration, limits: Limits, extensions: Path) -> Outcome:
    """Train in processes of their own; `extensions` is the folder DeepSpeed compiles to.

    Never raises for anything the ranks do. Whatever the way out, all that was started is killed.
    """
    with tempfile.TemporaryDirectory() as folder, _compiling(configuration, limits, extensions) as allowed:
        return _launch(configuration, allowed, extensions, Path(folder))


def _launch(configuration: TrainingConfiguration, limits: Limits, extensions: Path, folder: Path) -> Outcome:
    request = folder / "request.json"
    request.write_text(json.dumps({"configuration": configuration.as_dict(), "answers": str(folder)}))
    start = time.monotonic()
    with (folder / "output").open("w+b") as output:
        process = _start(configuration, request, extensions, output)
        try:
            watch = _watch(process, limits, start)
        finally:
            _kill_all(process)
        tail = tail_of(output, _TAIL_BYTES)
    answers = [folder / f"rank-{rank}.jsonl" for rank in range(configuration.ranks)]
    ranks = [stages_in(each.read_bytes()) if each.exists() else {} for each in answers]
    return Outcome(
        ranks, _failure(process.returncode, watch, limits, ranks, tail), tail, time.monotonic() - start
    )


def threads_of_rank(configuration: TrainingConfiguration) -> int:
    """Threads of each rank's operations on a CPU."""
    return configuration.threads or max((os.cpu_count() or 1) // configuration.ranks, 1)


def _start(
    configuration: TrainingConfiguration, request: Path, extensions: Path, output: IO[bytes]
) -> subprocess.Popen[bytes]:
    search_path = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
    programs = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    environment = {
        "OMP_NUM_THREADS": str(threads_of_rank(configuration)),
        "PYTHONPATH": search_path,
        "PATH": programs,  # DeepSpeed looks there for ninja
        "TMPDIR": str(request.parent),  # torchrun and compilers leave files behind
        "TORCH_EXTENSIONS_DIR": str(extensions),
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_OFFLINE": "1",
        **_ALLOCATOR,
        **({"DS_ACCELERATOR": "cpu", "ACCELERATE_USE_CPU": "1"} if configuration.device == "cpu" else {}),
    }
    torchrun = [sys.executable, "-m", "collectors.training.torchrun", str(os.getpid()), "--standalone"]
    worker = ["--nproc-per-node", str(configuration.ranks), "-m", "collectors.training.worker", str(request)]
    return subprocess.Popen(
        [*torchrun, *worker],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
        env={**os.environ, **environment},
    )


def _watch(process: subprocess.Popen[bytes], limits: Limits, start: float) -> Watch:
    """Wait for the end; return early when the time is over."""
    watch = Watch()
    while time.monotonic() - start <= limits.timeout_seconds:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_POLL_SECONDS)
            return watch
    watch.ended_for = TIMEOUT
    return watch


def _kill_all(process: subprocess.Popen[bytes]) -> None:
    """Kill torchrun and all below it: it gives each rank a session of its own, so no process group holds them all."""
    import psutil

    below: list[psutil.Process] = []
    with suppress(psutil.Error):
        below = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    for each in below:
        with suppress(psutil.Error):
            each.kill()
    process.wait()


def _failure(
    code: int, watch: Watch, limits: Limits, ranks: Sequence[RankFacts], tail: str
) -> Failure | None:
    if all(GOAL in facts for facts in ranks):
        return _loss_failure(ranks)
    # A rank that failed says why; the others were ended for its sake, and know only that.
    worst = next((facts for facts in ranks if "failed" in facts), min(ranks, key=len))
    return failure_of(code, watch, limits, worst, tail, was_kernel=False)


def _loss_failure(ranks: Sequence[RankFacts]) -> Failure | None:
    losses = mean_losses(ranks)
    if losses[-1] < losses[0]:
        return None
    return Failure(
        "LossNotFalling", f"the loss of a repeated batch went from {losses[0]:g} to {losses[-1]:g}"
    )


def mean_losses(ranks: Sequence[RankFacts]) -> list[float]:
    """The loss of each step, as the mean over ranks."""
    return [sum(each) / len(each) for each in zip(*(facts[GOAL]["losses"] for facts in ranks), strict=True)]


@contextmanager
def _compiling(configuration: TrainingConfiguration, limits: Limits, extensions: Path) -> Iterator[Limits]:
    """Let one process at a time use DeepSpeed's compiler, with time enough, and no lock left by a killed one."""
    if not configuration.is_deepspeed:
        yield limits
        return
    extensions.mkdir(parents=True, exist_ok=True)
    with FileLock(extensions / "in_use"):
        for lock in extensions.glob("*/lock"):
            lock.unlink()
        is_compiled = any(extensions.glob("*/*.so"))
        extra = 0.0 if is_compiled else _COMPILING_SECONDS
        yield Limits(limits.timeout_seconds + extra, limits.memory_bytes)
