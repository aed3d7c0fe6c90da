"""The load generator's summary of one MLPerf inference run, `mlperf_log_summary.txt`: one record a file.

Units: latencies nanoseconds; samples and tokens a second of the WHOLE system (`device_count` says of how many
devices). System, benchmark and division stand in the path only, the hardware in the description of the system.

Server: throughput is what was completed; what was scheduled is an attribute. Inferred tokens a second are samples a
second times a fixed length, no measurement, so they are an attribute too. SingleStream and MultiStream give latencies.
"""

import re
from collections.abc import Iterator, Mapping

from benchmart.event_log.events import Metric, ResultRecorded
from collectors.adapters.contract import Adapter, BadRow, Findings, NotResults, provenance
from collectors.adapters.document import Document
from collectors.adapters.mlperf.inference import (
    INVALID,
    LATENCY_ONLY,
    condition_of,
    outcome_of,
    rate_against_latency,
    scenario_told_twice,
)
from collectors.adapters.mlperf.loadgen_text import TITLE, Entry, Summary, summary_of
from collectors.adapters.mlperf.place import Place, place_of_inference
from collectors.adapters.mlperf.system import ATTRIBUTES, facts_beside, hardware
from collectors.adapters.numbers import not_negative, positive_whole

NAME = "mlperf_inference_log"
VERSION = "2"

_FILE_NAME = "mlperf_log_summary.txt"
_CLOSING_WORDS = "encountered during test."
_START_CHARACTERS = 400

_LATENCY = re.compile(
    r"(?:(min|max|mean)|(\d+(?:\.\d+)?) percentile) (latency|first token latency|time to output token) \(ns\)"
)
_KINDS = {"latency": "latency", "first token latency": "ttft", "time to output token": "tpot"}
_STATISTICS = {"min", "max", "mean", "p50", "p90", "p95", "p97", "p99", "p99_9"}
_WITHOUT_A_METRIC = {
    f"{kind}_{statistic}" for kind in ("ttft", "tpot") for statistic in ("min", "max", "p97")
}
_THROUGHPUTS = {
    "samples per second": ("throughput", "item/second"),
    "completed samples per second": ("throughput", "item/second"),
    "tokens per second": ("token_throughput", "token/second"),
    "completed tokens per second": ("token_throughput", "token/second"),
}
_ATTRIBUTES = {
    "sut name": "sut_name",
    "mode": "loadgen_mode",
    "scheduled samples per second": "scheduled_samples_per_second",
    "tokens per second (inferred)": "inferred_tokens_per_second",
    "completed tokens per second (inferred)": "inferred_tokens_per_second",
    "qps w/ loadgen overhead": "qps_with_loadgen_overhead",
    "qps w/o loadgen overhead": "qps_without_loadgen_overhead",
    "tps w/ loadgen overhead": "tps_with_loadgen_overhead",
    "tps w/o loadgen overhead": "tps_without_loadgen_overhead",
    "early stopping satisfied": "early_stopping_satisfied",
    "early stopping 90th percentile estimate": "early_stopping_p90_latency_ns",
    "early stopping 99th percentile estimate": "early_stopping_p99_latency_ns",
    "samples_per_query": "samples_per_query",
    "target_qps": "target_qps",
    "target_latency (ns)": "target_latency_ns",
    "ttft_latency (ns)": "ttft_limit_ns",
    "tpot_latency (ns)": "tpot_limit_ns",
    "min_duration (ms)": "min_duration_ms",
    "min_query_count": "min_query_count",
    "performance_sample_count": "performance_sample_count",
}
_RULES = ("performance constraints", "min duration", "min queries", "early stopping")


class _WrongNumber(ValueError):
    def __init__(self, where: str, reason: str) -> None:
        super().__init__(reason)
        self.where = where


def _recognises(document: Document) -> bool:
    text = document.text
    if text is None or text[:1] in {"{", "[", "<"}:
        return False
    return TITLE in text[:_START_CHARACTERS] or (document.name == _FILE_NAME and _CLOSING_WORDS in text)


