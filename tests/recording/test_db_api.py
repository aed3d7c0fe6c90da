"""`BenchmarkDBAPI`: what older programs store is in the event log, and what they ask is answered from the marts."""

import inspect
import logging
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from benchmark_db_api import BenchmarkDBAPI
from benchmart.build import build
from benchmart.config import Home
from benchmart.db_api import api as api_module
from benchmart.db_api.payloads import integration_test_arguments, performance_arguments
from benchmart.errors import BuildFailed, BuildLocked, StatementRefused, UsageError
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED
from benchmart.recording.checks import Envelope, checked_result

_PERFORMANCE = {
    "model_name": "bert-base-uncased",
    "hardware_type": "cuda",
    "device_name": "NVIDIA GeForce RTX 4090",
    "batch_size": 8,
    "precision": "fp16",
    "throughput": 640,
    "latency_avg": 12.5,
    "latency_p90": 13,
    "latency_p95": 14.0,
    "latency_p99": 15.5,
    "memory_peak": 2048.0,
    "total_time_seconds": 3.5,
    "iterations": 100,
    "run_id": 7,
    "metrics": {"loss": 0.5},
}
_COMPATIBLE = {"model_name": "t5-small", "hardware_type": "rocm", "is_compatible": True}
_ENVELOPE = Envelope(
    collector="benchmark_db_api",
    collector_version="1",
    run_id=None,
    occurred_at=datetime(2036, 1, 1, tzinfo=UTC),
    source_locator="call 1",
)
_TEST = {"test_module": "test_models", "test_name": "test_load", "status": "pass"}


class _Frame:
    """As much of a DataFrame as the interface makes."""

    def __init__(self, rows: list[tuple[Any, ...]], columns: list[str]) -> None:
        self.dicts = [dict(zip(columns, row, strict=True)) for row in rows]
        self.columns, self.attrs = columns, {}


@pytest.fixture
def _pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    stub = types.ModuleType("pandas")
    stub.DataFrame = _Frame  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pandas", stub)


@pytest.fixture
def api(tmp_path: Path) -> BenchmarkDBAPI:
    return BenchmarkDBAPI(tmp_path / "benchmark_db.duckdb")


@pytest.fixture
def stored(api: BenchmarkDBAPI) -> Callable[[], list[dict[str, Any]]]:
    def _stored() -> list[dict[str, Any]]:
        rows = EventLog(api.home.events).read(RESULT_RECORDED).to_pylist()
        return [row | {name: dict(row[name] or ()) for name in ("condition", "attributes")} for row in rows]

    return _stored


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> BenchmarkDBAPI:
    """With something of everything stored and built. Not to be stored to."""
    api = BenchmarkDBAPI(tmp_path_factory.mktemp("answered") / "db.duckdb")
    api.store_performance_result(_PERFORMANCE)
    api.store_performance_result(_PERFORMANCE | {"throughput": 700, "latency_avg": 11.4})
    api.store_performance_result(
        _PERFORMANCE | {"hardware_type": "cpu", "device_name": None, "throughput": 20, "latency_avg": 400.0}
    )
    api.store_compatibility_result(_COMPATIBLE)
    api.store_compatibility_result(_COMPATIBLE | {"hardware_type": "cpu", "is_compatible": False})
    for status in ("pass", "pass", "fail", "error", "skip"):
        api.store_integration_test_result(_TEST | {"status": status, "execution_time_seconds": 0.5})
    _simulate_what_was_measured(api)
    build(api.home)
    return api


def _simulate_what_was_measured(api: BenchmarkDBAPI) -> None:
    """Later results of the same condition, and of a test of the same module, that are no measurements."""
    stored = [
        checked_result(_ENVELOPE, **{name: value for name, value in told.items() if name != "run_id"})
        for told in (
            performance_arguments(_PERFORMANCE | {"throughput": 9_000}),
            integration_test_arguments(_TEST),
        )
    ]
    simulated: Any = {"basis": "simulated", "basis_reason": "declared"}
    EventLog(api.home.events).append([replace(result, **simulated) for result in stored])


