"""Tables of MLPerf training results, one row a run: `minutes_to_train`, and samples a second of the WHOLE cluster.

A row is a run, not a score: the official score drops the fastest and the slowest run of a group. Aborted runs did not
reach the quality target; how long they took is their `duration`, never a time to train. A row whose log lies beside
the table, and says the same, is marked as derived from it.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from benchmart.event_log.events import Metric, ResultRecorded
from collectors.adapters.contract import Adapter, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.mlperf import training_log
from collectors.adapters.mlperf.source import derived_from
from collectors.adapters.mlperf.system import facts_of, hardware
from collectors.adapters.mlperf.table import Row, check_header, findings, header_of, number_in, text_in
from collectors.adapters.mlperf.training_rates import throughput_of
from collectors.adapters.moments import moment
from collectors.adapters.numbers import finite, not_negative, positive, positive_whole

NAME = "mlperf_training_csv"
VERSION = "3"

_TELLING = ("benchmark", "status", "minutes_to_train", "global_batch_size", "run_start_ms")
_NEEDED = ("benchmark", "status", "minutes_to_train")
_IN_FIELDS = {
    "benchmark",
    "status",
    "minutes_to_train",
    "global_batch_size",
    "throughput_median",
    "run_start_ms",
    "division",
    "accelerator",
}
_UNFINISHED = {
    "status": "untested",
    "basis": "untested",
    "basis_reason": "the row has no status: the run's log does not say that it ended",
    "error_class": "no_measurement",
    "metrics": (),
}
_RENAMED = {"version": "mlperf_version"}


def _recognises(document: Document) -> bool:
    names = header_of(document)
    return sum(name in names for name in _TELLING) >= len(_TELLING) - 1


def _read(document: Document) -> Findings:
    names = header_of(document)
    check_header(names, _NEEDED)
    yield from findings(document, names, partial(_record, document, names))


def _record(document: Document, names: Sequence[str], where: str, row: Row) -> ResultRecorded:
    batch = number_in(row, "global_batch_size", positive_whole)
    start = number_in(row, "run_start_ms", finite)
    benchmark, system = text_in(row, "benchmark"), hardware(facts_of(row, names))
    outcome, told = _outcome(row, benchmark, system.device_count)
    derived = derived_from(document, row.get("source_path"), outcome["metrics"], training_log.ADAPTER.read)
    return ResultRecorded(
        **provenance(document, NAME, VERSION),
        source_locator=where,
        occurred_at=None if start is None else moment(start).at,
        subject_kind="model",
        subject=benchmark,
        mode="training",
        batch_size=None if batch is None else int(batch),
        condition={"division": row["division"]} if "division" in row else {},
        attributes={_RENAMED.get(name, name): cell for name, cell in row.items() if name not in _IN_FIELDS}
        | derived
        | told,
        **system.fields,
        **outcome,
    )


def _outcome(row: Row, benchmark: str, device_count: int | None) -> tuple[dict[str, Any], dict[str, str]]:
    """Fields of the event, and attributes on its throughput."""
    status = row.get("status")
    printed = number_in(row, "throughput_median", not_negative)
    if status is None:
        return _UNFINISHED, {}
    if status == "success":
        minutes = number_in(row, "minutes_to_train", positive)
        if minutes is None:
            raise ValueError("minutes_to_train is missing from a run that succeeded")
        throughput, told = throughput_of(benchmark, printed, 60 * minutes, device_count)
        metric = Metric("time_to_train", "minute", minutes)
        return {"status": "ok", "basis": "measured", "metrics": (metric, *throughput)}, told
    if status == "aborted":
        minutes = number_in(row, "minutes_to_train", not_negative)
        duration = () if minutes is None else (Metric("duration", "minute", minutes),)
        throughput, told = throughput_of(benchmark, printed, None, device_count)
        return {**training_log.ABORTED, "metrics": (*duration, *throughput)}, told
    raise ValueError(f"status: {status!r:.60} is neither success nor aborted")


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
