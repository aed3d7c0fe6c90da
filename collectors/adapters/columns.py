"""Tables read a column at a time: what a cell means is worked out once for each distinct cell, not once a row.

Millions of rows hold few distinct texts, and Arrow lays out columns of them much faster than Python builds events.
The functions that say what a cell means are the same as for single rows; a row with a cell they refuse is `odd`, and
is left to whoever reads rows.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from benchmart.event_log.schemas import RESULT_RECORDED
from benchmart.event_log.structs import METRIC
from collectors.adapters.contract import EventTable

Codes: TypeAlias = npt.NDArray[np.int64]
Rows: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]

_MOST_COMBINATIONS = 2**62
_PLAIN_NUMBER = r"^[0-9]{1,17}(\.[0-9]{1,20})?$"


@dataclass(frozen=True, eq=False)
class Column:
    """Row i holds `values[codes[i]]`; shape of `codes`: (rows,)."""

    codes: Codes
    values: Sequence[Any]

    @classmethod
    def of(cls, array: pa.Array) -> "Column":
        """A column of an Arrow array; None for null. Raises ArrowException for lists and objects."""
        encoded = array.dictionary_encode("encode")
        codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        return cls(codes, encoded.dictionary.to_pylist())

    @classmethod
    def same(cls, value: Any, count: int) -> "Column":
        """A column of `count` equal values."""
        return cls(np.zeros(count, np.int64), [value])

    def where(self, test: Callable[[Any], bool]) -> Mask:
        """Shape (rows,): the rows whose value passes."""
        return np.fromiter(map(test, self.values), np.bool_, len(self.values))[self.codes]

    def array(self, rows: Rows, kind: pa.DataType) -> pa.Array:
        """The values of these rows as Arrow has them."""
        values = pa.array(self.values, kind)
        return (
            pa.repeat(values[0], len(rows)) if len(values) == 1 else values.take(pa.array(self.codes[rows]))
        )

    def numbers(self) -> npt.NDArray[np.float64]:
        """Shape (rows,): the values, which are numbers; NaN for None."""
        return np.array([np.nan if value is None else value for value in self.values], np.float64)[self.codes]

    @cached_property
    def plain_numbers(self) -> npt.NDArray[np.float64]:
        """Shape (values,): the values that are finite numbers above zero, or texts of such; NaN for all others."""
        numbers = np.full(len(self.values), np.nan)
        texts = pa.array([value if isinstance(value, str) else None for value in self.values], pa.string())
        is_plain = pc.fill_null(pc.match_substring_regex(texts, _PLAIN_NUMBER), False)
        numbers[is_plain.to_numpy(zero_copy_only=False)] = (
            texts.filter(is_plain).cast(pa.float64()).to_numpy()
        )
        for place, value in enumerate(self.values):
            if type(value) is float or type(value) is int:
                numbers[place] = value
        numbers[~((numbers > 0) & np.isfinite(numbers))] = np.nan
        return numbers


class _Refused:
    """In place of a value that could not be made."""


class Columns:
    """The columns of a table, under their names."""

    def __init__(self, columns: Mapping[str, Column], count: int) -> None:
        self._columns = dict(columns)
        self._combined: dict[tuple[str, ...], tuple[Codes, Sequence[Sequence[Any]]]] = {}
        self.count = count
        self.odd: Mask = np.zeros(count, np.bool_)
        """Rows that are left to whoever reads rows."""

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def __getitem__(self, name: str) -> Column:
        return self._columns[name]

    def add(self, name: str, column: Column) -> None:
        """Another column, made from those that are there."""
        self._columns[name] = column

    def apply(self, names: Collection[str], function: Callable[[dict[str, Any]], Any]) -> Column:
        """`function` of the cells in these columns, called once for each combination of cells.

        It gets what the row has under those of the names that are columns. Rows for which it raises ValueError are odd.
        """
        present = tuple(sorted(name for name in names if name in self._columns))
        codes, combinations = self._combine(present)
        values = [_tried(function, dict(zip(present, cells, strict=True))) for cells in combinations]
        return self._settled(codes, values)

    def _settled(self, codes: Codes, values: list[Any]) -> Column:
        """The column of these values; rows whose value was refused are odd."""
        if _Refused in values:
            made = Column(codes, values)
            self.odd |= made.where(lambda value: value is _Refused)
            values = [None if value is _Refused else value for value in values]
        return Column(codes, values)

    def each(self, name: str, function: Callable[[Any], Any]) -> Column:
        """The same for one column: `function` of its cells."""
        column = self._columns[name]
        return self._settled(column.codes, [_tried(function, value) for value in column.values])

    def numbers(self, name: str, number: Callable[[Any], float | None]) -> npt.NDArray[np.float64]:
        """Shape (rows,): `number` of the cells of a column, NaN for None; it is not asked what plain numbers are.

        Rows for which it raises ValueError are odd. A number above zero has to be to it what it is to Python.
        """
        column = self._columns[name]
        numbers = column.plain_numbers.copy()
        for place in np.flatnonzero(np.isnan(numbers)).tolist():
            found = _tried(number, column.values[place])
            if found is _Refused:
                self.odd |= column.codes == place
            elif found is not None:
                numbers[place] = found
        return numbers[column.codes]

    def _combine(self, names: tuple[str, ...]) -> tuple[Codes, Sequence[Sequence[Any]]]:
        """For each row the number of its combination, and the cells of each combination."""
        if not names:
            return np.zeros(self.count, np.int64), [()]
        if names not in self._combined:
            self._combined[names] = _combinations([self._columns[name] for name in names])
        return self._combined[names]


def _tried(function: Callable[[Any], Any], cell: Any) -> Any:
    try:
        return function(cell)
    except ValueError:
        return _Refused


def _combinations(columns: Sequence[Column]) -> tuple[Codes, Sequence[Sequence[Any]]]:
    first = columns[0]
    codes, size = first.codes, len(first.values)
    if len(columns) == 1:
        return codes, [(value,) for value in first.values]
    for column in columns[1:]:
        if size * len(column.values) >= _MOST_COMBINATIONS:
            distinct, codes = np.unique(codes, return_inverse=True)
            size = len(distinct)
        codes = codes * len(column.values) + column.codes
        size *= len(column.values)
    _, examples, codes = np.unique(codes, return_index=True, return_inverse=True)
    cells = [[column.values[code] for code in column.codes[examples]] for column in columns]
    return codes, list(zip(*cells, strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class MetricValues:
    """One metric of every row: shape (rows,)."""

    name: str
    unit: Column
    """None where the row has no such metric."""
    values: npt.NDArray[np.float64]
    """NaN where the row has no such metric."""

    @property
    def present(self) -> Mask:
        """The rows that have it."""
        return ~np.isnan(self.values) & self.unit.where(lambda unit: unit is not None)


def result_table(
    rows: Rows,
    locators: pa.Array,
    *,
    fields: Mapping[str, Column],
    condition: Mapping[str, Column],
    attributes: Mapping[str, Column],
    metrics: Sequence[MetricValues],
) -> EventTable:
    """The results of these rows; `locators` are those of `rows` alone, a field that is not given is null."""
    made = {
        "source_locator": locators,
        "condition": _maps(rows, condition),
        "attributes": _maps(rows, attributes),
        "metrics": _metrics(rows, metrics),
    }
    nothing = Column.same(None, 1)
    columns = [
        made[field.name]
        if field.name in made
        else fields[field.name].array(rows, field.type)
        if field.name in fields
        else nothing.array(rows, field.type)
        for field in RESULT_RECORDED.submitted
    ]
    return EventTable(RESULT_RECORDED, pa.Table.from_arrays(columns, schema=RESULT_RECORDED.submitted))


def _maps(rows: Rows, texts: Mapping[str, Column]) -> pa.Array:
    """One map a row, its keys in order, without those that are None; null when none is left."""
    columns = [(key, texts[key]) for key in sorted(texts)]
    if not columns or not len(rows):
        return pa.nulls(len(rows), pa.map_(pa.string(), pa.string()))
    codes, values = _interleaved([column for _, column in columns], rows)
    is_there = np.fromiter((value is not None for value in values), np.bool_, len(values))[codes]
    counts = is_there.sum(axis=1)
    places = np.broadcast_to(np.arange(len(columns)), codes.shape)[is_there]
    return pa.MapArray.from_arrays(
        pa.array(_offsets(counts), pa.int32()),
        pa.array([key for key, _ in columns]).take(pa.array(places)),
        pa.array(values, pa.string()).take(pa.array(codes[is_there])),
        mask=pa.array(counts == 0),
    )


def _metrics(rows: Rows, metrics: Sequence[MetricValues]) -> pa.Array:
    kind = pa.list_(METRIC)
    if not metrics or not len(rows):
        return pa.array([[]] * len(rows), kind)
    is_there = np.stack([metric.present[rows] for metric in metrics], axis=1)
    codes, units = _interleaved([metric.unit for metric in metrics], rows)
    places = np.broadcast_to(np.arange(len(metrics)), is_there.shape)[is_there]
    values = np.stack([metric.values[rows] for metric in metrics], axis=1)[is_there]
    fields = [
        pa.array([metric.name for metric in metrics]).take(pa.array(places)),
        pa.array(units, pa.string()).take(pa.array(codes[is_there])),
        pa.array(values),
        *(pa.nulls(len(values), METRIC.field(name).type) for name in ("samples", "warmup_samples")),
    ]
    items = pa.StructArray.from_arrays(fields, fields=list(METRIC))
    return pa.ListArray.from_arrays(pa.array(_offsets(is_there.sum(axis=1)), pa.int32()), items, type=kind)


def _interleaved(columns: Sequence[Column], rows: Rows) -> tuple[Codes, list[Any]]:
    """Codes of shape (rows, columns) into the values of all columns one after the other."""
    starts = np.cumsum([0, *(len(column.values) for column in columns)])
    codes = np.stack(
        [column.codes[rows] + start for column, start in zip(columns, starts, strict=False)], axis=1
    )
    return codes, [value for column in columns for value in column.values]


def _offsets(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
