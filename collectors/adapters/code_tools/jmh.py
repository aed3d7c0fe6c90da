"""JMH, `-rf json`: a list of one object a benchmark, mode and combination of parameters.

`primaryMetric.rawData` holds a list for each fork, one score for each iteration, in `scoreUnit`. Mode `thrpt` is
operations a time, `avgt`, `sample` and `ss` (one cold run) are time an operation; percentiles are of single runs in
mode `sample` only.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.code_tools.parts import Element, elements_of, findings
from collectors.adapters.code_tools.units import SPEEDS, TIMES
from collectors.adapters.contract import Adapter, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, mapping, not_negative, number, text

NAME = "jmh"
VERSION = "2"

_TELLING = {"benchmark", "mode", "primaryMetric"}
_MODES = {"thrpt", "avgt", "sample", "ss"}
_PERCENTILES = {
    "0.0": "latency_min",
    "50.0": "latency_p50",
    "90.0": "latency_p90",
    "95.0": "latency_p95",
    "99.0": "latency_p99",
    "99.9": "latency_p99_9",
    "100.0": "latency_max",
}
_BOUNDS = ("score_low", "score_high")
_JVM = {"jvm", "jdkVersion", "vmName"}
"""The same layout is written of benchmarks that ran elsewhere."""
_ATTRIBUTES = (
    "jmhVersion",
    "vmName",
    "vmVersion",
    "forks",
    "warmupIterations",
    "warmupTime",
    "measurementIterations",
    "measurementTime",
)


def _recognises(document: Document) -> bool:
    value = document.json
    return isinstance(value, list) and any(
        isinstance(one, dict) and one.keys() >= _TELLING for one in value[:3]
    )


def _read(document: Document) -> Findings:
    return findings(elements_of("$", document.json), partial(_events, document))


def _events(document: Document, element: Element) -> Iterator[Event]:
    value = element.value
    if not isinstance(value, dict):
        raise ValueError("is not an object")
    mode, primary = text(value, "mode"), mapping(value, "primaryMetric")
    if mode not in _MODES:
        raise ValueError(f"mode: {mode!r} is not known")
    params, arguments = value.get("params"), value.get("jvmArgs")
    condition = {"mode": mode} | as_attributes(value, "threads", "measurementBatchSize")
    if isinstance(params, dict):
        condition |= {f"param_{name}": one for name, one in as_attributes(params, *params).items()}
    if isinstance(arguments, list) and arguments:
        condition["jvm_arguments"] = " ".join(map(str, arguments))
    yield ResultRecorded(
        **provenance(document, NAME, VERSION),
        **_outcome(value, primary, mode),
        source_locator=element.where,
        subject_kind="test",
        subject=text(value, "benchmark"),
        device_kind="cpu",
        runtime="java" if value.keys() & _JVM else None,
        runtime_version=as_attributes(value, "jdkVersion").get("jdkVersion"),
        condition=condition,
        attributes=as_attributes(value, *_ATTRIBUTES)
        | as_attributes(primary, "scoreError")
        | _confidence(primary)
        | _distribution(primary, mode)
        | _secondary(value.get("secondaryMetrics")),
    )


def _outcome(value: Mapping[str, Any], primary: Mapping[str, Any], mode: str) -> dict[str, Any]:
    score, unit = not_negative(primary, "score"), text(primary, "scoreUnit")
    if score == 0:
        return {
            "status": "untested",
            "basis": "untested",
            "basis_reason": "a score of zero: nothing was counted",
            "error_class": "no_measurement",
        }
    samples = _samples(primary.get("rawData"))
    if mode == "thrpt":
        if unit not in SPEEDS:
            raise ValueError(f"scoreUnit: {unit!r} is not operations a time")
        metrics = [Metric("operation_throughput", SPEEDS[unit], score, samples)]
    else:
        time = TIMES.get(unit.removesuffix("/op"))
        if time is None or not unit.endswith("/op"):
            raise ValueError(f"scoreUnit: {unit!r} is not time an operation")
        metrics = [Metric("latency_mean", time, score, samples)]
        if mode == "sample":
            metrics += _percentiles(primary.get("scorePercentiles"), time)
    return {"status": "ok", "basis": "measured", "metrics": metrics + _allocated(value)}


def _samples(forks: object) -> list[float] | None:
    """Scores in the order they were taken, the forks one after another."""
    if not isinstance(forks, list) or not all(isinstance(fork, list) for fork in forks):
        return None
    return [number({"rawData": score}, "rawData") for fork in forks for score in fork] or None


def _percentiles(percentiles: object, unit: str) -> list[Metric]:
    if not isinstance(percentiles, dict):
        return []
    return [
        Metric(name, unit, not_negative(percentiles, key))
        for key, name in _PERCENTILES.items()
        if key in percentiles
    ]


def _confidence(primary: Mapping[str, Any]) -> dict[str, str]:
    """The bounds of the score, in its unit."""
    bounds = primary.get("scoreConfidence")
    if not isinstance(bounds, list) or len(bounds) != len(_BOUNDS):
        return {}
    told = dict(zip(_BOUNDS, bounds, strict=True))
    return as_attributes(told, *told)


def _distribution(primary: Mapping[str, Any], mode: str) -> dict[str, str]:
    """In mode `sample`: the other percentiles, and how many single runs there are, which are kept as a histogram."""
    percentiles, forks = primary.get("scorePercentiles"), primary.get("rawDataHistogram")
    if mode != "sample":
        return {}
    told = percentiles if isinstance(percentiles, dict) else {}
    others = as_attributes(told, *(key for key in told if key not in _PERCENTILES))
    counts = [
        pair[-1]
        for fork in (forks if isinstance(forks, list) else ())
        for iteration in (fork if isinstance(fork, list) else ())
        for pair in (iteration if isinstance(iteration, list) else ())
        if isinstance(pair, list) and pair and isinstance(pair[-1], int)
    ]
    return {f"percentile_{key}": one for key, one in others.items()} | (
        {"single_runs": str(sum(counts))} if counts else {}
    )


def _allocated(value: Mapping[str, Any]) -> list[Metric]:
    """Bytes an operation, where the garbage collector was profiled; older versions mark the name with a dot."""
    secondary = value.get("secondaryMetrics")
    for name, metric in secondary.items() if isinstance(secondary, dict) else ():
        is_allocation = name.lstrip("·+") == "gc.alloc.rate.norm" and isinstance(metric, dict)
        if is_allocation and metric.get("scoreUnit") == "B/op":
            return [Metric("memory_allocated", "byte", not_negative(metric, "score"))]
    return []


def _secondary(metrics: object) -> dict[str, str]:
    if not isinstance(metrics, dict):
        return {}
    return {
        f"secondary.{name}": " ".join(as_attributes(metric, "score", "scoreUnit").values())
        for name, metric in metrics.items()
        if isinstance(metric, dict) and "score" in metric
    }


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
