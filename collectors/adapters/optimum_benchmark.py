"""optimum-benchmark, `benchmark_report.json` beside its `benchmark_config.json`, or `benchmark.json` with both.

One record a phase (`load_model`, `prefill`, `decode`, `per_token`, `forward`, `train`, ...). Units: latency seconds;
memory MB of 10^6 bytes; throughput in the unit it names. A section that was not measured is null.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from benchmart.errors import DocumentRejected
from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.contract import Adapter, BadRow, Findings, NotResults, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, mapping, not_negative, number, shown, text
from collectors.adapters.numbers import LARGEST_WHOLE

NAME = "optimum_benchmark"
VERSION = "3"

_PHASES = {"prefill": "prefill", "decode": "decode", "per_token": "decode"}
_STATISTICS = {
    "mean": "latency_mean",
    "p50": "latency_p50",
    "p90": "latency_p90",
    "p95": "latency_p95",
    "p99": "latency_p99",
    "stdev": "latency_stddev",
}
_MEMORY = {
    "max_allocated": "memory_peak",
    "max_reserved": "memory_reserved_peak",
    "max_process_vram": "memory_process_peak",
    "max_global_vram": "memory_device_peak",
    "max_vram": "memory_device_peak",
    "max_ram": "memory_host_peak",
}
_THROUGHPUTS = {
    "samples/s": ("throughput", "item/second"),
    "images/s": ("throughput", "item/second"),
    "tokens/s": ("token_throughput", "token/second"),
}
_ENERGIES = {"kWh": "kilowatt_hour", "J": "joule"}
_CONDITION = (
    "task",
    "attn_implementation",
    "cache_implementation",
    "quantization_scheme",
    "peft_type",
    "device_map",
)
_ENVIRONMENT = ("cpu", "python_version", "transformers_version", "optimum_benchmark_version")

_PRINTED = re.compile(
    r"# \w+:\s+## (?:memory|latency|throughput|energy|efficiency):\s+\| metric +\| value +\| unit +\|"
)


def _recognises(document: Document) -> bool:
    value = document.json
    if not isinstance(value, dict):
        return _is_printed_report(document)
    return _is_config(value) or _is_report(value) or (_is_report(value.get("report")) and "config" in value)


def _is_printed_report(document: Document) -> bool:
    return document.first_line.startswith("# ") and _PRINTED.match(document.text or "") is not None


def _is_config(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and {"backend", "launcher"} <= value.keys()
        and ("scenario" in value or "benchmark" in value)
    )


def _is_report(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and bool(value)
        and all(
            isinstance(phase, dict) and {"latency", "memory", "throughput", "energy"} <= phase.keys()
            for phase in value.values()
        )
    )


def _read(document: Document) -> Findings:
    value = document.json
    if not isinstance(value, dict):
        raise NotResults("derived summary: benchmark_report.json holds the same, and every sample")
    if _is_config(value):
        raise NotResults("configuration: read along with the report beside it")
    path, report, config = (
        ("$", value, _beside(document))
        if _is_report(value)
        else (
            "$.report",
            value["report"],
            value["config"],
        )
    )
    try:
        shared = _shared(config)
    except ValueError as error:
        raise DocumentRejected(f"the configuration cannot be used: {error}") from None
    for name in report:
        try:
            yield _event(document, shared, f"{path}.{name}", name, report)
        except ValueError as error:
            yield BadRow(f"{path}.{name}", str(error), json.dumps(report[name]).encode())


def _beside(document: Document) -> Any:
    companion = document.companion("benchmark_config.json")
    if companion is None or not _is_config(companion.json):
        raise DocumentRejected(
            "the report names no model", hint="Keep benchmark_config.json of the run beside it"
        )
    return companion.json


def _shared(config: Any) -> dict[str, Any]:
    if not isinstance(config, dict):
        raise ValueError("it is not an object")
    backend = mapping(config, "backend")
    scenario = mapping(config, "scenario" if "scenario" in config else "benchmark")  # its name before 0.3
    shapes, environment = scenario.get("input_shapes"), config.get("environment")
    sizes = shapes if isinstance(shapes, dict) else {}
    surroundings = environment if isinstance(environment, dict) else {}
    kind = as_attributes(backend, "device").get("device")
    return {
        "subject_kind": "model",
        "subject": text(backend, "model"),
        "mode": "training" if scenario.get("name") == "training" else "inference",
        "device_kind": kind,
        "runtime": as_attributes(backend, "name").get("name"),
        "runtime_version": as_attributes(backend, "version").get("version"),
        "precision": as_attributes(backend, "torch_dtype").get("torch_dtype"),
        "compiler": "dynamo" if backend.get("torch_compile") else None,
        "batch_size": _size(sizes, "batch_size"),
        "sequence_length": _size(sizes, "sequence_length"),
        "condition": as_attributes(backend, *_CONDITION) | _generation(scenario),
        "attributes": as_attributes(surroundings, *_ENVIRONMENT),
        **_devices(backend, surroundings, kind),
    }


def _size(sizes: Mapping[str, Any], key: str) -> int | None:
    value = sizes.get(key)
    is_size = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_WHOLE
    return value if is_size else None


def _generation(scenario: Mapping[str, Any]) -> dict[str, str]:
    wanted = scenario.get("generate_kwargs")
    return as_attributes(wanted, "max_new_tokens", "num_beams") if isinstance(wanted, dict) else {}


def _devices(backend: Mapping[str, Any], environment: Mapping[str, Any], kind: str | None) -> dict[str, Any]:
    """The devices the run was given, when they are all of one kind; a machine may hold others."""
    if kind == "cpu":
        return {"device": as_attributes(environment, "cpu").get("cpu")}
    names, chosen = environment.get("gpu"), str(backend.get("device_ids") or "")
    places = [
        int(place) for place in chosen.split(",") if place.strip().isascii() and place.strip().isdigit()
    ]
    if not isinstance(names, list) or not places or max(places) >= len(names):
        return {"device_count": len(places) or None}
    used = {str(names[place]) for place in places}
    return {"device": used.pop() if len(used) == 1 else " + ".join(sorted(used)), "device_count": len(places)}


def _event(
    document: Document, shared: Mapping[str, Any], where: str, name: str, report: Mapping[str, Any]
) -> Event:
    phase = mapping(report, name)
    metrics = (*_latency(phase, name), *_throughput(phase), *_memory(phase), *_energy(phase))
    if not metrics:
        raise ValueError("no section holds a number")
    fields = {
        **shared,
        "condition": shared["condition"] | {"step": name},
        "attributes": shared["attributes"] | _of_energy(phase),
    }
    return ResultRecorded(
        **provenance(document, NAME, VERSION),
        **fields,
        source_locator=where,
        status="ok",
        basis="measured",
        phase=_PHASES.get(name),
        metrics=metrics,
    )


def _of_energy(phase: Mapping[str, Any]) -> dict[str, str]:
    """What each kind of device drew, and work for energy, with their units."""
    told: dict[str, str] = {}
    for section, keys in (("energy", ("cpu", "gpu", "ram")), ("efficiency", ("value",))):
        held = phase.get(section)
        if isinstance(held, dict):
            unit = as_attributes(held, "unit").get("unit", "")
            told |= {f"{section}_{key}": f"{one} {unit}" for key, one in as_attributes(held, *keys).items()}
    return told


def _latency(phase: Mapping[str, Any], name: str) -> Iterator[Metric]:
    if phase["latency"] is None:
        return
    section = mapping(phase, "latency")
    if section.get("unit") != "s":
        raise ValueError(f"latency.unit: {section.get('unit')!r} is not s")
    values = section.get("values")
    samples = (
        [number({"values": one}, "values") for one in values] if isinstance(values, list) and values else None
    )
    if name == "load_model":
        yield Metric("load_time", "second", not_negative(section, "mean"))
        return
    for key, metric in _STATISTICS.items():
        if section.get(key) is not None:
            yield Metric(metric, "second", not_negative(section, key), samples if key == "mean" else None)


def _throughput(phase: Mapping[str, Any]) -> Iterator[Metric]:
    if phase["throughput"] is None:
        return
    section = mapping(phase, "throughput")
    name, unit = _THROUGHPUTS[_unit("throughput", section, _THROUGHPUTS)]
    yield Metric(name, unit, not_negative(section, "value"))


def _unit(name: str, section: Mapping[str, Any], known: Collection[str]) -> str:
    unit = section.get("unit")
    if not isinstance(unit, str) or unit not in known:
        raise ValueError(f"{name}.unit: {shown(unit)} is not one of {', '.join(known)}")
    return unit


def _memory(phase: Mapping[str, Any]) -> Iterator[Metric]:
    if phase["memory"] is None:
        return
    section = mapping(phase, "memory")
    if section.get("unit") != "MB":
        raise ValueError(f"memory.unit: {section.get('unit')!r} is not MB")
    is_told_twice = section.get("max_global_vram") is not None
    for key, name in _MEMORY.items():
        if section.get(key) is not None and not (key == "max_vram" and is_told_twice):
            yield Metric(name, "megabyte", not_negative(section, key))


def _energy(phase: Mapping[str, Any]) -> Iterator[Metric]:
    if phase["energy"] is None:
        return
    section = mapping(phase, "energy")
    unit = _ENERGIES[_unit("energy", section, _ENERGIES)]
    if section.get("total") is not None:
        yield Metric("energy", unit, not_negative(section, "total"))


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