def test_the_signatures_are_those_that_programs_call() -> None:
    by_name = {"model_name": None, "hardware_type": None}
    told = {
        name: {key: one.default for key, one in list(inspect.signature(method).parameters.items())[1:]}
        for name, method in inspect.getmembers(BenchmarkDBAPI, inspect.isfunction)
        if name == "__init__" or not name.startswith("_")
    }
    assert told == {
        "__init__": {"db_path": "./benchmark_db.duckdb", "debug": False},
        "store_performance_result": {"result": inspect.Parameter.empty},
        "store_compatibility_result": {"result": inspect.Parameter.empty},
        "store_integration_test_result": {"result": inspect.Parameter.empty},
        "query": {"sql": inspect.Parameter.empty, "parameters": None},
        "get_model_hardware_compatibility": by_name,
        "get_performance_metrics": {**by_name, "batch_size": None, "precision": None, "latest_only": True},
        "get_integration_test_summary": {"test_module": None},
        "get_hardware_list": {},
        "get_model_list": {},
        "get_performance_comparison": {"model_name": inspect.Parameter.empty, "metric": "throughput"},
    }


def test_a_performance_result_is_stored_with_all_of_its_percentiles(
    api: BenchmarkDBAPI, stored: Callable[[], list[dict[str, Any]]]
) -> None:
    event_id = api.store_performance_result(_PERFORMANCE)
    (row,) = stored()
    assert isinstance(event_id, str)
    assert row["event_id"] == event_id
    assert (row["subject_kind"], row["subject"], row["status"]) == ("model", "bert-base-uncased", "ok")
    assert (row["device"], row["device_kind"]) == ("NVIDIA GeForce RTX 4090", "cuda")
    assert (row["batch_size"], row["precision"], row["run_id"]) == (8, "fp16", "7")
    assert {each["name"]: (each["value"], each["unit"]) for each in row["metrics"]} == {
        "throughput": (640, "item/second"),
        "latency_mean": (12.5, "millisecond"),
        "latency_p90": (13, "millisecond"),
        "latency_p95": (14, "millisecond"),
        "latency_p99": (15.5, "millisecond"),
        "memory_peak": (2048, "megabyte"),
        "duration": (3.5, "second"),
    }
    assert row["attributes"] == {"iterations": "100", "metrics": '{"loss": 0.5}'}


def test_what_is_not_stated_has_the_older_defaults(
    api: BenchmarkDBAPI, stored: Callable[[], list[dict[str, Any]]]
) -> None:
    least = {"model_name": "m", "hardware_type": "cpu", "throughput": 1.0, "latency_avg": 1.0}
    api.store_performance_result(least)
    api.store_performance_result(least | {"test_case": "long"})
    first, second = sorted(stored(), key=lambda row: row["condition"].get("test_case", ""))
    assert (first["batch_size"], first["precision"], first["run_id"]) == (1, "fp32", None)
    assert (first["condition"], second["condition"]) == ({}, {"test_case": "long"})


def test_zeros_are_no_measurement(api: BenchmarkDBAPI, stored: Callable[[], list[dict[str, Any]]]) -> None:
    api.store_performance_result(_PERFORMANCE | {"throughput": 0.0, "latency_avg": 0})
    (row,) = stored()
    assert (row["status"], row["basis"], row["error_class"], row["metrics"]) == (
        "untested",
        "untested",
        "no_measurement",
        [],
    )
    assert row["attributes"]["memory_peak"] == "2048 megabyte"


def test_the_same_result_stored_twice_is_two_results(api: BenchmarkDBAPI) -> None:
    assert api.store_performance_result(_PERFORMANCE) != api.store_performance_result(_PERFORMANCE)


def test_an_incompatible_model_is_a_failure_with_its_error(
    api: BenchmarkDBAPI, stored: Callable[[], list[dict[str, Any]]]
) -> None:
    api.store_compatibility_result(
        _COMPATIBLE
        | {
            "is_compatible": False,
            "error_type": "out_of_memory",
            "error_message": "no space",
            "suggested_fix": "smaller batches",
            "detection_success": True,
        }
    )
    (row,) = stored()
    assert (row["status"], row["error_class"], row["error_message"]) == (
        "failed",
        "out_of_memory",
        "no space",
    )
    assert row["attributes"] == {"detection_success": "true", "suggested_fix": "smaller batches"}


