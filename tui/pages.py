"""The screens, in the order of the keys that show them: 1 to 9, then 0. Each is loaded when it is first shown."""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.screens.page import Page


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A screen that may not be loaded yet."""

    class_name: str
    """In the module of its name below `tui.screens`."""
    about: str
    """In a line, for the command palette."""


PAGES = {
    "overview": PageEntry(
        "OverviewPage", "What came in, what changed, what was not understood, what is covered"
    ),
    "matrix": PageEntry("MatrixPage", "What works where: families, models, cells, events"),
    "results": PageEntry("ResultsPage", "Every result: searched, sorted, grouped"),
    "compare": PageEntry("ComparePage", "Results side by side"),
    "changes": PageEntry("ChangesPage", "Changes of level, the worst first"),
    "trends": PageEntry("TrendsPage", "Series over time, each as a chart to walk along"),
    "select": PageEntry("SelectPage", "Hardware for a model, predicted speed, plans of training"),
    "sql": PageEntry("SqlPage", "Ask in SQL"),
    "log": PageEntry("LogPage", "Runs, files of the event log, imports; import, build, check"),
    "quality": PageEntry("QualityPage", "What breaks a rule, what was not understood"),
}


def page_class(name: str) -> "type[Page]":
    """The screen of this name."""
    found: type[Page] = getattr(import_module(f"tui.screens.{name}"), PAGES[name].class_name)
    return found
