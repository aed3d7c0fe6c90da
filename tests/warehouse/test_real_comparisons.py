"""Comparisons of published results hold against a second reading of the tables they were printed in."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.queries.pairs import Asked, Summary, pairs_worst_first, summaries
from benchmart.queries.stack_coverage import Unequal, why_not

_SYSTEMS = ("8xMI300X_2xEPYC-9374F", "H200-SXM-141GBx8_TRT")


def compared(home: Home, asked: Asked) -> list[Summary]:
    with open_warehouse(home) as connection:
        return summaries(connection, asked)


def speeds(path: Path) -> dict[tuple[Any, ...], float]:
    """Images a second by all that tells rows of one table apart."""
    with path.open(newline="") as lines:
        return {
            (
                row["model"],
                row["infer_img_size"],
                float(row["infer_batch_size"]),
                row["param_count"],
            ): float(row["infer_samples_per_sec"])
            for row in csv.DictReader(lines)
            if row["infer_samples_per_sec"]
        }


def ratios(ours: Path, theirs: Path) -> dict[str, list[float]]:
    """By model: how many times faster it is in one table than in the other, on equal conditions."""
    here, there = speeds(ours), speeds(theirs)
    found = defaultdict(list)
    for condition in here.keys() & there.keys():
        found[condition[0]].append(here[condition] / there[condition])
    return found


def agrees(found: Sequence[Summary], expected: dict[str, list[float]]) -> bool:
    """Whether the only summary says what the second reading does."""
    [summary] = found
    pairs = [ratio for of_model in expected.values() for ratio in of_model]
    assert (summary.pair_count, summary.model_count) == (len(pairs), len(expected))
    assert summary.advantage == pytest.approx(median(map(median, expected.values())))
    assert (summary.worst, summary.best) == (pytest.approx(min(pairs)), pytest.approx(max(pairs)))
    assert summary.advantage_low is not None
    assert summary.advantage_high is not None
    return summary.advantage_low <= summary.advantage <= summary.advantage_high


def test_rtx_4090_against_3090_is_what_the_two_tables_say(timm_home: Home, published: Path) -> None:
    expected = ratios(
        published / "timm" / "benchmark-infer-amp-nchw-pt240-cu124-rtx4090.csv",
        published / "timm" / "benchmark-infer-amp-nchw-pt240-cu124-rtx3090.csv",
    )
    assert len(expected) > 500
    assert agrees(compared(timm_home, Asked("hardware", "rtx4090", "rtx3090")), expected)


def test_two_versions_of_torch_on_one_device_are_what_the_two_tables_say(
    timm_home: Home, published: Path
) -> None:
    expected = ratios(
        published / "timm" / "benchmark-infer-amp-nchw-pt240-cu124-rtx3090.csv",
        published / "timm" / "benchmark-infer-amp-nchw-pt210-cu121-rtx3090.csv",
    )
    assert len(expected) > 500
    assert agrees(compared(timm_home, Asked("stack", "2.4", "torch=2.1")), expected)


def test_dynamo_against_eager_is_what_the_two_tables_say(timm_home: Home, published: Path) -> None:
    expected = ratios(
        published / "timm" / "benchmark-infer-amp-nchw-pt291-cu130-pro6000maxq-dynamo.csv",
        published / "timm" / "benchmark-infer-amp-nchw-pt291-cu130-pro6000maxq.csv",
    )
    asked = Asked("compiler", "dynamo", "eager", hardware=["rtx-pro-6000-maxq"], precisions=["amp_fp16"])
    assert agrees(compared(timm_home, asked), expected)


def test_stacks_that_no_device_ran_both_of_are_not_compared_and_the_reason_is_told(timm_home: Home) -> None:
    asked = Asked("stack", "2.4", "2.9")
    assert compared(timm_home, asked) == []
    with open_warehouse(timm_home) as connection:
        unequal: Unequal = why_not(connection, asked)
    assert unequal.reason.startswith("no device ran both: 2.4 was measured on i9-10940x, rtx-3090, rtx-4090")
    assert {row["side"]: row["runtime_version"] for row in unequal.measured} == {
        "2.4": "2.4.0",
        "2.9": "2.9.1",
    }
    offered = {
        (each.keys["hardware_id"], each.keys["runtime_version"], each.keys["baseline_runtime_version"])
        for each in unequal.comparable
    }
    assert offered == {
        ("rtx-3090", "2.4.0", "2.1.0"), ("rtx-3090", "2.4.0", "1.13"), ("i9-10940x", "2.4.0", "2.2.1"),
    }  # fmt: skip


def offline(published: Path, system: str) -> Iterator[tuple[tuple[str, str], float, int]]:
    """Benchmark and division, samples a second, and devices, of one system's rows of the Offline scenario."""
    [path] = sorted(published.glob("mlperf_inference_v4.1/*_results.csv"))
    with path.open(newline="") as lines:
        for row in csv.DictReader(lines):
            if row["system"] == system and row["scenario"].lower() == "offline":
                devices = int(row["accelerators_per_node"]) * int(row["number_of_nodes"])
                yield (row["benchmark"], row["division"]), float(row["samples_per_second"]), devices


def test_two_systems_of_mlperf_are_compared_by_what_their_rows_say(timm_home: Home, published: Path) -> None:
    ours, theirs = (
        {key: (value, devices) for key, value, devices in offline(published, system)} for system in _SYSTEMS
    )
    expected = sorted(
        (
            ours[key][0] / theirs[key][0],
            (ours[key][0] / ours[key][1]) / (theirs[key][0] / theirs[key][1]),
        )
        for key in ours.keys() & theirs.keys()
    )
    assert expected
    with open_warehouse(timm_home) as connection:
        found = pairs_worst_first(connection, Asked("system", *_SYSTEMS)).as_dicts()
    told = sorted(
        (row["advantage"], row["advantage_per_device"]) for row in found if row["scenario"] == "Offline"
    )
    assert told == [pytest.approx(pair) for pair in expected]


def test_cost_is_that_of_the_listed_prices(timm_home: Home) -> None:
    asked = Asked("cost", "rtx4090", "rtx3090")
    [cost], [speed] = compared(timm_home, asked), compared(timm_home, Asked("hardware", "rtx4090", "rtx3090"))
    assert cost.pair_count == speed.pair_count
    assert cost.advantage == pytest.approx(speed.advantage * 0.16 / 0.39)
