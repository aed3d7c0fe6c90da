"""A first draft of a mapping for a table; what is uncertain stands in comments, for a person to decide."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from benchmart.errors import DocumentRejected, UsageError
from collectors.adapters.document import Document
from collectors.adapters.mapping.model import Layout
from collectors.adapters.mapping.table import Table, columns_of, read_table
from collectors.adapters.mapping.values import number_of, text_of
from collectors.adapters.rows import ABSENT

_ROWS = 1_000
"""Rows that are looked at."""
_DELIMITERS = (",", ";", "\t", "|")
_MOST_SHOWN = 3
_WIDE_COLUMNS = 3
"""So many columns of numbers without a meaning are perhaps one model or device each."""

_FIELDS: Mapping[str, str] = {
    "subject": r"model|model_?name|name|benchmark|test|test_?name|subject|arch|architecture|network|case_?name",
    "device": r"device|device_?name|gpu|gpu_?name|name_?gpu|hardware|accelerator|dev|machine",
    "device_count": r"(num|n|number_of)_?(gpus?|devices?)|(gpu|device)_?count|gpus|devices",
    "batch_size": r"(micro_?)?batch(_?size)?|bs",
    "sequence_length": r"seq(uence)?_?(len|length)",
    "image_size": r"(img|image)_?size|resolution",
    "precision": r"precision|dtype|data_?type",
    "mode": r"mode",
    "runtime": r"framework|runtime|engine",
    "runtime_version": r"(framework|runtime|torch|pytorch)_?version",
    "occurred_at": r"time|timestamp|date|datetime|started_?at|created_?at",
}
_METRICS: Sequence[tuple[str, str]] = (
    (r"tok(en)?s?(_per_|/|_?p)s(ec(ond)?)?|token_throughput", "token_throughput"),
    (r".*(sample|image|item|img|seq(uence)?)s?(_per_|/)s(ec(ond)?)?|throughput.*|fps|qps", "throughput"),
    (r".*(p50|median)", "latency_p50"),
    (r".*p90", "latency_p90"),
    (r".*p95", "latency_p95"),
    (r".*p99", "latency_p99"),
    (r".*(latency|step_?time|execution_?time|run_?time|elapsed).*", "latency_mean"),
    (r".*mem(ory)?(_|\b).*", "memory_peak"),
    (r"speed_?up", "speedup"),
    (r".*(accuracy|score|top_?1).*", "score"),
)
_STATED_UNITS: Sequence[tuple[str, str, str]] = (
    (r"(^|[_\W])(ms|msec|milliseconds?)($|\W)", "millisecond", "latency"),
    (r"(^|[_\W])(us|µs|usec|microseconds?)($|\W)", "microsecond", "latency"),
    (r"(^|[_\W])(ns|nsec|nanoseconds?)($|\W)", "nanosecond", "latency"),
    (r"(^|[_\W])(s|secs?|seconds?)($|\W)", "second", "latency"),
    (r"(^|[_\W])gib($|\W)", "gibibyte", "memory"),
    (r"(^|[_\W])mib($|\W)", "mebibyte", "memory"),
    (r"(^|[_\W])(bytes?)($|\W)", "byte", "memory"),
    (r"(_per_|/|_?p)s(ec(ond)?)?($|\W)", "token/second", "token_throughput"),
    (r"(_per_|/)s(ec(ond)?)?($|\W)|fps", "item/second", "throughput"),
)
_ALWAYS = {"speedup": "ratio"}


@dataclass(frozen=True, slots=True)
class _Column:
    """What the cells of a column look like."""

    name: str
    numbers: tuple[float, ...]
    texts: tuple[str, ...]
    """Cells that are no numbers, each once."""
    empty: int

    @property
    def is_numeric(self) -> bool:
        """Whether most cells are numbers; a few texts may spell what failed."""
        return bool(self.numbers) and len(self.texts) <= _MOST_SHOWN

    @property
    def looks(self) -> str:
        """For a comment."""
        parts = [f"numbers from {min(self.numbers):g} to {max(self.numbers):g}"] if self.numbers else []
        if self.texts:
            shown = ", ".join(json.dumps(text[:40], ensure_ascii=False) for text in self.texts[:_MOST_SHOWN])
            parts.append(f"texts such as {shown}")
        if self.empty:
            parts.append(f"{self.empty} empty")
        return "; ".join(parts) or "always empty"


def suggest(document: Document) -> str:
    """A draft in TOML. Raises UsageError when the document is no table."""
    table, layout = _table(document)
    columns = _columns(table)
    return "\n".join(_draft(document.name, table, layout, columns)) + "\n"


def _table(document: Document) -> tuple[Table, Layout]:
    comment = "#" if document.first_line.startswith("#") else None
    candidates = [Layout(delimiters=(sign,), comment=comment) for sign in _DELIMITERS]
    best = max(candidates, key=lambda layout: max(map(len, columns_of(document, layout)), default=0))
    try:
        return read_table(document, best, ()), best
    except DocumentRejected as error:
        raise UsageError(
            f"cannot be read as a table: {error}",
            where=document.path,
            hint="Give a CSV, JSON or Parquet file",
        ) from error


def _columns(table: Table) -> list[_Column]:
    rows = [row.cells for row in islice(table.rows, _ROWS) if row.cells is not None]
    return [_column(name, [row[place] for row in rows]) for place, name in enumerate(table.columns)]


def _column(name: str, cells: Sequence[object]) -> _Column:
    numbers: list[float] = []
    texts: dict[str, None] = {}
    empty = 0
    for cell in cells:
        try:
            text = None if cell is ABSENT else text_of(cell)
        except ValueError as error:
            text = str(error)
        if text is None:
            empty += 1
            continue
        try:
            numbers.append(number_of(cell))
        except ValueError:
            texts[text] = None
    return _Column(name, tuple(numbers), tuple(texts), empty)


def _draft(file: str, table: Table, layout: Layout, columns: list[_Column]) -> Iterator[str]:
    fields = _fields(columns)
    metrics = {
        column.name: metric
        for column in columns
        if column.name not in fields.values() and (metric := _metric(column))
    }
    yield f"# A draft from {json.dumps(file)}. Read every line: what follows UNCERTAIN is a guess or is not known."
    yield f'description = ""\n\n[table]\nformats = ["{table.format}"]'
    if layout.delimiters != (",",) and table.format == "csv":
        yield f"delimiters = {json.dumps(list(layout.delimiters))}"
    if layout.comment:
        yield 'comment = "#"\n# UNCERTAIN: header_is_commented = true, if the names of the columns stand in a comment'
    yield "\n[recognise]"
    yield f"columns = {_quoted([*fields.values(), *metrics])}"
    yield from _draft_fields(fields, columns)
    for column in columns:
        if column.name in metrics:
            yield from _draft_metric(column, metrics[column.name])
    yield from _draft_others(columns, {*fields.values(), *metrics}, has_metrics=bool(metrics))


def _quoted(names: list[str]) -> str:
    return json.dumps(names, ensure_ascii=False)


def _fields(columns: list[_Column]) -> dict[str, str]:
    found: dict[str, str] = {}
    for field, pattern in _FIELDS.items():
        for column in columns:
            name = re.sub(r"[\s.-]+", "_", column.name.strip().lower())
            if field not in found and column.name not in found.values() and re.fullmatch(pattern, name):
                found[field] = column.name
    return found


def _draft_fields(fields: dict[str, str], columns: list[_Column]) -> Iterator[str]:
    looks = {column.name: column.looks for column in columns}
    yield '\n[fields]\n# UNCERTAIN: "test" for a test or a benchmark of code'
    yield 'subject_kind = { value = "model" }'
    if "subject" not in fields:
        yield "# UNCERTAIN: no column looks like the name of what was measured"
        yield '# subject = "..."'
    for field, column in fields.items():
        yield f"{field} = {json.dumps(column, ensure_ascii=False)}  # {looks[column]}"
    if "mode" not in fields:
        yield '# UNCERTAIN: mode = { value = "inference" } or { value = "training" }'
    if "device" not in fields:
        yield '# UNCERTAIN: device = { value = "..." }: no column looks like a device'
    if "mode" in fields:
        yield '# mode is inference or training: say values = { infer = "inference" } where it is spelled otherwise'


def _metric(column: _Column) -> str | None:
    if not column.is_numeric:
        return None
    name = re.sub(r"[\s.-]+", "_", column.name.strip().lower())
    return next((metric for pattern, metric in _METRICS if re.fullmatch(pattern, name)), None)


def _draft_metric(column: _Column, metric: str) -> Iterator[str]:
    unit = _ALWAYS.get(metric) or _stated_unit(column.name, metric)
    yield f"\n# {column.looks}"
    if unit is None:
        yield f"# UNCERTAIN: the header does not say the unit of {json.dumps(column.name, ensure_ascii=False)}."
    sign = "" if unit else "# "
    yield f"{sign}[[metrics]]"
    yield f"{sign}column = {json.dumps(column.name, ensure_ascii=False)}"
    yield f'{sign}metric = "{metric}"  # UNCERTAIN: by its name'
    told = "  # as the header says" if unit and metric not in _ALWAYS else ""
    yield f'{sign}unit = "{unit or "?"}"{told}'
    for text in column.texts:
        yield f"\n# UNCERTAIN: what does {json.dumps(text, ensure_ascii=False)} mean? Perhaps:"
        yield f"# [[rules]]\n# column = {json.dumps(column.name, ensure_ascii=False)}"
        yield f"# cells = {_quoted([text])}"
        yield '# then = { status = "failed", error_class = "other" }'
    if 0 in column.numbers:
        yield "\n# UNCERTAIN: some cells are 0. If that means that nothing was measured:"
        yield f"# [[rules]]\n# column = {json.dumps(column.name, ensure_ascii=False)}\n# zero = true"
        yield '# then = { status = "untested", basis_reason = "0: it did not run" }'


def _stated_unit(header: str, metric: str) -> str | None:
    for pattern, unit, of in _STATED_UNITS:
        if metric.startswith(of) and re.search(pattern, header, re.IGNORECASE):
            return unit
    return None


def _draft_others(columns: list[_Column], told: set[str], *, has_metrics: bool) -> Iterator[str]:
    others = [column for column in columns if column.name not in told]
    if others:
        yield "\n# Other columns are kept as attributes. Those that must be equal for two results to be comparable"
        yield '# belong into [condition], as: name = "column"'
    for column in others:
        yield f"#   {json.dumps(column.name, ensure_ascii=False)}: {column.looks}"
    if not has_metrics and sum(column.is_numeric for column in others) >= _WIDE_COLUMNS:
        yield "\n# UNCERTAIN: if each of these columns is one model, or one device, named by its header:"
        yield '# [wide]\n# columns = \'.+\'\n# metric = "?"\n# unit = "?"'
        yield '# and in [fields]: subject = "header", or device = "header"'