def _read(document: Document) -> Findings:
    text = document.text or ""
    if TITLE not in text:
        raise NotResults("accuracy run: the load generator printed no performance")
    summary = summary_of(text)
    if summary.text("mode") == "AccuracyOnly":
        raise NotResults("accuracy run: it holds no performance")
    try:
        yield _record(document, summary)
    except _WrongNumber as error:
        yield BadRow(error.where, str(error), document.data)
    except ValueError as error:
        yield BadRow("line 1", str(error), document.data)


def _record(document: Document, summary: Summary) -> ResultRecorded:
    place = place_of_inference(document.path)
    scenario, misplaced = scenario_told_twice(_told(summary, "scenario"), place.scenario)
    verdict = _told(summary, "result is")
    if verdict not in {"VALID", "INVALID"}:
        raise ValueError(f"result is {verdict!r:.60}, neither VALID nor INVALID")
    facts = facts_beside(document, place.system, place.submitter, place.division)
    metrics, further = _numbers(summary, scenario)
    doubts = (_broken_rules(summary) if verdict == "INVALID" else None, misplaced, _errors(summary))
    return ResultRecorded(
        **provenance(document, NAME, VERSION),
        source_locator=summary.entries["result is"].where,
        subject_kind="model" if place.benchmark else "test",
        subject=place.benchmark or _told(summary, "sut name"),
        mode="inference",
        batch_size=_samples_a_query(summary) if scenario in LATENCY_ONLY else None,
        condition=condition_of(
            place.benchmark, scenario, division=place.division, compliance_test=place.compliance_test
        ),
        attributes=_attributes(summary, place, facts) | further,
        **hardware(facts).fields,
        **outcome_of(metrics, (*doubts, *_rates(summary, metrics))),
    )


def _told(summary: Summary, key: str) -> str:
    text = summary.text(key)
    if text is None:
        raise ValueError(f"{key!r} is missing")
    return text


def _numbers(summary: Summary, scenario: str) -> tuple[list[Metric], dict[str, str]]:
    """Metrics, and what is told of latencies beyond them."""
    metrics: dict[str, Metric] = {}
    further: dict[str, str] = {}
    for key, entry in summary.entries.items():
        if key in _THROUGHPUTS and scenario not in LATENCY_ONLY:
            name, unit = _THROUGHPUTS[key]
            metrics[name] = Metric(name, unit, _number(key, entry))
        elif match := _LATENCY.fullmatch(key):
            statistic = match[1] or f"p{float(match[2]):g}".replace(".", "_")
            name = f"{_KINDS[match[3]]}_{statistic}"
            value = _number(key, entry)
            if statistic in _STATISTICS and name not in _WITHOUT_A_METRIC:
                metrics[name] = Metric(name, "nanosecond", value)
            else:
                further[f"{name}_ns"] = entry.text
    return [metrics[name] for name in sorted(metrics)], further


def _number(key: str, entry: Entry) -> float:
    try:
        return not_negative(entry.text)
    except ValueError as error:
        raise _WrongNumber(entry.where, f"{key}: {error}") from None


def _rates(summary: Summary, metrics: list[Metric]) -> Iterator[str | None]:
    for key, is_upper in (("qps w/ loadgen overhead", True), ("qps w/o loadgen overhead", False)):
        if entry := summary.entries.get(key):
            yield rate_against_latency(_number(key, entry), metrics, is_upper=is_upper)


def _samples_a_query(summary: Summary) -> int | None:
    entry = summary.entries.get("samples_per_query")
    if entry is None:
        return None
    try:
        return positive_whole(entry.text)
    except ValueError as error:
        raise _WrongNumber(entry.where, f"samples_per_query: {error}") from None


def _broken_rules(summary: Summary) -> str:
    broken = [rule for rule in _RULES if (summary.text(f"{rule} satisfied") or "").upper() == "NO"]
    return f"{INVALID}: not satisfied: {', '.join(broken)}" if broken else INVALID


def _errors(summary: Summary) -> str | None:
    return f"the load generator counted {summary.errors} errors" if summary.errors else None


def _attributes(summary: Summary, place: Place, facts: Mapping[str, str]) -> dict[str, str]:
    printed = {name: text for key, name in _ATTRIBUTES.items() if (text := summary.text(key))}
    described = {name: facts[name] for name in ATTRIBUTES if name in facts}
    counted = {"loadgen_warnings": str(summary.warnings)} if summary.warnings else {}
    return described | printed | counted | place.attributes


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
