"""MLPerf results as the adapters read them, against what MLPerf and the tables made of the logs say.

    python benchmarks/mlperf_agreement.py [FOLDER]

FOLDER holds logs in the official layout, tables of results and `summary_results.json`; without it, the folder that
BENCHMART_TEST_DATA names, else `shared/data` beside the checkout. Every number that both sides state is compared.
Prints what was compared, each difference with its reason, and which rows have no log in FOLDER. Exits with 1 when a
difference has no reason.
"""

import csv
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmart.errors import DocumentRejected
from benchmart.event_log.events import ResultRecorded
from collectors.adapters.contract import Adapter, BadRow
from collectors.adapters.document import Document
from collectors.adapters.mlperf import inference_csv, inference_log, summary, training_csv, training_log
from collectors.adapters.mlperf.training_rates import NOTE
from collectors.importing.companions import companions_of

_LOG = "mlperf_log_summary.txt"
_INFERENCE_COLUMNS = {
    "samples_per_second": "throughput",
    "tokens_per_second": "token_throughput",
    "mean_latency_ns": "latency_mean",
    "p50_latency_ns": "latency_p50",
    "p90_latency_ns": "latency_p90",
    "p99_latency_ns": "latency_p99",
    "p99_ttft_ns": "ttft_p99",
    "p99_tpot_ns": "tpot_p99",
}
_SUMMARY_UNITS = {
    "Tokens/s": ("token_throughput", "token/second"),
    "Samples/s": ("throughput", "item/second"),
    "Queries/s": ("throughput", "item/second"),
}
_LATENCY_OF = {"SingleStream": "latency_p90", "MultiStream": "latency_p99"}
_EARLY_STOPPING = {
    "SingleStream": "early_stopping_p90_latency_ns",
    "MultiStream": "early_stopping_p99_latency_ns",
}
_PRINTED_DIGITS, _PRINTED_DECIMALS = 1e-5, 0.005
"""Half of the last of six significant digits, and of the two decimals that logs of the Server scenario have."""
_POINT_BEHIND_THE_STOP = 0.05
"""Relative: as far as one point more or less may move a median of many."""
_TABLE_MINUTES = 6e-5
"""Tables print minutes with four decimals."""


@dataclass(frozen=True)
class Comparison:
    """One number of one result, as the adapter and the other side have it."""

    sides: str
    """Such as `log, table`."""
    where: str
    number: str
    ours: float | str | None
    theirs: float | str | None
    reason: str | None = None
    """Why they differ."""

    @property
    def is_equal(self) -> bool:
        """Whether both sides have the same number, or the same text."""
        return self.ours == self.theirs

    @property
    def is_unexplained(self) -> bool:
        """Whether they differ, and no rule of MLPerf says why."""
        return not self.is_equal and self.reason is None


def main() -> None:
    """Compare all of FOLDER, print, and exit with 1 on an unexplained difference."""
    beside = Path(__file__).parents[2] / "shared" / "data"
    root = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("BENCHMART_TEST_DATA") or beside)
    comparisons = [*inference(root), *summaries(root), *training(root)]
    for line in report(comparisons, list(without_log(root))):
        print(line)
    sys.exit(any(one.is_unexplained for one in comparisons) or not comparisons)


