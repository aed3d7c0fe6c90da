"""`benchmart import --mapping` and `--suggest-mapping` as a person runs them."""

import gzip
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED

_BENCHMART = Path(sys.executable).with_name("benchmart")
_TABLE = "model,card,latency_ms,rate\nhopnet,Card X,2.5,n/a\ndropnet,Card X,0,12\n"
_MAPPING = """
[fields]
subject_kind = { value = "model" }
subject = "model"
device = "card"

[[metrics]]
column = "latency_ms"
metric = "latency_mean"
unit = "millisecond"

[[rules]]
column = "latency_ms"
zero = true
then = { status = "untested", basis_reason = "it did not run" }
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `benchmart import` in a folder with a table and a mapping."""
    (tmp_path / "speed.csv").write_text(_TABLE)
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    (tmp_path / "mine.toml").write_text(_MAPPING)

    def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(_BENCHMART), "import", "--home", "home", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)

    return _run


def test_a_mapping_is_applied_to_the_files_it_fits(run: Run, tmp_path: Path) -> None:
    done = run("--mapping", "mine.toml", "speed.csv", "other.csv")
    assert done.returncode == 3, done.stderr
    assert "not recognised" in done.stderr
    rows = EventLog(tmp_path / "home" / "events").read(RESULT_RECORDED).to_pylist()
    assert [(row["collector"], row["subject"], row["status"]) for row in rows] == [
        ("adapter:mine", "hopnet", "ok"),
        ("adapter:mine", "dropnet", "untested"),
    ]


def test_a_mapping_with_a_mistake_says_where_and_imports_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(_MAPPING.replace("latency_mean", "latency_men"))
    done = run("--mapping", "mine.toml", "speed.csv")
    assert done.returncode == 2
    assert (
        "mine.toml, metrics[1].metric: unknown metric 'latency_men'. Did you mean latency_mean" in done.stderr
    )
    assert not (tmp_path / "home" / "events").exists()


def test_a_mapping_named_as_a_format_that_is_known_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").rename(tmp_path / "timm_csv.toml")
    done = run("--mapping", "timm_csv.toml", "speed.csv")
    assert done.returncode == 2
    assert "another format has this name" in done.stderr


def test_a_draft_names_what_it_does_not_know_and_settles_no_unit_that_is_not_stated(run: Run) -> None:
    done = run("--suggest-mapping", "speed.csv")
    assert done.returncode == 0, done.stderr
    draft = tomllib.loads(done.stdout)
    assert draft["fields"]["subject"] == "model"
    assert [(one["column"], one["unit"]) for one in draft["metrics"]] == [("latency_ms", "millisecond")]
    assert '"rate": numbers from 12 to 12; texts such as "n/a"' in done.stdout
    assert "some cells are 0" in done.stdout
    assert "UNCERTAIN" in done.stdout


def test_a_draft_of_a_plain_table_can_be_used_as_it_is(run: Run, tmp_path: Path) -> None:
    (tmp_path / "plain.csv").write_text("model,gpu,batch_size,step_time_ms\nhopnet,Card X,8,2.5\n")
    (tmp_path / "draft.toml").write_text(run("--suggest-mapping", "plain.csv").stdout)
    assert run("--mapping", "draft.toml", "plain.csv").returncode == 0


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe\0", b'{"a": 1}', b"[1]", b"PAR1", b"a\rb,c\nx", b'"a,b\n', b"a,a\n1,2\n", b"x;y\n"],
)
def test_a_draft_of_anything_is_a_draft_or_a_refusal(run: Run, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "odd").write_bytes(data)
    done = run("--suggest-mapping", "odd")
    assert done.returncode in (0, 2)
    assert "Traceback" not in done.stderr
    tomllib.loads(done.stdout)


def test_without_a_path_or_a_table_the_usage_is_told(run: Run) -> None:
    assert run().returncode == 2
    assert run("--suggest-mapping", "speed.csv", "other.csv").returncode == 2
    assert run("--suggest-mapping", "absent.csv").returncode == 2


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (".", ".: cannot be read: Is a directory. A mapping is a TOML file"),
        ("absent.toml", "absent.toml: cannot be read: No such file or directory. A mapping is a TOML file"),
        ("picture.toml", "picture.toml: is not UTF-8 text. A mapping is a TOML file"),
    ],
)
def test_what_is_no_mapping_is_refused_with_its_path(
    run: Run, tmp_path: Path, mapping: str, said: str
) -> None:
    (tmp_path / "picture.toml").write_bytes(b"\x89PNG")
    done = run("--mapping", mapping, "speed.csv")
    assert done.returncode == 2
    assert f"error: {said}" in done.stderr


def test_a_mapping_that_fits_none_of_the_files_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(_MAPPING.replace('device = "card"', 'device = "gpu"'))
    done = run("--mapping", "mine.toml", "speed.csv")
    assert done.returncode == 4
    assert "mine.toml fits none of these files" in done.stderr
    assert "--suggest-mapping" not in done.stderr


def test_no_mapping_is_drafted_for_what_is_no_table(run: Run, tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\0\0")
    done = run("--suggest-mapping", "picture.png")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: picture.png: is no table. A mapping explains CSV, JSON and Parquet\n"


def test_a_compressed_table_gets_a_draft_of_what_it_holds(run: Run, tmp_path: Path) -> None:
    (tmp_path / "speed.csv.gz").write_bytes(gzip.compress(_TABLE.encode()))
    drafts = [run("--suggest-mapping", name).stdout for name in ("speed.csv", "speed.csv.gz")]
    assert drafts[0].partition("\n")[2] == drafts[1].partition("\n")[2] != ""
