"""What a sweep of llama-bench writes around each of its tests; read as part of `llama_bench`.

Units, as the files have them: `*_w` watts, `*_mib` MiB of the whole machine, `*_c` degrees Celsius, `duration_s`
seconds with the loading of the model, times either ISO 8601 or milliseconds since 1970. `mode` is `pp` or `tg` and
`value` its number of tokens. A test that brought nothing has null for its result; the file does not say why.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from benchmart.event_log.events import Metric
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, not_negative, shown, whole
from collectors.adapters.moments import moment_or_none

RESULT = "bench_raw"
"""The key of llama-bench's own object."""

_TELLING = ("mode", "value", "tokens_per_sec", RESULT)
_FLAGS = ("build", "fa", "b", "hipblaslt")
"""Which build ran with which flags: llama-bench's own object does not tell all of them."""
_PHASES = {"pp": "prefill", "tg": "decode"}
_ATTRIBUTES = (
    "duration_s",
    "system_ram_peak_mib",
    "system_ram_delta_mib",
    "gtt_peak_mib",
    "gtt_delta_mib",
    "vram_peak_mib",
    "vram_delta_mib",
    "max_temp_c",
    "max_power_w",
    "median_power_w",
)
_TESTS_ALONE, _TESTS_WITH_FLAGS = "raw_runs.jsonl", "results.jsonl"


def is_sweep_row(value: object) -> bool:
    """Whether it is what a sweep writes for a test, with or without a result."""
    return isinstance(value, dict) and all(key in value for key in _TELLING)


def condition(row: Mapping[str, Any]) -> dict[str, str]:
    """The build and the flags of a test, each under `sweep_` and its name."""
    return {f"sweep_{key}": value for key, value in as_attributes(row, *_FLAGS).items()}


def attributes(row: Mapping[str, Any]) -> dict[str, str]:
    """What was seen of the machine meanwhile, in the units of the names."""
    return as_attributes(row, *_ATTRIBUTES)


def power(row: Mapping[str, Any]) -> Iterator[Metric]:
    """Mean power during a test, watts."""
    if row.get("avg_power_w"):
        yield Metric("power_mean", "watt", not_negative(row, "avg_power_w"))


def without_result(row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a record for a test that brought nothing. Raises ValueError."""
    phase = _PHASES.get(row["mode"]) if isinstance(row["mode"], str) else None
    if phase is None:
        raise ValueError(f"mode: {shown(row['mode'])} is neither pp nor tg")
    tokens = whole(row, "value")
    lengths = (tokens, 0) if phase == "prefill" else (0, tokens)
    at = moment_or_none(row.get("start_time"))
    return {
        "status": "untested",
        "basis": "untested",
        "basis_reason": "the sweep has no result of this test, and does not say why",
        "error_class": "no_measurement",
        "occurred_at": at.at if at else None,
        "phase": phase,
        "sequence_length": tokens or None,
        "condition": condition(row) | {"n_prompt": str(lengths[0]), "n_gen": str(lengths[1])},
        "attributes": attributes(row)
        | {"subject_told_by": "the tests before this one"}
        | (at.attributes if at else {}),
    }


def repeats_what_lies_beside(document: Document) -> bool:
    """Whether it is a sweep's list of bare tests, and the list with their flags lies beside it and holds them all."""
    if document.name != _TESTS_ALONE:
        return False
    beside = document.companion(_TESTS_WITH_FLAGS)
    if beside is None:
        return False
    try:
        held = [row.get(RESULT) for row in _rows(beside) if isinstance(row, dict)]
        known = {json.dumps(result, sort_keys=True) for result in held}
        return all(json.dumps(row, sort_keys=True) in known for row in _rows(document))
    except (ValueError, RecursionError):
        return False


def _rows(document: Document) -> list[Any]:
    """Every finished line; what follows the last line end may be cut off and decides nothing."""
    lines = (document.text or "").split("\n")[:-1]
    return [json.loads(line) for line in lines if line.strip()]
