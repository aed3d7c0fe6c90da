"""`benchmart build`, `matrix`, `compare` and `sql` as a person or a script runs them."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmart.config import Home

_BENCHMART = Path(sys.executable).with_name("benchmart")

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(built_home: Home) -> Run:
    """Run a command on the built home."""

    def _run(name: str, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        command = [str(_BENCHMART), name, "--home", str(built_home.root), *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, timeout=60)

    return _run


def document(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """Ended with a message for people: one that has these words, and no traceback."""
    assert done.returncode in (1, 2)
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr
    assert [word for word in words if word not in done.stderr] == []


def test_build_with_nothing_new_says_so_and_names_the_file(run: Run, built_home: Home) -> None:
    done = run("build")
    assert (done.returncode, done.stdout.strip()) == (0, str(built_home.warehouse))
    assert "nothing new" in done.stderr


def test_build_prints_a_digest_of_every_mart(run: Run) -> None:
    found = document(run("build", "--digests", "--json"))
    assert found["was_needed"] is False
    assert {"compatibility_matrix", "fct_results"} <= {each["mart"] for each in found["digests"]}


def test_the_matrix_has_a_line_a_condition_and_a_column_a_device(run: Run) -> None:
    done = run("matrix", "--model", "resnet50")
    head, *lines = done.stdout.splitlines()
    assert head.split()[:4] == ["model", "runtime", "mode", "precision"]
    assert "rtx-4090" in head
    [line] = [
        line for line in lines if line.startswith("resnet50") and "inference" in line and " fp32 " in line
    ]
    assert "ok 9" in line
    assert "untested" in line


def test_the_matrix_says_why_something_failed_and_what_to_try(run: Run) -> None:
    done = run("matrix", "--status", "failed", "--status", "partial")
    assert "FAILED 2" in done.stdout
    assert "partial 2" in done.stdout
    assert "out_of_memory" in done.stdout
    assert "Lower the batch size" in done.stdout


def test_the_matrix_tells_how_many_lines_it_left_out(run: Run) -> None:
    done = run("matrix", "--limit", "2")
    assert len(done.stdout.split("\n\n")[0].splitlines()) == 3
    assert "more lines; --limit shows more" in done.stderr


def test_the_matrix_as_json_has_every_cell(run: Run) -> None:
    cells = document(run("matrix", "--limit", "1", "--json"))["cells"]
    assert {cell["status"] for cell in cells} == {
        "verified",
        "partial",
        "failed",
        "simulated_only",
        "untested",
    }


def test_a_name_is_understood_however_it_is_spelled(run: Run) -> None:
    for spelling in ("rtx4090", "RTX 4090", "NVIDIA GeForce RTX 4090", "rtx-4090"):
        cells = document(run("matrix", "--hardware", spelling, "--json"))["cells"]
        assert {cell["hardware_id"] for cell in cells} == {"rtx-4090"}


def test_an_unknown_name_is_refused_with_the_nearest_ones(run: Run) -> None:
    refused(run("matrix", "--model", "resnet5"), "no model 'resnet5'", "resnet50")
    refused(run("compare", "rtx4091"), "rtx-4090")


def test_no_cell_that_fits_is_said_and_is_no_error(run: Run) -> None:
    done = run("matrix", "--family", "audio")
    assert (done.returncode, done.stdout) == (0, "")
    assert "no results fit" in done.stderr


def test_two_devices_are_compared_either_way_round(run: Run) -> None:
    one = document(run("compare", "rtx4090", "rtx3090", "--json"))["comparisons"]
    other = document(run("compare", "rtx3090", "rtx4090", "--json"))["comparisons"]
    assert [each["model_count"] for each in (*one, *other)] == [1, 1]
    assert one[0]["advantage"] > 1 > other[0]["advantage"]
    assert one[0]["advantage"] * other[0]["advantage"] == pytest.approx(1)
    assert one[0]["advantage_low"] is None


def test_a_comparison_shows_the_interval_and_the_pairs_or_says_that_there_are_too_few(run: Run) -> None:
    done = run("compare", "rtx4090", "rtx3090")
    assert "advantage in throughput" in done.stdout
    assert "too few models" in done.stdout
    assert "inference fp32" in done.stdout


def test_nothing_to_compare_is_said_and_is_no_error(run: Run) -> None:
    done = run("compare", "Frobnicator 9000")
    assert (done.returncode, done.stdout) == (0, "")
    assert "no two devices" in done.stderr


@pytest.mark.parametrize("how", ["argument", "file", "stdin"])
def test_a_statement_comes_as_an_argument_a_file_or_standard_input(
    run: Run, tmp_path: Path, how: str
) -> None:
    statement = "select count(*) as results from fct_results where error_class is not null;"
    (tmp_path / "question.sql").write_text(statement)
    ways = {"argument": [statement], "file": ["--file", str(tmp_path / "question.sql")], "stdin": []}
    done = run("sql", "--json", *ways[how], stdin=statement if how == "stdin" else None)
    assert document(done) == [{"results": 4}]


def test_rows_are_printed_as_csv_with_nulls_empty_and_lists_as_json(run: Run) -> None:
    done = run("sql", "--format", "csv", "select [1, 2] as l, null as n, 'a,b' as t, 1.5 as x")
    assert list(csv.reader(StringIO(done.stdout))) == [["l", "n", "t", "x"], ["[1, 2]", "", "a,b", "1.5"]]


def test_a_number_that_json_does_not_have_is_null(run: Run) -> None:
    assert document(
        run("sql", "--json", "select 'nan'::double as x, uuid '00000000-0000-0000-0000-000000000001' as u")
    ) == [{"x": None, "u": "00000000-0000-0000-0000-000000000001"}]


def test_rows_left_out_are_announced(run: Run) -> None:
    done = run("sql", "--limit", "2", "from fct_results select subject")
    assert len(done.stdout.splitlines()) == 3
    assert "only the first 2 rows" in done.stderr


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("drop table fct_results", ["drop is not a query", "only read"]),
        ("delete from series", ["delete is not a query"]),
        ("select 1; select 2", ["2 statements"]),
        ("  ;  ", ["there is no statement"]),
        ("selec 1", ["not valid SQL"]),
        ("attach 'x.db'", ["attach is not a query"]),
        ("copy series to 'x.csv'", ["copy is not a query"]),
        ("set threads = 1", ["set is not a query"]),
        ("from read_csv('/etc/passwd')", ["read_csv is not allowed"]),
        ("from '/etc/passwd'", []),
        ("select * from glob('/*')", ["glob is not allowed"]),
        ("from staging.stg_event_log__results", ["is not a mart", "Layers below the marts"]),
        ("from fct_result", ["fct_result", "Did you mean"]),
        ("select nothing from fct_results", ["nothing"]),
        ("select getenv('HOME')", ["getenv"]),
    ],
)
def test_what_is_not_one_reading_statement_is_refused(run: Run, statement: str, words: list[str]) -> None:
    refused(run("sql", statement), *words)


def test_a_statement_that_takes_too_long_is_stopped(run: Run) -> None:
    endless = "select count(*) from range(1000000000) a, range(1000000000) b where a.range * b.range = 7"
    refused(run("sql", "--timeout", "0.5", endless), "stopped after 0.5 s")


def test_asking_before_anything_was_built_says_what_to_do(tmp_path: Path) -> None:
    for command in (["matrix"], ["compare"], ["sql", "select 1"]):
        done = subprocess.run(
            [str(_BENCHMART), *command, "--home", str(tmp_path)], capture_output=True, text=True, check=False
        )
        refused(done, "nothing has been built yet", "benchmart build")


def test_a_warehouse_that_somebody_writes_to_is_named_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(path):
        done = subprocess.run(
            [str(_BENCHMART), "sql", "select 1", "--home", str(tmp_path)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    refused(done, str(path), "Close what has it open for writing")


def test_the_home_is_the_option_else_the_variable(built_home: Home, tmp_path: Path) -> None:
    environment = {"BENCHMART_HOME": str(built_home.root), "PATH": ""}
    command = [str(_BENCHMART), "sql", "--json", "select count(*) > 0 as found from fct_results"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert document(done) == [{"found": True}]
    done = subprocess.run(
        [*command, "--home", str(tmp_path)], env=environment, capture_output=True, text=True, check=False
    )
    refused(done, str(tmp_path))


def test_a_file_of_a_statement_that_cannot_be_read_is_named(run: Run, tmp_path: Path) -> None:
    done = run("sql", "--file", str(tmp_path / "absent.sql"))
    assert done.returncode == 2
    assert done.stderr == f"error: {tmp_path / 'absent.sql'}: cannot be read: No such file or directory\n"
    (tmp_path / "odd.sql").write_bytes(b"\xff")
    assert "is not UTF-8 text" in run("sql", "--file", str(tmp_path / "odd.sql")).stderr
