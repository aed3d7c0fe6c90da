"""Names of models, devices and families, found as one types: 50 names from 30,000 in a few milliseconds."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import duckdb

from tui.contents.matrix import NO_FAMILY

MOST = 50
PREFIX, PART, LETTERS = "prefix", "part", "letters"


@dataclass(frozen=True, slots=True)
class Known:
    """A name, and what it is of."""

    name: str
    what: str
    """`model`, `device` or `family`."""
    id: str
    results: int


@dataclass(frozen=True, slots=True)
class Fit:
    """A name that fits what was typed."""

    known: Known
    how: str
    """Begins with it, has it as a part, or has its letters in this order."""


class KnownNames:
    """Those with most results first."""

    def __init__(self, known: Sequence[Known]) -> None:
        """In this order."""
        self._known = known
        self._lowered = [each.name.lower() for each in known]

    def fitting(self, typed: str) -> list[Fit]:
        """Names that begin with what was typed, then those that have it as a part, then those with its letters."""
        word = typed.strip().lower()
        return list(islice(self._fitting(word), MOST)) if word else []

    def _fitting(self, word: str) -> Iterator[Fit]:
        parts = [at for at, name in enumerate(self._lowered) if word in name]
        begin = {at for at in parts if self._lowered[at].startswith(word)}
        yield from (Fit(self._known[at], PREFIX) for at in parts if at in begin)
        yield from (Fit(self._known[at], PART) for at in parts if at not in begin)
        # Possessive, so that a name that does not fit is looked through once.
        letters = [re.escape(letter) for letter in word if not letter.isspace()]
        fits = re.compile("".join(f"[^{letter}]*+{letter}" for letter in letters), re.DOTALL).match
        known = set(parts)
        yield from (
            Fit(self._known[at], LETTERS)
            for at, name in enumerate(self._lowered)
            if at not in known and fits(name)
        )


def known_names(connection: duckdb.DuckDBPyConnection) -> KnownNames:
    """All names of what there are results of."""
    rows = connection.execute(_NAMES, {"none": NO_FAMILY}).fetchall()
    return KnownNames([Known(*row) for row in rows])


_NAMES = """
    with counts as (
        select model_id, hardware_id, count(*) as results from fct_results group by all
    ),
    models as (select model_id, sum(results) as results from counts group by model_id),
    devices as (select hardware_id, sum(results) as results from counts group by hardware_id)
    select model_id, 'model', model_id, cast(results as bigint) as results from models where model_id is not null
    union all
    select hardware_id, 'device', hardware_id, cast(results as bigint) from devices where hardware_id is not null
    union all
    select
        coalesce(family, $none), 'family', coalesce(family, $none), cast(sum(results) as bigint)
    from models inner join dim_models using (model_id) group by family
    order by results desc, 2, 1
"""
