"""`benchmart sql`: forms of output, named queries, limits."""

import json
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from benchmart.config import Home

_BENCHMART = Path(sys.executable).with_name("benchmart")

Run = Callable[..., subprocess.CompletedProcess[bytes]]
_QUESTION = (
    "select event_id, model_id, value, samples, occurred_at from fct_measurements order by event_id, metric"
)


@pytest.fixture
def run(built_home: Home) -> Run:
    def _run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [str(_BENCHMART), "sql", "--home", str(built_home.root), *arguments]
        return subprocess.run(command, capture_output=True, check=False, timeout=60, stdin=subprocess.DEVNULL)

    return _run


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_binary_forms_hold_the_same_rows_in_a_file_as_on_stdout(run: Run, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"answer.{form}"
    done = run(_QUESTION, "--output", str(path))
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"rows in" in done.stderr
    assert b"Warning" not in done.stderr
    piped = run(_QUESTION, "--format", form)
    assert piped.stderr == b""
    read = {
        "parquet": (parquet.read_table, lambda data: parquet.read_table(BytesIO(data))),
        "arrow": (
            lambda file: pa.ipc.open_file(file).read_all(),
            lambda data: pa.ipc.open_stream(data).read_all(),
        ),
    }[form]
    from_file, from_pipe = read[0](path), read[1](piped.stdout)
    assert from_file.num_rows > 10
    assert from_file.equals(from_pipe)
    expected = json.loads(run(_QUESTION, "--json").stdout)
    assert [row["value"] for row in expected] == from_file["value"].to_pylist()
    assert [row["samples"] for row in expected] == from_file["samples"].to_pylist()
    assert pa.types.is_timestamp(from_file["occurred_at"].type)


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("answer.csv", "model_id,n\nmystery,"),
        ("answer.json", '[\n  {\n    "model_id": "mystery",'),
        ("answer.md", "| model_id | n |\n| --- | --: |\n| mystery | "),
        ("answer.txt", "model_id"),
    ],
)
def test_the_name_of_a_file_says_its_form(run: Run, tmp_path: Path, name: str, beginning: str) -> None:
    question = (
        "select model_id, count(*) as n from fct_results where model_id is not null group by 1 order by 1"
    )
    done = run(question, "-o", str(tmp_path / name))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / name).read_text().startswith(beginning)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_file_that_would_not_be_whole_does_not_appear(run: Run, tmp_path: Path) -> None:
    endless = "select range, sum(range) over (order by range) as s from range(100000000000)"
    done = run(endless, "--timeout", "0.5", "-o", str(tmp_path / "a.csv"))
    assert done.returncode == 2
    assert b"stopped after 0.5 s" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_a_form_does_not_have_is_said(run: Run, tmp_path: Path) -> None:
    done = run("select interval 1 day as i", "-o", str(tmp_path / "a.parquet"))
    assert done.returncode == 2
    assert b"parquet does not have one of the columns' types" in done.stderr
    assert b"Cast it" in done.stderr
    assert list(tmp_path.iterdir()) == []
    assert b"does not tell the format" in run("select 1", "-o", str(tmp_path / "a.xyz")).stderr
    assert b"cannot be written" in run("select 1", "-o", str(tmp_path / "absent" / "a.csv")).stderr


def test_what_a_model_is_called_means_nothing_in_markdown(run: Run) -> None:
    done = run("select '<b>a|b</b>' as name, 'x\ny' as other", "--format", "markdown")
    assert done.stdout.decode().splitlines()[2] == r"| \<b\>a\|b\</b\> | x y |"


def test_an_answer_without_rows_says_so_and_is_whole(run: Run) -> None:
    done = run("from fct_results where false", "--json")
    assert (done.stdout, done.stderr) == (b"[]\n", b"no rows\n")


def test_a_question_is_asked_by_its_name_with_values(run: Run) -> None:
    done = run("--query", "failures", "--set", "error=out_of_memory", "--json")
    assert {row["error_class"] for row in json.loads(done.stdout)} == {"out_of_memory"}
    assert b"needs model" in run("--query", "memory_by_batch").stderr
    assert b"Write name=value" in run("--query", "failures", "--set", "error").stderr
    assert b"both a named and a statement" in run("--query", "failures", "select 1").stderr


def test_a_statement_of_ones_own_takes_values_too(run: Run) -> None:
    done = run("select $n + 1 as n, $word as word", "--set", "n=41", "--set", "word=it's", "--json")
    assert json.loads(done.stdout) == [{"n": 42, "word": "it's"}]


def test_the_questions_are_listed_with_what_they_answer(run: Run) -> None:
    assert b"top_throughput" in run("--queries").stdout
    [found] = [each for each in json.loads(run("--queries", "--json").stdout) if each["name"] == "failures"]
    assert "$model" in found["sql"]
    assert found["parameters"][0]["type"] == "model"


@pytest.mark.parametrize(
    "statement",
    [
        "select length(repeat('x', 4000000000))",
        "select len(range(4000000000))",
        "select length(lpad('x', 2000000000, 'ab'))",
    ],
)
def test_a_single_value_that_is_too_large_is_no_harm(run: Run, statement: str) -> None:
    """DuckDB does not count it and cannot interrupt it."""
    done = run(statement, "--memory", "0.2", "--timeout", "1")
    assert done.returncode == 2, done.stdout
    assert done.stderr.startswith((b"error: out of memory", b"error: stopped after 1 s"))
