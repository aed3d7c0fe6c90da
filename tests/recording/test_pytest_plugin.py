"""`pytest --benchmart` records one result a test, and never changes how the tests end."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmart import Run
from benchmart.recording import pytest_results

pytest_plugins = ["pytester"]

Read = Callable[[], list[dict[str, Any]]]

_EVERY_ENDING = """
import pytest

def test_passes():
    pass

def test_fails():
    assert 1 == 2, "one is not two"

def test_is_skipped():
    pytest.skip("no GPU here")

@pytest.mark.xfail(reason="known to fail")
def test_fails_as_expected():
    assert False

@pytest.mark.xfail(reason="known to fail")
def test_passes_unexpectedly():
    pass

@pytest.fixture
def broken():
    raise OSError("no such device")

def test_has_a_broken_fixture(broken):
    pass

@pytest.fixture
def breaks_later():
    yield
    raise ValueError("cannot clean up")

def test_breaks_when_cleaning_up(breaks_later):
    pass

def test_runs_out_of_memory():
    raise MemoryError("too large")
"""

_FAKE_BENCHMARK = """
import pytest

class Statistics:
    data = [0.5, 1.5]
    mean, median, min, max, stddev = 1.0, 1.0, 0.5, 1.5, {stddev}

class Measured:
    stats, group, iterations = Statistics(), "sorting", 5

class Fixture:
    stats = None
    def __call__(self):
        self.stats = Measured()

@pytest.fixture
def benchmark():
    return Fixture()
"""


@pytest.fixture
def record(pytester: pytest.Pytester, home: Path) -> Callable[..., pytest.RunResult]:
    """Run tests in a session of their own, recording into the home."""

    def _record(source: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(test_it=source)
        # The fixture of the real pytest-benchmark, where it is installed, would refuse the ones made up here.
        wanted = (
            "-p",
            "no:benchmark",
            "-p",
            "no:hypothesispytest",
            "--benchmart",
            "--benchmart-home",
            str(home),
        )
        return pytester.runpytest(*wanted, *arguments)

    return _record


def _by_name(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["subject"].partition("::")[2] or row["subject"]: row for row in rows}


def test_every_ending_of_a_test_is_recorded_once(record: Callable[..., Any], results: Read) -> None:
    shown = record(_EVERY_ENDING)
    shown.assert_outcomes(passed=2, failed=2, skipped=1, xfailed=1, xpassed=1, errors=2)
    found = _by_name(results())
    told = {
        name: (row["status"], row["attributes"]["outcome"], row["error_class"]) for name, row in found.items()
    }
    assert told == {
        "test_passes": ("ok", "passed", None),
        "test_fails": ("failed", "failed", "AssertionError"),
        "test_is_skipped": ("skipped", "skipped", None),
        "test_fails_as_expected": ("skipped", "xfailed", None),
        "test_passes_unexpectedly": ("ok", "xpassed", None),
        "test_has_a_broken_fixture": ("failed", "error", "OSError"),
        "test_breaks_when_cleaning_up": ("failed", "error", "ValueError"),
        "test_runs_out_of_memory": ("failed", "failed", "out_of_memory"),
    }
    assert len(results()) == 8
    assert {row["subject_kind"] for row in results()} == {"test"}
    assert "one is not two" in found["test_fails"]["error_message"]
    assert found["test_is_skipped"]["basis_reason"] == "no GPU here"
    assert found["test_fails_as_expected"]["basis_reason"] == "known to fail"
    assert found["test_has_a_broken_fixture"]["error_message"] == "OSError: no such device"
    shown.stdout.fnmatch_lines(["benchmart: 8 results for *events"])


def test_the_duration_of_a_passing_test_is_that_of_its_call(
    record: Callable[..., Any], results: Read
) -> None:
    record("""
import time, pytest

@pytest.fixture
def slow():
    time.sleep(0.2)

def test_it(slow):
    time.sleep(0.05)
""")
    (row,) = results()
    (duration,) = row["metrics"]
    assert (duration["name"], duration["unit"]) == ("duration", "second")
    assert 0.05 <= duration["value"] < 0.2 <= float(row["attributes"]["setup_seconds"])


def test_what_failed_first_is_told_with_its_own_class_and_what_fails_later_outweighs_a_skip(
    record: Callable[..., Any], results: Read
) -> None:
    record("""
import pytest

@pytest.fixture
def breaks_later():
    yield
    raise ValueError("cannot clean up")

