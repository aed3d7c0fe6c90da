"""Statements kept as data: `-- name:`, `-- says:` where it is refused, and the statement up to the next name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent
_NAME, _SAYS = "-- name: ", "-- says: "
_CHARACTER = re.compile(r"\{U\+([0-9A-F]{4,6})\}")
"""A character that an editor would not show, by its code point."""


@dataclass(frozen=True)
class Case:
    """One statement."""

    name: str
    says: tuple[str, ...]
    """Any of these is part of the refusal."""
    sql: str

    def __str__(self) -> str:
        return self.name


def cases(folder: str, name: str = "*") -> list[Case]:
    """All statements of a folder."""
    return [case for path in sorted((_FOLDER / folder).glob(f"{name}.sql")) for case in _read(path)]


def _read(path: Path) -> Iterator[Case]:
    for block in path.read_text(encoding="utf-8").split(f"\n{_NAME}"):
        name, *lines = block.removeprefix(_NAME).split("\n")
        says = lines.pop(0).removeprefix(_SAYS).split("|") if lines[0].startswith(_SAYS.rstrip()) else []
        sql = _CHARACTER.sub(lambda found: chr(int(found[1], 16)), "\n".join(lines).strip("\n"))
        yield Case(f"{path.stem}: {name}", tuple(says), sql)
