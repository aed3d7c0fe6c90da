"""The pytest plugin: `pytest --benchmart` records every test's outcome and time in the event log.

Without `--benchmart` (or `benchmart = true` in the configuration) it does nothing. With pytest-xdist, the controller
records what its workers report, so a worker that dies costs no other test's record.
"""

import platform
import subprocess
from collections.abc import Callable, Generator
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

import pytest

if TYPE_CHECKING:
    from benchmart.recording import Run
    from benchmart.recording.pytest_results import Attempt

_MARKERS = (
    "benchmart_model(name): the model this test is about; results of different models are not compared",
    "benchmart_hardware(name): what this test runs on, such as cpu or cuda",
)
_SHOWN_PROBLEMS = 5
_NOTHING_RUN = ("collectonly", "setuponly", "setupplan")
"""Options with which pytest runs no test, though it may say that all passed."""
_PARTS = frozenset({"setup", "call", "teardown"})
_Arguments = ParamSpec("_Arguments")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--benchmart`, `--benchmart-home` and the setting `benchmart`."""
    group = parser.getgroup("benchmart", "benchmart: record results")
    group.addoption(
        "--benchmart",
        action="store_true",
        help="Record every test's outcome and time in benchmart's event log",
    )
    group.addoption(
        "--benchmart-home", metavar="DIR", help="Folder of the event log [default: BENCHMART_HOME]"
    )
    wanted = "Record every test, as with --benchmart"
    parser.addini("benchmart", wanted, type="bool", default=False)  # type: ignore[maybe-unrecognized-str-typeform]


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known, and start recording if that is wanted."""
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)
    if not (config.getoption("--benchmart") or config.getini("benchmart")):
        return
    if any(config.getoption(option, default=False) for option in _NOTHING_RUN):
        return
    config.pluginmanager.register(_Attaching(), "benchmart-attaching")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Recording(config), "benchmart-recording")


_problems: list[str] = []
"""What went wrong in this process: told at the end, because recording must not fail a test."""


def _never_failing(hook: Callable[_Arguments, None]) -> Callable[_Arguments, None]:
    @wraps(hook)
    def guarded(*arguments: _Arguments.args, **named: _Arguments.kwargs) -> None:
        try:
            hook(*arguments, **named)
        except Exception as error:  # noqa: BLE001 - a test that passes must pass, whatever becomes of its record
            _problems.append(f"{type(error).__name__}: {error}")

    return guarded


class _Attaching:
    """Runs where the tests run: attaches to each report what only the test item knows."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[Any]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        _attach(report, item, call)
        return report


@_never_failing
def _attach(report: pytest.TestReport, item: pytest.Item, call: pytest.CallInfo[Any]) -> None:
    from benchmart.recording.pytest_results import facts_of

    report.benchmart = facts_of(item, call)  # type: ignore[attr-defined]


class _Recording:
    """Runs where the reports arrive: records one result a test."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._run: Run | None = None
        self._attempts: dict[object, Attempt] = {}
        self._collected: set[object] = set()
        self._error: BaseException | None = None
        self._count = 0
        _problems.clear()

    @pytest.hookimpl(tryfirst=True)
    @_never_failing
    def pytest_sessionstart(self) -> None:
        from benchmart.recording import Run

        self._run = Run(
            self._config.getoption("--benchmart-home"),
            "pytest",
            collector="pytest",
            condition={"machine": platform.node()},
            attributes=_commit(self._config.rootpath),
            runtime=platform.python_implementation().lower(),
            runtime_version=platform.python_version(),
        )

    @_never_failing
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        key = (report.nodeid, "collect")
        if report.outcome == "passed" or key in self._collected:
            return
        self._collected.add(key)  # several workers collect it, and the collector of doctests as well
        self._attempt(key, report.nodeid).add("collect", report)
        self._record(key)

    @_never_failing
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        worker = getattr(getattr(report, "node", None), "gateway", None)
        key = (report.nodeid, getattr(worker, "id", None))
        if hasattr(report, "context"):
            self._attempt(key, report.nodeid).add_part(report)
            return
        if report.when == "setup":
            self._record(key)  # tried before, and now again
        self._attempt(key, report.nodeid).add(str(report.when), report)
        if report.when == "teardown" or report.when not in _PARTS:
            self._record(key)

    @_never_failing
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        self._error = excinfo.value

    @_never_failing
    def pytest_sessionfinish(self) -> None:
        for key in list(self._attempts):
            self._record(key)
        if self._run:
            self._run.close(self._error)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for problem in _problems[:_SHOWN_PROBLEMS]:
            terminalreporter.write_line(f"benchmart: not recorded: {problem}", yellow=True)
        if len(_problems) > _SHOWN_PROBLEMS:
            terminalreporter.write_line(
                f"benchmart: and {len(_problems) - _SHOWN_PROBLEMS} more", yellow=True
            )
        if self._run:
            terminalreporter.write_line(f"benchmart: {self._count} results for {self._run.log.root}")

    def _attempt(self, key: object, nodeid: str) -> "Attempt":
        from benchmart.recording.pytest_results import Attempt

        return self._attempts.setdefault(key, Attempt(nodeid))

    def _record(self, key: object) -> None:
        attempt = self._attempts.pop(key, None)
        if attempt and self._run:
            self._run.record_test(**attempt.as_record())
            self._count += 1


def _commit(folder: Path) -> dict[str, str]:
    """The commit of the project under test; empty outside of a repository."""
    command = ["git", "-C", str(folder), "rev-parse", "--verify", "HEAD"]
    with suppress(OSError, subprocess.TimeoutExpired):
        asked = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)
        return {"commit": asked.stdout.strip()} if asked.returncode == 0 else {}
    return {}
