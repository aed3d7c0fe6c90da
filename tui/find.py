"""Models, devices and families in the command palette: a few letters of a name lead to it."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING, cast
from weakref import WeakKeyDictionary

import duckdb
from rich.text import Text
from textual.command import Hit, Hits, Provider

from benchmart.errors import BenchmartError
from tui.contents.known_names import LETTERS, PART, PREFIX, Fit, Known, KnownNames, known_names
from tui.contents.listing import Asked
from tui.place import Place
from tui.warehouse import OpenWarehouse

if TYPE_CHECKING:
    from tui.app import Browser

_SCORES = {PREFIX: 1000.0, PART: 1.0, LETTERS: 0.1}
"""A name that begins with what was typed stands above commands, which have scores of about 10; others below."""
_KNOWN: WeakKeyDictionary[OpenWarehouse, KnownNames] = WeakKeyDictionary()
"""Names of each state of the warehouse, read once."""


class FindProvider(Provider):
    """Goes to what has the name: a model, the results of a device, the models of a family."""

    _names: KnownNames | None = None

    async def startup(self) -> None:
        """Read the names, in a thread, when the palette is first opened on a state."""
        warehouse = cast("Browser", self.app).warehouse
        if warehouse is None:
            return
        if warehouse not in _KNOWN:
            try:
                _KNOWN[warehouse] = await asyncio.to_thread(_read, warehouse)
            except (BenchmartError, duckdb.Error):
                return  # the screens tell what is wrong with the warehouse
        self._names = _KNOWN[warehouse]

    async def search(self, query: str) -> Hits:
        """Names that fit, best first."""
        fits = self._names.fitting(query) if self._names is not None else []
        for place, fit in enumerate(fits):
            # Scores that are near tell the order.
            yield Hit(
                _SCORES[fit.how] * (1 - place / 1e4),
                _marked(fit, query.strip().lower()),
                partial(cast("Browser", self.app).go, _place_of(fit.known)),
                text=fit.known.name,
                help=f"{fit.known.what}, {fit.known.results:,} results",
            )


def _read(warehouse: OpenWarehouse) -> KnownNames:
    with warehouse.cursor() as cursor:
        return known_names(cursor)


def _place_of(known: Known) -> Place:
    match known.what:
        case "device":
            return Place("results", asked=Asked(f'device="{known.id}"'))
        case "family":
            return Place("matrix", f"family/{known.id}")
    return Place("matrix", f"model/{known.id}")


def _marked(fit: Fit, typed: str) -> Text:
    """The name, what was typed of it in bold."""
    text = Text(fit.known.name)
    at = fit.known.name.lower().find(typed)
    if at >= 0:
        text.stylize("bold", at, at + len(typed))
    return text
