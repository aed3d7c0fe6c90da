"""What a mapping says, after it was checked: how a table becomes results. See `docs/mapping.md`."""

import re
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field

from collectors.adapters.json_values import shown
from collectors.adapters.mapping.values import Value, Values, number_of, text_of

ANY_METRIC = "*"
"""In place of a column: each metric cell of the record."""

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Source:
    """Where one text comes from: a column (or named group), a text with `{names}` in it, or a constant."""

    column: str | None = None
    text: str | None = None
    value: str | None = None
    values: Dictionary[str, str] | None = None
    """What the cells are called in the results. A cell that is not among them spoils its row."""
    times: tuple[str, ...] = ()
    """How a time may be written, as `datetime.strptime` has it, beside the forms that `moments.moment` knows."""
    scale: float = 1.0
    otherwise: str | None = None
    """What it is where the cell is empty."""
    is_optional: bool = False
    """Whether a table without the column is one of the mapping too."""

    @property
    def names(self) -> frozenset[str]:
        """The columns and named groups it needs."""
        if self.column is not None:
            return frozenset({self.column, *_PLACEHOLDER.findall(self.otherwise or "")})
        return frozenset(_PLACEHOLDER.findall(f"{self.text or ''} {self.otherwise or ''}"))

    @property
    def is_plain(self) -> bool:
        """Whether it is the text of a cell and nothing else."""
        return self.column is not None and self.values is None and self.otherwise is None

    def read(self, row: Values) -> str | None:
        """Its text in this row; None when the cell is empty. Raises ValueError when it has no meaning."""
        found = self._read(row)
        if found is None and self.otherwise is not None:
            return filled(self.otherwise, row)
        return found

    def _read(self, row: Values) -> str | None:
        if self.value is not None:
            return self.value
        if self.column is None:
            return filled(self.text or "", row)
        text = text_of(row.get(self.column))
        if text is None or self.values is None:
            return text
        if text not in self.values:
            raise ValueError(f"{self.column}: {shown(text)} is none of {', '.join(self.values)}")
        return self.values[text] or None


def filled(text: str, row: Values) -> str | None:
    """The text with what the row has in place of `{names}`; None when one of them is empty."""
    found = {name: text_of(row.get(name)) for name in _PLACEHOLDER.findall(text)}
    if None in found.values():
        return None
    return _PLACEHOLDER.sub(lambda match: str(found[match[1]]), text)


@dataclass(frozen=True, slots=True)
class Test:
    """Something that is true of a cell or not; every part that is given must be."""

    __test__ = False  # to pytest, the name says otherwise

    column: str
    cells: frozenset[str] | None = None
    pattern: re.Pattern[str] | None = None
    is_zero: bool = False
    below: float | None = None
    above: float | None = None

    def holds(self, value: Value) -> bool:
        """Whether it is true of this value; an empty cell is the empty text."""
        if self.cells is not None or self.pattern is not None:
            text = text_of(value) or ""
            if self.cells is not None and text not in self.cells:
                return False
            if self.pattern is not None and not self.pattern.fullmatch(text):
                return False
        if not self.is_zero and self.below is None and self.above is None:
            return True
        if value is None or value == "":
            return False
        try:
            number = number_of(value)
        except ValueError:
            return False
        is_low = self.below is None or number < self.below
        is_high = self.above is None or number > self.above
        return is_low and is_high and (not self.is_zero or number == 0)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a cell of this kind says about the outcome: `OOM` is a failure, `0` may be a run that never was."""

    test: Test
    then: Dictionary[str, str]
    """Fields of the result, such as `status`; `{names}` are filled in."""
    header: re.Pattern[str] | None = None
    """Only for columns of a wide table whose header this matches."""


@dataclass(frozen=True, slots=True)
class MetricColumn:
    """One column that is a metric."""

    column: str
    metric: str
    unit: str | None
    unit_column: str | None = None
    units: Dictionary[str, str] = field(default_factory=dict)
    """The texts of `unit_column` and the units they mean."""
    is_of_some_units: bool = False
    """Whether a cell with another unit is no such metric, rather than an error."""
    is_zero_absent: bool = False
    is_required: bool = False
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Wide:
    """Columns that are one record each."""

    columns: re.Pattern[str]
    """Matches the whole header; its named groups are values of the records."""
    metric: str
    unit: str


@dataclass(frozen=True, slots=True)
class Result:
    """One kind of record that a row gives."""

    when: tuple[Test, ...] = ()
    fields: Dictionary[str, Source] = field(default_factory=dict)
    condition: Dictionary[str, Source] = field(default_factory=dict)
    attributes: Dictionary[str, Source] = field(default_factory=dict)
    metrics: tuple[MetricColumn, ...] = ()
    wide: Wide | None = None
    rules: tuple[Rule, ...] = ()
    is_optional: bool = False
    """Whether a row without a number simply has no such record."""
    is_consistent: bool = False
    """Whether throughput x mean latency is the batch size, as the source defines them."""

    @property
    def sources(self) -> tuple[Source, ...]:
        """All sources of its texts."""
        return (*self.fields.values(), *self.condition.values(), *self.attributes.values())


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression whose named groups become values; where it does not match is an error if required."""

    pattern: re.Pattern[str]
    column: str | None
    """None: the file's name."""
    is_required: bool = True
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """Rows that say something about the rows below, until the columns of `within` change."""

    test: Test
    name: str
    column: str
    within: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """How the file is written."""

    formats: tuple[str, ...] = ("csv", "json", "parquet")
    delimiters: tuple[str, ...] = (",",)
    comment: str | None = None
    is_header_commented: bool = False
    columns: tuple[str, ...] = ()
    """The names of a table without a header."""
    records: tuple[str, ...] = ()
    """The keys that lead to the list of objects in JSON."""
    decimal: str = "."
    thousands: str = ","


@dataclass(frozen=True, slots=True)
class Recognise:
    """What tells a table of this mapping from others."""

    columns: tuple[str, ...] = ()
    any_column: tuple[str, ...] = ()
    no_column: tuple[str, ...] = ()
    file_name: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole mapping."""

    name: str
    version: str
    layout: Layout
    recognise: Recognise
    patterns: tuple[Pattern, ...]
    headings: tuple[Heading, ...]
    results: tuple[Result, ...]
    keeps_other_columns: bool = True
    not_results: str | None = None
    """What the table is instead of results."""
