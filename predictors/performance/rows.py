"""Measured throughputs as columns, with what is known of model, condition and device; and where they come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import duckdb
import numpy as np
import numpy.typing as npt

from predictors.performance.families import prefix_family, twin_groups

Floats = npt.NDArray[np.float64]
Names = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Rows:
    """Columns of equal length, one entry a result. Sizes are for one item of a batch."""

    model: Names
    image_size: Floats
    """Pixels along one side; NaN where there is none."""
    parameters: Floats
    macs: Floats
    """Multiply-accumulates of the forward pass; NaN when they are not known."""
    activations: Floats
    """Elements that convolutions and linear layers write; NaN when they are not known."""
    hardware: Names
    mode: Names
    precision: Names
    memory_format: Names
    compiler: Names
    version: Floats
    """Of the runtime, as a number: 2.4 for 2.4.0, 2.1 for 2.10."""
    batch_size: Floats
    throughput: Floats
    """Items a second; NaN where it is asked for."""

    def __len__(self) -> int:
        return len(self.model)

    def take(self, index: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> "Rows":
        """The rows of an index or mask."""
        return Rows(**{each.name: getattr(self, each.name)[index] for each in fields(self)})

    @property
    def family(self) -> Names:
        """Prefix families."""
        return np.array([prefix_family(each) for each in self.model], dtype=object)

    @property
    def twins(self) -> npt.NDArray[np.int64]:
        """Numbers of groups of twins."""
        signature = zip(self.parameters, np.round(self.macs, -6), np.round(self.activations, -4), strict=True)
        return twin_groups(list(self.model), list(signature))

    @property
    def configuration(self) -> Names:
        """Everything but the model and its batch, as one text."""
        parts = (self.hardware, self.mode, self.precision, self.memory_format, self.compiler, self.version)
        return np.array(["|".join(map(str, each)) for each in zip(*parts, strict=True)], dtype=object)


@dataclass(frozen=True, slots=True)
class Excluded:
    """Results that are not learned from, by reason."""

    counts: Mapping[str, int]


_SQL = """
    with sizes as (
        select
            event_id,
            max(value) filter (where metric = 'macs_per_item') as macs,
            max(value) filter (where metric = 'activations_per_item') as activations
        from fct_measurements
        where metric in ('macs_per_item', 'activations_per_item')
        group by event_id
    )
    select
        model_id, image_size, parameter_count, macs, activations, hardware_id, mode, precision, memory_format, compiler,
        runtime_version, batch_size, items_per_second, basis, status
    from performance
    left join sizes using (event_id)
    where collector = $collector and mode is not null and model_id is not null
    order by all
"""


def load_rows(
    connection: duckdb.DuckDBPyConnection, collector: str = "adapter:timm_csv"
) -> tuple[Rows, Excluded]:
    """The measured results of one collector, and how many were left out and why.

    Sizes that a file does not state are taken from results of the same model at the same image size.
    """
    found = connection.execute(_SQL, {"collector": collector}).fetchall()
    usable = [row for row in found if row[-1] == "ok" and row[-2] == "measured" and _is_positive(row[12])]
    excluded = {
        "failed, skipped or untested": sum(row[-1] != "ok" for row in found),
        "not measured": sum(row[-1] == "ok" and row[-2] != "measured" for row in found),
        "no positive throughput": sum(
            row[-1] == "ok" and row[-2] == "measured" and not _is_positive(row[12]) for row in found
        ),
    }
    unique = list(dict.fromkeys(usable))
    excluded["repeats another result exactly"] = len(usable) - len(unique)
    return _fill_sizes(_columns(unique)), Excluded({reason: n for reason, n in excluded.items() if n})


def version_number(text: str | None) -> float:
    """2.04 for `2.4.0`, 2.1 for `2.10`, so that later is larger; NaN for no version."""
    parts = [part for part in (text or "").split("+", maxsplit=1)[0].split(".")[:2] if part.isdigit()]
    return float(parts[0]) + (float(parts[1]) / 100 if len(parts) > 1 else 0.0) if parts else float("nan")


def _is_positive(value: float | None) -> bool:
    return value is not None and np.isfinite(value) and value > 0


def _columns(found: Sequence[tuple[object, ...]]) -> Rows:
    columns = list(zip(*found, strict=True)) if found else [()] * 15

    def numbers(at: int) -> Floats:
        return np.array([np.nan if each is None else float(str(each)) for each in columns[at]], dtype=float)

    def names(at: int) -> Names:
        return np.array(["" if each is None else str(each) for each in columns[at]], dtype=object)

    versions = [version_number(None if each is None else str(each)) for each in columns[10]]
    return Rows(
        model=names(0),
        image_size=numbers(1),
        parameters=numbers(2),
        macs=numbers(3),
        activations=numbers(4),
        hardware=names(5),
        mode=names(6),
        precision=names(7),
        memory_format=names(8),
        compiler=names(9),
        version=np.array(versions, dtype=float),
        batch_size=np.nan_to_num(numbers(11), nan=1.0),
        throughput=numbers(12),
    )


def _fill_sizes(rows: Rows) -> Rows:
    """Sizes stated in one file hold in another; at another image size they grow with the area."""
    filled = {each.name: getattr(rows, each.name) for each in fields(rows)}
    for name in ("macs", "activations"):
        column = filled[name].copy()
        known: dict[str, dict[float, float]] = {}
        for model, size, value in zip(rows.model, rows.image_size, column, strict=True):
            if np.isfinite(value):
                known.setdefault(model, {}).setdefault(size, value)
        for at in np.flatnonzero(~np.isfinite(column)):
            stated, size = known.get(rows.model[at], {}), rows.image_size[at]
            if size in stated:
                column[at] = stated[size]
            elif stated:
                nearest = min(stated, key=lambda each: abs(each - size))
                column[at] = stated[nearest] * (size / nearest) ** 2
        filled[name] = column
    return Rows(**filled)
