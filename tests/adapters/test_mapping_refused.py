"""A mapping is checked strictly: what is wrong is named with its place, and the nearest name is told."""

import pytest

from benchmart.catalogue import known_names
from benchmart.errors import DocumentRejected, UsageError
from collectors.adapters.document import Document
from collectors.adapters.mapping.adapter import adapter_of
from collectors.adapters.mapping.parse import parse_mapping

_FIELDS = '[fields]\nsubject_kind = { value = "model" }\nsubject = "model"\n'
_LATENCY = '[[metrics]]\ncolumn = "ms"\nmetric = "latency_mean"\nunit = "millisecond"\n'
_GOOD = _FIELDS + _LATENCY


def _refusal(text: str, name: str = "mine.toml") -> str:
    with pytest.raises(UsageError) as refused:
        parse_mapping(name, text, known_names())
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[[", "mine.toml: not valid TOML"),
        ("feilds = 1\n" + _GOOD, "mine.toml: unknown key 'feilds'. Did you mean fields"),
        (
            _FIELDS + "subjct = 'a'\n" + _LATENCY,
            "mine.toml, fields: unknown field 'subjct'. Did you mean subject",
        ),
        (
            _GOOD.replace("latency_mean", "latency_men"),
            "mine.toml, metrics[1].metric: unknown metric 'latency_men'",
        ),
        (_GOOD.replace('"millisecond"', '"ms"'), "mine.toml, metrics[1].unit: unknown unit 'ms'"),
        (
            _GOOD.replace('"millisecond"', '"byte"'),
            "latency_mean is not measured in 'byte'. Units that fit: ",
        ),
        (_GOOD + "colour = 1\n", "mine.toml, metrics[1]: unknown key 'colour'"),
        (_LATENCY, "mine.toml: no subject"),
        (_FIELDS, "mine.toml: no metrics"),
        (
            _FIELDS.replace('"model" }', '"modle" }') + _LATENCY,
            "fields.subject_kind: subject_kind: 'modle' is none of",
        ),
        (_FIELDS + 'batch_size = { value = "many" }\n' + _LATENCY, "fields.batch_size: batch_size: 'many'"),
        (
            _FIELDS + 'device = { column = "a", value = "b" }\n' + _LATENCY,
            "exactly one of column, text and value",
        ),
        (_FIELDS + 'basis = { value = "predicted" }\n' + _LATENCY, "needs a basis_reason"),
        (_FIELDS + "device = 3\n" + _LATENCY, "mine.toml, fields.device: this must be a table"),
        (
            _GOOD + "[[patterns]]\ncolumn = 'a'\npattern = '('\n",
            "patterns[1].pattern: not a regular expression",
        ),
        (_GOOD + "[[patterns]]\ncolumn = 'a'\npattern = 'a'\n", "a pattern with named groups is missing"),
        (_GOOD + "[[patterns]]\npattern = '(?P<a>b)'\n", "either a column or file_name = true"),
        (_GOOD + "[[rules]]\ncolumn = 'ms'\ncells = ['x']\n", "rules[1]: 'then' is missing"),
        (_GOOD + "[[rules]]\ncolumn = 'ms'\nthen = { status = 'failed' }\n", "nothing is asked of the cell"),
        (
            _GOOD + "[[rules]]\ncolumn = 'ms'\nzero = true\nthen = { status = 'faild' }\n",
            "unknown status 'faild'",
        ),
        (
            _GOOD
            + "[[rules]]\ncolumn = 'ms'\nzero = true\nthen = { status = 'failed', error_class = 'oom' }\n",
            "unknown error_class 'oom'",
        ),
        (
            _GOOD + "[[rules]]\ncolumn = 'ms'\nzero = true\nthen = { basis = 'suspect' }\n",
            "needs a basis_reason",
        ),
        ("[table]\nformats = ['xml']\n" + _GOOD, "mine.toml, table.formats: unknown format 'xml'"),
        ("[table]\ndelimiters = ['ab']\n" + _GOOD, "must be one character"),
        ("[table]\nheader_is_commented = true\n" + _GOOD, "needs to know the comment sign"),
        ('not_results = "nothing"\n', "must say how to recognise it"),
        ("metrics = 3\n" + _FIELDS, "mine.toml, metrics: this must be a list"),
        ("version = 3\n" + _GOOD, "mine.toml, version: 3 must be a text in quotes"),
        (
            _GOOD + "[wide]\ncolumns = '.+'\nmetric = 'throughput'\nunit = 'item/second'\n",
            "both metrics and wide",
        ),
        (_GOOD + "[[results]]\noptional = true\n", "metrics stand both here and in results"),
    ],
)
def test_a_mapping_with_a_mistake_is_refused_with_the_place(text: str, message: str) -> None:
    assert message in _refusal(text)


def test_a_file_name_that_cannot_name_a_format_is_refused() -> None:
    assert "cannot name a mapping" in _refusal(_GOOD, "My Mapping.toml")


def test_two_columns_of_one_metric_are_refused_where_a_table_has_both() -> None:
    second = '[[metrics]]\ncolumn = "us"\nmetric = "latency_mean"\nunit = "microsecond"\noptional = true\n'
    mapping = parse_mapping("mine.toml", _GOOD + second, known_names())
    with pytest.raises(DocumentRejected, match="ms and us are both latency_mean"):
        list(adapter_of(mapping).read(Document("t.csv", b"model,ms,us\nhopnet,1,1000\n")))
    assert len(list(adapter_of(mapping).read(Document("t.csv", b"model,ms\nhopnet,1\n")))) == 1
