"""The project's files, as git knows them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PACKAGES = ("benchmart", "collectors", "interfaces", "predictors", "tui")


@cache
def tracked(*patterns: str) -> tuple[Path, ...]:
    """Tracked files below the project that are there; skips the test outside of a checkout."""
    command = ["git", "-C", str(PROJECT), "ls-files", "-z", "--", *patterns]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = (PROJECT / name for name in listed.stdout.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def modules(*packages: str) -> Iterator[tuple[Path, ast.Module]]:
    """Path and syntax tree of every tracked Python file of the packages."""
    for path in tracked(*(f"{package}/*.py" for package in packages)):
        yield path.relative_to(PROJECT), ast.parse(path.read_text())
