"""Walking through a TOML document strictly: every key is asked for, and what nobody asked for is an error."""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NoReturn, Self

from benchmart.errors import UsageError


class Node:
    """One table of the document, and where it stands."""

    def __init__(self, entries: object, where: str) -> None:
        self.where = where
        self._asked: list[str] = []
        if not isinstance(entries, Mapping):
            self.refuse("this must be a table")
        self._entries: Mapping[str, Any] = entries

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._finish()

    def at(self, key: str) -> str:
        """How messages name a key of this table."""
        separator = ", " if self.where.endswith(".toml") else "."
        return f"{self.where}{separator}{key}"

    def refuse(self, what: str, key: str | None = None, hint: str | None = None) -> NoReturn:
        """Raise a UsageError that names the place."""
        raise UsageError(what, where=self.at(key) if key else self.where, hint=hint)

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._entries

    def keys(self) -> Iterator[str]:
        """All keys, for tables whose keys are names of the user's; they count as asked for."""
        self._asked.extend(self._entries)
        return iter(self._entries)

    def raw(self, key: str) -> Any:
        """What stands there, None when nothing does."""
        self._asked.append(key)
        return self._entries.get(key)

    def text(self, key: str) -> str | None:
        """A text, or None."""
        value = self.raw(key)
        if value is not None and not isinstance(value, str):
            self.refuse(f"{value!r} must be a text in quotes", key)
        return value

    def needed_text(self, key: str) -> str:
        """A text that has to be there."""
        value = self.text(key)
        if value is None:
            self.refuse(f"{key!r} is missing")
        return value

    def chosen(self, key: str, known: Iterable[str], kind: str) -> str | None:
        """A text that is one of `known`."""
        value = self.text(key)
        if value is not None:
            self.check_name(value, known, kind, key)
        return value

    def check_name(self, name: str, known: Iterable[str], kind: str, key: str | None = None) -> None:
        """Refuse a name that is not known, and tell the nearest."""
        names = sorted(known)
        if name not in names:
            self.refuse(f"unknown {kind} {name!r}", key, _nearest(name, names))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of one."""
        value = self.raw(key)
        if value is None:
            return ()
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            self.refuse(f"{value!r} must be a list of texts in quotes", key)
        return tuple(listed)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self.raw(key)
        if value is not None and not isinstance(value, bool):
            self.refuse(f"{value!r} must be true or false", key)
        return default if value is None else value

    def number(self, key: str) -> float | None:
        """A number, or None."""
        value = self.raw(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            self.refuse(f"{value!r} must be a number", key)
        return None if value is None else float(value)

    def pattern(self, key: str) -> re.Pattern[str] | None:
        """A regular expression, or None."""
        value = self.text(key)
        if value is None:
            return None
        try:
            return re.compile(value)
        except re.error as error:
            self.refuse(f"not a regular expression: {error}", key)

    def texts_by_name(self, key: str) -> dict[str, str] | None:
        """A table of texts, or None."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            self.refuse("this must be a table of texts in quotes", key)
        return value

    def table(self, key: str) -> "Node":
        """A table below this one; an empty one when it is not there."""
        return Node(self.raw(key) or {}, self.at(key))

    def tables(self, key: str) -> list["Node"]:
        """A list of tables."""
        value = self.raw(key)
        if value is not None and not isinstance(value, list):
            self.refuse(f"this must be a list: [[{key}]]", key)
        return [Node(one, f"{self.at(key)}[{place}]") for place, one in enumerate(value or [], start=1)]

    def _finish(self) -> None:
        unknown = [key for key in self._entries if key not in self._asked]
        if unknown:
            self.refuse(f"unknown key {unknown[0]!r}", hint=_nearest(unknown[0], sorted(set(self._asked))))


def _nearest(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    return f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(known)}"
