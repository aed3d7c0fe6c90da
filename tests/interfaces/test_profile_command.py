"""`benchmart profile`: what is new is appended, what is known is not, what fails is told and does not stop the rest."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchmart.config import Home
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import MODEL_PROFILED
from interfaces.cli.profile_command import command

pytest.importorskip("transformers")


def _invoke(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(command, ["--home", str(home), *arguments])


def _subjects(home: Path) -> list[tuple[str, int | None, int | None]]:
    columns = ["subject", "image_size", "sequence_length"]
    stored = EventLog(Home(home).events).read(MODEL_PROFILED, [*columns, "operators"]).to_pylist()
    assert all(row["operators"] for row in stored)
    return sorted(tuple(row[name] for name in columns) for row in stored)


def test_models_are_profiled_once_and_failures_do_not_stop_the_rest(tmp_path: Path) -> None:
    names = ["bert-tiny", "no_such_model", "traced_models:needs_numbers", "traced_models:convolutions"]
    first = _invoke(tmp_path, "--json", *names)
    assert first.exit_code == 3
    told = {row["model"]: row for row in json.loads(first.stdout)}
    assert {name: told[name]["status"] for name in names} == {
        "bert-tiny": "new",
        "no_such_model": "unknown",
        "traced_models:needs_numbers": "failed",
        "traced_models:convolutions": "new",
    }
    assert told["traced_models:convolutions"]["operators"] == 8
    assert "failed: traced_models:needs_numbers: cannot be traced" in first.stderr
    again = _invoke(tmp_path, "bert-tiny", "traced_models:convolutions")
    assert (again.exit_code, "2 known already" in again.stderr) == (0, True)
    assert _subjects(tmp_path) == [("bert-tiny", None, 128), ("traced_models:convolutions", None, None)]
    assert _invoke(tmp_path, "--again", "bert-tiny").exit_code == 0
    assert len(_subjects(tmp_path)) == 3


def test_onnx_files_are_profiled_beside_other_models(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    graph = onnx.parser.parse_graph("net (float[n, 3, 8, 8] x) => (float[n, 3, 8, 8] y) { y = Relu(x) }")
    opsets = [onnx.helper.make_opsetid("", 17)]
    path = tmp_path / "net.onnx"
    path.write_bytes(onnx.helper.make_model(graph, opset_imports=opsets).SerializeToString())
    missing = str(tmp_path / "gone.onnx")
    result = _invoke(tmp_path, str(path), "bert-tiny", missing, "--jobs", "2")
    assert result.exit_code == 3
    assert "2 profiled" in result.stderr
    assert f"failed: {missing}: cannot be read: No such file" in result.stderr
    assert _subjects(tmp_path) == [(str(path), 8, None), ("bert-tiny", None, 128)]
    assert "1 known already" in _invoke(tmp_path, str(path)).stderr


def test_names_and_sizes_are_read_from_a_file(tmp_path: Path) -> None:
    listed = tmp_path / "names.txt"
    listed.write_text("# of mine\ntraced_models:convolutions 16\n\ntraced_models:convolutions\n")
    result = _invoke(tmp_path, "--file", str(listed), "--image-size", "32")
    assert result.exit_code == 0
    assert _subjects(tmp_path) == [("traced_models:convolutions", size, None) for size in (16, 32)]


@pytest.mark.parametrize("line", ["net 224 224", "net large", "net 0"])
def test_a_line_that_is_no_name_and_size_is_named(tmp_path: Path, line: str) -> None:
    listed = tmp_path / "names.txt"
    listed.write_text(f"net\n{line}\n")
    result = _invoke(tmp_path, "--file", str(listed))
    assert str(result.exception).startswith(f"{listed} line 2: expected a name")


def test_nothing_to_profile_is_a_wrong_command(tmp_path: Path) -> None:
    assert _invoke(tmp_path).exit_code == 2
    assert _invoke(tmp_path, "no_such_model").exit_code == 4


def test_what_is_missing_is_profiled_at_the_sizes_of_its_results(home: Home) -> None:
    before = EventLog(home.events).read(MODEL_PROFILED).num_rows
    result = _invoke(home.root, "--missing", "--json")
    assert result.exit_code == 0
    statuses = {row["status"] for row in json.loads(result.stdout)}
    assert statuses <= {"new", "unknown"}
    new = [row for row in json.loads(result.stdout) if row["status"] == "new"]
    assert EventLog(home.events).read(MODEL_PROFILED).num_rows == before + sum(row["forms"] for row in new)