@pytest.mark.parametrize(
    ("status", "kept"),
    [("pass", "ok"), ("fail", "failed"), ("error", "failed"), ("skip", "skipped")],
)
def test_a_test_is_stored_under_its_whole_name(
    api: BenchmarkDBAPI, stored: Callable[[], list[dict[str, Any]]], status: str, kept: str
) -> None:
    api.store_integration_test_result(
        _TEST
        | {
            "test_class": "TestBert",
            "status": status,
            "execution_time_seconds": 0.5,
            "error_message": "why",
            "model_name": "bert",
            "assertions": [{"name": "shape", "passed": True}],
        }
    )
    (row,) = stored()
    assert (row["subject"], row["status"]) == ("test_models::TestBert::test_load", kept)
    assert row["condition"] == {"model": "bert"}
    assert row["attributes"]["outcome"] == status or kept == "failed"
    assert row["attributes"]["assertions"] == '[{"name": "shape", "passed": true}]'
    said = {"ok": row["attributes"].get("error_message"), "skipped": row["basis_reason"]}
    assert said.get(kept, row["error_message"]) == "why"


def test_models_may_be_given_as_objects(
    api: BenchmarkDBAPI, stored: Callable[[], list[dict[str, Any]]]
) -> None:
    @dataclass
    class Plain:
        model_name: str = "m"
        hardware_type: str = "cpu"
        is_compatible: bool = True

    class Dumped:
        def model_dump(self) -> dict[str, Any]:
            return _COMPATIBLE

    api.store_compatibility_result(Plain())
    api.store_compatibility_result(Dumped())
    assert sorted(row["subject"] for row in stored()) == ["m", "t5-small"]


@pytest.mark.parametrize(
    ("method", "payload", "said"),
    [
        ("performance", {"model_name": "m", "hardware_type": "cpu"}, "no throughput, latency_avg"),
        ("performance", _PERFORMANCE | {"model_name": ""}, "no model_name"),
        ("performance", _PERFORMANCE | {"throughput": "fast"}, "throughput is 'fast'"),
        ("performance", _PERFORMANCE | {"latency_avg": -1.0}, "cannot be negative"),
        ("performance", _PERFORMANCE | {"latency_p90": float("nan")}, "nan is not a measurement"),
        ("performance", 7, "Give a dictionary or a model"),
        ("compatibility", _COMPATIBLE | {"is_compatible": "yes"}, "It is True or False"),
        ("integration_test", _TEST | {"status": "passed"}, "It is one of: pass, fail, error, skip"),
    ],
)
def test_a_wrong_payload_is_refused(
    api: BenchmarkDBAPI,
    stored: Callable[[], list[dict[str, Any]]],
    method: str,
    payload: Any,
    said: str,
) -> None:
    with pytest.raises(UsageError) as caught:
        getattr(api, f"store_{method}_result")(payload)
    assert said in str(caught.value)
    assert stored() == []


@pytest.mark.usefixtures("_pandas")
def test_the_newest_numbers_are_answered_in_the_units_of_their_columns(answered: BenchmarkDBAPI) -> None:
    frame: Any = answered.get_performance_metrics("BERT base uncased", "cuda", 8, "fp16")
    by_basis = {row["basis"]: row for row in frame.dicts}
    assert by_basis["simulated"]["throughput_items_per_second"] == 9_000
    row = by_basis["measured"]
    assert row["throughput_items_per_second"] == 700
    assert row["average_latency_ms"] == pytest.approx(11.4)
    assert row["latency_p99_ms"] == pytest.approx(15.5)
    assert row["memory_peak_mb"] == pytest.approx(2048)
    assert (row["hardware_type"], row["device_name"]) == ("cuda", "GeForce RTX 4090")
    assert frame.attrs == {"is_stale": False}
    assert len(answered.get_performance_metrics(latest_only=False).dicts) == 4  # type: ignore[attr-defined]
    assert len(answered.get_performance_metrics(batch_size=9).dicts) == 0  # type: ignore[attr-defined]
    assert len(answered.get_performance_metrics(hardware_type="rtx 4090").dicts) == 2  # type: ignore[attr-defined]


@pytest.mark.usefixtures("_pandas")
def test_what_works_where_is_answered(answered: BenchmarkDBAPI) -> None:
    found: Any = answered.get_model_hardware_compatibility("t5-small")
    assert {row["hardware_type"]: row["is_compatible"] for row in found.dicts} == {"rocm": True, "cpu": False}
    found = answered.get_model_hardware_compatibility("t5-small", "rocm")
    assert [row["status"] for row in found.dicts] == ["verified"]


