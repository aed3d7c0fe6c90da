"""What a screen shows can be had without one, from the same code."""

import json

import pytest
from click.testing import CliRunner, Result

from benchmart.errors import StatementRefused, UsageError
from interfaces.cli.main import cli


def show(home, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["show", *arguments, "--home", str(home.root)], standalone_mode=False)


def test_the_overview_as_json(browsed) -> None:
    told = json.loads(show(browsed, "overview", "--json").stdout)
    assert told["changes"]["rows"][0]["verdict"] == "regression"
    assert told["state"]["rows"][0]["series"] == 151
    assert told["coverage"]["row_count"] >= 1


def test_results_are_searched_and_sorted(browsed) -> None:
    told = json.loads(
        show(browsed, "results", "--filter", "net_1", "--sort", "items/s", "--limit", "3", "--json").stdout
    )
    assert told["results"]["row_count"] == 50
    assert [row["model"] for row in told["results"]["rows"]] == ["net_149", "net_148", "net_147"]


def test_a_place_of_the_matrix_is_shown_as_json(known) -> None:
    told = json.loads(show(known, "matrix/model/resnet50", "--filter", "fp32", "--json").stdout)
    assert [(row["device"], row["items/s"], row["batch"]) for row in told["cells"]["rows"]] == [
        ("rtx-4090", 800.0, 8),
        ("rtx-3090", 400.0, 8),
    ]
    event_id = told["cells"]["rows"][1]["event_id"]
    event = json.loads(show(known, f"matrix/event/{event_id}", "--json").stdout)
    assert {"field": "source line", "value": "resnet50,400"} in event["origin"]["rows"]
    cell_id = told["cells"]["rows"][1]["compatibility_id"]
    assert event["leads"]["rows"] == [{"link": f"matrix/cell/{cell_id}"}]
    cell = json.loads(show(known, f"matrix/cell/{cell_id}", "--json").stdout)
    assert cell["cell"]["rows"][0]["why"] == "1 of 2 measured results succeeded"
    assert [row["status"] for row in cell["runs"]["rows"]] == ["failed", "ok"]


def test_rules_and_families_are_shown_as_text(known) -> None:
    shown = show(known, "quality").stdout
    assert "number_is_not_doubted" in shown
    assert "== Files by outcome" in shown
    assert "partial" in show(known, "matrix").stdout


def test_a_statement_is_answered(browsed) -> None:
    told = json.loads(show(browsed, "sql", "--sql", "select count(*) as n from performance", "--json").stdout)
    assert told["answer"]["rows"] == [{"n": 190}]


def test_as_text_each_section_has_its_heading(browsed) -> None:
    shown = show(browsed, "overview").stdout
    assert "== What changed, and nobody acknowledged" in shown
    assert "all was understood" in shown


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (("results", "--sort", "speed"), UsageError, "There are model, hardware"),
        (("matrix/model/none",), UsageError, "no model 'none'"),
        (("quality/nowhere",), UsageError, "no place 'nowhere' in quality"),
        (("sql",), UsageError, "--sql has the statement"),
        (("sql", "--sql", "drop table x"), StatementRefused, ""),
    ],
)
def test_what_cannot_be_shown_is_refused(browsed, arguments, error, says) -> None:
    refused = show(browsed, *arguments).exception
    assert isinstance(refused, error)
    assert says in str(refused)


def test_every_screen_can_be_shown_and_linked_to() -> None:
    from interfaces.cli.tui_command import SCREENS
    from tui.contents.shown import CONTENTS
    from tui.pages import PAGES

    assert tuple(PAGES) == tuple(CONTENTS) == SCREENS


def test_the_docs_show_every_screen_under_its_key() -> None:
    from pathlib import Path

    from tui.pages import PAGES

    docs = Path(__file__).parents[2] / "docs"
    text = (docs / "browser.md").read_text(encoding="utf-8")
    for number, name in enumerate(PAGES, 1):
        assert f"### {number % 10} {name}\n" in text
        assert (docs / "browser" / f"{name}.svg").is_file()
        assert f"](browser/{name}.svg)" in text
