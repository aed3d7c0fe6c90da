"""How well other GPUs predict networks on a GPU that was left out: `python benchmarks/kernel_accuracy.py FOLDER`.

FOLDER holds NeuSight's tables: devices.csv, end_to_end.csv, kernels.parquet, model_configs/. Prints the mean relative
error by device beside a roofline and the published predictions on the same rows, whose authors trained on some of the
devices; compiled networks and those split over devices stand apart.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from predictors.kernels.evaluation import MOST_KERNELS, NetworkScore, evaluate

GOAL = 9.0


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kernels", type=int, default=MOST_KERNELS, help="how many kernels are learned from")
    parser.add_argument("--seeds", type=int, default=2, help="members of the ensemble")
    asked = parser.parse_args()
    *_, scores = evaluate(asked.folder, range(asked.seeds), asked.kernels)
    plain = [score for score in scores if not score.label.option]
    _print_head()
    for device in dict.fromkeys(score.label.device for score in plain):
        _print_line(device, [score for score in plain if score.label.device == device])
    for mode in ("inference", "training"):
        _print_line(f"all, {mode}", [score for score in plain if score.label.workload.mode == mode])
    _print_line("all", plain)
    for option in dict.fromkeys(score.label.option for score in scores if score.label.option):
        _print_line(option, [score for score in scores if score.label.option == option])
    reached = 100 * float(np.mean([score.error for score in plain]))
    print(
        f"\nmean over all {len(plain)}: {reached:.1f} % ({'reached' if reached <= GOAL else 'MISSED'}, goal {GOAL:.0f})"
    )
    print("\nworst:")
    for score in sorted(plain, key=lambda score: -score.error)[:8]:
        label = score.label
        print(
            f"{label.device:<24}{label.model:<12}{label.workload.mode:<10} batch {label.workload.batch:<4}",
            end="",
        )
        print(f"measured {1e3 * label.seconds:8.1f} ms, predicted {1e3 * score.seconds:8.1f} ms")


def _print_head() -> None:
    print(
        f"{'left out':<26}{'n':>4}{'mean %':>8}{'median':>8}{'roofline':>10}{'90 % holds':>12}{'x/÷':>6}",
        end="",
    )
    print(f"{'| n':>6}{'own':>7}{'NeuSight':>10}{'Li':>7}{'Habitat':>9}")


def _print_line(name: str, scores: Sequence[NetworkScore]) -> None:
    errors = [100 * score.error for score in scores]
    roofline = [100 * abs(score.roofline_seconds / score.label.seconds - 1) for score in scores]
    inside = [score.is_inside for score in scores if score.is_inside is not None]
    print(
        f"{name:<26}{len(scores):>4}{np.mean(errors):>8.1f}{np.median(errors):>8.1f}{np.mean(roofline):>10.1f}",
        end="",
    )
    factor = np.exp(np.mean([score.interval_log or np.nan for score in scores]))
    print(f"{100 * np.mean(inside) if inside else np.nan:>12.0f}{factor:>6.2f}", end="")
    shared = [score for score in scores if score.label.rivals["neusight"] is not None]
    print(
        f"{len(shared):>6}{100 * np.mean([score.error for score in shared]) if shared else np.nan:>7.1f}",
        end="",
    )
    print("".join(f"{_rival(shared, rival):>{width}.1f}" for rival, width in _RIVALS.items()), flush=True)


_RIVALS = {"neusight": 10, "li_et_al": 7, "habitat": 9}


def _rival(scores: Sequence[NetworkScore], rival: str) -> float:
    """Its mean relative error on those of these rows that it predicted."""
    known = [
        (value, score.label.seconds) for score in scores if (value := score.label.rivals[rival]) is not None
    ]
    return (
        100 * float(np.mean([abs(value / seconds - 1) for value, seconds in known]))
        if known
        else float("nan")
    )


if __name__ == "__main__":
    main()