@pytest.mark.usefixtures("_pandas")
def test_tests_are_summed_up_by_module(answered: BenchmarkDBAPI) -> None:
    found: Any = answered.get_integration_test_summary("test_models")
    (row,) = found.dicts
    counts = ("total_tests", "passed", "failed", "errors", "skipped", "not_measured", "passed_seconds")
    assert [row[name] for name in counts] == [6, 2, 1, 1, 1, 1, 1.0]
    assert answered.get_integration_test_summary("other").dicts == []  # type: ignore[attr-defined]


@pytest.mark.usefixtures("_pandas")
def test_devices_and_models_are_listed_and_compared(answered: BenchmarkDBAPI) -> None:
    listed: Any = answered.get_model_list()
    assert {row["model_id"] for row in listed.dicts} == {"bert-base-uncased", "t5-small"}
    listed = answered.get_hardware_list()
    assert "GeForce RTX 4090" in {row["device_name"] for row in listed.dicts}
    compared: Any = answered.get_performance_comparison("bert-base-uncased")
    assert [(row["hardware_type"], row["highest"]) for row in compared.dicts] == [("cuda", 700), ("cpu", 20)]
    compared = answered.get_performance_comparison("bert-base-uncased", "latency")
    assert [(row["hardware_type"], row["unit"], row["metric_value"]) for row in compared.dicts] == [
        ("cuda", "millisecond", pytest.approx(11.4)),
        ("cpu", "millisecond", pytest.approx(400)),
    ]
    compared = answered.get_performance_comparison("bert-base-uncased", "latency_p95")
    assert {row["unit"] for row in compared.dicts} == {"second"}
    with pytest.raises(UsageError, match="no metric 'speed'"):
        answered.get_performance_comparison("bert-base-uncased", "speed")


@pytest.mark.usefixtures("_pandas")
def test_names_without_results_give_empty_tables_and_a_warning(
    answered: BenchmarkDBAPI, caplog: pytest.LogCaptureFixture
) -> None:
    found: Any = answered.get_performance_metrics("bert-base-uncasd")
    assert (found.dicts, "model_name" in found.columns) == ([], True)
    assert "Did you mean: bert-base-uncased" in caplog.text
    found = answered.get_performance_comparison("nothing of the kind")
    assert found.dicts == []
    found = answered.get_model_hardware_compatibility(hardware_type="abacus")
    assert found.dicts == []


@pytest.mark.usefixtures("_pandas")
def test_a_statement_of_ones_own_has_parameters_and_only_reads(answered: BenchmarkDBAPI) -> None:
    sql = "select count(*) as n from fct_results where status = $status"
    assert answered.query(sql, {"status": "failed"}).dicts == [{"n": 3}]  # type: ignore[attr-defined]
    assert answered.query("select ? + 1 as n", [1]).dicts == [{"n": 2}]  # type: ignore[attr-defined]
    with pytest.raises(StatementRefused):
        answered.query("drop table fct_results")


@pytest.mark.usefixtures("_pandas")
def test_while_another_builds_the_answer_says_that_it_is_old(
    answered: BenchmarkDBAPI, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def locked(_: Home) -> None:
        raise BuildLocked("another process is building")

    monkeypatch.setattr(api_module, "build", locked)
    with caplog.at_level(logging.WARNING):
        frame: Any = answered.get_model_list()
    assert frame.attrs == {"is_stale": True}
    assert "another process is building" in caplog.text


@pytest.mark.usefixtures("_pandas")
def test_a_build_that_fails_at_first_is_an_error(
    api: BenchmarkDBAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Home) -> None:
        raise BuildFailed("a test of dbt failed")

    monkeypatch.setattr(api_module, "build", broken)
    with pytest.raises(BuildFailed):
        api.get_model_list()


def test_without_pandas_the_error_says_what_to_install(
    api: BenchmarkDBAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match=r"benchmart\[pandas\]"):
        api.get_model_list()


def test_a_path_means_a_home_beside_it_and_no_database_is_touched(tmp_path: Path) -> None:
    older = tmp_path / "benchmark_db.duckdb"
    older.write_bytes(b"somebody's database")
    api = BenchmarkDBAPI(str(older))
    api.store_compatibility_result(_COMPATIBLE)
    assert api.home.root == tmp_path / "benchmark_db.benchmart"
    assert older.read_bytes() == b"somebody's database"
    assert BenchmarkDBAPI(api.home.root).home == BenchmarkDBAPI(api.home.warehouse).home == api.home
