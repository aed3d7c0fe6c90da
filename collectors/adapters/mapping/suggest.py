"""A first draft of a mapping for a table; what is uncertain stands in comments, for a person to decide."""

import json
import re
from collections.abc import Iterator, Mapping

from collectors.adapters.document import Document
from collectors.adapters.mapping.headers import Meaning, meaning_of
from collectors.adapters.mapping.sample import Column, Sample, sample_of

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
_OUT_OF_MEMORY = re.compile(
    r"(?:cuda[\s_-]*)?(?:oom|out[\s_-]*of[\s_-]*memory)(?:[\s_-]*error)?", re.IGNORECASE
)
_NO_NUMBER = re.compile(r"n\.?/?a\.?|nan|null|none|-+|\?", re.IGNORECASE)


def suggest(document: Document) -> str:
    """A draft in TOML. Raises UsageError when the document is no table."""
    return "\n".join(_Draft(document.name, sample_of(document)).lines()) + "\n"


class _Draft:
    """What is guessed of the columns of one table."""

    def __init__(self, file: str, sample: Sample) -> None:
        self._file, self._sample = file, sample
        self._fields = _fields(sample.columns)
        self._told = {column.name for column in self._fields.values()}
        self._metrics: dict[str, Meaning] = {}
        self._again: dict[str, str] = {}
        for column in sample.columns:
            self._add_metric(column)

    def _add_metric(self, column: Column) -> None:
        """One record has a metric once: the first column that states its unit is taken."""
        if column.name in self._told or not column.is_numeric:
            return
        meaning = meaning_of(column.name)
        if meaning.metric is None:
            return
        taken = [
            name for name, other in self._metrics.items() if other.metric == meaning.metric and other.unit
        ]
        if taken:
            self._again[column.name] = taken[0]
        self._metrics[column.name] = meaning

    def lines(self) -> Iterator[str]:
        """The draft."""
        yield f"# A draft from {_quoted(self._file)}."
        yield "# Read every line: what follows UNCERTAIN is a guess or is not known."
        yield 'description = ""\n'
        yield from _layout_lines(self._sample)
        if not self._sample.is_headerless:
            yield "\n[recognise]"
            yield f"columns = {_quoted(self._telling_columns())}"
        yield from self._field_lines()
        for column in self._sample.columns:
            if column.name in self._metrics:
                yield from self._metric_lines(column)
        yield from self._other_lines()

    def _telling_columns(self) -> list[str]:
        named = [column.name for column in self._fields.values()]
        told = {*named, *(name for name in self._metrics if self._is_active(name))}
        return [
            column.name for column in self._sample.columns if column.name in told and not column.is_absent
        ]

    def _is_active(self, name: str) -> bool:
        return self._metrics[name].unit is not None and name not in self._again

    def _field_lines(self) -> Iterator[str]:
        yield '\n[fields]\n# UNCERTAIN: "test" for a test or a benchmark of code'
        yield 'subject_kind = { value = "model" }'
        yield from self._subject_lines()
        for field, column in self._fields.items():
            if field != "subject":
                yield f"{field} = {_source(column)}  # {column.looks}"
        for field, column, complaint in _odd_fields(self._sample.columns, self._fields):
            yield f"# UNCERTAIN: {complaint}. Say what the cells mean:"
            meant = f'{{ {_quoted(column.texts[0])} = "..." }}'
            yield f"# {field} = {{ column = {_quoted(column.name)}, values = {meant} }}"
        if "mode" not in self._fields:
            yield '# UNCERTAIN: mode = { value = "inference" } or { value = "training" }'
        if "device" not in self._fields:
            yield '# UNCERTAIN: device = { value = "..." }: no column looks like a device'

    def _subject_lines(self) -> Iterator[str]:
        named = self._fields.get("subject")
        if named:
            yield f"subject = {_source(named)}  # {named.looks}"
            return
        yield "# UNCERTAIN: no column looks like the name of what was measured"
        texts = [
            one
            for one in self._sample.columns
            if one.texts and not one.numbers and one.name not in self._told
        ]
        if texts:
            self._told.add(texts[0].name)
            yield f"subject = {_source(texts[0])}  # the first column of texts: {texts[0].looks}"
        else:
            yield '# subject = "..."'

    def _metric_lines(self, column: Column) -> Iterator[str]:
        meaning, name = self._metrics[column.name], _quoted(column.name)
        yield f"\n# {column.looks}"
        if column.name in self._again:
            yield f"# UNCERTAIN: {_quoted(self._again[column.name])} is {meaning.metric} already; a record has it once."
        elif meaning.unit is None:
            yield f"# UNCERTAIN: the header does not say the unit of {name}."
        sign = "" if self._is_active(column.name) else "# "
        yield f"{sign}[[metrics]]"
        yield f"{sign}column = {name}"
        yield f'{sign}metric = "{meaning.metric}"  # UNCERTAIN: by its name'
        doubt = f"; UNCERTAIN: {meaning.doubt}" if meaning.doubt else ""
        told = f"  # as the header says{doubt}" if meaning.unit and meaning.metric != "speedup" else ""
        yield f'{sign}unit = "{meaning.unit or "?"}"{told}'
        if column.is_absent:
            yield f"{sign}optional = true  # some records lack it"
        if self._is_active(column.name):
            yield from _rule_lines(column)

    def _other_lines(self) -> Iterator[str]:
        others = [
            one
            for one in self._sample.columns
            if one.name not in self._told and one.name not in self._metrics
        ]
        if others:
            yield "\n# Other columns are kept as attributes. Those that must be equal for two results to be comparable"
            yield '# belong into [condition], as: name = "column"'
        for column in others:
            yield f"#   {_quoted(column.name)}: {column.looks}"
        if not self._metrics and sum(column.is_numeric for column in others) >= _WIDE_COLUMNS:
            yield "\n# UNCERTAIN: if each of these columns is one model, or one device, named by its header:"
            yield '# [wide]\n# columns = \'.+\'\n# metric = "?"\n# unit = "?"'
            yield '# and in [fields]: subject = "header", or device = "header"'
        elif not self._metrics:
            yield "\n# UNCERTAIN: no header says what is measured. For each column that is a number to keep:"
            yield '# [[metrics]]\n# column = "?"\n# metric = "?"  # a name of seeds/metrics.csv'
            yield '# unit = "?"  # a name of seeds/units.csv'


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _source(column: Column) -> str:
    return (
        f"{{ column = {_quoted(column.name)}, optional = true }}"
        if column.is_absent
        else _quoted(column.name)
    )


