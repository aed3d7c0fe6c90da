"""The parts of a document that are understood or refused one by one: its lines, its blocks, the elements of a list."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from benchmart.event_log.events import Event
from collectors.adapters.contract import BadRow, Findings


class Part(Protocol):
    """What `findings` needs to know of a part."""

    @property
    def where(self) -> str:
        """Its place in the document."""

    @property
    def raw(self) -> bytes:
        """The part as it stands in the document."""


_P = TypeVar("_P", bound=Part)


@dataclass(frozen=True, slots=True)
class Element:
    """One value of a JSON document."""

    where: str
    value: Any

    @property
    def raw(self) -> bytes:
        """The value for a BadRow."""
        return json.dumps(self.value).encode()


def elements_of(path: str, values: Iterable[Any]) -> Iterator[Element]:
    """The values of the list at `path`."""
    return (Element(f"{path}[{place}]", value) for place, value in enumerate(values))


def findings(parts: Iterable[_P], read: Callable[[_P], Iterable[Event | BadRow]]) -> Findings:
    """What `read` makes of each part; a BadRow instead for a part at which it raises ValueError."""
    for part in parts:
        try:
            # All are made before the first is given: a part is taken whole or not at all.
            yield from list(read(part))
        except ValueError as error:
            yield BadRow(part.where, str(error), part.raw)
