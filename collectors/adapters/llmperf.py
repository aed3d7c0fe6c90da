"""LLMPerf: the summary of a run, and the list of its requests, of a hosted language model.

Units, as the files have them: seconds, tokens a second, requests a minute; `timestamp` seconds since 1970. The hardware
behind the service is unknown. A summary and the list of its requests are one run, so they are one record: the
summary's, with every request as a sample where the list lies beside it or in the folder `individual` next to its own. A
list without its summary is a record too, of the means over its requests, when its name tells the model.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from statistics import fmean, median
from typing import Any

from benchmart.errors import DocumentRejected
from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.contract import Adapter, BadRow, Findings, NotResults, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, not_negative, positive, text, whole
from collectors.adapters.moments import moment_or_none

NAME = "llmperf"
VERSION = "2"

_SUMMARY = ("model", "num_concurrent_requests", "results_num_requests_started", "results_ttft_s_mean")
_REQUEST = ("error_code", "ttft_s", "inter_token_latency_s", "end_to_end_latency_s")
_TIMES = {"ttft_s": "ttft", "inter_token_latency_s": "itl", "end_to_end_latency_s": "request_latency"}
_STATISTICS = {
    "mean": "mean",
    "quantiles_p50": "p50",
    "quantiles_p90": "p90",
    "quantiles_p95": "p95",
    "quantiles_p99": "p99",
}
_CONDITION = (
    "framework",
    "mean_input_tokens",
    "stddev_input_tokens",
    "mean_output_tokens",
    "stddev_output_tokens",
    "num_concurrent_requests",
    "additional_sampling_params",
)
_ATTRIBUTES = (
    "version",
    "api",
    "model_size",
    "results_error_code_frequency",
    "results_request_output_throughput_token_per_s_mean",
    "results_number_input_tokens_mean",
    "results_number_output_tokens_mean",
)
_ABOUT_TIMES = {"itl_definition": "mean over a request's tokens, the wait for the first included"}
"""Other tools leave the first token out."""
_SUMMARY_PART, _LIST_PART = "_summary", "_individual_responses"
_SAME_RUN = 1e-6
"""Relative; both files have all digits of the same means."""
_LIST_NAME = re.compile(r"(.+)_(\d+)_(\d+)_individual_responses\.json")
_CONTRADICTION = 0.1


def _recognises(document: Document) -> bool:
    value = document.json
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], dict) and all(key in value[0] for key in _REQUEST)
    return _is_summary(value)


def _is_summary(value: object) -> bool:
    return isinstance(value, dict) and sum(key in value for key in _SUMMARY) >= len(_SUMMARY) - 1


def _read(document: Document) -> Findings:
    value = document.json
    where = "$"
    if isinstance(value, list) and (summary := _summary_of_the_same_run(document, value)):
        raise NotResults(
            f"samples: these requests are part of the record of {PurePath(summary).name} beside them"
        )
    try:
        yield _of_requests(document, value) if isinstance(value, list) else _of_summary(document, value)
    except ValueError as error:
        yield BadRow(where, str(error), json.dumps(value).encode())


def _told(summary: Mapping[str, Any]) -> dict[str, Any]:
    """What a summary says of the run besides its numbers."""
    at = moment_or_none(summary.get("timestamp"))
    return {
        "subject": text(summary, "model"),
        "runtime": as_attributes(summary, "framework").get("framework"),
        "occurred_at": at.at if at else None,
        "condition": as_attributes(summary, *_CONDITION),
        "attributes": as_attributes(summary, *_ATTRIBUTES) | _ABOUT_TIMES | (at.attributes if at else {}),
    }


def _record(
    document: Document, told: Mapping[str, Any], metrics: Sequence[Metric], completed: int, failed: int
) -> Event:
    counts = (
        Metric("requests_completed", "count", completed),
        Metric("requests_failed", "count", failed),
    )
    outcome: dict[str, Any] = {"status": "ok", "basis": "measured", "metrics": (*metrics, *counts)}
    if not completed:
        message = f"none of {failed} requests was answered"
        outcome |= {"status": "failed", "error_class": "other", "error_message": message, "metrics": counts}
    return ResultRecorded(
        **provenance(document, NAME, VERSION),
        **{**outcome, **told},
        source_locator="$",
        subject_kind="model",
        family="text_generation",
        mode="inference",
    )


def _of_summary(document: Document, summary: Mapping[str, Any]) -> Event:
    started = whole(summary, "results_num_requests_started")
    completed = whole(summary, "results_num_completed_requests")
    failed = _failed(summary, started, completed)
    if not started:
        raise NotResults("empty: no request was made")
    told = _told(summary)
    if not completed:
        return _record(document, told, (), completed, failed)
    metrics = (*_summed_times(summary, _requests_of_the_same_run(document, summary)), *_rates(summary))
    doubt = _contradiction(summary)
    if doubt:
        told |= {"basis": "suspect", "basis_reason": doubt}
    return _record(document, told, metrics, completed, failed)


def _failed(summary: Mapping[str, Any], started: int, completed: int) -> int:
    if "results_number_errors" in summary:
        return whole(summary, "results_number_errors")
    return max(started - completed, 0)


def _summed_times(summary: Mapping[str, Any], requests: Sequence[Mapping[str, float]]) -> Iterator[Metric]:
    """A time that was not measured is written as 0."""
    for time, metric in _TIMES.items():
        for key, statistic in _STATISTICS.items():
            name = f"results_{time}_{key}"
            if name in summary and (value := not_negative(summary, name)):
                samples = [request[time] for request in requests] if statistic == "mean" else None
                yield Metric(f"{metric}_{statistic}", "second", value, samples or None)


def _rates(summary: Mapping[str, Any]) -> Iterator[Metric]:
    tokens, requests = "results_mean_output_throughput_token_per_s", "results_num_completed_requests_per_min"
    yield Metric("token_throughput", "token/second", positive(summary, tokens))
    if requests in summary:
        yield Metric("request_throughput", "request/minute", positive(summary, requests))


def _contradiction(summary: Mapping[str, Any]) -> str | None:
    """Both rates are over the same wall time, so tokens a request times requests are tokens."""
    keys = ("results_num_completed_requests_per_min", "results_number_output_tokens_mean")
    if any(key not in summary for key in keys):
        return None
    requests, tokens = (not_negative(summary, key) for key in keys)
    told = positive(summary, "results_mean_output_throughput_token_per_s")
    ratio = requests / 60 * tokens / told
    if abs(ratio - 1) <= _CONTRADICTION:
        return None
    return f"requests a second x tokens a request is {requests / 60 * tokens:.4g} tokens a second, not {told:.4g}"


def _of_requests(document: Document, requests: Sequence[object]) -> Event:
    """One request that cannot be read makes the means of the others another number, so it costs the whole list."""
    times = _answered(requests)
    told = _told_by_name(document)
    metrics = tuple(_sampled_times(times))
    return _record(document, told, metrics, len(times), len(requests) - len(times))


def _answered(requests: Sequence[object]) -> list[dict[str, float]]:
    read = (_request(place, request) for place, request in enumerate(requests))
    return [request for request in read if request is not None]


def _request(place: int, request: object) -> dict[str, float] | None:
    """Its times in seconds; None when it ended with an error."""
    if not isinstance(request, dict) or "error_code" not in request:
        raise ValueError(f"$[{place}] is not a request with an error_code")
    if request["error_code"] is not None:
        return None
    try:
        return {key: not_negative(request, key) for key in _TIMES}
    except ValueError as error:
        raise ValueError(f"$[{place}].{error}") from None


def _sampled_times(requests: Sequence[Mapping[str, float]]) -> Iterator[Metric]:
    for key, metric in _TIMES.items():
        samples = [request[key] for request in requests]
        if any(samples):
            yield Metric(f"{metric}_mean", "second", fmean(samples), samples)
            yield Metric(f"{metric}_p50", "second", median(samples))


def _told_by_name(document: Document) -> dict[str, Any]:
    match = _LIST_NAME.fullmatch(document.name)
    if match is None:
        raise DocumentRejected("the list of requests names no model", hint="Keep the run's summary beside it")
    model, input_tokens, output_tokens = match.groups()
    lengths = {"mean_input_tokens": input_tokens, "mean_output_tokens": output_tokens}
    return {"subject": model, "condition": lengths, "attributes": dict(_ABOUT_TIMES)}


def _summary_of_the_same_run(document: Document, requests: Sequence[object]) -> str | None:
    """Where the summary lies, seen from the list of its requests."""
    for path in _beside(document.name, _LIST_PART, _SUMMARY_PART, "summary"):
        summary = document.companion(path)
        if summary is not None and _is_summary(summary.json) and _is_same_run(summary.json, requests):
            return path
    return None


def _requests_of_the_same_run(document: Document, summary: Mapping[str, Any]) -> list[dict[str, float]]:
    """Times of the answered requests; none where no list of them lies beside the summary."""
    for path in _beside(document.name, _SUMMARY_PART, _LIST_PART, "individual"):
        requests = document.companion(path)
        if requests is not None and isinstance(requests.json, list) and _is_same_run(summary, requests.json):
            return _answered(requests.json)
    return []


def _beside(name: str, part: str, other: str, folder: str) -> Iterator[str]:
    if part in name:
        yield name.replace(part, other)
    yield f"../{folder}/{name}"


def _is_same_run(summary: Mapping[str, Any], requests: Sequence[object]) -> bool:
    """As many requests were answered, and they took as long."""
    try:
        times = _answered(requests)
        return (
            bool(times)
            and whole(summary, "results_num_completed_requests") == len(times)
            and all(
                abs(fmean(request[key] for request in times) - told) <= _SAME_RUN * told
                for key in _TIMES
                if (told := not_negative(summary, f"results_{key}_mean"))
            )
        )
    except ValueError:
        return False


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
