"""Whether results that cannot be right are found: 1 % of the results of timm are multiplied by 0.5-0.7 or 1.3-1.5.

Results that are odd in truth count as false alarms, so precision is a lower bound.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from benchmart.errors import PredictionRefused
from predictors.outliers import Cells, score
from predictors.outliers.results import FEATURES
from predictors.suites.line import Line
from predictors.suites.setting import Setting

SUITE = "outliers"
PARTS = ("",)
SEEDS = 4
_SHARE = 0.01
_SLOWER, _FASTER = (0.5, 0.7), (1.3, 1.5)
_RESULTS = """
    with works as (
        select
            event_id,
            max(value) filter (where metric = 'macs_per_item') as macs_per_item,
            max(value) filter (where metric = 'activations_per_item') as activations_per_item
        from fct_measurements
        where metric in ('macs_per_item', 'activations_per_item')
        group by event_id
    )

    select
        concat_ws(' ', model_id, image_size) as subject,
        concat_ws(' ', hardware_id, mode, precision, memory_format, compiler, runtime_version) as configuration,
        items_per_second, parameter_count::double as parameter_count, macs_per_item, activations_per_item,
        image_size::double as image_size
    from performance
    left join works using (event_id)
    where collector = 'adapter:timm_csv' and status = 'ok' and basis = 'measured' and items_per_second > 0
    order by event_id
"""


def lines(setting: Setting, part: str) -> Iterator[Line]:  # noqa: ARG001 - as all suites are called
    """A line a seed and their mean. Settings were chosen with seeds 0 and 1, so that others are scored.

    Raises WarehouseMissing, and PredictionRefused when there are no results of timm.
    """
    with setting.warehouse() as connection:
        columns = connection.execute(_RESULTS).fetchnumpy()
    values = np.asarray(columns["items_per_second"], dtype=float)
    if round(_SHARE * len(values)) == 0:
        raise PredictionRefused(
            f"{len(values)} results of timm are too few to change 1 % of them",
            hint="Import timm's results and build",
        )
    subjects, configurations = (columns[name].tolist() for name in ("subject", "configuration"))
    features = np.column_stack([np.ma.filled(columns[name], np.nan) for name in FEATURES])
    found = []
    for seed in range(setting.seed + 1, setting.seed + 1 + SEEDS):
        changed, factors = changes(len(values), seed)
        said = score(Cells(subjects, configurations, values * factors, features))
        found.append(_numbers(np.nan_to_num(said.scores), changed))
        yield Line(SUITE, f"seed {seed}", "benchmart", len(values), others=found[-1], is_detail=True)
    mean = {name: float(np.mean([each[name] for each in found])) for name in found[0]}
    yield Line(SUITE, "mean of seeds", "benchmart", len(values), others=mean, is_ours=True)


def changes(count: int, seed: int) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64]]:
    """Which of `count` results are changed, and the factor of each."""
    generator = np.random.default_rng(seed)
    changed = np.zeros(count, bool)
    changed[generator.choice(count, round(_SHARE * count), replace=False)] = True
    low, high = generator.uniform(*_SLOWER, count), generator.uniform(*_FASTER, count)
    return changed, np.where(changed, np.where(generator.integers(2, size=count), low, high), 1.0)


def _numbers(scores: npt.NDArray[np.float64], changed: npt.NDArray[np.bool_]) -> dict[str, float]:
    order = np.argsort(-scores, kind="stable")
    alarm = np.quantile(scores[~changed], 1 - _SHARE)
    return {
        "average_precision": average_precision(changed[order]),
        "precision_at_changed": float(changed[order[: changed.sum()]].mean()),
        "recall_at_one_percent_false_alarms": float((scores[changed] > alarm).mean()),
    }


def average_precision(hits: npt.NDArray[np.bool_]) -> float:
    """Mean over the hits, highest score first, of the share of hits down to each."""
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1) * hits).sum() / hits.sum())
