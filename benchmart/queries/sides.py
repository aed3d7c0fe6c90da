"""What a side of a comparison means: a device, a compiler, a precision, a system, or software by its versions."""

from collections.abc import Sequence
from typing import Any

import duckdb

from benchmart.errors import UsageError
from benchmart.queries.names import resolve, resolve_among

_SHOWN = 12
_RUNTIME_NAMES = {"torch": "pytorch", "llamacpp": "llama.cpp"}
"""What people call a runtime beside its own name."""

_KNOWN = {
    "compiler": "select distinct compiler from dim_conditions where compiler is not null",
    "precision": """
        select distinct precision from dim_conditions where precision is not null
        union select precision from reference.precisions
    """,
    "system": "select distinct system from intermediate.int_condition_systems",
}


def resolve_side(connection: duckdb.DuckDBPyConnection, what: str, name: str) -> list[Any]:
    """The values that the side's column can have: ids of devices or software stacks, or names.

    Raises UsageError, with what there is, when the name means nothing that has results.
    """
    if what == "hardware":
        return resolve(connection, "hardware", [name])
    if what == "stack":
        return list(_stacks(connection, name))
    known = [each for (each,) in connection.execute(_KNOWN[what]).fetchall()]
    if what == "system":
        return _systems(known, name)
    found = resolve_among(what, name, known)
    if what == "precision":
        spelling = "select canonical from reference.precisions where precision = $name"
        canonical = connection.execute(spelling, {"name": found}).fetchall()
        return [canonical[0][0] if canonical else found]
    return [found]


def _systems(known: Sequence[str], name: str) -> list[str]:
    """The systems of that name, else the one whose name holds it."""
    inside = sorted(each for each in known if name.lower() in each.lower())
    if name in known:
        return [name]
    if len(inside) == 1:
        return inside
    if inside:
        more = f" and {len(inside) - _SHOWN} more" if len(inside) > _SHOWN else ""
        raise UsageError(
            f"{len(inside)} systems have {name!r} in their names",
            hint=f"Name one: {', '.join(inside[:_SHOWN])}{more}",
        )
    return [resolve_among("system", name, known)]


def _stacks(connection: duckdb.DuckDBPyConnection, text: str) -> Sequence[Any]:
    """Ids of the software stacks that fit all parts of `text`: `2.4`, `torch=2.4`, `cuda=12.4`, `driver=550`, `a,b`.

    A version fits when it begins with the parts given: 2.4 fits 2.4.0 and 2.4.1, not 2.40.
    """
    stacks = [dict(zip(_STACK, row, strict=True)) for row in connection.execute(_STACKS).fetchall()]
    for part in filter(None, (each.strip() for each in text.split(","))):
        name, _, version = part.rpartition("=")
        stacks = [stack for stack in stacks if _fits(stack, name.strip().lower(), version.strip())]
    if stacks and text.strip(", "):
        return [stack["software_stack_id"] for stack in stacks]
    raise UsageError(f"no software stack fits {text!r}", hint=_versions(connection))


def _fits(stack: dict[str, Any], name: str, version: str) -> bool:
    if name == "driver":
        return _begins(stack["driver_version"], version)
    if name and name == stack["compute_platform"]:
        return _begins(stack["compute_platform_version"], version)
    is_runtime = not name or _RUNTIME_NAMES.get(name, name) == stack["runtime"]
    return is_runtime and _begins(stack["runtime_version"], version)


def _begins(version: str | None, wanted: str) -> bool:
    parts = wanted.split(".")
    return version is not None and bool(wanted) and version.split(".")[: len(parts)] == parts


def _versions(connection: duckdb.DuckDBPyConnection) -> str:
    """What versions there are of each runtime that measured a model on a device."""
    rows = connection.execute(_VERSIONS).fetchall()
    told = [
        f"{runtime} {', '.join(versions[:_SHOWN])}{', ...' if len(versions) > _SHOWN else ''}"
        for runtime, versions in rows
    ]
    if not told:
        return "No result of a model on a device tells the version of its runtime"
    return f"There are results of {'; '.join(told)}. Other parts are told as cuda=12.4 or driver=550"


_STACK = (
    "software_stack_id", "runtime", "runtime_version", "compute_platform", "compute_platform_version",
    "driver_version",
)  # fmt: skip
_STACKS = f"select {', '.join(_STACK)} from dim_software_stacks"  # noqa: S608 - names of columns
_VERSIONS = """
    select runtime, list(runtime_version order by runtime_version_order, runtime_version)
    from (
        select distinct runtime, runtime_version, runtime_version_order
        from dim_software_stacks
        where runtime is not null and runtime_version is not null and software_stack_id in (
            select stacks.software_stack_id from intermediate.int_condition_stacks as stacks
        )
    )
    group by runtime
    order by count(*) desc, runtime
"""
