"""Errors and coverage of the throughput predictor on seeded, grouped splits of a built warehouse.

Example: python benchmarks/throughput_accuracy.py ~/.benchmart/warehouse.duckdb profiles.parquet --splits a b2 --folds 2

The profiles are a Parquet file with one row per model and image size and the operators of the predictors' contract.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from predictors.contract import ModelProfile, Operator
from predictors.performance.evaluate import SPLITS, evaluate


def stored_profiles(path: Path) -> dict[tuple[str, float], ModelProfile]:
    """The profiles of a file, by model and image size."""
    found = {}
    for row in pq.read_table(path).to_pylist():
        operators = tuple(Operator(**{**each, "shape": tuple(each["shape"])}) for each in row["operators"])
        found[row["model"], float(row["image_size"])] = ModelProfile(
            row["model"],
            None,
            None,
            row["image_size"],
            None,
            row["parameter_count"],
            row["flops_per_item"],
            operators,
            row["saved_elements_per_item"],
        )
    return found


def main() -> None:
    """Prints one JSON line a score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("warehouse", type=Path)
    parser.add_argument("profiles", type=Path)
    parser.add_argument("--splits", nargs="+", default=SPLITS, choices=SPLITS)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    profiles = stored_profiles(asked.profiles)
    with duckdb.connect(asked.warehouse, read_only=True) as connection:
        for split in asked.splits:
            for score in evaluate(connection, profiles, splits=(split,), seed=asked.seed, folds=asked.folds):
                print(
                    json.dumps(
                        {
                            key: round(value, 4) if isinstance(value, float) else value
                            for key, value in asdict(score).items()
                        }
                    ),
                    flush=True,
                )


if __name__ == "__main__":
    main()
