"""Rows that are marked to be compared: kept by the browser, whatever screen is shown."""

from tui.contents.compare import MOST
from tui.screens.page import Page


def mark(page: Page, event_id: str) -> None:
    """Mark a result, or take its mark away."""
    marks = page.browser.marks
    if event_id in marks:
        marks.remove(event_id)
    elif len(marks) < MOST:
        marks.append(event_id)
    else:
        page.notify(f"{MOST} results can be compared at once", severity="warning")


def compare_marked(page: Page) -> None:
    """Show what is marked side by side, in the order of the marks."""
    marks = page.browser.marks
    if marks:
        page.browser.go_link(f"compare/{','.join(marks)}")
    else:
        page.notify("Nothing is marked: in results, m marks a row")
