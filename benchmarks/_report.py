"""How benchmarks print: one line a number, beside its yardstick and what it is to reach."""

import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One number of the table in the README."""

    what: str
    measured: str
    """With its unit."""
    yardstick: str
    """What it is held against, with its own number from the same run."""
    result: float
    """The number that has to reach the goal: a ratio, or seconds."""
    goal: float
    is_upper_bound: bool
    """Whether `result` must not exceed the goal; else it must not fall short of it."""

    @property
    def is_reached(self) -> bool:
        return self.result <= self.goal if self.is_upper_bound else self.result >= self.goal

    def line(self) -> str:
        bound = "at most" if self.is_upper_bound else "at least"
        verdict = "reached" if self.is_reached else "MISSED"
        goal = f"{bound} {self.goal:.3g}"
        return (
            f"| {self.what} | {self.measured} | {self.yardstick} | {self.result:.3g} | {goal} | {verdict} |"
        )


def show(figures: Sequence[Figure]) -> None:
    """Print the figures as rows of a Markdown table, or with --json as one JSON object."""
    if "--json" in sys.argv:
        rows = [{**asdict(figure), "is_reached": figure.is_reached} for figure in figures]
        print(json.dumps({"machine": machine(), "figures": rows}, indent=2))
        return
    for figure in figures:
        print(figure.line(), flush=True)


def machine() -> str:
    """Processor, number of cores and memory of this machine."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    name = names[0] if names else platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}"
