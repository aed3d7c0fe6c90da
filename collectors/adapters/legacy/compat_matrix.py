"""`hardware_compatibility_matrix.json`: family by hardware, with the means of each model that was run.

`mean_latency` is in seconds and `mean_throughput` in items a second, over all batch sizes and lengths of one run of the
script: they stand under a condition of their own. `compatible: false` without runs means that nothing was tried.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, not_negative, shown, text
from collectors.adapters.legacy import devices, outcome
from collectors.adapters.legacy.mislabelled import doubted, mislabelled
from collectors.adapters.legacy.record import (
    Part,
    adapter,
    an_object,
    entries,
    event_fields,
    has_keys,
    members,
    metric,
    simulated,
    step,
)

_OTHERS = ("batch_sizes", "performance_comparison", "system_info", "models_set")
"""Configurations and summaries name families and hardware as well."""


_Doubts = dict[str, str]
"""Why a hardware key is doubted."""


def _recognises(document: Document) -> bool:
    value = document.json
    return (
        has_keys(value, "model_families", "hardware_types")
        and isinstance(value["model_families"], dict)
        and not any(key in value for key in _OTHERS)
    )


def _parts(document: Any) -> Iterator[Part]:
    doubts = _doubts(document["model_families"])
    for family, block in document["model_families"].items():
        place = step(step("$.model_families", family), "hardware_compatibility")
        for hardware, cell in members(members(block).get("hardware_compatibility")).items():
            where = step(place, hardware)
            yield Part(where, cell, partial(_cell, family, hardware, cell, doubts, document))
            for number, one in enumerate(entries(members(cell).get("benchmark_results"))):
                yield Part(
                    f"{where}.benchmark_results[{number}]",
                    one,
                    partial(_model, family, hardware, one, doubts, document),
                )


def _doubts(families: Mapping[str, Any]) -> _Doubts:
    means = {
        (hardware, str(one.get("model_name")), family): _mean(one)
        for family, block in families.items()
        for hardware, cell in members(members(block).get("hardware_compatibility")).items()
        for one in entries(members(cell).get("benchmark_results"))
        if isinstance(one, dict)
    }
    return mislabelled(means)


def _mean(record: Mapping[str, Any]) -> float | None:
    try:
        return not_negative(record, "mean_latency")
    except ValueError:
        return None


def _cell(family: str, hardware: str, value: Any, doubts: _Doubts, document: Any) -> dict[str, Any]:
    cell = an_object(value)
    if not isinstance(cell.get("compatible"), bool):
        raise ValueError(f"compatible: {shown(cell.get('compatible'))} is not true or false")
    if cell["compatible"]:
        fields: dict[str, Any] = outcome.worked()
    elif cell.get("benchmark_results"):
        fields = {"status": "failed", "basis": "measured", "error_class": "other"}
    else:
        fields = outcome.untested("not called compatible, and nothing was run")
    fields |= doubted(fields["basis"], doubts.get(hardware))
    is_model = _is_model(hardware, document)
    return simulated(fields, outcome.declared_simulation(cell, hardware, document)) | event_fields(
        "model" if is_model else "test",
        hardware if is_model else family,
        document.get("timestamp"),
        hardware=None if is_model else hardware,
        family=family,
        condition={"check": "compatibility of the family"},
        attributes=as_attributes(cell, "performance_rating"),
    )


def _is_model(key: str, document: Any) -> bool:
    """Some files have a model where the hardware should stand: known by no device and by no list."""
    return devices.hardware(key).kind is None and key not in entries(document["hardware_types"])


def _model(family: str, hardware: str, value: Any, doubts: _Doubts, document: Any) -> dict[str, Any]:
    one = an_object(value)
    metrics = (
        *metric(one, "mean_latency", "latency_mean", "second"),
        *metric(one, "mean_throughput", "throughput", "item/second"),
    )
    fields: dict[str, Any] = {
        "status": "ok" if metrics else "failed",
        "basis": "measured",
        "metrics": metrics,
    }
    if not metrics:  # the script writes means as soon as one run succeeds
        fields["error_class"] = "other"
    fields |= doubted(fields["basis"], doubts.get(hardware))
    return simulated(fields, outcome.declared_simulation(one, hardware, document)) | event_fields(
        "model",
        text(one, "model_name"),
        one.get("timestamp"),
        document.get("timestamp"),
        hardware=hardware,
        family=family,
        mode="inference",
        condition={"aggregate": "mean over all batch sizes and lengths of a run"},
    )


ADAPTERS = (adapter("legacy_compat_matrix", _recognises, _parts),)
