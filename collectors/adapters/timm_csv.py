"""The speed tables of timm, `results/benchmark-*.csv` of pytorch-image-models: one row a model and image size.

Units, as the files have them: `*_samples_per_sec` images a second, `*_step_time` milliseconds a BATCH, `*_img_size`
pixels along one side, `infer_gmacs` 10^9 multiply-accumulates an image, `infer_macts` 10^6 activations an image,
`param_count` millions. Columns come in several orders and are read by name; the condition stands in the file name.

A row never spans lines in this format, so each line is parsed by itself: a stray quote spoils its own row only.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from benchmart.errors import DocumentRejected
from benchmart.event_log.events import ResultRecorded
from collectors.adapters.contract import Adapter, BadRow, Findings
from collectors.adapters.document import Document
from collectors.adapters.rows import CsvRows, Row
from collectors.adapters.timm_columns import plain_results
from collectors.adapters.timm_name import Condition, condition_of
from collectors.adapters.timm_row import ColumnPlaces, outcome

NAME = "timm_csv"
VERSION = "1"

_MEASURED = ("samples_per_sec", "step_time", "batch_size")
_REQUIRED = (*_MEASURED, "img_size")
_OPTIONAL = ("gmacs", "macts")
_MODES = {"infer": "inference", "train": "training"}
_TELLING_COLUMNS = 2
"""So many columns of the format are enough, so that a table which lost a column is refused with a reason."""


def _recognises(document: Document) -> bool:
    return _is_header(document.first_line.split(","))


def _is_header(cells: Sequence[str]) -> bool:
    names = {cell.strip().strip('"') for cell in cells}
    return any(sum(f"{mode}_{name}" in names for name in _REQUIRED) >= _TELLING_COLUMNS for mode in _MODES)


def _read(document: Document) -> Findings:
    condition = condition_of(document.name)
    columns = _columns(document.first_line, condition.mode)
    rows = _rows(document, columns)
    shared = _shared(document, condition)
    whole = rows.in_columns()
    if whole is None:
        yield from _findings(rows, columns, shared)
        return
    yield plain_results(whole, columns, shared)
    odd = np.flatnonzero(whole.columns.odd).tolist()
    yield from _findings((*map(whole.row, odd), *whole.spoiled), columns, shared)


def _rows(document: Document, columns: ColumnPlaces) -> CsvRows:
    lines = document.data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return CsvRows(lines, columns.header, header_line=1, delimiter=",")


def _findings(rows: Iterable[Row], columns: ColumnPlaces, shared: Mapping[str, Any]) -> Findings:
    make = partial(ResultRecorded, **shared)
    for row in rows:
        try:
            yield make(source_locator=row.where, **outcome(row.needed_cells(), columns))
        except ValueError as error:
            yield _bad_row(row, str(error), columns)


def _columns(header: str, mode: str) -> ColumnPlaces:
    if "\r" in header:
        raise DocumentRejected(
            "a carriage return inside the header", where="line 1", hint="End the lines with \\n or \\r\\n"
        )
    names = tuple(name.strip() for name in next(csv.reader([header])))
    at = {name: place for place, name in enumerate(names)}
    needed = ["model", *(f"{mode}_{name}" for name in _REQUIRED), "param_count"]
    if missing := [name for name in needed if name not in at]:
        what = f"missing columns: {', '.join(missing)}"
        raise DocumentRejected(
            what, where="line 1", hint=f"The file name says {mode}; the header is {header[:200]}"
        )
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise DocumentRejected(
            f"columns named twice: {', '.join(twice)}", where="line 1", hint="Rename or remove one"
        )
    gmacs, macts = (f"{mode}_{name}" for name in _OPTIONAL)
    return ColumnPlaces(
        header=names,
        model=at["model"],
        throughput=at[f"{mode}_samples_per_sec"],
        step_time=at[f"{mode}_step_time"],
        batch_size=at[f"{mode}_batch_size"],
        image_size=at[f"{mode}_img_size"],
        parameters=at["param_count"],
        gmacs=at.get(gmacs),
        macts=at.get(macts),
        others=tuple((name, place) for name, place in at.items() if name not in {*needed, gmacs, macts}),
    )


def _shared(document: Document, condition: Condition) -> dict[str, Any]:
    """What is the same for every row."""
    return {
        "collector": f"adapter:{NAME}",
        "collector_version": VERSION,
        "run_id": document.run_id,
        "source_uri": document.path,
        "source_digest": document.digest,
        "subject_kind": "model",
        "family": "vision",  # timm holds image models only
        "mode": _MODES[condition.mode],
        "device": condition.device,
        "device_kind": condition.device_kind,
        "device_count": 1,  # timm's benchmark script uses one device
        "runtime": "pytorch",
        "runtime_version": condition.torch_version,
        "compute_platform": condition.device_kind,
        "compute_platform_version": condition.platform_version,
        "compiler": condition.compiler,
        "precision": condition.precision,
        "memory_format": condition.memory_format,
    }


def _bad_row(row: Row, reason: str, columns: ColumnPlaces) -> BadRow:
    """Raises DocumentRejected when the row is another header: the rows below it would be read under wrong names."""
    cells = [cell.strip() for cell in row.raw_bytes.decode("utf-8", "replace").split(",")]
    if not _is_header(cells):
        return BadRow(row.where, reason, row.raw_bytes)
    if tuple(cells) == columns.header:
        return BadRow(row.where, "the header again: were two files joined?", row.raw_bytes)
    raise DocumentRejected(
        "a second, different header", where=row.where, hint="Split the file, one table each"
    )


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
