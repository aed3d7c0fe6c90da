"""`vllm bench serve`, the result file: one object a run.

Units, as the files have them: `*_ms` milliseconds, `*_throughput` requests or tokens a second, `duration` seconds.
`request_rate` may be the text `inf`; `date` is `YYYYMMDD-HHMMSS` without a zone. The file names no hardware.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.contract import Adapter, BadRow, Findings, NotResults, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, not_negative, positive, text, whole
from collectors.adapters.moments import moment_or_none

NAME = "vllm_bench"
VERSION = "3"

_TELLING = ("model_id", "num_prompts", "completed", "duration", "request_throughput")
_CONDITION = (
    "endpoint_type",
    "request_rate",
    "burstiness",
    "max_concurrency",
    "num_prompts",
    "ramp_up_strategy",
    "ramp_up_start_rps",
    "ramp_up_end_rps",
)
_ATTRIBUTES = (
    "tokenizer_id",
    "label",
    "max_concurrent_requests",
    "total_input_tokens",
    "total_output_tokens",
    "request_goodput",
    "max_output_tokens_per_s",
    "rtfx",
    "spec_decode_acceptance_rate",
    "spec_decode_acceptance_length",
)
_OF_REQUESTS = {"ttfts": "ttft_mean", "latencies": "request_latency_mean"}
"""Lists in SECONDS that `--save-detailed` adds, one number a request, and the means they belong to."""
_SETTINGS = ("max_num_seqs", "tensor_parallel_size", "max_num_batched_tokens")
"""Of the server, which a sweep writes into the same object."""
_STATISTICS = {
    "mean": "mean",
    "median": "p50",
    "p50": "p50",
    "p90": "p90",
    "p95": "p95",
    "p99": "p99",
}
_TIMES = {"ttft": "ttft", "tpot": "tpot", "itl": "itl", "e2el": "request_latency"}
_RATES = {
    "request_throughput": ("request_throughput", "request/second"),
    "output_throughput": ("token_throughput", "token/second"),
    "total_token_throughput": ("total_token_throughput", "token/second"),
}

_CONTRADICTION = 0.1


def _recognises(document: Document) -> bool:
    value = document.json
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, dict) and all(key in first for key in _TELLING)


def _read(document: Document) -> Findings:
    value = document.json
    if isinstance(value, list) and document.companion("run=0.json"):
        raise NotResults("derived summary: repeats the run files beside it")
    runs = enumerate(value) if isinstance(value, list) else ((None, value),)
    for place, run in runs:
        where = "$" if place is None else f"$[{place}]"
        try:
            yield _event(document, where, run)
        except ValueError as error:
            yield BadRow(where, str(error), json.dumps(run).encode())


def _event(document: Document, where: str, run: object) -> Event:
    if not isinstance(run, dict):
        raise ValueError("is not an object")
    at = moment_or_none(run.get("date"))
    return ResultRecorded(
        **provenance(document, NAME, VERSION),
        **outcome(run),
        source_locator=where,
        occurred_at=at.at if at else None,
        subject_kind="model",
        subject=text(run, "model_id"),
        family="text_generation",
        mode="inference",
        runtime=server_of(str(run.get("backend") or "vllm")),
        condition=as_attributes(run, "backend", *_CONDITION, *_SETTINGS) | tokens_per_request(run),
        attributes=as_attributes(run, *_ATTRIBUTES) | (at.attributes if at else {}),
    )


def server_of(backend: str) -> str | None:
    """A backend such as `openai-chat` names how the server is spoken to, not which server it is."""
    return None if backend.startswith("openai") else backend


def tokens_per_request(run: Mapping[str, Any]) -> dict[str, str]:
    """Lengths are not in the file; the totals over the requests made tell them."""
    completed = whole(run, "completed")
    totals = {"input_tokens": "total_input_tokens", "output_tokens": "total_output_tokens"}
    return {
        name: f"{whole(run, key) / completed:.0f}"
        for name, key in totals.items()
        if completed and run.get(key)
    }


def outcome(run: Mapping[str, Any]) -> dict[str, Any]:
    """Status, basis and metrics of a run, from an object with the result file's keys. Raises ValueError."""
    completed = whole(run, "completed")
    counts = (Metric("requests_completed", "count", completed), *_failed(run, completed))
    if completed == 0:
        reason = "no request was answered"
        return {
            "status": "failed",
            "basis": "measured",
            "error_class": "other",
            "error_message": reason,
            "metrics": counts,
        }
    duration = Metric("duration", "second", positive(run, "duration"))
    metrics = (*_rates(run), *_times(run), duration, *counts)
    doubt = _contradiction(run, completed)
    basis = "suspect" if doubt else "measured"
    return {"status": "ok", "basis": basis, "basis_reason": doubt, "metrics": metrics}


def _failed(run: Mapping[str, Any], completed: int) -> Iterator[Metric]:
    if run.get("failed") is not None:
        yield Metric("requests_failed", "count", whole(run, "failed"))
    elif "num_prompts" in run:
        yield Metric("requests_failed", "count", max(whole(run, "num_prompts") - completed, 0))


def _contradiction(run: Mapping[str, Any], completed: int) -> str | None:
    """A rate is what was done over the duration; other tools' numbers would not agree."""
    done = {"request_throughput": completed, "output_throughput": run.get("total_output_tokens")}
    for key, count in done.items():
        if run.get(key) and count:
            expected, told = float(count) / positive(run, "duration"), positive(run, key)
            if abs(expected / told - 1) > _CONTRADICTION:
                return f"{key} is {told:.4g}, and {count} in the duration are {expected:.4g} a second"
    return None


def _rates(run: Mapping[str, Any]) -> Iterator[Metric]:
    for key, (name, unit) in _RATES.items():
        if run.get(key) is not None:
            yield Metric(name, unit, not_negative(run, key))


def _times(run: Mapping[str, Any]) -> Iterator[Metric]:
    """A time that was not measured is written as 0."""
    seen = set()
    for time, metric in _TIMES.items():
        for prefix, suffix in _STATISTICS.items():
            key, name = f"{prefix}_{time}_ms", f"{metric}_{suffix}"
            if run.get(key) and name not in seen:
                seen.add(name)
                yield Metric(name, "millisecond", not_negative(run, key), _samples(run, name))


def _samples(run: Mapping[str, Any], name: str) -> list[float] | None:
    """Milliseconds of every request; None when some failed: the list does not tell which."""
    key = next((key for key, mean in _OF_REQUESTS.items() if mean == name), "")
    values = run.get(key)
    if not isinstance(values, list) or len(values) != run.get("completed") or run.get("failed"):
        return None
    return [not_negative({key: value}, key) * 1e3 for value in values] or None


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
