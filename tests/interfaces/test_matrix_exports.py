"""`benchmart matrix` by family, as a history, and as files: CSV, Markdown and a page that works by itself."""

import csv
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchmart.config import Home
from interfaces.cli.main import cli

Run = Callable[..., Result]
_VOID = frozenset({"meta", "input"})


@pytest.fixture
def run(built_home: Home) -> Run:
    """Run `benchmart matrix` on the built home, in this process."""

    def _run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["matrix", "--home", str(built_home.root), *arguments])

    return _run


class Page(HTMLParser):
    """Which tags stand where, and whether each is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def of(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.tags if name == tag)


@pytest.fixture
def page(run: Run) -> Page:
    found = Page(run("--format", "html").stdout)
    assert found.open == []
    return found


def test_by_family_a_cell_says_how_many_models_work(run: Run) -> None:
    [line] = [line for line in run("--by", "family").stdout.splitlines() if "inference  fp32" in line and "ok" in line
              and line.startswith("vision")][:1]  # fmt: skip
    assert "partial 1/2" in line
    cells = json.loads(run("--by", "family", "--json").stdout)["cells"]
    assert {cell["model_count"] for cell in cells} == {1, 2}


def test_single_models_are_not_asked_of_families(run: Run) -> None:
    assert "leave out --model" in str(run("--by", "family", "--model", "resnet50").exception).lower()


def test_the_history_of_a_cell_tells_when_it_changed_and_by_which_event(run: Run) -> None:
    changes = json.loads(run("--model", "resnet50", "--precision", "bf16", "--history", "--json").stdout)[
        "changes"
    ]
    assert [(each["previous_status"], each["status"]) for each in changes] == [
        (None, "failed"),
        ("failed", "partial"),
    ]
    shown = run("--precision", "bf16", "--history").stdout
    assert "FAILED -> partial" in shown
    assert changes[1]["event_id"][:8] in shown


def test_csv_has_every_cell_and_the_same_columns_as_json(run: Run) -> None:
    rows = list(csv.DictReader(StringIO(run("--format", "csv").stdout)))
    cells = json.loads(run("--json").stdout)["cells"]
    assert len(rows) == len(cells) == 8
    assert list(rows[0]) == list(cells[0])


def test_markdown_has_the_matrix_the_failures_and_what_was_left_out(run: Run) -> None:
    text = run("--format", "markdown", "--limit", "5").stdout
    assert "| resnet50 | pytorch | inference | bf16 | partial 2 |" in text
    assert "1 more lines are left out" in text
    assert "What failed, and what to try" in text


def test_a_file_appears_when_it_is_whole_and_is_named(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "matrix.html"
    done = run("--format", "html", "--output", str(path))
    assert done.stdout.strip() == str(path)
    assert path.read_text().startswith("<!doctype html>")
    failed = run("--model", "resnet5", "--format", "html", "--output", str(tmp_path / "other.html"))
    assert failed.exit_code != 0
    assert [each.name for each in tmp_path.iterdir()] == ["matrix.html"]


def test_the_page_asks_for_nothing_from_elsewhere(page: Page, run: Run) -> None:
    assert [tag for tag, _ in page.tags if tag in ("link", "img", "iframe")] == []
    assert all("src" not in attributes for _, attributes in page.tags)
    assert all(attributes["href"].startswith("#") for attributes in page.of("a") if attributes["href"])
    assert not re.search(r"url\(|@import|fetch\(", run("--format", "html").stdout)


def test_every_cell_of_the_page_leads_to_its_evidence(page: Page, run: Run) -> None:
    cells = [attributes for attributes in page.of("a") if "cell" in (attributes.get("class") or "").split()]
    assert len(cells) == len(json.loads(run("--json").stdout)["cells"])
    targets = {f"#{attributes['id']}" for attributes in page.of("details")}
    assert {attributes["href"] for attributes in cells} == targets
    text = run("--format", "html").stdout
    assert "line 20" in text
    assert re.search(r"benchmart explain compatibility_matrix [0-9a-f]{32}", text)


def test_the_table_of_the_page_has_heads_a_caption_and_names_for_its_signs(page: Page) -> None:
    assert "caption" in {tag for tag, _ in page.tags}
    assert {attributes["scope"] for attributes in page.of("th")} == {"col", "row"}
    for attributes in page.of("a"):
        assert attributes["href"] == "#matrix" or attributes["title"]
    unnamed = [
        each for each in page.of("span") if "sign" in (each.get("class") or "") and "aria-hidden" not in each
    ]
    assert unnamed == []


def test_words_of_sources_are_words_on_the_page_and_nothing_else() -> None:
    from benchmart.queries.matrix import Matrix
    from benchmart.queries.matrix_evidence import CellEvidence
    from benchmart.queries.rows import Rows
    from interfaces.reports.matrix_page import Asked, matrix_page

    bad = "</script><img src=x onerror=alert(1)>"
    text = (
        "family",
        "model_id",
        "hardware_id",
        "hardware_name",
        "device_kind",
        "runtime",
        "mode",
        "precision",
    )
    cell = dict.fromkeys(text, bad) | {
        "line": 1, "compatibility_id": "c1", "status": "failed", "basis": "measured", "score": 0.0,
        "evidence_count": 1, "success_count": 0, "failure_count": 1, "untested_count": 0, "error_class": bad,
        "suggested_fix": bad, "first_seen_at": None, "last_seen_at": None,
    }  # fmt: skip
    row = dict.fromkeys(
        ("status", "basis", "error_class", "error_message", "source_uri", "source_locator"), bad
    )
    row |= dict.fromkeys(("seen_at", "runtime_version", "batch_size", "event_id"))
    matrix = Matrix(Rows(tuple(cell), [tuple(cell.values())]), 1, [(bad, bad, 1)], {"failed": 1})
    shown = matrix_page(matrix, {"c1": CellEvidence([row], 1)}, Asked("model", [(bad, bad)], bad, bad))
    assert "<img" not in shown
    assert len(list(Page(shown).of("script"))) == 1
    assert "&lt;img src=x" in shown
