"""`benchmart explain` as a person or a script runs it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmart.config import Home

Run = Callable[..., subprocess.CompletedProcess[str]]
_CELL = ("compatibility_matrix", "model_id=resnet50", "hardware_id=4090", "precision=bf16")


@pytest.fixture
def run(built_home: Home) -> Run:
    """Explain something of the built home."""

    def _run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [
            str(Path(sys.executable).with_name("benchmart")),
            "explain",
            "--home",
            str(built_home.root),
            *words,
        ]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    return _run


def test_a_cell_is_explained_from_its_formula_to_its_events(run: Run) -> None:
    done = run(*_CELL, "score")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "compatibility_matrix.score = 0.5"
    assert "hardware_id rtx-4090" in done.stdout
    assert any("success_count / NULLIF" in line for line in lines)
    assert any("from " in line and "result_recorded.status" in line for line in lines)
    assert "Events behind it: 2" in lines
    assert "failed measured RuntimeError" in done.stdout
    assert "line 22" in done.stdout


def test_the_statement_that_is_printed_gives_the_events(run: Run, built_home: Home) -> None:
    told = json.loads(run(*_CELL, "score", "--json").stdout)
    (side,) = told["evidence"]
    command = [
        str(Path(sys.executable).with_name("benchmart")),
        "sql",
        "--home",
        str(built_home.root),
        "--json",
    ]
    done = subprocess.run([*command, side["sql"]], capture_output=True, text=True, check=True, timeout=60)
    assert sorted(row["event_id"] for row in json.loads(done.stdout)) == sorted(
        event["event_id"] for event in side["events"]
    )
    assert next(step["kind"] for step in told["steps"]) == "model"
    assert side["is_truncated"] is False


def test_what_is_left_out_is_said(run: Run) -> None:
    done = run("dim_models", "resnet50", "--limit", "2")
    assert "... the first 2 of " in done.stderr
    assert json.loads(run("dim_models", "resnet50", "--limit", "2", "--json").stdout)["evidence"][0][
        "is_truncated"
    ]


def test_an_event_of_a_file_names_the_file_and_the_command(run: Run) -> None:
    done = run("quarantined_documents", "format=timm_csv", "reason")
    assert "a.csv line 1" in done.stdout or "a.csv" in done.stdout
    assert "missing columns" in done.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("matrix", "x"), "no mart 'matrix'"),
        (("compatibility_matrix", "model_id=resnet50", "score"), "Tell them apart by"),
        (("compatibility_matrix", "score"), "Say which, such as compatibility_id="),
    ],
)
def test_a_question_without_an_answer_says_what_to_ask(
    run: Run, words: tuple[str, ...], message: str
) -> None:
    done = run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert message in done.stderr
