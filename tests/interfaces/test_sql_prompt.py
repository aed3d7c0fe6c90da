"""The prompt of `benchmart sql`: it goes on after errors, completes names, and never hinders a build."""

from collections.abc import Callable
from pathlib import Path

import pytest
import small_log
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from benchmart.build import build
from benchmart.config import Home
from benchmart.event_log.log import EventLog
from interfaces.cli.sql_completion import Names, read_names, suggestions
from interfaces.cli.sql_prompt import MartCompleter, is_complete, prompt
from interfaces.cli.sql_session import Session

Typed = Callable[[str], tuple[str, str]]


@pytest.fixture
def typed(built_home: Home, tmp_path: Path, monkeypatch, capsys) -> Typed:
    """What a prompt prints on stdout and on stderr when this is typed."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    def _typed(keys: str) -> tuple[str, str]:
        with create_pipe_input() as keyboard:
            keyboard.send_text(keys)
            prompt(Session(built_home), input=keyboard, output=DummyOutput())
        printed = capsys.readouterr()
        return printed.out, printed.err

    return _typed


def test_it_goes_on_after_an_error_and_tells_rows_and_time(typed: Typed) -> None:
    out, err = typed("from nowhere;\rselect 6 * 7 as answer;\r.quit\r")
    assert out.split() == ["answer", "42"]
    assert "error: nowhere is not a mart" in err
    assert "(1 row, " in err
    assert " ms)" in err


def test_a_statement_takes_several_lines_until_its_semicolon(typed: Typed) -> None:
    out, _ = typed("select\r  7 as\r  seven\r;\r.quit\r")
    assert out.split() == ["seven", "7"]


def test_the_end_of_input_ends_it_and_history_is_kept(typed: Typed, tmp_path: Path) -> None:
    typed("select 1 as one;\r\x04")
    assert "select 1 as one;" in (tmp_path / "benchmart" / "sql_history").read_text()


def test_ctrl_c_drops_the_line_only(typed: Typed) -> None:
    out, _ = typed("select 1 as one\x03select 2 as two;\r.quit\r")
    assert out.split() == ["two", "2"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (".tables", ["fct_results", "compatibility_matrix"]),
        (".describe series", ["median_value", "DOUBLE"]),
        (".queries", ["top_throughput"]),
        (".query failures error=out_of_memory", ["vit"]),
        (".help", [".describe MART", ".quit"]),
        (".format csv\rselect 1 as a, 2 as b;", ["a,b\n1,2"]),
        (".limit 2\rselect range as r from range(9);", ["r", "0", "1"]),
    ],
)
def test_words_with_a_dot_do_what_help_says(typed: Typed, line: str, words: list[str]) -> None:
    out, err = typed(f"{line}\r.quit\r")
    assert [word for word in words if word not in out] == []
    assert "error" not in err


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (".tabels", "no command '.tabels'"),
        (".describe", "one mart is described at a time"),
        (".describe staging.stg_event_log__files", "is not a mart"),
        (".describe (delete from series)", "one mart"),
        (".describe 'a", "cannot be read"),
        (".query", "no name"),
        (".query nothing_like_it", "no query is named"),
        (".query failures x", "Write name=value"),
        (".format parquet", "no such format"),
        (".limit all", "no number of rows"),
        (".timeout -1", "no number of seconds"),
        ("drop table series;", "drop is not a query"),
    ],
)
def test_what_is_wrong_is_told_and_it_goes_on(typed: Typed, line: str, word: str) -> None:
    out, err = typed(f"{line}\rselect 5 as five;\r.quit\r")
    assert word in err
    assert out.split() == ["five", "5"]


def test_a_time_limit_is_kept_and_can_be_changed(typed: Typed) -> None:
    endless = "select count(*) from range(1000000000) a, range(1000000000) b where a.range * b.range = 7;"
    _, err = typed(f".timeout 0.2\r{endless}\r.quit\r")
    assert "stopped after 0.2 s" in err


def test_a_build_in_between_is_not_hindered_and_is_seen(home: Home, capsys) -> None:
    session = Session(home, form="csv")
    question = "select count(*) as n from fct_results;"
    before = session.handle(question)
    EventLog(home.events).append(small_log.more_results(700, 3))
    build(home)
    assert before
    assert session.handle(question)
    first, second = (int(line) for line in capsys.readouterr().out.split() if line.isdecimal())
    assert second == first + 3


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [("", True), ("select 1", False), ("select 1;", True), (".tables", True), ("select ';'", False)],
)
def test_the_end_of_a_line_ends_a_statement_behind_a_semicolon(text: str, *, is_whole: bool) -> None:
    assert is_complete(text) is is_whole


@pytest.fixture(scope="module")
def names(built_home: Home) -> Names:
    return read_names(built_home, {".tables": "the marts", ".describe": "columns"})


@pytest.mark.parametrize(
    ("before", "first", "meaning"),
    [
        (".t", ".tables", "the marts"),
        (".describe ser", "series", "mart"),
        (".query top", "top_throughput", ""),
        ("select * from compatibility_m", "compatibility_matrix", "mart"),
        ("SELECT * FROM fct_results JOIN dim_h", "dim_hardware", "mart"),
        ("sel", "select", "keyword"),
        ("select stddev_s", "stddev_samp", "function"),
        ("from series select medi", "median_value", "series"),
        ("from dim_hardware h where h.ven", "vendor", "dim_hardware"),
        ("from dim_hardware where dim_hardware.ven", "vendor", "dim_hardware"),
        ("from series select * qual", "qualify", "keyword"),
    ],
)
def test_names_are_completed_where_they_belong(names: Names, before: str, first: str, meaning: str) -> None:
    found = list(suggestions(before, names))
    assert found[0][0] == first
    assert meaning in found[0][1]


def test_nothing_is_suggested_for_nothing(names: Names) -> None:
    assert list(suggestions("select 1 + ", names)) == []


def test_completion_works_before_anything_was_built(tmp_path: Path) -> None:
    completer = MartCompleter(Home(tmp_path))
    assert completer._current_names().columns == {}
