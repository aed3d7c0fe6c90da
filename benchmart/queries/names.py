"""From what a person types to the ids of the marts."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

import duckdb

from benchmart.errors import UsageError

_KNOWN = {
    "hardware": """
        select hardware_id, list_concat(spellings, list(alias) filter (alias is not null), [hardware_name])
        from dim_hardware left join reference.hardware_aliases using (hardware_id)
        where has_results
        group by hardware_id, hardware_name, spellings
    """,
    "model": """
        select model_id, list_concat(spellings, list(alias) filter (alias is not null), [model_name])
        from dim_models left join reference.model_aliases using (model_id)
        where has_results
        group by model_id, model_name, spellings
    """,
}
"""Each id with all it is known by."""
_IDS = {
    "hardware": "select hardware_id from dim_hardware where has_results and hardware_id = $name",
    "model": "select model_id from dim_models where has_results and model_id = $name",
}
"""The id itself, which is what programs give: found at once, however many there are."""
_SHOWN = 12


def resolve(connection: duckdb.DuckDBPyConnection, what: str, names: Sequence[str]) -> list[str]:
    """The ids of `what` (`hardware` or `model`) that the names mean: ids, names for people, or sources' spellings.

    Raises UsageError with the nearest names when one means nothing that has results.
    """
    ids = [_found(connection, what, name) for name in names]
    if None not in ids:
        return [known_id for known_id in ids if known_id is not None]
    rows = connection.execute(_KNOWN[what]).fetchall()
    known = {_key(name): known_id for known_id, known_by in rows for name in (*known_by, known_id)}
    return [_resolved(what, name, known) for name in names]


def _found(connection: duckdb.DuckDBPyConnection, what: str, name: str) -> str | None:
    """The id that is written so."""
    rows = connection.execute(_IDS[what], {"name": name}).fetchall()
    return str(rows[0][0]) if rows else None


def resolve_among(what: str, name: str, known: Iterable[str]) -> str:
    """The one of the known names that `name` means, whatever its case and punctuation.

    Raises UsageError with the nearest names when it means none.
    """
    return _resolved(what, name, {_key(each): each for each in known})


def _key(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())


def _resolved(what: str, name: str, ids: Mapping[str, str]) -> str:
    if _key(name) in ids:
        return ids[_key(name)]
    known = sorted(set(ids.values()))
    near = list(dict.fromkeys(ids[key] for key in get_close_matches(_key(name), ids, n=5)))
    listed = near or known[:_SHOWN]
    more = f" and {len(known) - len(listed)} more" if not near and len(known) > len(listed) else ""
    lead = "Did you mean" if near else "There are results of"
    hint = f"{lead}: {', '.join(listed)}{more}" if known else "Nothing has been imported or collected yet"
    raise UsageError(f"no {what} {name!r} has results", hint=hint)
