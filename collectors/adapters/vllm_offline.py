"""`vllm bench throughput` and `vllm bench latency`, the result files: one object a run.

Units: seconds, requests and tokens a second; `latencies` are seconds of one batch of requests each, `tokens_per_second`
counts tokens read and generated together. The files name no model and no setting, so a run is a test with the file's
name; the records that vLLM writes beside them for the PyTorch benchmark database name both.
"""

import json
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from benchmart.event_log.events import Metric, ResultRecorded
from collectors.adapters.contract import Adapter, BadRow, Findings, NotResults, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, items, mapping, number, positive, whole

NAME = "vllm_offline"
VERSION = "1"

_THROUGHPUT = {"elapsed_time", "num_requests", "total_num_tokens", "requests_per_second", "tokens_per_second"}
_LATENCY = {"avg_latency", "latencies", "percentiles"}
_PERCENTILES = {"50": "latency_p50", "90": "latency_p90", "99": "latency_p99"}
_CONTRADICTION = 0.1


def _recognises(document: Document) -> bool:
    value = document.json
    return isinstance(value, dict) and (value.keys() >= _THROUGHPUT or value.keys() >= _LATENCY)


def _read(document: Document) -> Findings:
    if document.companion(f"{PurePath(document.name).stem}.pytorch.json") is not None:
        raise NotResults("derived summary: repeats the records of the .pytorch.json beside it")
    value = document.json
    try:
        yield ResultRecorded(
            **provenance(document, NAME, VERSION),
            **(_throughput(value) if value.keys() >= _THROUGHPUT else _latency(value)),
            source_locator="$",
            subject_kind="test",
            subject=PurePath(document.name).stem,
            family="text_generation",
            mode="inference",
            runtime="vllm",
        )
    except ValueError as error:
        yield BadRow("$", str(error), json.dumps(value).encode())


def _throughput(value: Mapping[str, Any]) -> dict[str, Any]:
    requests, seconds = whole(value, "num_requests"), positive(value, "elapsed_time")
    counts = {"requests_per_second": requests, "tokens_per_second": whole(value, "total_num_tokens")}
    told = {key: positive(value, key) for key in counts}
    doubts = [
        f"{key} is {told[key]:.4g}, and {count} in {seconds:.4g} s are {count / seconds:.4g}"
        for key, count in counts.items()
        if abs(count / seconds / told[key] - 1) > _CONTRADICTION
    ]
    metrics = (
        Metric("request_throughput", "request/second", told["requests_per_second"]),
        Metric("total_token_throughput", "token/second", told["tokens_per_second"]),
        Metric("duration", "second", seconds),
        Metric("requests_completed", "count", requests),
    )
    return _outcome(metrics, doubts) | {"attributes": as_attributes(value, "total_num_tokens")}


def _latency(value: Mapping[str, Any]) -> dict[str, Any]:
    samples = [number({"latencies": sample}, "latencies") for sample in items(value, "latencies")]
    mean, percentiles = positive(value, "avg_latency"), mapping(value, "percentiles")
    metrics = [Metric("latency_mean", "second", mean, samples or None)]
    metrics += [
        Metric(name, "second", positive(percentiles, key))
        for key, name in _PERCENTILES.items()
        if percentiles.get(key) is not None
    ]
    if value.get("std_latency") is not None:
        metrics.append(Metric("latency_stddev", "second", number(value, "std_latency")))
    own = sum(samples) / len(samples) if samples else mean
    doubts = (
        []
        if abs(own / mean - 1) <= _CONTRADICTION
        else [f"the mean of latencies is {own:.4g}, not {mean:.4g}"]
    )
    further = {
        key: text for key, text in as_attributes(percentiles, *percentiles).items() if key not in _PERCENTILES
    }
    return _outcome(tuple(metrics), doubts) | {
        "attributes": {f"latency_p{key}_seconds": text for key, text in further.items()}
    }


def _outcome(metrics: tuple[Metric, ...], doubts: list[str]) -> dict[str, Any]:
    return {
        "status": "ok",
        "basis": "suspect" if doubts else "measured",
        "basis_reason": "; ".join(doubts) or None,
        "metrics": metrics,
    }


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
