"""The speed tables of timm, `results/benchmark-*.csv` of pytorch-image-models: one row a model and image size.

Units, as the files have them: `*_samples_per_sec` images a second, `*_step_time` milliseconds a BATCH, `*_img_size`
pixels along one side, `infer_gmacs` 10^9 multiply-accumulates an image, `infer_macts` 10^6 activations an image,
`param_count` millions. Columns come in several orders and are read by name; the condition stands in the file name.

A row never spans lines in this format, so each line is parsed by itself: a stray quote spoils its own row only.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from benchmart.errors import DocumentRejected
from benchmart.event_log.events import Metric, ResultRecorded
from collectors.adapters.contract import Adapter, BadRow, Findings
from collectors.adapters.document import Document
from collectors.adapters.numbers import LARGEST_WHOLE, not_negative, positive, positive_whole
from collectors.adapters.timm_name import Condition, condition_of

NAME = "timm_csv"
VERSION = "1"

_Value = TypeVar("_Value")

_MEASURED = ("samples_per_sec", "step_time", "batch_size")
_REQUIRED = (*_MEASURED, "img_size")
_OPTIONAL = ("gmacs", "macts")
_MODES = {"infer": "inference", "train": "training"}
_TELLING_COLUMNS = 2
"""So many columns of the format are enough, so that a table which lost a column is refused with a reason."""

_MODEL_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/+-]*")

_CONTRADICTION = 0.1
"""Throughput x step time / batch size is 1; real files stay within 0.97 to 1.06. Beyond this a number is wrong."""

_THROUGHPUT_ROUNDING = 0.005
"""Images a second: half of the last printed digit, which matters for models slower than one image a second."""


@dataclass(frozen=True, slots=True)
class _Columns:
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


def _recognises(document: Document) -> bool:
    return _is_header(document.first_line.split(","))


def _is_header(cells: Sequence[str]) -> bool:
    names = {cell.strip().strip('"') for cell in cells}
    return any(sum(f"{mode}_{name}" in names for name in _REQUIRED) >= _TELLING_COLUMNS for mode in _MODES)


def _read(document: Document) -> Findings:
    condition = condition_of(document.name)
    lines = document.data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    columns = _columns(document.first_line, condition.mode)
    make = partial(ResultRecorded, **_shared(document, condition))
    for number, raw in _rows(lines):
        where = f"line {number}"
        try:
            yield make(source_locator=where, **_outcome(_cells(raw, columns), columns))
        except ValueError as error:
            yield _bad_row(where, str(error), raw, columns)
    yield from _unfinished(lines)


def _rows(lines: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of every finished line after the header that is not blank."""
    for number, raw in enumerate(lines[1:-1], start=2):
        if raw and not raw.isspace():
            yield number, raw


def _unfinished(lines: Sequence[bytes]) -> Iterator[BadRow]:
    """What follows the last line end. Cut anywhere, even a whole-looking number there may have lost digits."""
    if len(lines) > 1 and lines[-1].strip():
        reason = "the file ends without a line end, so this row may be cut off"
        yield BadRow(f"line {len(lines)}", reason, lines[-1])


def _columns(header: str, mode: str) -> _Columns:
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
    return _Columns(
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


def _cells(raw: bytes, columns: _Columns) -> list[str]:
    """Split one line. Raises ValueError when it does not fit the header."""
    line = raw.decode("utf-8").rstrip("\r")
    try:
        cells = next(csv.reader([line], strict=True)) if '"' in line else line.split(",")
    except csv.Error as error:
        raise ValueError(f"the quotes do not fit: {error}") from None
    if len(cells) != len(columns.header):
        raise ValueError(f"{len(cells)} cells under {len(columns.header)} columns")
    return cells


def _bad_row(where: str, reason: str, raw: bytes, columns: _Columns) -> BadRow:
    """Raises DocumentRejected when the row is another header: the rows below it would be read under wrong names."""
    cells = [cell.strip() for cell in raw.decode("utf-8", "replace").split(",")]
    if not _is_header(cells):
        return BadRow(where, reason, raw)
    if tuple(cells) == columns.header:
        return BadRow(where, "the header again: were two files joined?", raw)
    raise DocumentRejected("a second, different header", where=where, hint="Split the file, one table each")


def _outcome(cells: Sequence[str], columns: _Columns) -> dict[str, Any]:
    """What one row says. Raises ValueError when it cannot be understood."""
    model = cells[columns.model]
    if not _MODEL_NAME.fullmatch(model):
        raise ValueError(f"{model!r} is not a model name")
    is_measured = any(cells[place] for place in (columns.throughput, columns.step_time, columns.batch_size))
    outcome = _measurement(cells, columns) if is_measured else dict(_NO_MEASUREMENT)
    return outcome | {
        "subject": model,
        "image_size": columns.value(positive_whole, cells, columns.image_size),
        "parameter_count": columns.value(_parameters, cells, columns.parameters),
        "attributes": {name: cells[place] for name, place in columns.others if cells[place]},
        "metrics": (*outcome["metrics"], *_counts(cells, columns)),
    }


def _parameters(millions: str) -> int | None:
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


def _measurement(cells: Sequence[str], columns: _Columns) -> dict[str, Any]:
    """Raises ValueError when one of the three is missing or is not a number above zero."""
    throughput = columns.value(positive, cells, columns.throughput)
    step_time = columns.value(positive, cells, columns.step_time)
    batch_size = columns.value(positive_whole, cells, columns.batch_size)
    ratio = throughput * step_time / 1e3 / batch_size
    is_suspect = abs(ratio - 1) > _CONTRADICTION + _THROUGHPUT_ROUNDING / throughput
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


def _counts(cells: Sequence[str], columns: _Columns) -> Iterator[Metric]:
    """Work per image, where the file tells it: counted, so it holds for a row without a measurement too."""
    if columns.gmacs is not None and cells[columns.gmacs]:
        yield Metric("macs_per_item", "gigamac", columns.value(not_negative, cells, columns.gmacs))
    if columns.macts is not None and cells[columns.macts]:
        activations = columns.value(not_negative, cells, columns.macts)
        yield Metric("activations_per_item", "million_activations", activations)


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
