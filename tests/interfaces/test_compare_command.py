"""`benchmart compare --by ...` on the small log, as a person or a script runs it."""

import csv
import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from click.testing import CliRunner, Result

from benchmart.config import Home
from benchmart.errors import UsageError
from benchmart.queries.pairs import Asked, Summary
from interfaces.cli.compare_tables import print_summaries
from interfaces.cli.main import cli

Run = Callable[..., Result]


@pytest.fixture
def run(built_home: Home) -> Run:
    """Run a comparison on the built home."""

    def _run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["compare", "--home", str(built_home.root), *arguments])

    return _run


def document(done: Result) -> Any:
    assert done.exit_code == 0, done.exception
    return json.loads(done.stdout)


def refusal(done: Result) -> str:
    """The message of a request that cannot be carried out as written."""
    assert isinstance(done.exception, UsageError)
    assert done.stdout == ""
    return str(done.exception)


def test_without_sides_the_newer_stack_is_held_against_the_older_once(run: Run) -> None:
    [found] = document(run("--by", "stack", "--metric", "latency_mean", "--json"))["comparisons"]
    versions = (found["runtime_version"], found["baseline_runtime_version"])
    assert (found["hardware_id"], *versions) == ("rtx-4090", "2.10.1", "2.4.0")
    # medians of 15, 16, 17 ms against 10, 11, 12, 13, 13, 14 ms
    assert found["advantage"] == pytest.approx(12.5 / 16)
    assert (found["pair_count"], found["model_count"], found["better_count"]) == (1, 1, 0)


@pytest.mark.parametrize("spelling", ["2.10", "2.10.1", "torch=2.10", "pytorch=2.10.1", "2, torch=2.10"])
def test_a_stack_is_named_by_the_beginning_of_its_versions(run: Run, spelling: str) -> None:
    [found] = document(run("--by", "stack", spelling, "2.4", "--json"))["comparisons"]
    assert found["runtime_version"] == "2.10.1"
    [back] = document(run("--by", "stack", "2.4", spelling, "--json"))["comparisons"]
    assert back["advantage"] * found["advantage"] == pytest.approx(1)


@pytest.mark.parametrize(
    "spelling", ["2.1", "2.40", "cuda=12.4", "driver=550", "torch=", ",", "nonsense=2.4"]
)
def test_a_stack_that_nobody_ran_is_refused_with_the_versions_there_are(run: Run, spelling: str) -> None:
    message = refusal(run("--by", "stack", spelling, "2.4"))
    assert f"no software stack fits {spelling!r}" in message
    assert "pytorch 2.4.0, 2.10.1" in message


def test_stacks_without_equal_work_say_why_and_what_was_measured(run: Run) -> None:
    done = run("--by", "stack", "2.10", "2.4", "--hardware", "rtx3090")
    assert done.exit_code == 0
    assert "2.10 and 2.4 cannot be compared: nothing that fits was measured under 2.10" in done.stderr
    assert "rtx-3090" in done.stdout
    found = document(run("--by", "stack", "2.10", "2.4", "--hardware", "rtx3090", "--json"))
    assert (found["comparisons"], found["pairs"]) == ([], [])
    assert [(row["side"], row["hardware_id"], row["batch_sizes"]) for row in found["measured"]] == [
        ("2.4", "rtx-3090", [8])
    ]


def test_precisions_are_held_against_the_highest_there(run: Run) -> None:
    [found] = document(run("--by", "precision", "--json"))["comparisons"]
    sides = (found["hardware_id"], found["precision"], found["baseline_precision"])
    assert sides == ("rtx-4090", "bf16", "fp32")
    [same] = document(run("--by", "precision", "bfloat16", "--json"))["comparisons"]
    assert same == found


def test_energy_says_on_what_basis_the_power_is_known(run: Run) -> None:
    [found] = document(run("--by", "energy", "rtx4090", "rtx3090", "--json"))["comparisons"]
    [speed] = document(run("rtx4090", "rtx3090", "--json"))["comparisons"]
    assert found["power_basis"] == "estimated"
    assert found["advantage"] == pytest.approx(speed["advantage"] * 350 / 450)


def test_cost_says_whose_prices_they_are_and_of_what_day(run: Run) -> None:
    done = run("--by", "cost", "rtx4090", "rtx3090")
    assert "throughput for the money" in done.stdout
    assert "Akash" in done.stdout
    assert "2026-09-20" in done.stdout
    assert "item/USD" in done.stdout


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("compiler", "with two compilers"),
        ("batch", "in two batch sizes"),
        ("sequence", "in two lengths of sequence"),
        ("training", "training and inference"),
        ("system", "no two systems"),
    ],
)
def test_a_comparison_without_pairs_says_what_is_missing_and_is_no_error(
    run: Run, kind: str, words: str
) -> None:
    done = run("--by", kind)
    assert (done.exit_code, done.stdout) == (0, "")
    assert words in done.stderr
    assert "benchmart matrix" in done.stderr


def test_metrics_that_have_pairs_are_named_where_the_one_asked_for_has_none(run: Run) -> None:
    done = run("rtx4090", "rtx3090", "--metric", "token_throughput")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "there are pairs in --metric latency_mean (1 pairs), throughput (1 pairs)" in done.stderr


def test_a_metric_that_is_none_is_refused_with_the_nearest(run: Run) -> None:
    assert "Did you mean: throughput" in refusal(run("--metric", "troughput"))


def test_a_side_that_cannot_be_chosen_is_refused(run: Run) -> None:
    assert "a comparison by batch has no sides to name" in refusal(run("--by", "batch", "8"))


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (["--family", "vision"], 1),
        (["--family", "audio"], 0),
        (["--mode", "training"], 0),
        (["--precision", "fp32"], 1),
        (["--hardware", "rtx4090"], 1),
        (["--collector", "test"], 1),
        (["--model", "mystery"], 0),
    ],
)
def test_filters_keep_the_pairs_that_fit(run: Run, filters: list[str], count: int) -> None:
    assert len(document(run("rtx4090", "rtx3090", *filters, "--json"))["pairs"]) == count


def test_a_collector_that_brought_nothing_in_is_refused(run: Run) -> None:
    assert "no collector 'timm_csv'" in refusal(run("--collector", "timm_csv"))


def test_comparisons_are_printed_as_csv_with_a_row_each(run: Run) -> None:
    done = run("rtx4090", "rtx3090", "--format", "csv")
    [row] = csv.DictReader(StringIO(done.stdout))
    assert (row["hardware_id"], row["pair_count"], row["advantage_low"]) == ("rtx-4090", "1", "")


def test_no_pairs_are_printed_where_none_are_asked_for(run: Run) -> None:
    done = run("--metric", "latency_mean", "--by", "stack", "--limit", "0")
    assert len(done.stdout.splitlines()) == 2
    assert done.stderr == ""


def test_comparisons_left_out_of_a_table_are_announced(capsys: pytest.CaptureFixture[str]) -> None:
    numbers = {
        "pair_count": 1,
        "model_count": 1,
        "better_count": 0,
        "advantage": 0.5,
        "worst": 0.5,
        "best": 0.5,
    }
    found = [
        Summary(
            {"hardware_id": "a", "baseline_hardware_id": other}, "throughput",
            advantage_low=None, advantage_high=None, extra={}, **numbers,
        )
        for other in ("b", "c")
    ]  # fmt: skip
    print_summaries(Asked(), found, limit=1)
    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) == 2
    assert "1 of 2 comparisons are shown" in printed.err
