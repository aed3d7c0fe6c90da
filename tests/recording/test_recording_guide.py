"""What docs/recording.md shows works as it stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmart.config import Home
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED

_GUIDE = (Path(__file__).parents[2] / "docs" / "recording.md").read_text()


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", _GUIDE, re.DOTALL)


@pytest.fixture
def shown(tmp_path: Path, home: Path) -> Path:
    """A folder with the test that the guide shows, where its commands find the home and this Python's programs."""
    (tmp_path / "test_shown.py").write_text(_blocks("python")[1])
    return tmp_path


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "BENCHMART_HOME": str(folder / "home"), "PATH": programs}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def _subjects(home: Path) -> dict[str, str]:
    rows = EventLog(Home(home).events).read(RESULT_RECORDED, ["subject", "status"]).to_pylist()
    return {row["subject"]: row["status"] for row in rows}


def test_the_guide_has_its_examples() -> None:
    assert (len(_blocks("python")), len(_blocks("sh"))) == (3, 2)


def test_the_program_records_its_results(shown: Path, home: Path) -> None:
    ended = _run([sys.executable, "-c", _blocks("python")[0]], shown)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert _subjects(home) == {"resnet50": "ok", "llama-7b": "failed", "tests/test_io.py::test_load": "ok"}


def test_the_older_interface_stores(shown: Path) -> None:
    ended = _run([sys.executable, "-c", _blocks("python")[2]], shown)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert _subjects(shown / "benchmark_db.benchmart") == {"bert-base-uncased": "ok"}


def test_every_command_works(shown: Path, home: Path) -> None:
    for line in "".join(_blocks("sh")).splitlines():
        ended = _run(["sh", "-c", line], shown)
        assert ended.returncode == 0, ended.stdout + ended.stderr
    subjects = _subjects(home)
    assert subjects["test_shown.py::test_inference"] == "ok"
    assert subjects["report"] == "ok"
    assert subjects["test_shown.test_inference"] == "ok"
    assert subjects["python -c 'print(sum(range(1000)))'"] == "ok"
