r"""Logs of MLPerf training, `result_N.txt`: lines `:::MLLOG {...}` among others, one record a run.

Units: `time_ms` milliseconds since 1970; time to train = first `run_stop` - first `run_start`, as official scores take
it, in milliseconds; throughput of `tracked_stats` samples a second of the WHOLE cluster, the median of its points
(see `training_rates` for logs that print those of one accelerator).

Every rank prints its own lines, so the first of each kind counts and repeated points count once. Nothing after the
first `run_stop` is part of the run: a log that was cut off behind it gives the same record.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmart.errors import DocumentRejected
from benchmart.event_log.events import Metric, ResultRecorded
from collectors.adapters.code_tools.lines import Line, is_printed, lines_of
from collectors.adapters.contract import Adapter, BadRow, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, not_negative, shown, whole
from collectors.adapters.mlperf.place import place_of_training
from collectors.adapters.mlperf.system import ATTRIBUTES, facts_beside, hardware
from collectors.adapters.mlperf.training_rates import throughput_of
from collectors.adapters.moments import moment

NAME = "mlperf_training_log"
VERSION = "3"

ABORTED = {
    "status": "failed",
    "basis": "measured",
    "error_class": "other",
    "error_message": "the run was aborted",
}
"""Fields of an event for a run that ended before its quality target."""

_MARK = ":::MLLOG "
_TELLING = re.compile(r"^.{0,80}?:::MLLOG \{", re.MULTILINE)
_SUBMISSION = ("submission_benchmark", "submission_org", "submission_division", "submission_platform")
_KEPT = ("seed", "gradient_accumulation_steps", "submission_status", "submission_poc_name")
_STEPS = ("step", "samples_count", "epoch_num")


@dataclass(slots=True)
class _Run:
    """What the lines up to a `run_stop` say; the first of each key counts."""

    first: dict[str, Any] = field(default_factory=dict)
    start: Mapping[str, Any] | None = None
    stop: Mapping[str, Any] | None = None
    points: dict[tuple[object, ...], float] = field(default_factory=dict)
    evaluation: object = None
    numbers_refused: list[str] = field(default_factory=list)


def _recognises(document: Document) -> bool:
    return _MARK.encode() in document.data and is_printed(document, _TELLING)


def _read(document: Document) -> Findings:
    run = _Run()
    has_second = False
    for line in lines_of(document):
        _, mark, text = line.text.partition(_MARK)
        if not mark:
            continue
        entry = _entry(text)
        if entry is None:
            yield BadRow(line.where, "this line of the log is no JSON object with a key", line.raw)
        elif run.stop is not None:
            if not has_second and entry["key"] == "run_start" and _is_later(entry, run.stop):
                has_second = True
                yield BadRow(line.where, "a second run begins: split the file, one run each", line.raw)
        elif entry["key"] == "run_stop" and run.start is not None:
            run.stop = entry
            yield _finished(document, line, run, entry)
        else:
            _remember(run, entry)
    if run.stop is None:
        what = "the run has no run_stop" if run.start else "there is no run_start"
        raise DocumentRejected(what, hint="Did the run break off, or was the file cut off?")


def _entry(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and isinstance(value.get("key"), str) else None


def _is_later(start: Mapping[str, Any], stop: Mapping[str, Any]) -> bool:
    """Whether a run starts after another stopped; else a slower rank of the same run has its lines printed late."""
    begun, stopped = start.get("time_ms"), stop.get("time_ms")
    return isinstance(begun, int | float) and isinstance(stopped, int | float) and begun > stopped


def _remember(run: _Run, entry: Mapping[str, Any]) -> None:
    key, value = entry["key"], entry.get("value")
    if key == "run_start":
        run.start = run.start or entry
    elif key == "tracked_stats" and isinstance(value, dict) and "throughput" in value:
        _add_point(run, entry, value)
    elif key == "eval_accuracy":
        run.evaluation = value
    else:
        run.first.setdefault(key, value)


def _add_point(run: _Run, entry: Mapping[str, Any], value: Mapping[str, Any]) -> None:
    metadata = entry.get("metadata")
    steps = as_attributes(metadata, *_STEPS) if isinstance(metadata, dict) else {}
    place = tuple(sorted(steps.items())) or (str(entry.get("time_ms")),)
    try:
        run.points.setdefault((*place, shown(value["throughput"])), not_negative(value, "throughput"))
    except ValueError as error:
        run.numbers_refused.append(str(error))


def _finished(document: Document, line: Line, run: _Run, stop: Mapping[str, Any]) -> ResultRecorded | BadRow:
    try:
        return _record(document, line, run, stop)
    except ValueError as error:
        return BadRow(line.where, str(error), line.raw)


def _record(document: Document, line: Line, run: _Run, stop: Mapping[str, Any]) -> ResultRecorded:
    if run.numbers_refused:
        raise ValueError(f"tracked_stats: {run.numbers_refused[0]}")
    start = run.start or {}
    duration_ms = not_negative(stop, "time_ms") - not_negative(start, "time_ms")
    if duration_ms <= 0:
        raise ValueError(f"run_stop is {-duration_ms:g} ms before run_start")
    place = place_of_training(document.path)
    submission = as_attributes(run.first, *_SUBMISSION)
    benchmark = submission.get("submission_benchmark") or place.benchmark
    if benchmark is None:
        raise ValueError("submission_benchmark is missing")
    division = submission.get("submission_division")
    facts = facts_beside(document, place.system, place.submitter, division)
    system = hardware(facts)
    outcome, told = _outcome(duration_ms, run, stop, benchmark, system.device_count)
    return ResultRecorded(
        **provenance(document, NAME, VERSION),
        source_locator=line.where,
        occurred_at=moment(start["time_ms"]).at,
        subject_kind="model",
        subject=benchmark,
        mode="training",
        batch_size=whole(run.first, "global_batch_size") or None
        if "global_batch_size" in run.first
        else None,
        condition={"division": division} if division else {},
        attributes=_attributes(run, submission, facts) | place.attributes | told,
        **system.fields,
        **outcome,
    )


def _outcome(
    duration_ms: float, run: _Run, stop: Mapping[str, Any], benchmark: str, device_count: int | None
) -> tuple[dict[str, Any], dict[str, str]]:
    """Fields of the event, and attributes on its throughput."""
    metadata = stop.get("metadata")
    status = metadata.get("status") if isinstance(metadata, dict) else None
    points = [value for value in run.points.values() if value]
    printed = median(points) if points else None
    if status == "success":
        throughput, told = throughput_of(benchmark, printed, duration_ms / 1000, device_count, points)
        metric = Metric("time_to_train", "millisecond", duration_ms)
        return {"status": "ok", "basis": "measured", "metrics": (metric, *throughput)}, told
    if status == "aborted":
        throughput, told = throughput_of(benchmark, printed, None, device_count, points)
        return {**ABORTED, "metrics": (Metric("duration", "millisecond", duration_ms), *throughput)}, told
    raise ValueError(f"run_stop: the status {shown(status)} is neither success nor aborted")


def _attributes(run: _Run, submission: Mapping[str, str], facts: Mapping[str, str]) -> dict[str, str]:
    named = {"submitter": "submission_org", "submission_platform": "submission_platform"}
    told = {name: submission[key] for name, key in named.items() if key in submission}
    evaluation = as_attributes({"final_eval": run.evaluation}, "final_eval")
    described = {name: facts[name] for name in ATTRIBUTES if name in facts}
    return described | told | as_attributes(run.first, *_KEPT) | evaluation


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
