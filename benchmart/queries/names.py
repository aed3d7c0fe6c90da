"""From what a person types to the ids of the marts."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

import duckdb

from benchmart.errors import UsageError

_KNOWN_ID = """
    select known_id from known_names where name_kind = $what and name_key = $key
    order by known_id = $name desc, name = $name desc, priority, known_id limit 1
"""
_LIKE_IT = """
    select name_key, known_id from known_names where name_kind = $what
    order by jaro_winkler_similarity(name_key, $key) desc, name_key limit 200
"""
_ALL_IDS = "select distinct known_id from known_names where name_kind = $what order by known_id"
_SHOWN = 12


def resolve(connection: duckdb.DuckDBPyConnection, what: str, names: Sequence[str]) -> list[str]:
    """The ids of `what` (`hardware` or `model`) that the names mean: ids, names for people, or sources' spellings.

    Raises UsageError with the nearest names when one means nothing that has results.
    """
    return [_known_id(connection, what, name) for name in names]


def _known_id(connection: duckdb.DuckDBPyConnection, what: str, name: str) -> str:
    rows = connection.execute(_KNOWN_ID, {"what": what, "key": _key(name), "name": name}).fetchall()
    if rows:
        return str(rows[0][0])
    near = dict(connection.execute(_LIKE_IT, {"what": what, "key": _key(name)}).fetchall())
    known = [known_id for (known_id,) in connection.execute(_ALL_IDS, {"what": what}).fetchall()]
    raise _unknown(what, name, near, known)


def resolve_among(what: str, name: str, known: Iterable[str]) -> str:
    """The one of the known names that `name` means, whatever its case and punctuation.

    Raises UsageError with the nearest names when it means none.
    """
    ids = {_key(each): each for each in known}
    if _key(name) in ids:
        return ids[_key(name)]
    raise _unknown(what, name, ids, sorted(ids.values()))


def _key(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())


def _unknown(what: str, name: str, ids: Mapping[str, str], known: Sequence[str]) -> UsageError:
    """What to raise; `ids` by the keys that may be near, `known` all there are."""
    near = list(dict.fromkeys(ids[key] for key in get_close_matches(_key(name), ids, n=5)))
    listed = near or known[:_SHOWN]
    more = f" and {len(known) - len(listed)} more" if not near and len(known) > len(listed) else ""
    lead = "Did you mean" if near else "There are results of"
    hint = f"{lead}: {', '.join(listed)}{more}" if known else "Nothing has been imported or collected yet"
    return UsageError(f"no {what} {name!r} has results", hint=hint)
