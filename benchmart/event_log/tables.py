"""From events to the Arrow table `EventLog.append_table` takes, one column at a time.

Most of what an import costs is spent here, so maps and lists are laid out flat, as Arrow has them, instead of being
handed over as Python objects inside objects.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from itertools import chain
from operator import attrgetter
from typing import Any

import pyarrow as pa

from benchmart.errors import EventError
from benchmart.event_log.events import Event


def to_table(events: Sequence[Event]) -> pa.Table:
    """Turn events of one kind into the table `EventLog.append_table` takes.

    Raises EventError when the kinds are mixed or a field does not fit its column.
    """
    if not events:
        raise EventError("no events to append")
    kind = events[0].kind
    if any(event.kind is not kind for event in events):
        raise EventError(f"events of several kinds in one table, the first is {kind.name}")
    return pa.Table.from_arrays([_column(events, column) for column in kind.submitted], schema=kind.submitted)


def _column(events: Sequence[Event], column: pa.Field) -> pa.Array:
    values = list(map(attrgetter(column.name), events))
    try:
        if pa.types.is_map(column.type):
            return map_column(values)
        if pa.types.is_list(column.type) and pa.types.is_struct(column.type.value_type):
            return structs_column(values, column.type, may_be_null=_may_be_none(events[0], column.name))
        return _plain_column(values, column.type)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, UnicodeEncodeError) as error:
        kind = events[0].kind.name
        raise EventError(f"column {column.name} of {kind} does not take these values: {error}") from error


def _plain_column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Events of one document agree in most fields: what is the same throughout is converted once."""
    first = values[0]
    if (first is None or len(values) > 1) and values.count(first) == len(values):
        return pa.repeat(pa.scalar(first, kind), len(values))
    return pa.array(values, kind)


def map_column(mappings: Sequence[Mapping[str, str]]) -> pa.Array:
    """Shape (n,), text to text, keys in order; null for an empty mapping."""
    pairs = [sorted(mapping.items()) for mapping in mappings]
    flat = list(chain.from_iterable(pairs))
    return pa.MapArray.from_arrays(
        offsets_of(pairs, [not mapping for mapping in mappings]),
        pa.array([key for key, _ in flat], pa.string()),
        pa.array([value for _, value in flat], pa.string()),
    )


def _may_be_none(event: Event, name: str) -> bool:
    """Whether None stands for what an event does not say; a list that every event has is never None."""
    return any(field.name == name and field.default is None for field in fields(event))


def structs_column(
    lists: Sequence[Sequence[Any] | None], kind: pa.ListType, *, may_be_null: bool = False
) -> pa.Array:
    """Shape (n,): for each event the list of its metrics or operators, which may be empty; null for None.

    Raises TypeError for a None that may not be.
    """
    if not may_be_null and any(one is None for one in lists):
        raise TypeError("a list is missing")
    filled = [one or () for one in lists]
    flat = list(chain.from_iterable(filled))
    parts = [
        _plain_column([getattr(one, field.name) for one in flat], field.type)
        if flat
        else pa.nulls(0, field.type)
        for field in kind.value_type
    ]
    structs = pa.StructArray.from_arrays(parts, fields=list(kind.value_type))
    return pa.ListArray.from_arrays(offsets_of(filled, [one is None for one in lists]), structs, type=kind)


def offsets_of(lists: Sequence[Sequence[Any]], are_null: Iterable[bool] = ()) -> pa.Array:
    """Where each list begins in all of them laid out flat, and where the last ends; null for a list that is null."""
    starts: list[int | None] = [0]
    end = 0
    for one in lists:
        end += len(one)
        starts.append(end)
    for place, is_null in enumerate(are_null):
        if is_null:
            starts[place] = None
    return pa.array(starts, pa.int32())
