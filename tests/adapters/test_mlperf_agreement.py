"""The script that holds MLPerf's records against official results: it finds what agrees, what differs, and says why."""

import importlib.util
import json
import os
import sys
from pathlib import Path
from shutil import rmtree
from types import ModuleType

import mlperf_tree
import pytest

_SCRIPT = Path(__file__).parents[2] / "benchmarks" / "mlperf_agreement.py"
_DATA = Path(os.environ.get("BENCHMART_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")


@pytest.fixture(scope="module")
def agreement() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mlperf_agreement", _SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(
    not list(_DATA.glob("mlperf_*")), reason=f"no results at {_DATA}; name them with BENCHMART_TEST_DATA"
)
def test_published_results_agree_number_by_number_or_the_reason_is_known(agreement: ModuleType) -> None:
    compared = [*agreement.inference(_DATA), *agreement.summaries(_DATA), *agreement.training(_DATA)]
    assert compared
    assert [one for one in compared if one.is_unexplained] == []


def test_logs_agree_with_table_and_official_results_and_early_stopping_explains_a_latency(
    agreement: ModuleType, tmp_path: Path
) -> None:
    mlperf_tree.inference(tmp_path)
    mlperf_tree.training(tmp_path)
    compared = [
        *agreement.inference(tmp_path),
        *agreement.summaries(tmp_path),
        *agreement.training(tmp_path),
    ]
    differences = {(one.sides, one.number): one.reason for one in compared if not one.is_equal}
    assert differences == {
        ("log, summary", "latency_p90"): "the official latency is the estimate of early stopping",
        ("training log, table", "time_to_train"): "the table rounds minutes to four decimals",
    }
    assert {one.sides for one in compared} >= {"log, table", "log, summary", "table, its cells"}


def test_official_results_are_held_against_the_table_where_there_is_no_log(
    agreement: ModuleType, tmp_path: Path
) -> None:
    mlperf_tree.inference(tmp_path)
    rmtree(tmp_path / "closed")
    compared = [one for one in agreement.summaries(tmp_path) if one.sides == "table, summary"]
    assert [(one.number, one.ours, one.theirs) for one in compared] == [("throughput", 1250.5, 1250.5)]


def test_results_without_a_log_are_counted(agreement: ModuleType, tmp_path: Path) -> None:
    mlperf_tree.inference(tmp_path)
    assert sorted(agreement.without_log(tmp_path)) == [
        ("hop_results.csv", "elsewhere/log.txt"),
        ("summary_results.json", "closed/Hopwell/results/hop_x4/hopnet-99/Server"),
    ]


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (mlperf_tree.official("Offline", 1250.501, "Samples/s"), "the log prints fewer digits"),
        (mlperf_tree.official("Server", 16.9831, "Queries/s"), "the log prints fewer digits"),
        (
            mlperf_tree.official("Offline", 86284.5, "Tokens/s"),
            "the log counts samples; the official tokens are those x 69",
        ),
        (mlperf_tree.official("Offline", 9.0, "Samples/s", inferred=1), "inferred"),
        (mlperf_tree.official("Offline", 1300.5, "Samples/s"), None),
    ],
)
def test_a_difference_has_a_reason_or_is_an_error(
    agreement: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    result: dict[str, object],
    reason: str | None,
) -> None:
    mlperf_tree.inference(tmp_path)
    mlperf_tree.server(tmp_path)
    (tmp_path / "summary_results.json").write_text(json.dumps([result]))
    (difference,) = (one for one in agreement.summaries(tmp_path) if not one.is_equal)
    assert (difference.reason is None) is (reason is None)
    assert (difference.reason or "").startswith(reason or "")
    monkeypatch.setattr(sys, "argv", ["mlperf_agreement.py", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        agreement.main()
    assert bool(ended.value.code) is (reason is None)
