"""Results of models."""

from typing import ClassVar

from tui.contents.listing import Listing
from tui.contents.results import RESULTS
from tui.screens.listed_page import ListedPage


class ResultsPage(ListedPage):
    """The table of results."""

    NAME = "results"
    ABOUT = "Every result: searched, sorted, grouped"
    EXAMPLE = "words, or column=value: convnext fp16 batch>=32 status=ok"
    HELP: ClassVar[str | None] = """
# Results
Every result of a model: what was run where, how, how fast, and how it ended. Type `/` and words, or terms such as
`batch>=32`, `status=failed`, `hardware:a100`. Order with `s`, `o` and `d`; count values of a column with `b`.
"""

    def listing(self) -> Listing:
        """All results."""
        return RESULTS