def test_fails_twice(breaks_later):
    assert False

def test_is_skipped(breaks_later):
    pytest.skip("no GPU here")
""")
    found = _by_name(results())
    told = {name: (row["attributes"]["outcome"], row["error_class"]) for name, row in found.items()}
    assert told == {
        "test_fails_twice": ("failed", "AssertionError"),
        "test_is_skipped": ("error", "ValueError"),
    }


def test_a_test_with_a_subtest_that_failed_has_failed(record: Callable[..., Any], results: Read) -> None:
    record("""
import unittest

class TestIt(unittest.TestCase):
    def test_parts(self):
        for number in range(3):
            with self.subTest(number=number):
                self.assertNotEqual(number, 1)

    @unittest.expectedFailure
    def test_fails_as_expected(self):
        self.fail()
""")
    found = _by_name(results())
    assert (found["TestIt::test_parts"]["status"], found["TestIt::test_parts"]["error_message"]) == (
        "failed",
        "AssertionError: 1 == 1",
    )
    assert found["TestIt::test_fails_as_expected"]["basis_reason"] == "xfailed, without a reason"
    assert len(results()) == 2


def test_marks_and_parameters_say_what_the_test_is_about(record: Callable[..., Any], results: Read) -> None:
    record(
        """
import pytest

@pytest.mark.benchmart_model("bert-base-uncased")
@pytest.mark.benchmart_hardware("cuda")
@pytest.mark.parametrize("batch_size", [1, 8])
def test_it(batch_size):
    pass

@pytest.mark.benchmart_model(name="t5")
@pytest.mark.benchmart_hardware("lab-7")
def test_there():
    pass
""",
        "--strict-markers",
    )
    found = _by_name(results())
    assert set(found) == {"test_it[1]", "test_it[8]", "test_there"}
    row = found["test_it[8]"]
    assert (row["condition"]["model"], row["device_kind"]) == ("bert-base-uncased", "cuda")
    assert row["attributes"]["parameters"] == "8"
    assert row["runtime"] == "cpython"
    assert found["test_there"]["condition"]["model"] == "t5"
    assert (found["test_there"]["device_kind"], found["test_there"]["condition"]["hardware"]) == (
        None,
        "lab-7",
    )


def test_what_the_benchmark_fixture_measured_is_kept(
    record: Callable[..., Any], results: Read, pytester: pytest.Pytester
) -> None:
    pytester.makeconftest(_FAKE_BENCHMARK.format(stddev="0.7"))
    record("def test_it(benchmark): benchmark()\ndef test_without_use(benchmark): pass")
    found = _by_name(results())
    metrics = {each["name"]: (each["value"], each["unit"]) for each in found["test_it"]["metrics"]}
    assert metrics.pop("duration")[1] == "second"
    assert metrics == {
        "latency_mean": (1.0, "second"),
        "latency_p50": (1.0, "second"),
        "latency_min": (0.5, "second"),
        "latency_max": (1.5, "second"),
        "latency_stddev": (0.7, "second"),
    }
    samples = {each["name"]: each["samples"] for each in found["test_it"]["metrics"] if each["samples"]}
    assert samples == {"latency_mean": [0.5, 1.5]}
    assert found["test_it"]["condition"]["group"] == "sorting"
    assert [each["name"] for each in found["test_without_use"]["metrics"]] == ["duration"]


def test_a_statistic_that_is_no_number_is_left_out(
    record: Callable[..., Any], results: Read, pytester: pytest.Pytester
) -> None:
    pytester.makeconftest(_FAKE_BENCHMARK.format(stddev="float('nan')"))
    record("def test_it(benchmark): benchmark()")
    names = [each["name"] for each in results()[0]["metrics"]]
    assert "latency_mean" in names
    assert "latency_stddev" not in names


def test_another_fixture_called_benchmark_is_no_measurement(
    record: Callable[..., Any], results: Read
) -> None:
    record("""
import pytest

@pytest.fixture
def benchmark():
    return 7

def test_it(benchmark):
    assert benchmark == 7