def _layout_lines(sample: Sample) -> Iterator[str]:
    layout = sample.layout
    yield f'[table]\nformats = ["{sample.format}"]'
    if layout.records:
        yield f"records = {_quoted('.'.join(layout.records))}"
    for key, value in sample.beside.items():
        yield f"# Beside the list stands {_quoted(key)}. In [fields] or [condition]: {{ value = {_quoted(value)} }}"
    if sample.format != "csv":
        return
    if layout.delimiters != (",",):
        yield f"delimiters = {_quoted(list(layout.delimiters))}"
    if layout.decimal != ".":
        yield f"decimal = {_quoted(layout.decimal)}  # UNCERTAIN: by how the numbers look"
        yield f"thousands = {_quoted(layout.thousands)}"
    if layout.comment:
        yield f"comment = {_quoted(layout.comment)}"
    if layout.is_header_commented:
        yield "header_is_commented = true  # UNCERTAIN: the last comment has as many names as the rows have cells"
    if layout.columns:
        yield "# UNCERTAIN: there are numbers in the first line, so it seems to be no header. Name the columns:"
        yield f"columns = {_quoted(list(layout.columns))}"


def _fields(columns: tuple[Column, ...]) -> dict[str, Column]:
    """Columns that are called like a field, and whose cells can be one."""
    found: dict[str, Column] = {}
    for field, column in _called_like_fields(columns):
        if field not in found and column not in found.values() and column.complaint(field) is None:
            found[field] = column
    return found


def _odd_fields(
    columns: tuple[Column, ...], found: Mapping[str, Column]
) -> Iterator[tuple[str, Column, str]]:
    """Columns that are called like a field whose cells are something else: field, column, complaint."""
    for field, column in dict.fromkeys(_called_like_fields(columns)):
        complaint = column.complaint(field)
        if field not in found and column not in found.values() and complaint and column.texts:
            yield field, column, complaint


def _called_like_fields(columns: tuple[Column, ...]) -> Iterator[tuple[str, Column]]:
    """First by the whole name, then by the last part of the name of what lies deeper in JSON."""
    for is_whole in (True, False):
        for field, pattern in _FIELDS.items():
            for column in columns:
                called = column.name if is_whole else column.name.rpartition(".")[2]
                if re.fullmatch(pattern, re.sub(r"[\s.-]+", "_", called.strip().lower())):
                    yield field, column


def _rule_lines(column: Column) -> Iterator[str]:
    name = _quoted(column.name)
    for text in column.texts:
        is_sure = _OUT_OF_MEMORY.fullmatch(text) is not None
        sign = "" if is_sure else "# "
        yield "" if is_sure else f"\n# UNCERTAIN: what does {_quoted(text)} mean? Perhaps:"
        yield f"{sign}[[rules]]\n{sign}column = {name}\n{sign}cells = {_quoted([text])}"
        if is_sure:
            yield 'then = { status = "failed", error_class = "out_of_memory" }'
        elif _NO_NUMBER.fullmatch(text):
            yield f'# then = {{ status = "untested", basis_reason = {_quoted(f"{text}: it has no number")} }}'
        else:
            yield '# then = { status = "failed", error_class = "other" }'
    if 0 in column.numbers:
        yield "\n# UNCERTAIN: some cells are 0. If that means that nothing was measured:"
        yield f"# [[rules]]\n# column = {name}\n# zero = true"
        yield '# then = { status = "untested", basis_reason = "0: it did not run" }'
