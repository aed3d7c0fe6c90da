"""What one row of a timm table says; `timm_csv` tells the units of its columns."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from benchmart.event_log.events import Metric
from collectors.adapters.numbers import LARGEST_WHOLE, not_negative, positive, positive_whole

_Value = TypeVar("_Value")

_MODEL_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/+-]*")

CONTRADICTION = 0.1
"""Throughput x step time / batch size is 1; real files stay within 0.97 to 1.06. Beyond this a number is wrong."""

THROUGHPUT_ROUNDING = 0.005
"""Images a second: half of the last printed digit, which matters for models slower than one image a second."""


@dataclass(frozen=True, slots=True)
class ColumnPlaces:
    """Where each column stands."""

    header: tuple[str, ...]
    model: int
    throughput: int
    step_time: int
    batch_size: int
    image_size: int
    parameters: int
    gmacs: int | None
    macts: int | None
    others: tuple[tuple[str, int], ...]
    """Columns this adapter does not know: kept as attributes."""

    def value(self, convert: Callable[[str], _Value], cells: Sequence[str], place: int) -> _Value:
        """What `convert` makes of a cell. Raises ValueError that names the column."""
        try:
            return convert(cells[place])
        except ValueError as error:
            raise ValueError(f"{self.header[place]}: {error}") from None


def outcome(cells: Sequence[str], columns: ColumnPlaces) -> dict[str, Any]:
    """What one row says. Raises ValueError when it cannot be understood."""
    is_measured = any(cells[place] for place in (columns.throughput, columns.step_time, columns.batch_size))
    said = _measurement(cells, columns) if is_measured else dict(_NO_MEASUREMENT)
    return said | {
        "subject": model_name(cells[columns.model]),
        "image_size": columns.value(positive_whole, cells, columns.image_size),
        "parameter_count": columns.value(parameters, cells, columns.parameters),
        "attributes": {name: cells[place] for name, place in columns.others if cells[place]},
        "metrics": (*said["metrics"], *_counts(cells, columns)),
    }


def model_name(text: str) -> str:
    """Raises ValueError when it is none."""
    if not _MODEL_NAME.fullmatch(text):
        raise ValueError(f"{text!r} is not a model name")
    return text


def parameters(millions: str) -> int | None:
    """Raises ValueError when it is not a number, or larger than a float can tell from its neighbours."""
    if not millions:
        return None
    count = not_negative(millions) * 1e6
    if count > LARGEST_WHOLE:
        raise ValueError(f"{millions!r} million parameters are too many to count")
    return round(count)


_NO_MEASUREMENT: Mapping[str, Any] = {
    "status": "untested",
    "basis": "untested",
    "basis_reason": "the row has no measurement and does not say why",
    "error_class": "no_measurement",
    "metrics": (),
}
"""Not `failed`: that would be evidence that the model does not run there, and the file does not say so."""


def _measurement(cells: Sequence[str], columns: ColumnPlaces) -> dict[str, Any]:
    """Raises ValueError when one of the three is missing or is not a number above zero."""
    throughput = columns.value(positive, cells, columns.throughput)
    step_time = columns.value(positive, cells, columns.step_time)
    batch_size = columns.value(positive_whole, cells, columns.batch_size)
    ratio = throughput * step_time / 1e3 / batch_size
    is_suspect = abs(ratio - 1) > CONTRADICTION + THROUGHPUT_ROUNDING / throughput
    return {
        "status": "ok",
        "basis": "suspect" if is_suspect else "measured",
        "basis_reason": f"throughput x step time / batch size is {ratio:.3g}, not 1" if is_suspect else None,
        "batch_size": batch_size,
        "metrics": (
            Metric("latency_mean", "millisecond", step_time),
            Metric("throughput", "item/second", throughput),
        ),
    }


def _counts(cells: Sequence[str], columns: ColumnPlaces) -> Iterator[Metric]:
    """Work per image, where the file tells it: counted, so it holds for a row without a measurement too."""
    if columns.gmacs is not None and cells[columns.gmacs]:
        yield Metric("macs_per_item", "gigamac", columns.value(not_negative, cells, columns.gmacs))
    if columns.macts is not None and cells[columns.macts]:
        activations = columns.value(not_negative, cells, columns.macts)
        yield Metric("activations_per_item", "million_activations", activations)
