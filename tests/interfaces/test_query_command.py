"""`benchmart query`: the flags of the older query tool, answered from the marts."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from benchmart.config import Home

_BENCHMART = Path(sys.executable).with_name("benchmart")

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(built_home: Home) -> Run:
    def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(_BENCHMART), "query", "--db-path", str(built_home.warehouse), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    return _run


def rows(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_devices_are_compared_best_first_in_the_metrics_own_direction(run: Run) -> None:
    fast = rows(run("--model", "resnet50", "--compare-hardware", "--format", "json"))
    fp32 = [row for row in fast if row["precision"] == "fp32"]
    assert [row["hardware_name"] for row in fp32] == ["GeForce RTX 4090", "GeForce RTX 3090"]
    slow = rows(run("--model", "resnet50", "--metric", "latency", "--format", "json"))
    values = [row["latency_mean"] for row in slow]
    assert values == sorted(values)
    assert {row["unit"] for row in slow} == {"millisecond"}


def test_a_value_is_the_median_of_what_was_measured(run: Run) -> None:
    found = rows(
        run("--model", "resnet50", "--hardware", "rtx3090", "--metric", "latency", "--format", "json")
    )
    assert [(row["latency_mean"], row["lowest"], row["highest"], row["result_count"]) for row in found] == [
        (pytest.approx(21.0), pytest.approx(20.0), pytest.approx(22.0), 2)
    ]


def test_models_are_compared_on_a_kind_of_device(run: Run) -> None:
    found = rows(
        run("--hardware", "cuda", "--compare-models", "--model-family", "vision", "--format", "json")
    )
    assert {row["model_family"] for row in found} == {"vision"}


def test_batch_sizes_stand_in_order_with_their_conditions(run: Run) -> None:
    done = run("--model", "resnet50", "--batch-comparison", "--format", "csv")
    [first, *_] = csv.DictReader(StringIO(done.stdout))
    assert (first["batch_size"], first["image_size"]) == ("8", "224")


def test_families_count_each_model_once(run: Run) -> None:
    found = rows(run("--family-comparison", "--hardware", "rtx4090", "--json"))
    assert [(row["model_family"], row["model_count"]) for row in found] == [("vision", 1)]
    assert found[0]["result_count"] > 1


@pytest.mark.parametrize("report", ["performance", "hardware", "compatibility"])
def test_reports_tell_everything(run: Run, report: str) -> None:
    assert rows(run("--report", report, "--format", "json"))


def test_the_matrix_and_a_statement_are_at_hand(run: Run) -> None:
    assert "| verified |" in run("--compatibility-matrix", "--format", "markdown").stdout
    assert rows(run("--sql", "select 1 as one", "--format", "json")) == [{"one": 1}]
    refused = run("--sql", "drop table series")
    assert (refused.returncode, "drop is not a query" in refused.stderr) == (2, True)


def test_a_page_needs_nothing_from_elsewhere_and_holds_chart_and_numbers(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    done = run("--model", "resnet50", "--metric", "latency", "--output", str(path))
    assert done.returncode == 0, done.stderr
    page = path.read_text()
    assert page.lower().startswith("<!doctype html>")
    assert "<svg" in page
    assert "GeForce RTX 3090" in page
    assert 'src="http' not in page
    assert 'href="http' not in page


def test_a_chart_is_an_svg_with_a_line_a_row(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "chart.svg"
    assert run("--model", "resnet50", "--plot", "--export", str(path)).returncode == 0
    ET.fromstring(path.read_text())
    assert "item/second" in path.read_text()
    assert "<style>" in path.read_text()
    done = run("--report", "hardware", "--format", "chart")
    assert "nothing here is a chart" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--model", "resnet5"], ["no model 'resnet5'", "resnet50"]),
        (["--hardware", "rtx4091"], ["no hardware", "rtx-4090"]),
        (["--metric", "thruput"], ["no metric 'thruput'", "throughput"]),
        (["--model-family", "visoin"], ["no family 'visoin'", "vision"]),
    ],
)
def test_what_has_no_results_is_answered_with_what_is_near(
    run: Run, arguments: list[str], words: list[str]
) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert [word for word in words if word not in done.stderr] == []


def test_rows_left_out_are_announced(run: Run) -> None:
    done = run("--report", "performance", "--limit", "1")
    assert "only the first 1 rows" in done.stderr