""")
    assert [each["name"] for each in results()[0]["metrics"]] == ["duration"]


def test_a_file_that_cannot_be_collected_is_recorded(record: Callable[..., Any], results: Read) -> None:
    record("import there_is_no_such_module", "--doctest-modules")
    (row,) = results()
    assert (row["subject"], row["status"], row["attributes"]["outcome"]) == ("test_it.py", "failed", "error")
    assert row["error_class"] == "ModuleNotFoundError"
    assert row["error_message"] == "ModuleNotFoundError: No module named 'there_is_no_such_module'"


def test_an_interrupted_session_keeps_what_was_tested(
    record: Callable[..., Any], results: Read, ends: Read, pytester: pytest.Pytester
) -> None:
    pytester._method = "subprocess"  # an interruption of a session inside would interrupt this one too
    shown = record("def test_a(): pass\ndef test_b(): raise KeyboardInterrupt")
    assert shown.ret == pytest.ExitCode.INTERRUPTED
    told = {name: (row["status"], row["basis_reason"]) for name, row in _by_name(results()).items()}
    assert told == {"test_a": ("ok", None), "test_b": ("untested", "the session ended before the test")}
    assert ends()[0]["attributes"]["run_error_class"] == "KeyboardInterrupt"


def test_without_the_option_nothing_is_recorded(pytester: pytest.Pytester, home: Path) -> None:
    pytester.makepyfile("def test_a(): pass")
    shown = pytester.runpytest_inprocess("--benchmart-home", str(home))
    assert "benchmart" not in shown.stdout.str().partition("collected")[2]
    assert not home.exists()


@pytest.mark.parametrize("option", ["--collect-only", "--setup-plan", "--setup-only"])
def test_where_no_test_is_run_nothing_is_recorded(
    record: Callable[..., Any], home: Path, option: str
) -> None:
    record("def test_a(): assert False", option)
    assert not home.exists()


def test_the_configuration_can_ask_for_it(
    pytester: pytest.Pytester, home: Path, results: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENCHMART_HOME", str(home))
    pytester.makeini("[pytest]\nbenchmart = true")
    pytester.makepyfile("def test_a(): pass")
    pytester.runpytest_inprocess().assert_outcomes(passed=1)
    assert len(results()) == 1


def test_a_home_that_cannot_be_written_is_a_warning_at_the_end(
    record: Callable[..., Any], home: Path
) -> None:
    home.mkdir()
    (home / "events").write_text("in the way")
    shown = record("def test_a(): pass")
    shown.assert_outcomes(passed=1)
    assert shown.ret == pytest.ExitCode.OK
    shown.stdout.fnmatch_lines(["benchmart: not recorded: LogError: *A file lies where a folder should be*"])


def test_a_defect_of_the_plugin_is_a_warning_at_the_end(
    record: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(pytest_results, "facts_of", broken)
    monkeypatch.setattr(Run, "record_test", broken)
    shown = record("def test_a(): pass\ndef test_b(): pass")
    shown.assert_outcomes(passed=2)
    assert shown.ret == pytest.ExitCode.OK
    shown.stdout.fnmatch_lines(["benchmart: not recorded: RuntimeError: a defect", "benchmart: and 3 more"])


def test_text_that_is_not_unicode_does_not_cost_the_record(record: Callable[..., Any], results: Read) -> None:
    record(r"def test_a(): raise ValueError('\udc80')")
    assert "\\udc80" in results()[0]["error_message"]


def test_workers_report_to_one_recording(record: Callable[..., Any], results: Read, ends: Read) -> None:
    pytest.importorskip("xdist")
    record(
        """
import os, pytest

@pytest.mark.benchmart_model("bert")
@pytest.mark.parametrize("number", range(4))
def test_it(number):
    assert number < 3

def test_dies():
    os._exit(1)
""",
        "-n2",
    )
    found = _by_name(results())
    assert {name: row["status"] for name, row in found.items()} == {
        "test_it[0]": "ok",
        "test_it[1]": "ok",
        "test_it[2]": "ok",
        "test_it[3]": "failed",
        "test_dies": "failed",
    }
    assert found["test_it[3]"]["condition"]["model"] == "bert"
    assert (found["test_it[3]"]["error_class"], found["test_dies"]["error_class"]) == (
        "AssertionError",
        "crash",
    )
    assert len(ends()) == 1


def test_the_plugin_costs_nothing_where_it_is_not_asked_for(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
import sys

def test_a():
    assert "benchmart.pytest_plugin" in sys.modules
    assert not {"pyarrow", "duckdb", "numpy", "benchmart.recording"} & sys.modules.keys()
""")
    plugins = ("-p", "no:hypothesispytest", "-p", "no:xdist", "-p", "no:benchmark", "-p", "no:pytester")
    pytester.runpytest_subprocess(*plugins).assert_outcomes(passed=1)
