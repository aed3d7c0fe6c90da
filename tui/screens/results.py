"""Results of models."""

from collections.abc import Mapping
from typing import Any, ClassVar

from tui.contents.listing import Listing
from tui.contents.results import RESULTS
from tui.screens.listed_page import ListedPage


class ResultsPage(ListedPage):
    """The table of results."""

    NAME = "results"
    EXAMPLE = "words, or column=value: convnext fp16 batch>=32 status=ok"
    HELP: ClassVar[str | None] = """
# Results
Every result of a model: what was run where, how, how fast, and how it ended. Type `/` and words, or terms such as
`batch>=32`, `status=failed`, `hardware:a100`. Order with `s`, `o` and `d`; count values of a column with `b`. Enter
shows the event as it is in the log, and the line of its source.
"""

    def listing(self) -> Listing:
        """All results."""
        return RESULTS

    def chosen(self, row: Mapping[str, Any]) -> None:
        """The event, as it is in the log."""
        self.browser.go_link(f"matrix/event/{row['event_id']}")
