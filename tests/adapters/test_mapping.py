"""What a mapping can say about a table, and what becomes of rows that do not fit."""

import json
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmart.catalogue import known_names
from benchmart.errors import DocumentRejected
from benchmart.event_log.events import ResultRecorded
from collectors.adapters.contract import BadRow
from collectors.adapters.document import Document
from collectors.adapters.mapping import adapter_of
from collectors.adapters.mapping.parse import parse_mapping

_GUIDE = Path(__file__).parents[2] / "docs" / "mapping.md"
_FIELDS = '[fields]\nsubject_kind = { value = "model" }\nsubject = "model"\n'
_LATENCY = '[[metrics]]\ncolumn = "ms"\nmetric = "latency_mean"\nunit = "millisecond"\n'


def _adapter(text: str, name: str = "mine.toml"):
    return adapter_of(parse_mapping(name, text, known_names()))


def _findings(mapping: str, data: str | bytes, name: str = "table.csv"):
    document = Document(name, data.encode() if isinstance(data, str) else data)
    adapter = _adapter(mapping)
    assert adapter.recognises(document)
    return list(adapter.read(document))


def _events(mapping: str, data: str | bytes, name: str = "table.csv") -> list[ResultRecorded]:
    findings = _findings(mapping, data, name)
    assert [finding for finding in findings if isinstance(finding, BadRow)] == []
    return findings


def _numbers(event: ResultRecorded) -> dict[str, tuple[float, str]]:
    return {metric.name: (metric.value, metric.unit) for metric in event.metrics}


