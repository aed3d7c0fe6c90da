"""How far off predicted memory is on a table of facts, by publication, each left out of its own bounds in turn.

    python benchmarks/training_memory.py memory_facts.csv

Prints what the constants of `predictors/training_memory/calibration.py` rest on: for every share of fragmentation the
median error of runs whose whole device was measured, by model; and the percentiles of measured over predicted.
"""

import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from predictors.model_sizes.sizes import size_of
from predictors.training_memory.calibration import CONTEXT_BYTES
from predictors.training_memory.fact_habits import habits_of
from predictors.training_memory.fact_methods import training_of
from predictors.training_memory.fact_scores import Scored, score
from predictors.training_memory.fact_tables import Fact, read_facts
from predictors.training_memory.model import memory_of

_ENDS = (0.05, 0.95)
_SHARES = np.arange(0, 0.11, 0.01)


def main() -> None:
    """Prints both."""
    facts = read_facts(Path(sys.argv[1]))
    _print_fragmentation(facts)
    _print_bounds([each for each in score(facts, size_of) if each.error is not None])


def _print_fragmentation(facts: Sequence[Fact]) -> None:
    measured = [
        fact
        for fact in facts
        if fact.evidence == "measured"
        and fact.outcome == "ok"
        and habits_of(fact).reports == "device"
        and "inference" not in fact.method
    ]
    for model in dict.fromkeys(fact.model for fact in measured):
        rows = [_parts(fact) for fact in measured if fact.model == model]
        errors = [
            float(
                np.mean(
                    [
                        abs(np.log((all_ + CONTEXT_BYTES + share * moving) / known))
                        for all_, moving, known in rows
                    ]
                )
            )
            for share in _SHARES
        ]
        best = int(np.argmin(errors))
        print(f"{model}: {len(rows)} runs, best share {_SHARES[best]:.2f}, mean error {errors[best]:.1%}")


def _parts(fact: Fact) -> tuple[float, float, float]:
    """Bytes of tensors, of those that come and go, and known ones."""
    parts = memory_of(training_of(fact, size_of).setup).device_parts
    tensors = sum(value for name, value in parts.items() if name not in {"context", "fragmentation"})
    return tensors, tensors - parts["weights"] - parts["optimizer"], fact.known_bytes or 0.0


def _print_bounds(scored: Sequence[Scored]) -> None:
    ratios = _by_source([each for each in scored if each.fact.evidence == "measured"])
    for source, own in ratios.items():
        others = [values for name, values in ratios.items() if name != source]
        low = min(np.quantile(values, _ENDS[0]) for values in others)
        high = max(np.quantile(values, _ENDS[1]) for values in others)
        inside = np.mean((own >= low) & (own <= high))
        ends = ", ".join(f"{end:.3f}" for end in np.exp(np.quantile(own, _ENDS)))
        print(
            f"{source}: {len(own)} facts, median error {np.median(np.abs(np.expm1(-own))):.1%}, measured / predicted "
            f"{ends} (5th, 95th percentile); bounds of the others hold {inside:.0%}"
        )


def _by_source(scored: Sequence[Scored]) -> Mapping[str, np.ndarray]:
    ratios: dict[str, list[float]] = defaultdict(list)
    for each in scored:
        ratios[each.fact.source.split()[0]].append(-np.log1p(each.error or 0.0))
    return {source: np.array(values) for source, values in ratios.items()}


if __name__ == "__main__":
    main()