def report(comparisons: Iterable[Comparison], unmatched: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What is printed: counts of each pair of sides, every difference, and how many rows have no log."""
    counts: dict[str, Counter[str]] = {}
    differences = []
    for one in comparisons:
        verdict = "equal" if one.is_equal else "unexplained" if one.is_unexplained else "explained"
        counts.setdefault(one.sides, Counter())[verdict] += 1
        if not one.is_equal:
            why = one.reason or "UNEXPLAINED"
            differences.append(f"{one.sides}: {one.where}: {one.number} {one.ours} != {one.theirs}: {why}")
    for sides, verdicts in counts.items():
        told = ", ".join(f"{verdicts[name]} {name}" for name in ("equal", "explained", "unexplained"))
        yield f"{sides}: {verdicts.total()} numbers compared: {told}"
    yield from differences
    for table, number in Counter(table for table, _ in unmatched).items():
        yield f"{table}: {number} results have no log here"


def inference(root: Path) -> Iterator[Comparison]:
    """Logs of the load generator against rows of the tables, and all rows against a second reading of the table."""
    for table in _inference_tables(root):
        logs = _logs_by_place(root)
        for row, told in zip(_rows(table), _records(inference_csv.ADAPTER, table), strict=True):
            for column, name in _INFERENCE_COLUMNS.items():
                if row[column]:
                    yield _same("table, its cells", row["source_path"], name, told, float(row[column]))
            log = logs.get(row["source_path"])
            if log is not None:
                (record,) = _records(inference_log.ADAPTER, log)
                yield from _log_against_row(record, told, row)


def _log_against_row(
    log: ResultRecorded, told: ResultRecorded, row: Mapping[str, str]
) -> Iterator[Comparison]:
    where, sides = row["source_path"], "log, table"
    for column, name in _INFERENCE_COLUMNS.items():
        if row[column]:
            yield _same(sides, where, name, log, float(row[column]))
    yield Comparison(sides, where, "benchmark", log.subject, row["benchmark"])
    yield Comparison(sides, where, "scenario", log.condition["scenario"].lower(), row["scenario"].lower())
    yield Comparison(sides, where, "device", log.device, told.device)
    yield Comparison(sides, where, "device_count", log.device_count, told.device_count)


def summaries(root: Path) -> Iterator[Comparison]:
    """Official results against a second reading of them, and against logs and rows of tables of the same runs."""
    logs = {place: ("log", partial(_log_record, path)) for place, path in _logs_by_place(root).items()}
    rows = {place: ("table", partial(_first, record)) for place, record in _table_records(root)}
    told = rows | logs
    for path in _summaries(root):
        results = json.loads(path.read_bytes())
        for theirs, ours in zip(results, _records(summary.ADAPTER, path), strict=True):
            yield from _official(theirs, ours)
            for run in ("run_1", "run_2"):
                place = f"{theirs['Location']}/performance/{run}/{_LOG}"
                if place in told:
                    side, read = told[place]
                    yield _official_against_run(f"{side}, summary", theirs, read(), place)


def _log_record(path: Path) -> ResultRecorded:
    (record,) = _records(inference_log.ADAPTER, path)
    return record


def _first(record: ResultRecorded) -> ResultRecorded:
    return record


def _table_records(root: Path) -> Iterator[tuple[str, ResultRecorded]]:
    for table in _inference_tables(root):
        for row, record in zip(_rows(table), _records(inference_csv.ADAPTER, table), strict=True):
            yield row["source_path"], record


def _official(theirs: Mapping[str, Any], ours: ResultRecorded) -> Iterator[Comparison]:
    sides, where = "summary, its values", theirs["Location"]
    name, unit = _number_of(theirs)
    yield _same(sides, where, name, ours, theirs["Performance_Result"])
    units = {metric.unit for metric in ours.metrics if metric.name == name}
    yield Comparison(sides, where, "unit", ", ".join(sorted(units)), unit)
    yield Comparison(sides, where, "accuracy", ours.attributes.get("accuracy"), theirs["Accuracy"] or None)
    if theirs.get("has_power"):
        power = {"Watts": "power_mean", "millijoules": "energy_per_batch"}[theirs["Power_Units"]]
        yield _same(sides, where, power, ours, theirs["Power_Result"])
    count = (theirs["a#"] or theirs["p#"]) * theirs["Nodes"]
    yield Comparison(sides, where, "device_count", ours.device_count, count)
    yield Comparison(sides, where, "is an estimate", ours.basis == "estimated", bool(theirs["inferred"]))


def _number_of(theirs: Mapping[str, Any]) -> tuple[str, str]:
    """Metric and unit of an official result."""
    if theirs["Performance_Units"] == "Latency (ms)":
        return _LATENCY_OF[theirs["Scenario"]], "millisecond"
    return _SUMMARY_UNITS[theirs["Performance_Units"]]


def _official_against_run(
    sides: str, theirs: Mapping[str, Any], log: ResultRecorded, place: str
) -> Comparison:
    name, _ = _number_of(theirs)
    told = theirs["Performance_Result"]
    value = _value(log, name)
    if name.startswith("latency") and value is not None:
        value /= 1e6
    reason = _why(theirs, log, value)
    return Comparison(sides, place, name, value, told, reason)


def _why(theirs: Mapping[str, Any], log: ResultRecorded, value: float | None) -> str | None:
    """What MLPerf's rules make of a log beside its plain number."""
    told = theirs["Performance_Result"]
    if theirs["inferred"]:
        return "inferred from the result of another scenario"
    early = log.attributes.get(_EARLY_STOPPING.get(theirs["Scenario"], ""))
    if early and _is_close(float(early) / 1e6, told):
        return "the official latency is the estimate of early stopping"
    scheduled = log.attributes.get("scheduled_samples_per_second")
    if scheduled and _is_close(float(scheduled), told):
        return "the official rate of this round is that of scheduled samples"
    is_latency = theirs["Performance_Units"] == "Latency (ms)"
    if value is not None and (
        _is_close(value, told) or (abs(value - told) <= _PRINTED_DECIMALS and not is_latency)
    ):
        return "the log prints fewer digits"
    if value is not None and is_latency and not early and told > value * (1 - _PRINTED_DIGITS):
        return (
            "the official latency is an estimate of early stopping, which is no lower than what was measured"
        )
    samples, tokens = _value(log, "throughput"), _value(log, "token_throughput")
    if tokens and theirs["Performance_Units"] != "Tokens/s" and _is_close(tokens, told):
        return "the official number is of tokens, whatever its unit says"
    if theirs["Performance_Units"] == "Tokens/s" and value is None and samples:
        return f"the log counts samples; the official tokens are those x {told / samples:.4g} tokens of one"
    return None


def training(root: Path) -> Iterator[Comparison]:
    """Logs of training against rows of the tables, and all rows against a second reading of the table."""
    for table in _training_tables(root):
        logs = {_place(path, 5): path for path in root.rglob("result_*.txt")}
        for row, told in zip(_rows(table), _records(training_csv.ADAPTER, table), strict=True):
            where = row["source_path"]
            ended = {"success": "time_to_train", "aborted": "duration"}.get(row["status"])
            if ended:
                yield _same("table, its cells", where, ended, told, float(row["minutes_to_train"]))
            if ended and row["throughput_median"] and float(row["throughput_median"]):
                cell = float(row["throughput_median"])
                ours, reason = _value(told, "throughput"), _why_another_rate(told, cell)
                yield Comparison("table, its cells", where, "throughput", ours, cell, reason)
            if where in logs:
                (record,) = _records(training_log.ADAPTER, logs[where])
                yield from _training_log(record, row, ended)


def _training_log(log: ResultRecorded, row: Mapping[str, str], ended: str | None) -> Iterator[Comparison]:
    sides, where = "training log, table", row["source_path"]
    milliseconds = _value(log, ended or "duration")
    minutes = None if milliseconds is None else milliseconds / 60e3
    told = float(row["minutes_to_train"])
    is_rounded = minutes is not None and abs(minutes - told) <= _TABLE_MINUTES
    reason = "the table rounds minutes to four decimals" if is_rounded else None
    yield Comparison(sides, where, ended or "status", minutes, told, reason)
    if row["throughput_median"]:
        value, median = _value(log, "throughput"), float(row["throughput_median"])
        is_near = value is not None and abs(value - median) <= _POINT_BEHIND_THE_STOP * median
        reason = (
            "the table's median counts the point that is printed behind run_stop as well" if is_near else None
        )
        yield Comparison(sides, where, "throughput", value, median, reason or _why_another_rate(log, median))


def _why_another_rate(ours: ResultRecorded, printed: float) -> str | None:
    """What makes a throughput of training another than was printed: RetinaNet's logs print one accelerator's."""
    value = _value(ours, "throughput")
    if value is None and "time_to_train" not in {metric.name for metric in ours.metrics}:
        return "the target was not reached, so nothing tells whether one accelerator's rate was printed"
    if NOTE not in ours.attributes or value is None or not ours.device_count:
        return None
    is_that_of_one = abs(value / ours.device_count - printed) <= _POINT_BEHIND_THE_STOP * printed
    return "what one accelerator trains was printed" if is_that_of_one else None


def without_log(root: Path) -> Iterator[tuple[str, str]]:
    """Table or summary, and the place of each of its results that has no log in the folder."""
    logs = set(_logs_by_place(root))
    trained = {_place(path, 5) for path in root.rglob("result_*.txt")}
    for table in (*_inference_tables(root), *_training_tables(root)):
        known = logs if table in _inference_tables(root) else trained
        for row in _rows(table):
            if row["source_path"] not in known:
                yield table.name, row["source_path"]
    for path in _summaries(root):
        for result in json.loads(path.read_bytes()):
            if not any(place.startswith(f"{result['Location']}/") for place in logs):
                yield path.name, result["Location"]


def _inference_tables(root: Path) -> list[Path]:
    return _tables(root, "mean_latency_ns")


def _training_tables(root: Path) -> list[Path]:
    return _tables(root, "minutes_to_train")


def _tables(root: Path, column: str) -> list[Path]:
    return [path for path in sorted(root.rglob("*_results.csv")) if column in path.open().readline()]


def _summaries(root: Path) -> list[Path]:
    named = [*root.rglob("summary_results.json"), *root.rglob("mlperf_summary_results/*.json")]
    return sorted(set(named))


def _logs_by_place(root: Path) -> dict[str, Path]:
    return {_place(path, 9): path for path in root.rglob(_LOG)}


def _place(path: Path, parts: int) -> str:
    """The last parts of a path: those that the official layout names."""
    return "/".join(path.parts[-parts:])


def _rows(table: Path) -> list[dict[str, str]]:
    with table.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _records(adapter: Adapter, path: Path) -> list[ResultRecorded]:
    """Every record of a file. Raises DocumentRejected when a part of it is refused: nothing may be left out here."""
    document = Document(str(path), path.read_bytes(), companions_of(path))
    findings = list(adapter.read(document))
    if bad := [finding for finding in findings if isinstance(finding, BadRow)]:
        raise DocumentRejected(bad[0].reason, where=f"{path} {bad[0].where}")
    return [finding for finding in findings if isinstance(finding, ResultRecorded)]


def _same(sides: str, where: str, name: str, record: ResultRecorded, theirs: float) -> Comparison:
    return Comparison(sides, where, name, _value(record, name), theirs)


def _value(record: ResultRecorded, name: str) -> float | None:
    return next((metric.value for metric in record.metrics if metric.name == name), None)


def _is_close(value: float, told: float) -> bool:
    return abs(value - told) <= _PRINTED_DIGITS * abs(told)


if __name__ == "__main__":
    main()