def test_the_example_of_the_guide_gives_what_the_guide_says() -> None:
    text = _GUIDE.read_text()
    (table,) = re.findall(r"```csv\n(.*?)```", text, re.DOTALL)
    (mapping,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    hopnet, dropnet = _events(mapping, table, "speed-fp16.csv")
    assert _numbers(hopnet) == {
        "latency_mean": (12.5, "millisecond"),
        "throughput": (2560.0, "item/second"),
    }
    told = (
        hopnet.subject,
        hopnet.device,
        hopnet.device_count,
        hopnet.batch_size,
        hopnet.precision,
        hopnet.mode,
    )
    assert told == ("hopnet", "Card X 8GB", 2, 32, "fp16", "inference")
    assert (dropnet.status, dropnet.error_class, dropnet.device_count) == ("failed", "out_of_memory", 1)
    assert (hopnet.source_locator, dropnet.source_locator) == ("line 3", "line 4")


def test_the_guide_names_every_field_a_mapping_may_fill() -> None:
    from collectors.adapters.mapping.fields import FIELDS

    assert [field for field in FIELDS if f"`{field}`" not in _GUIDE.read_text()] == []


def test_a_table_without_a_header_gets_its_columns_from_the_mapping() -> None:
    mapping = '[table]\ncolumns = ["model", "ms"]\n' + _FIELDS + _LATENCY
    (event,) = _events(mapping, "hopnet,2.5\n")
    assert (event.subject, event.source_locator, _numbers(event)) == (
        "hopnet",
        "line 1",
        {"latency_mean": (2.5, "millisecond")},
    )


def test_a_header_may_stand_in_the_last_comment() -> None:
    mapping = '[table]\ncomment = "#"\nheader_is_commented = true\n' + _FIELDS + _LATENCY
    (event,) = _events(mapping, "# of our cellar\n# model,ms\nhopnet,2.5\n")
    assert (event.subject, event.source_locator) == ("hopnet", "line 3")


def test_the_delimiter_that_shows_the_columns_is_taken() -> None:
    mapping = (
        '[recognise]\ncolumns = ["model", "ms"]\n[table]\ndelimiters = [",", ";", "|"]\n' + _FIELDS + _LATENCY
    )
    (event,) = _events(mapping, "model|ms\nhop;net|2.5\n")
    assert event.subject == "hop;net"


def test_records_in_json_may_lie_under_a_path_and_hold_objects() -> None:
    mapping = '[table]\nrecords = "run.rows"\n' + _FIELDS + _LATENCY.replace('"ms"', '"time.ms"')
    data = json.dumps({"run": {"rows": [{"model": "hopnet", "time": {"ms": 2.5}}]}})
    (event,) = _events(mapping, data, "table.json")
    assert (event.source_locator, _numbers(event)) == (
        "$.run.rows[0]",
        {"latency_mean": (2.5, "millisecond")},
    )


def test_a_parquet_file_that_was_cut_off_is_not_recognised() -> None:
    buffer = pa.BufferOutputStream()
    pq.write_table(pa.table({"model": ["hopnet"], "ms": [2.5]}), buffer)
    whole = buffer.getvalue().to_pybytes()
    (event,) = _events(_FIELDS + _LATENCY, whole, "table.parquet")
    assert event.source_locator == "row 0"
    assert not any(
        _adapter(_FIELDS + _LATENCY).recognises(Document("t", whole[:end])) for end in range(len(whole))
    )


def test_decimal_commas_and_points_between_thousands_are_read() -> None:
    mapping = '[table]\ndelimiters = [";"]\ndecimal = ","\nthousands = "."\n' + _FIELDS + _LATENCY
    good, *bad = _findings(mapping, "model;ms\na;1.234,5\nb;1.23\nc;1,2,3\n")
    assert _numbers(good) == {"latency_mean": (1234.5, "millisecond")}
    assert [row.where for row in bad] == ["line 3", "line 4"]


def test_a_lost_cell_spoils_its_own_row_only() -> None:
    bad, *good = _findings(_FIELDS + _LATENCY, "model,ms\nhopnet\ndropnet,2\n")
    assert isinstance(bad, BadRow)
    assert [event.subject for event in good] == ["dropnet"]


def test_a_cell_with_line_breaks_is_one_cell_and_lines_keep_their_numbers() -> None:
    table = 'model,ms,note\r\nhopnet,1,"two\r\nlines, ""quoted"""\r\ndropnet,2,\r\n'
    hopnet, dropnet = _events(_FIELDS + _LATENCY, table)
    assert hopnet.attributes["note"] == 'two\r\nlines, "quoted"'
    assert (hopnet.source_locator, dropnet.source_locator) == ("line 2", "line 4")


def test_many_rows_with_line_breaks_are_all_read() -> None:
    table = "model,ms,note\n" + "".join(f'm{place},1,"a\nb"\n' for place in range(1, 700))
    events = _events(_FIELDS + _LATENCY, table)
    assert [event.source_locator for event in events] == [f"line {2 * place}" for place in range(1, 700)]


def test_below_a_quote_that_is_never_closed_nothing_is_taken_for_a_row() -> None:
    hopnet, rest = _findings(_FIELDS + _LATENCY, 'model,ms\nhopnet,1\n"dropnet,2\nlookslikearow,3\n')
    assert not isinstance(hopnet, BadRow)
    assert isinstance(rest, BadRow)
    assert (rest.where, rest.raw) == ("line 3", b'"dropnet,2\nlookslikearow,3')


def test_a_quote_that_opens_nothing_spoils_its_own_row_at_most() -> None:
    table = 'model,ms\n"hop,1\n19" rack,2\n"dropnet",3\nstopnet,"4"\n'
    bad, *good = _findings(_FIELDS + _LATENCY, table)
    assert isinstance(bad, BadRow)
    assert [event.subject for event in good] == ['19" rack', "dropnet", "stopnet"]


def test_a_table_that_is_cut_off_anywhere_gives_no_row_that_the_whole_does_not_give() -> None:
    table = 'model,ms,note\nhopnet,1,"a\nfakenet,7,b"\n"drop\nnet",2,"x"\nstopnet,3,"c\nd"\n'
    whole = [(event.source_locator, event) for event in _events(_FIELDS + _LATENCY, table)]
    assert [event.subject for _, event in whole] == ["hopnet", "drop\nnet", "stopnet"]
    for end in range(len("model,ms,note\n"), len(table)):
        for event in _findings(_FIELDS + _LATENCY, table[:end]):
            if not isinstance(event, BadRow):
                told = (event.source_locator, event.subject, event.metrics, event.attributes)
                assert told in [(at, one.subject, one.metrics, one.attributes) for at, one in whole]


def test_a_header_may_have_line_breaks_as_spreadsheets_make_them() -> None:
    mapping = _FIELDS + _LATENCY.replace('"ms"', '"Latency (ms)"')
    (event,) = _events(mapping, 'model,"Latency\n(ms)"\nhopnet,1\n')
    assert event.source_locator == "line 3"


def test_json_lines_are_read_by_line() -> None:
    lines = '{"model": "hopnet", "ms": 1}\n\n{"model": "dropnet", "ms": 2}\n[1]\n{"model": "st'
    hopnet, dropnet, no_object, cut_off = _findings(_FIELDS + _LATENCY, lines)
    assert [(one.source_locator, one.subject) for one in (hopnet, dropnet)] == [
        ("line 1", "hopnet"),
        ("line 3", "dropnet"),
    ]
    assert (no_object, cut_off) == (
        BadRow("line 4", "this is no object", b"[1]"),
        BadRow("line 5", "this is no object", b'{"model": "st'),
    )


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ('{"model": "hopnet", "ms": 1}', "line 1"),
        ('{"model": "hopnet",\n "ms": 1}\n', "$"),
        ('[{"model": "hopnet", "ms": 1}]', "$[0]"),
    ],
)
def test_one_object_is_one_record(data: str, where: str) -> None:
    (event,) = _events(_FIELDS + _LATENCY, data)
    assert (event.source_locator, event.subject) == (where, "hopnet")


def test_another_header_below_the_first_rejects_the_whole_table() -> None:
    mapping = '[recognise]\ncolumns = ["model", "ms"]\n' + _FIELDS + _LATENCY
    with pytest.raises(DocumentRejected, match="different header"):
        _findings(mapping, "model,ms,other\na,1,2\nms,model\nb,1,2\n")


