"""What the screen `matrix` shows at each of its places: families, a family, a model, a cell, an event."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from benchmart.errors import UsageError
from tui.contents.cell import about_cell, cell_history, cell_runs
from tui.contents.content import Content, Section
from tui.contents.event import event
from tui.contents.listing import Asked, Listing
from tui.contents.matrix import families, models_of
from tui.contents.model import about_model, model_cells
from tui.words import printable

LEVELS = ("family", "model", "cell", "event")
"""First word of a path; families are listed without one."""


def level_of(path: str) -> tuple[str, str]:
    """The level, and of what: `family`, `vision`. Raises UsageError for a level that there is none of."""
    level, _, name = path.partition("/")
    if level and (level not in LEVELS or not name):
        places = ", ".join(f"matrix/{each}/..." for each in LEVELS)
        raise UsageError(f"no place {path!r} in the matrix", hint=f"There are matrix, {places}")
    return level, name


def listing_of(path: str) -> Listing:
    """What is listed there; families where the place has no listing of its own."""
    level, name = level_of(path)
    match level:
        case "family":
            return models_of(name)
        case "model":
            return model_cells(name)
        case "cell":
            return cell_runs(name)
    return families()


def about(connection: duckdb.DuckDBPyConnection, path: str) -> list[Section]:
    """What stands above the listing."""
    level, name = level_of(path)
    match level:
        case "model":
            return [about_model(connection, name)]
        case "cell":
            return [about_cell(connection, name), cell_history(connection, name)]
    return []


def matrix(
    connection: duckdb.DuckDBPyConnection, path: str, asked: Asked, most: int, events: Path | None
) -> Content:
    """All of a place."""
    level, name = level_of(path)
    if level == "event":
        if events is None:
            raise UsageError("an event is read from the log", hint="Ask in the home of the warehouse")
        return event(connection, events, name)
    return Content(
        "matrix",
        [*about(connection, path), listing_of(path).section(connection, asked, most)],
    )


def told(content: Content, path: str) -> str:
    """What stands above the listing, as lines of text."""
    return "\n".join(map(printable, _lines(content, level_of(path)[0])))


def _lines(content: Content, level: str) -> Iterator[str]:
    if level == "model":
        model = _first(content, "model")
        name = model.pop("model_id")
        words = [f"{what} {value:,}" if isinstance(value, int) else f"{what} {value}" for what, value in model.items()
                 if value is not None and value != name]  # fmt: skip
        yield "   ".join((name, *words, *(["parameters unknown"] if model["parameters"] is None else [])))
    elif level == "cell":
        cell = _first(content, "cell")
        how = " ".join(filter(None, (cell["runtime"], cell["mode"], cell["precision"])))
        yield f"{cell['model_id']} on {cell['device']}, {how}"
        yield f"{cell['status']} ({cell['basis']}): {cell['why']}"
        if cell["error_class"]:
            yield f"{cell['error_class']}. {cell['suggested_fix']}"
    elif level == "event":
        origin: dict[str, str] = dict(map(tuple, content.section("origin").rows))
        state = f" ({origin['source now']})" if "source now" in origin else ""
        yield f"Read from {origin['source']}{state}"
        if "source line" in origin:
            yield origin["source line"]


def _first(content: Content, name: str) -> dict[str, Any]:
    section = content.section(name)
    return dict(zip(section.columns, section.rows[0], strict=True))
