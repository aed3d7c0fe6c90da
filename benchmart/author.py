"""Who says something: the name that goes with what people tell the event log."""

import getpass
import subprocess

_GIT_SECONDS = 5


def author_named(given: str | None) -> str | None:
    """The name that was given, else git's `user.name`, else the user's; None when nobody can be named."""
    return (given or "").strip() or _of_git() or _of_system()


def _of_git() -> str | None:
    try:
        told = subprocess.run(
            ["git", "config", "user.name"],
            capture_output=True,
            text=True,
            timeout=_GIT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return told.stdout.strip() or None


def _of_system() -> str | None:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an id without a name, as in containers
        return None
