"""From an event back to the line it was read from."""

import gzip
import json
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tables as timm_tables

from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED
from collectors.importing import import_paths
from collectors.importing.origin import Excerpt, excerpt, reproducing_command


def written(path: Path, data: bytes) -> tuple[str, str]:
    """The file's place and the digest of what it says."""
    path.write_bytes(data)
    content = gzip.decompress(data) if path.suffix == ".gz" else data
    return str(path), sha256(content).hexdigest()


def test_what_was_imported_leads_back_to_its_lines(log: EventLog, tmp_path: Path) -> None:
    models = ("resnet18", "resnet50")
    (tmp_path / timm_tables.NAME).write_text(timm_tables.table(*models))
    import_paths(log, [tmp_path / timm_tables.NAME])
    events = log.read(RESULT_RECORDED).to_pylist()
    assert len(events) == 2
    for event in events:
        seen = excerpt(event["source_uri"], event["source_digest"], event["source_locator"])
        header = timm_tables.HEADER.rstrip("\n")
        assert seen == Excerpt("unchanged", timm_tables.row(event["subject"]).rstrip("\n"), header)
        assert reproducing_command(event) == f"benchmart import {tmp_path / timm_tables.NAME}"


@pytest.mark.parametrize(
    ("locator", "text"),
    [
        ("$", '{"runs": {"a b": [{"ms": 1.5}, 2]}}'),
        ('$.runs["a b"][0].ms', "1.5"),
        ('$.runs["a b"][1] column x', "2"),
        ("$.runs.nothing", '{"a b": [{"ms": 1.5}, 2]}'),
        ("record 1", None),
        (None, None),
    ],
)
def test_a_path_in_json_leads_to_its_value(tmp_path: Path, locator: str | None, text: str | None) -> None:
    place = written(tmp_path / "a.json", json.dumps({"runs": {"a b": [{"ms": 1.5}, 2]}}).encode())
    assert excerpt(*place, locator) == Excerpt("unchanged", text)


def test_a_row_of_parquet_is_counted_from_0_over_all_groups(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"x": [10, 11, 12, 13, 14]}), path, row_group_size=2)
    place = written(path, path.read_bytes())
    assert [excerpt(*place, f"row {number} column x") for number in (0, 3, 4, 5)] == [
        Excerpt("unchanged", text) for text in ('{"x": 10}', '{"x": 13}', '{"x": 14}', None)
    ]


def test_compressed_files_are_read_as_what_they_hold(tmp_path: Path) -> None:
    place = written(tmp_path / "a.log.gz", gzip.compress(b"one\ntwo\n"))
    assert excerpt(*place, "line 2") == Excerpt("unchanged", "two")


def test_a_source_that_is_gone_or_different_says_so(tmp_path: Path) -> None:
    path, digest = written(tmp_path / "a.log", b"one\ntwo\n")
    Path(path).write_text("one\nother\n")
    assert excerpt(path, digest, "line 2") == Excerpt("changed", "other")
    assert excerpt(path, digest, "line 9") == Excerpt("changed", None)
    Path(path).unlink()
    assert excerpt(path, digest, "line 2") == Excerpt("not here", None)
    assert excerpt("run:1", None, "a key") is None


def test_a_source_cannot_steer_the_terminal(tmp_path: Path) -> None:
    place = written(tmp_path / "a.log", b"\x1b[2Jgone\x07\n")
    seen = excerpt(*place, "line 1")
    assert seen is not None
    assert seen.text == " [2Jgone "


@pytest.mark.parametrize(
    ("event", "command"),
    [
        ({"collector": "adapter:timm_csv", "source_uri": "my results/a.csv"}, "benchmart import 'my results/a.csv'"),
        ({"collector": "adapter:mine", "source_uri": "a.csv"}, "benchmart import --mapping mine.toml a.csv"),
        (
            {
                "collector": "runner", "subject": "bert-tiny", "mode": "inference", "device_kind": "cpu",
                "precision": "fp32", "batch_size": 8,
            },
            "benchmart collect --model bert-tiny --mode inference --device cpu --precision fp32 --batch-size 8",
        ),
        ({"collector": "command", "attributes": {"command": "make 'a b'"}}, "benchmart run -- make 'a b'"),
        ({"collector": "pytest", "subject": "tests/a.py::test_b"}, "pytest --benchmark tests/a.py::test_b"),
        ({"collector": "somebody"}, None),
    ],
)  # fmt: skip
def test_the_command_that_makes_an_event_again(event: dict[str, object], command: str | None) -> None:
    assert reproducing_command(event) == command
