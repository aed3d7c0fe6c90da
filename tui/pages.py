"""The screens, in the order of the keys that show them: 1 to 9, then 0."""

from tui.screens.changes import ChangesPage
from tui.screens.compare import ComparePage
from tui.screens.overview import OverviewPage
from tui.screens.page import Page
from tui.screens.results import ResultsPage
from tui.screens.sql import SqlPage
from tui.screens.trends import TrendsPage

PAGES: dict[str, type[Page]] = {
    page.NAME: page for page in (OverviewPage, ResultsPage, ComparePage, ChangesPage, TrendsPage, SqlPage)
}
