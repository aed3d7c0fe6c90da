"""Each device in turn is taken for a new one: how well the others and a few probes predict it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmart.errors import PredictionRefused
from predictors.transfer.baselines import factor_ridge, mean_device
from predictors.transfer.calibration import PROBE_COUNTS
from predictors.transfer.known import Floats, Indices, Known
from predictors.transfer.model import Estimate, TransferModel, learn
from predictors.transfer.spaces import SPACES, read_space

PUBLISHED_ROLE = ("titan_rtx_256", "gold_6226", "fpga", "pixel2", "raspi4", "eyeriss")
"""Columns of NAS-Bench-201 that HELP's authors test on (arXiv 2106.08630)."""
PUBLISHED_SPEARMAN = 0.932
"""Their mean over those, with 10 random probes."""
DESIGNED, RANDOM, FACTOR_RIDGE, MEAN_DEVICE = (
    "designed probes",
    "random probes",
    "factors + ridge, random probes",
    "mean device",
)
_DRAWS = 10


@dataclass(frozen=True, slots=True)
class TransferScore:
    """How well one method predicts one column with so many probes. Probes themselves are not scored."""

    space: str
    device: str
    column: str
    method: str
    probe_count: int
    spearman: float
    median_error: float | None
    """Relative, median over items; None when the method does not tell the level."""
    mean_error: float | None
    coverage: float | None
    """Share of items inside the 90 % interval."""
    factor: float | None
    """Median of the upper end of the interval over its middle."""


def evaluate(
    folder: Path,
    spaces: Sequence[str] = SPACES,
    probe_counts: Sequence[int] = PROBE_COUNTS,
    draws: int = _DRAWS,
) -> Iterator[TransferScore]:
    """Scores of all columns of the spaces whose table is in `folder`, device by device.

    Raises PredictionRefused when there is no table, or one is damaged.
    """
    paths = [path for space in spaces if (path := folder / f"{space}.parquet").exists()]
    if not paths:
        raise PredictionRefused(
            "no table of a search space", where=str(folder), hint=f"Expected {', '.join(spaces)} as .parquet"
        )
    for path in paths:
        known, columns = read_space(path)
        yield from evaluate_table(known, columns, path.stem, probe_counts, draws)


def evaluate_table(
    known: Known, columns: Sequence[str], space: str, probe_counts: Sequence[int], draws: int
) -> Iterator[TransferScore]:
    """Scores of all columns of one table, each device left out with all its columns."""
    for device in known.names:
        others = known.without(device)
        model = learn(others)
        designed = model.probes(max(probe_counts))
        names = [column for column, owner in zip(columns, known.devices, strict=True) if owner == device]
        for name, truth in zip(names, known.columns_of(device).T, strict=True):
            yield TransferScore(
                space,
                device,
                name,
                MEAN_DEVICE,
                0,
                _spearman(mean_device(others), truth),
                None,
                None,
                None,
                None,
            )
            for count in probe_counts:
                own = _estimate_score(model, designed[:count], truth)
                yield TransferScore(space, device, name, DESIGNED, count, *own)
                if count and draws:
                    yield from _random_scores((space, device, name), others, model, truth, count, draws)


def _random_scores(  # noqa: PLR0917 - passed on once
    names: tuple[str, str, str], others: Known, model: TransferModel, truth: Floats, count: int, draws: int
) -> Iterator[TransferScore]:
    """The same probes for transfer and baseline, averaged over draws."""
    generator = np.random.default_rng(count)
    drawn = [generator.choice(len(truth), count, replace=False) for _ in range(draws)]
    own = np.array([_estimate_score(model, probes, truth) for probes in drawn]).mean(axis=0)
    yield TransferScore(*names, RANDOM, count, *map(float, own))
    ridge = np.array(
        [_point_score(factor_ridge(others, probes, truth[probes]), probes, truth) for probes in drawn]
    )
    spearman, median_error, mean_error = map(float, ridge.mean(axis=0))
    yield TransferScore(*names, FACTOR_RIDGE, count, spearman, median_error, mean_error, None, None)


def _estimate_score(
    model: TransferModel, probes: Indices, truth: Floats
) -> tuple[float, float, float, float, float]:
    estimate: Estimate = model.fit(probes, np.exp(truth[probes])).predict()
    latency = np.exp(truth)
    inside = np.delete((estimate.low <= latency) & (latency <= estimate.high), probes)
    factor = float(np.median(estimate.high / estimate.values))
    return *_point_score(np.log(estimate.values), probes, truth), float(inside.mean()), factor


def _point_score(predicted: Floats, probes: Indices, truth: Floats) -> tuple[float, float, float]:
    """Rank correlation over all items, as published; relative errors over those that were not probes."""
    error = np.delete(np.abs(np.expm1(predicted - truth)), probes)
    return _spearman(predicted, truth), float(np.median(error)), float(error.mean())


def _spearman(predicted: Floats, truth: Floats) -> float:
    from scipy.stats import spearmanr

    return float(spearmanr(predicted, truth).statistic)
