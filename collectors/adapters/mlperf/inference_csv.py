"""Tables of MLPerf inference results, one row a `mlperf_log_summary.txt`, joined with the system's description.

Units: `*_ns` nanoseconds, samples and tokens a second of the WHOLE system (`device_count` says of how many devices).
A row whose log lies beside the table, and says the same, is marked as derived from it.
"""

from collections.abc import Sequence
from functools import partial

from benchmart.event_log.events import Metric, ResultRecorded
from collectors.adapters.contract import Adapter, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.mlperf import inference_log
from collectors.adapters.mlperf.inference import (
    INVALID,
    LATENCY_ONLY,
    condition_of,
    outcome_of,
    rate_against_latency,
    scenario_told_twice,
)
from collectors.adapters.mlperf.source import derived_from
from collectors.adapters.mlperf.system import facts_of, hardware
from collectors.adapters.mlperf.table import Row, check_header, findings, header_of, number_in, text_in
from collectors.adapters.numbers import not_negative, positive_whole

NAME = "mlperf_inference_csv"
VERSION = "2"

_TELLING = ("benchmark", "scenario", "samples_per_second", "mean_latency_ns", "accelerator")
_NEEDED = ("division", "benchmark", "scenario", "samples_per_second", "mean_latency_ns")
_METRICS = {
    "samples_per_second": ("throughput", "item/second"),
    "tokens_per_second": ("token_throughput", "token/second"),
    "mean_latency_ns": ("latency_mean", "nanosecond"),
    "p50_latency_ns": ("latency_p50", "nanosecond"),
    "p90_latency_ns": ("latency_p90", "nanosecond"),
    "p99_latency_ns": ("latency_p99", "nanosecond"),
    "p99_ttft_ns": ("ttft_p99", "nanosecond"),
    "p99_tpot_ns": ("tpot_p99", "nanosecond"),
}
_IN_FIELDS = {"division", "benchmark", "scenario", "log_scenario", "valid", "accelerator", *_METRICS}
_RENAMED = {"version": "mlperf_version", "mode": "loadgen_mode"}
_VALIDITIES = {"VALID", "INVALID"}


def _recognises(document: Document) -> bool:
    names = header_of(document)
    return sum(name in names for name in _TELLING) >= len(_TELLING) - 1 and "global_batch_size" not in names


def _read(document: Document) -> Findings:
    names = header_of(document)
    check_header(names, _NEEDED)
    yield from findings(document, names, partial(_record, document, names))


def _record(document: Document, names: Sequence[str], where: str, row: Row) -> ResultRecorded:
    benchmark = text_in(row, "benchmark")
    folder = text_in(row, "scenario")
    scenario, misplaced = scenario_told_twice(row.get("log_scenario", folder), folder)
    metrics = _metrics(row, scenario)
    rate = number_in(row, "qps_with_loadgen_overhead", not_negative)
    attributes = {_RENAMED.get(name, name): cell for name, cell in row.items() if name not in _IN_FIELDS}
    return ResultRecorded(
        **provenance(document, NAME, VERSION),
        source_locator=where,
        subject_kind="model",
        subject=benchmark,
        mode="inference",
        batch_size=_samples_a_query(row) if scenario in LATENCY_ONLY else None,
        condition=condition_of(benchmark, scenario, division=text_in(row, "division")),
        attributes=attributes
        | derived_from(document, row.get("source_path"), metrics, inference_log.ADAPTER.read),
        **hardware(facts_of(row, names)).fields,
        **outcome_of(metrics, (_invalid(row), misplaced, rate_against_latency(rate, metrics, is_upper=True))),
    )


def _metrics(row: Row, scenario: str) -> list[Metric]:
    found: list[Metric] = []
    for column, (name, unit) in _METRICS.items():
        value = number_in(row, column, not_negative)
        if value is not None and not (scenario in LATENCY_ONLY and "throughput" in name):
            found.append(Metric(name, unit, value))
    return found


def _samples_a_query(row: Row) -> int | None:
    """Samples that one latency is about."""
    value = number_in(row, "samples_per_query", positive_whole)
    return None if value is None else int(value)


def _invalid(row: Row) -> str | None:
    verdict = row.get("valid", "VALID")
    if verdict not in _VALIDITIES:
        raise ValueError(f"valid: {verdict!r:.60} is neither VALID nor INVALID")
    return INVALID if verdict == "INVALID" else None


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
