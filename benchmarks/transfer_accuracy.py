"""How well a few probes predict a device that was not seen: `python benchmarks/transfer_accuracy.py FOLDER`.

FOLDER holds tables of search spaces with one column a device: nasbench201.parquet, fbnet.parquet, ofa.parquet, from
HELP's repository. Prints mean Spearman, errors and coverage by space, method and number of probes, then each device
with 10 probes, then the devices of the published test beside the published number.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from predictors.transfer.evaluation import (
    DESIGNED,
    FACTOR_RIDGE,
    PUBLISHED_ROLE,
    PUBLISHED_SPEARMAN,
    TransferScore,
    evaluate,
)
from predictors.transfer.spaces import SPACES

GOAL = 0.955
GOAL_PROBES = 10


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--spaces", nargs="+", default=SPACES)
    parser.add_argument("--draws", type=int, default=10, help="of random probes; 0 leaves them out")
    asked = parser.parse_args()
    scores = list(evaluate(asked.folder, asked.spaces, draws=asked.draws))
    for space in dict.fromkeys(score.space for score in scores):
        _print_space(space, [score for score in scores if score.space == space])
    _print_published(scores)


def _print_space(space: str, scores: Sequence[TransferScore]) -> None:
    print(
        f"\n{space}: mean over {len({score.column for score in scores})} columns, each device left out whole"
    )
    print(
        f"{'method':<32}{'probes':>7}{'Spearman':>10}{'median %':>10}{'mean %':>9}{'90 % holds':>12}{'x/÷':>7}"
    )
    for method, count in dict.fromkeys((score.method, score.probe_count) for score in scores):
        chosen = [score for score in scores if (score.method, score.probe_count) == (method, count)]
        print(f"{method:<32}{count:>7}{_mean(chosen, 'spearman'):>10.3f}", end="")
        print(
            f"{100 * _mean(chosen, 'median_error'):>10.1f}{100 * _mean(chosen, 'mean_error'):>9.1f}", end=""
        )
        print(f"{100 * _mean(chosen, 'coverage'):>12.1f}{_mean(chosen, 'factor'):>7.2f}")
    print(f"\n{space}, 10 probes: Spearman with designed probes, of the baseline; median % and coverage %")
    for column in dict.fromkeys(score.column for score in scores):
        [own] = _at_ten(scores, DESIGNED, column)
        ridge = _at_ten(scores, FACTOR_RIDGE, column)
        print(f"{column:<18}{own.spearman:>7.3f}{_mean(ridge, 'spearman'):>7.3f}", end="")
        print(f"{100 * (own.median_error or 0):>8.1f}{100 * (own.coverage or 0):>7.1f}")


def _print_published(scores: Sequence[TransferScore]) -> None:
    cells = [score for score in scores if score.space == "nasbench201" and score.column in PUBLISHED_ROLE]
    tested = [score for score in cells if score.method == DESIGNED and score.probe_count == GOAL_PROBES]
    if tested:
        reached = _mean(tested, "spearman")
        ridge = [
            score for score in cells if score.method == FACTOR_RIDGE and score.probe_count == GOAL_PROBES
        ]
        print(
            f"\npublished test devices at hand ({len(tested)} of {len(PUBLISHED_ROLE)}), 10 probes: {reached:.3f}",
            end="",
        )
        print(f" ({'reached' if reached >= GOAL else 'MISSED'}, goal {GOAL}); ", end="")
        print(f"baseline {_mean(ridge, 'spearman'):.3f}, published over all six {PUBLISHED_SPEARMAN}")


def _at_ten(scores: Sequence[TransferScore], method: str, column: str) -> list[TransferScore]:
    return [
        score
        for score in scores
        if (score.method, score.probe_count, score.column) == (method, GOAL_PROBES, column)
    ]


def _mean(scores: Sequence[TransferScore], name: str) -> float:
    known = [value for score in scores if (value := getattr(score, name)) is not None]
    return float(np.mean(known)) if known else float("nan")


if __name__ == "__main__":
    main()
