"""BenchmarkTools.jl, `BenchmarkTools.save`: groups within groups, whose leaves are trials or estimates.

Times are nanoseconds of one evaluation, `memory` bytes, `allocs` a count. A trial has every sample; an estimate one
number, which may be the trial's minimum, median or mean and does not say which. The same groups can be of tuned
parameters, or of ratios of two runs: those hold no results.
"""

import json
from collections.abc import Iterator, Mapping
from statistics import fmean
from typing import Any

from benchmart.errors import DocumentRejected
from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.code_tools.units import ZERO_TIME
from collectors.adapters.contract import Adapter, BadRow, Findings, NotResults, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, items, mapping, not_negative

NAME = "julia_benchmark"
VERSION = "2"

_PAIR = 2
_ESTIMATOR_NOT_STATED = {"statistic": "not stated: minimum, median or mean of a trial"}
_GROUP = "BenchmarkGroup"
_LEAVES = ("Trial", "TrialEstimate")
_OTHER_LEAVES = {
    "Parameters": "configuration: tuned parameters",
    "TrialRatio": "derived summary: a comparison of two runs",
    "TrialJudgement": "derived summary: a comparison of two runs",
}


def _recognises(document: Document) -> bool:
    value = document.json
    if not isinstance(value, list) or len(value) != _PAIR:
        return False
    versions, saved = value
    return isinstance(versions, dict) and "BenchmarkTools" in versions and isinstance(saved, list)


def _read(document: Document) -> Findings:
    versions, saved = document.json
    if not saved:
        raise DocumentRejected("nothing was saved in it", where="$[1]")
    kinds = {kind for node in saved for kind in _kinds(node)}
    if kinds and kinds <= _OTHER_LEAVES.keys():
        raise NotResults(_OTHER_LEAVES[min(kinds)])
    shared = provenance(document, NAME, VERSION) | {
        "subject_kind": "test",
        "device_kind": "cpu",
        "runtime": "julia",
        "runtime_version": as_attributes(versions, "Julia").get("Julia"),
    }
    attributes = as_attributes(versions, "BenchmarkTools")
    for place, node in enumerate(saved):
        yield from _walk(shared, attributes, f"$[1][{place}]", (), node)


def _walk(
    shared: Mapping[str, Any],
    attributes: Mapping[str, str],
    where: str,
    path: tuple[str, ...],
    node: object,
) -> Iterator[Event | BadRow]:
    try:
        kind, content = _typed(node)
        if kind != _GROUP:
            place = {"source_locator": where, "subject": "/".join(path) or "(unnamed)"}
            yield _event({**shared, **place}, attributes, kind, content)
            return
        children, tags = mapping(content, "data"), content.get("tags")
    except ValueError as error:
        yield BadRow(where, str(error), json.dumps(node).encode())
        return
    if isinstance(tags, list) and tags:
        attributes = {**attributes, "tags": ", ".join(map(str, tags))}
    for name, child in children.items():
        inner = f"{where}[1].data[{json.dumps(name)}]"
        yield from _walk(shared, attributes, inner, (*path, name), child)


def _kinds(node: object) -> Iterator[str]:
    """Of all leaves."""
    try:
        kind, content = _typed(node)
    except ValueError:
        yield "not a leaf"
        return
    children = content.get("data")
    if kind != _GROUP or not isinstance(children, dict):
        yield kind
        return
    for one in children.values():
        yield from _kinds(one)


def _typed(node: object) -> tuple[str, Mapping[str, Any]]:
    if not isinstance(node, list) or len(node) != _PAIR or not isinstance(node[1], dict):
        raise ValueError("is not a pair of a type and an object")
    return str(node[0]).rpartition(".")[2], node[1]


def _event(
    shared: Mapping[str, Any], attributes: Mapping[str, str], kind: str, content: Mapping[str, Any]
) -> Event:
    """`shared` has the place and the name, which the groups above make."""
    if kind not in _LEAVES:
        raise ValueError(f"{kind!r} is neither a trial nor an estimate")
    samples = _samples(content) if kind == "Trial" else None
    time = fmean(samples) if samples else not_negative(content, "time")
    described = {**attributes, **({} if samples else _ESTIMATOR_NOT_STATED)}
    params = content.get("params")
    if isinstance(params, list) and params and isinstance(params[-1], dict):
        described |= as_attributes(params[-1], "evals")
    described |= {name: f"{one} ns" for name, one in as_attributes(content, "gctime").items()}
    return ResultRecorded(**shared, **_outcome(time, samples, content), attributes=described)


def _samples(trial: Mapping[str, Any]) -> list[float]:
    times = [not_negative({"times": one}, "times") for one in items(trial, "times")]
    if not times:
        raise ValueError("times: there are none")
    return times


def _outcome(time: float, samples: list[float] | None, content: Mapping[str, Any]) -> dict[str, Any]:
    if time == 0:
        return dict(ZERO_TIME)
    metrics = [Metric("latency_mean", "nanosecond", time, samples)]
    if content.get("memory") is not None:
        metrics.append(Metric("memory_allocated", "byte", not_negative(content, "memory")))
    if content.get("allocs") is not None:
        metrics.append(Metric("allocations", "count", not_negative(content, "allocs")))
    return {"status": "ok", "basis": "measured", "metrics": metrics}


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