@pytest.mark.parametrize("cell", ["0", "0.0", "-1", "nan", "NaN", "inf", "1_0", "OOM", "1e999"])
def test_a_time_that_is_no_number_above_zero_is_never_a_record(cell: str) -> None:
    (finding,) = _findings(_FIELDS + _LATENCY, f"model,ms\nhopnet,{cell}\n")
    assert isinstance(finding, BadRow)


def test_a_row_without_a_number_is_untested_and_a_needed_number_is_missed() -> None:
    (event,) = _events(_FIELDS + _LATENCY, "model,ms\nhopnet,\n")
    assert (event.status, event.basis, event.error_class) == ("untested", "untested", "no_measurement")
    (finding,) = _findings(_FIELDS + _LATENCY + "required = true\n", "model,ms\nhopnet,\n")
    assert finding.reason == "ms is empty"


def test_numbers_that_contradict_each_other_are_suspect_where_they_are_said_to_agree() -> None:
    mapping = (
        "throughput_times_latency_is_batch_size = true\n"
        + _FIELDS
        + 'batch_size = "batch"\n'
        + _LATENCY
        + '[[metrics]]\ncolumn = "rate"\nmetric = "throughput"\nunit = "item/second"\n'
    )
    fine, odd = _events(mapping, "model,batch,ms,rate\na,10,10,1000\nb,10,10,2000\n")
    assert (fine.basis, odd.basis) == ("measured", "suspect")
    assert odd.basis_reason == "throughput x latency / batch size is 2, not 1"


def test_what_a_heading_says_ends_where_its_rows_end() -> None:
    mapping = (
        _FIELDS.replace('"model"\n', '"above"\n')
        + _LATENCY
        + '[[headings]]\ncolumn = "what"\ncells = ["Model"]\nname = "above"\nvalue = "ms"\nwithin = ["card"]\n'
    )
    findings = _findings(mapping, "card,what,ms\nX,Model,hopnet\nX,run,2\nY,run,3\nX,Model\nX,run,4\n")
    assert [finding.subject for finding in findings if isinstance(finding, ResultRecorded)] == ["hopnet"]
    assert [row.where for row in findings if isinstance(row, BadRow)] == ["line 4", "line 5", "line 6"]


def test_a_wide_table_takes_device_and_batch_out_of_each_header() -> None:
    mapping = (
        _FIELDS
        + 'device = "device"\nbatch_size = "batch"\n'
        + '[wide]\ncolumns = \'(?P<device>.+)_b(?P<batch>[0-9]+)\'\nmetric = "latency_mean"\nunit = "millisecond"\n'
    )
    one, two = _events(mapping, "model,cardx_b1,cardy_b8,note\nhopnet,1.5,2.5,cold\n")
    assert [(event.device, event.batch_size) for event in (one, two)] == [("cardx", 1), ("cardy", 8)]
    assert one.attributes == {"note": "cold"}
    assert two.source_locator == "line 2 column cardy_b8"


def test_one_row_may_give_a_measurement_and_a_prediction() -> None:
    mapping = (
        _FIELDS
        + '[[results]]\nmetrics = [{ column = "ms", metric = "latency_mean", unit = "millisecond" }]\n'
        + "[[results]]\noptional = true\n"
        + 'fields = { basis = { value = "predicted" }, basis_reason = { value = "told" } }\n'
        + 'metrics = [{ column = "guess", metric = "latency_mean", unit = "millisecond" }]\n'
    )
    bases = [event.basis for event in _events(mapping, "model,ms,guess\nhopnet,2,3\ndropnet,2,\n")]
    assert bases == ["measured", "predicted", "measured"]


def test_times_without_a_zone_say_so() -> None:
    mapping = _FIELDS + 'occurred_at = { column = "when", times = ["%d/%m/%Y %H:%M"] }\n' + _LATENCY
    naive, stated = _events(mapping, "model,ms,when\na,1,31/12/2024 10:00\nb,1,2024-12-31T10:00:00+01:00\n")
    assert (str(naive.occurred_at), str(stated.occurred_at)) == (
        "2024-12-31 10:00:00+00:00",
        "2024-12-31 09:00:00+00:00",
    )
    assert "occurred_at_zone" in naive.attributes
    assert "occurred_at_zone" not in stated.attributes


def test_without_recognise_a_table_fits_when_it_has_what_the_mapping_asks_for() -> None:
    adapter = _adapter(_FIELDS + _LATENCY)
    assert adapter.recognises(Document("t.csv", b"ms,model,more\n"))
    assert not adapter.recognises(Document("t.csv", b"model,seconds\n"))
    assert not adapter.recognises(Document("t.json", b'{"model": 1}'))
    assert not adapter.recognises(Document("t.json", b"[1, 2]"))
    assert not adapter.recognises(Document("t", b"PAR1\0\0PAR1"))
    assert not adapter.recognises(Document("t", b"\xff\xfe\0"))


def test_an_edited_mapping_is_another_version() -> None:
    assert _adapter(_FIELDS + _LATENCY).version != _adapter(_FIELDS + _LATENCY + "\n").version
    assert _adapter('version = "7"\n' + _FIELDS + _LATENCY).version == "7"
