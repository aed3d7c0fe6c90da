"""Statements that were asked before: one file, for the prompt and for the browser."""

from platformdirs import user_state_path
from prompt_toolkit.history import FileHistory, History, InMemoryHistory


def kept_history() -> History:
    """Kept in the user's state folder; for this session only where that cannot be written."""
    folder = user_state_path("benchmart")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "sql_history"
        path.touch(mode=0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(path)
