"""Build: bring the warehouse up to date with the event log, by running dbt in this process."""

import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmart.config import HOME_VARIABLE, Home, project_folder
from benchmart.errors import BuildFailed, BuildLocked, LogCorrupted
from benchmart.project import project_digest
from benchmart.publish import is_current

_SHOWN_FAILURES = 5
_MARKERS = {"another process is building": BuildLocked, "benchmart log verify": LogCorrupted}
"""What an error of ours says when it comes back out of dbt as text."""
_TRACEBACK = "Traceback (most recent call last)"
_OURS = re.compile(r"Python exception occurred while executing the UDF: \w+: |Database Error Runtime Error ")


@dataclass(frozen=True)
class BuildReport:
    """What a build did."""

    was_needed: bool
    """False when the served file was up to date already; dbt was not started then."""
    seconds: float
    models: int = 0
    """Models and seeds that were run."""
    tests: int = 0
    """Data and unit tests that passed."""
    new_violations: int = 0
    """Errors of data quality among the results this build is the first to see; they are published all the same."""


def build(home: Home, *, full: bool = False, with_unit_tests: bool = False) -> BuildReport:
    """Build and publish. `full` starts from nothing; unit tests prove the models and need not run every time.

    Raises BuildFailed (naming what failed; the served file stays as it was), BuildLocked when another process
    builds, LogCorrupted when a batch file is damaged.
    """
    start = time.monotonic()
    project = project_folder()
    if not (full or with_unit_tests) and is_current(home, project_digest(project)):
        return BuildReport(was_needed=False, seconds=time.monotonic() - start)
    try:
        results = _run_dbt(home, project, full=full, with_unit_tests=with_unit_tests)
    except OSError as error:
        raise BuildFailed(
            f"cannot build: {error.strerror or error}",
            where=str(error.filename or home.workshop),
            hint="Choose a folder that can be written with --home or BENCHMART_HOME",
        ) from error
    types = [str(result.node.resource_type.value) for result in results]
    models = sum(kind in {"model", "seed"} for kind in types)
    tests = sum(kind in {"test", "unit_test"} for kind in types)
    warned = sum(result.failures or 0 for result in results if str(result.status) == "warn")
    return BuildReport(
        was_needed=True,
        seconds=time.monotonic() - start,
        models=models,
        tests=tests,
        new_violations=warned,
    )


def _run_dbt(home: Home, project: Path, *, full: bool, with_unit_tests: bool) -> list[Any]:
    """Run dbt and publish; returns its results. Raises as `build` does."""
    from dbt.cli.main import dbtRunner

    home.workshop.mkdir(parents=True, exist_ok=True)
    arguments = _arguments(home, project, full=full, with_unit_tests=with_unit_tests)
    with _home_in_environment(home):
        # The plugin can only be loaded after dbt.
        from benchmart.dbt_plugin import close_session

        try:
            outcome = dbtRunner().invoke(arguments)
        finally:
            close_session()
    results = list(getattr(outcome.result, "results", []))
    if isinstance(outcome.exception, KeyboardInterrupt):
        raise outcome.exception
    if not outcome.success:
        raise _failure(home, outcome.exception, results)
    return results


def _arguments(home: Home, project: Path, *, full: bool, with_unit_tests: bool) -> list[str]:
    folders = {
        "--project-dir": project,
        "--profiles-dir": project,
        "--target-path": home.workshop / "target",
        "--log-path": home.workshop / "logs",
    }
    is_refresh = not (full or with_unit_tests or _is_fresh(home, project))
    selection = [] if with_unit_tests else ["--selector", "refresh" if is_refresh else "full"]
    return [
        # What failed is told once, by BuildFailed.
        "--log-level",
        "none",
        # At its usual level, dbt writes some 700 lines a model.
        "--log-level-file",
        "info",
        # Nobody reads dbt's own descriptions of a refresh, and writing them takes a fifth of a small one.
        "--no-write-json",
        "build",
        *(str(part) for pair in folders.items() for part in pair),
        *selection,
        # Of a file that did not change, dbt remembers where it stood, and looks for seeds there: of an installation
        # that may be gone.
        *([] if is_refresh else ["--no-partial-parse"]),
        *(["--full-refresh"] if full else []),
    ]


def _is_fresh(home: Home, project: Path) -> bool:
    """Whether there is no earlier state to go on from, so that the seeds have to be loaded too."""
    from benchmart.build_file import usable

    return usable(home, home.warehouse, project_digest(project)) is None


def _failure(home: Home, exception: BaseException | None, results: Sequence[Any]) -> Exception:
    """What to raise for a run of dbt that did not succeed."""
    failed = [result for result in results if str(result.status) in {"error", "fail", "runtime error"}]
    lines = [f"{result.node.name}: {_first_lines(result.message)}" for result in failed]
    text = "\n  ".join(lines[:_SHOWN_FAILURES]) or _first_lines(str(exception))
    if len(lines) > _SHOWN_FAILURES:
        text += f"\n  ... and {len(lines) - _SHOWN_FAILURES} more"
    error = next((kind for marker, kind in _MARKERS.items() if marker in text), BuildFailed)
    log = home.workshop / "logs" / "dbt.log"
    return error(f"the build failed, and the warehouse is as it was:\n  {text}\nAll of it is in {log}")


def _first_lines(message: str | None) -> str:
    text = (message or "no message").strip()
    # Of a model in Python, dbt tells the whole traceback; what happened stands at its end.
    line = " ".join((text.splitlines()[-1] if _TRACEBACK in text else text).split())
    # What dbt and DuckDB wrap around an error of ours says nothing to whom it is for.
    return _OURS.split(line, maxsplit=1)[-1][:500]


@contextmanager
def _home_in_environment(home: Home) -> Iterator[None]:
    """`profiles.yml` finds the build file through the environment."""
    before = os.environ.get(HOME_VARIABLE)
    os.environ[HOME_VARIABLE] = str(home.root)
    try:
        yield
    finally:
        if before is None:
            del os.environ[HOME_VARIABLE]
        else:
            os.environ[HOME_VARIABLE] = before
