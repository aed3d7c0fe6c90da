"""The catalogue beside what others publish of the same models: dimensions and counts, each with its source."""

import csv
from pathlib import Path

import pytest

from predictors.model_sizes.published import rows_of

HERE = Path(__file__).parent
RECALLED = "recalled and not re-read"
TABLES = ("stacks.csv", "experts.csv", "encoder_decoders.csv")
NEAR = 0.001


def table(name):
    with (HERE / name).open(encoding="utf-8") as lines:
        return {row["name"]: row for row in csv.DictReader(lines)}


def catalogued():
    return {row["name"]: row for name in TABLES for row in rows_of(name)}


@pytest.mark.parametrize("published", table("published_dimensions.csv").values(), ids=lambda row: row["name"])
def test_dimensions_are_those_that_are_published(published):
    row = catalogued()[published["name"]]
    # Encoders with decoders share no keys and values, and have no column for it.
    ours = row | {"key_value_heads": row.get("key_value_heads") or row["heads"]}
    stated = {key: value for key, value in published.items() if value and key not in {"name", "source"}}
    assert len(stated) >= 3
    assert {key: ours[key] or "0" for key in stated} == stated


@pytest.mark.parametrize("published", table("published_counts.csv").values(), ids=lambda row: row["name"])
def test_counts_are_those_that_are_published_but_for_what_is_said_to_differ(published, counted):
    differs = int(published["more_than_ours"])
    assert bool(published["because"]) == (differs != 0)
    expected = int(published["parameter_count"]) - differs
    assert counted[published["name"]].parameter_count == pytest.approx(expected, rel=NEAR)


def test_a_source_of_dimensions_is_one_that_was_compared(counted):
    dimensions, counts = table("published_dimensions.csv"), table("published_counts.csv")
    for name in catalogued():
        compared = dimensions.get(name) or counts.get(name)
        assert counted[name].source == (compared["source"] if compared else RECALLED)


def test_a_count_that_was_compared_says_with_what(counted):
    for name, row in table("published_counts.csv").items():
        if name not in catalogued():
            assert counted[name].source.endswith(row["source"])
