"""Files of airspeed velocity that have another layout than a result file of version 2."""

from collections.abc import Mapping
from typing import Any

_MACHINE_FILE = frozenset({"arch", "cpu", "machine", "os", "ram", "version"})
_OF_A_BENCHMARK = frozenset({"name", "params", "type"})
_COLUMNS = ("result", "params", "started_at", "samples")


def is_machine(value: Mapping[str, Any]) -> bool:
    """Whether it is a `machine.json`."""
    return value.keys() >= _MACHINE_FILE and "results" not in value


def is_list_of_benchmarks(value: Mapping[str, Any]) -> bool:
    """Whether it is a `benchmarks.json`: what each benchmark is, with its code."""
    described = [(name, one) for name, one in value.items() if name != "version"]
    return (
        bool(described)
        and "version" in value
        and all(
            isinstance(one, dict) and one.keys() >= _OF_A_BENCHMARK and one["name"] == name
            for name, one in described
        )
    )


def is_version_1(value: Mapping[str, Any]) -> bool:
    """Whether it is a result file as asv wrote them before 0.5."""
    return (
        isinstance(value.get("results"), dict)
        and isinstance(value.get("params"), dict)
        and "commit_hash" in value
        and "python" in value
        and "result_columns" not in value
        and not any(isinstance(row, list) for row in value["results"].values())
    )


def as_version_2(value: Mapping[str, Any]) -> dict[str, Any]:
    """A result file of version 1 in the layout of version 2. What fits neither is left as it stands."""
    started = value.get("started_at")
    times = started if isinstance(started, dict) else {}
    rows = {name: _row(one, times.get(name)) for name, one in value["results"].items()}
    return {**value, "result_columns": list(_COLUMNS), "results": rows}


def _row(one: Any, started: Any) -> Any:
    """A plain number or null is the result of a benchmark without parameters."""
    if not isinstance(one, dict):
        return one if isinstance(one, str | bool) else [[one], [], started]
    if "result" not in one:
        return one
    result = one["result"]
    is_listed = isinstance(result, list)
    params = one.get("params") or []
    if result is None and params:
        return [None, params, started]
    return [result if is_listed else [result], params, started, one.get("samples")]
