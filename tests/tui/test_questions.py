"""A newcomer's ten questions, each answered in at most eight keys from the first screen, with results of others."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import histories
import pytest
from browsing import browsing, rows_of, settled, text_of

from benchmart.build import build
from benchmart.config import Home
from benchmart.event_log.log import EventLog
from collectors.importing import import_paths

_DATA = Path(os.environ.get("BENCHMART_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data") / "timm"
_MOST_KEYS = 8
_FILES = (
    "benchmark-infer-amp-nhwc-pt113-cu117-rtx3090.csv",
    "benchmark-infer-amp-nchw-pt240-cu124-rtx3090.csv",
    "benchmark-infer-amp-nchw-pt113-cu117-rtx3090.csv",
    "benchmark-infer-amp-nchw-pt240-cu124-rtx4090.csv",
    "benchmark-infer-amp-nchw-pt240-cu124-rtx4090-dynamo.csv",
)

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(
        not _DATA.is_dir(), reason=f"no results of others in {_DATA}; set BENCHMART_TEST_DATA"
    ),
]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Speed tables of timm, and a series that became slower."""
    home = Home(tmp_path_factory.mktemp("asked"))
    (home.root / "notes.json").write_text('{"nothing": "known"}')
    log = EventLog(home.events)
    log.append(histories.SLOWER)
    import_paths(log, [*(_DATA / name for name in _FILES), home.root / "notes.json"])
    build(home)
    return home


def row(app: Any, name: str = "rows", number: int = 0) -> dict[str, Any]:
    table = rows_of(app, name)
    values = table.row(number)
    assert values is not None
    return dict(zip(table.columns, values, strict=True))


def truth(home: Home, sql: str) -> Any:
    """What a statement says, asked beside the browser."""
    with duckdb.connect(home.warehouse, read_only=True) as connection:
        found = connection.execute(sql).fetchone()
    assert found is not None
    return found[0] if len(found) == 1 else found


def fastest_gpu(app: Any) -> Any:
    assert row(app)["precision"] == "amp_fp16"
    return row(app)["device"]


def slower_in(app: Any) -> Any:
    return row(app)["compared"], row(app)["against"], row(app)["times"]


def worst_change(app: Any) -> Any:
    return row(app, "changes")["subject"], row(app, "changes")["verdict"]


def when_it_began(app: Any) -> Any:
    return "+20.1%, worse" in text_of(app) and "point 21" in text_of(app)


def most_measured(app: Any) -> Any:
    return row(app)["hardware"], row(app)["results"]


def fastest_result(app: Any) -> Any:
    return row(app)["items/s"]


def source_line(app: Any) -> Any:
    return "Read from" in text_of(app)


def compiler_gain(app: Any) -> Any:
    return row(app)["kind"], row(app)["times"]


def not_understood(app: Any) -> Any:
    return row(app, "quarantine")["reason"]


def latest_runs(app: Any) -> Any:
    return row(app)["results"], row(app)["failed"]


_QUESTIONS: list[tuple[str, list[str], Callable[[Any], Any], str]] = [
    (
        "which GPU is fastest for convnext_base at fp16?",
        ["ctrl+p", *"convb", "enter"],
        fastest_gpu,
        """select hardware_id from performance where model_id = 'convnext_base' and precision = 'amp_fp16'
           order by items_per_second desc nulls last limit 1""",
    ),
    (
        "what got slower in torch 2.4?",
        ["4", "slash", *"2.4", "enter", "d"],
        slower_in,
        """select runtime_version, baseline_runtime_version, advantage from stack_comparisons
           where is_newer and runtime_version = '2.4.0' order by advantage limit 1""",
    ),
    ("what is the worst regression?", [], worst_change, "select 'resnet50', 'regression'"),
    ("when did it begin, and how large is it?", ["enter"], when_it_began, "select true"),
    (
        "on which device was most measured?",
        ["3", "b", "h", "enter"],
        most_measured,
        "select hardware_name, count(*) as n from performance group by all order by n desc limit 1",
    ),
    (
        "what is the highest throughput of all?",
        ["3", "o", "i", "enter"],
        fastest_result,
        "select max(items_per_second) from performance",
    ),
    ("where does a result come from?", ["3", "enter"], source_line, "select true"),
    (
        "what does a compiler bring at most?",
        ["4", "slash", *"compi", "enter"],
        compiler_gain,
        "select 'compiler', max(advantage) from compiler_comparisons",
    ),
    ("what was not understood, and why?", ["0"], not_understood, "select reason from quarantined_documents"),
    (
        "what came in last, and did it fail?",
        ["9"],
        latest_runs,
        "select result_count, failed_count from dim_runs order by last_recorded_at desc, run_id limit 1",
    ),
]


@pytest.mark.parametrize(
    ("keys", "answer", "sql"),
    [pytest.param(keys, answer, sql, id=question) for question, keys, answer, sql in _QUESTIONS],
)
async def test_a_newcomer_has_the_answer_in_eight_keys(asked, keys, answer, sql) -> None:
    assert len(keys) <= _MOST_KEYS
    async with browsing(asked) as (app, pilot):
        for key in keys:
            await pilot.press(key)
            await pilot.pause(0.2 if keys[0] == "ctrl+p" else 0)
        await settled(app, pilot)
        assert answer(app) == truth(asked, sql)


def test_there_are_ten_questions() -> None:
    assert len(_QUESTIONS) == 10
