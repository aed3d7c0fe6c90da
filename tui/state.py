"""What a browser keeps between sessions: colours, and where one was. Losing it loses nothing that was measured."""

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from platformdirs import user_state_path

from benchmart import __version__
from tui.place import Place, from_document

_MOST_HOMES = 50


@dataclass(slots=True)
class State:
    """Of one home."""

    theme: str = ""
    screen: str = ""
    """The one shown last."""
    places: dict[str, Place] = field(default_factory=dict)
    """Of each screen."""


def state_file() -> Path:
    """In the user's folder for such things."""
    return user_state_path("benchmart") / "browser.json"


def read_state(home: Path) -> State:
    """What was kept for this home; nothing where the file is missing or damaged.

    Places of another version are left behind: columns and paths may mean something else, or nothing, by now.
    """
    document = _document()
    if document.get("version") != __version__:
        return State(str(document.get("theme", "")))
    try:
        kept = document.get("homes", {}).get(str(home), {})
        places = {name: from_document(place) for name, place in kept.get("places", {}).items()}
        return State(str(document.get("theme", "")), str(kept.get("screen", "")), places)
    except (AttributeError, KeyError, TypeError, ValueError):
        return State()


def write_state(home: Path, state: State) -> None:
    """Keep it; where that cannot be written, the next session begins anew."""
    document = _document()
    homes = document.get("homes")
    homes = homes if isinstance(homes, dict) else {}
    homes.pop(str(home), None)
    homes[str(home)] = {
        "screen": state.screen,
        "places": {name: place.as_document() for name, place in state.places.items()},
    }
    latest = dict(list(homes.items())[-_MOST_HOMES:])
    kept = {"version": __version__, "theme": state.theme, "homes": latest}
    file = state_file()
    unfinished = file.with_name(f".{file.name}.{os.getpid()}.part")
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(json.dumps(kept, indent=2), encoding="utf-8")
        unfinished.replace(file)


def _document() -> dict[str, Any]:
    try:
        found = json.loads(state_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
