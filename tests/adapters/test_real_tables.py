"""Published tables, when they are at hand: each is taken, and a second, plain reading finds the same numbers.

The tables are not part of the project. They lie in the folder that BENCHMART_TEST_DATA names, else in `shared/data`
beside the checkout; without them these tests are skipped.
"""

import csv
import os
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from loose import loose

from benchmart.event_log.events import ResultRecorded
from collectors.adapters.contract import Adapter, NotResults
from collectors.adapters.document import Document
from collectors.adapters.registry import ADAPTERS, recognise

_DATA = Path(os.environ.get("BENCHMART_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")
_FIRST = 20_000
"""So many records of the largest tables are compared."""

pytestmark = pytest.mark.skipif(
    not _DATA.is_dir(), reason=f"no published tables at {_DATA}; name their folder with BENCHMART_TEST_DATA"
)


def _paths(pattern: str) -> list[Path]:
    paths = sorted(_DATA.glob(pattern))
    if not paths:
        pytest.skip(f"no {pattern} at {_DATA}")
    return paths


def _known(path: Path, name: str) -> tuple[Document, Adapter]:
    document = Document(str(path), path.read_bytes())
    adapter = recognise(document, ADAPTERS, lambda one, error: pytest.fail(f"{one}: {error}"))
    assert adapter is not None, path
    assert adapter.name == name, path
    return document, adapter


def _records(path: Path, name: str, most: int | None = None) -> list[ResultRecorded]:
    document, adapter = _known(path, name)
    records = loose(adapter.read(document), most)
    assert all(isinstance(record, ResultRecorded) for record in records), path
    return records


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines))


def _values(records: list[ResultRecorded], metric: str) -> list[float]:
    return [one.value for record in records for one in record.metrics if one.name == metric]


def _measured(records: list[ResultRecorded]) -> list[ResultRecorded]:
    return [record for record in records if record.basis == "measured"]


def test_expected_speed_under_torch_compile_is_taken_row_by_row() -> None:
    for path in _paths("formats/torchbench_dynamo/expected_ci_perf*.csv"):
        records, rows = _records(path, "torchbench_dynamo"), _rows(path)
        assert [record.subject for record in records] == [row["name"] for row in rows]
        assert _values(records, "speedup") == [float(row["speedup"]) for row in rows]
        assert _values(records, "latency_mean") == [float(row["abs_latency"]) for row in rows]
        assert _values(records, "compile_time") == [float(row["compilation_latency"]) for row in rows]
        assert [record.batch_size for record in records] == [int(row["batch_size"]) for row in rows]


def test_operators_of_pytorch_are_taken_in_microseconds_without_bandwidths_that_are_not_there() -> None:
    for path in _paths("formats/torchbench_dynamo/*operator_benchmark*.csv"):
        records, rows = _records(path, "torch_operator_benchmark"), _rows(path)
        assert _values(records, "latency_mean") == [float(row["Execution Time"]) for row in rows]
        bandwidths = [float(row["Memory Bandwidth (GB/s)"]) for row in rows if row["Memory Bandwidth (GB/s)"]]
        assert _values(records, "memory_bandwidth") == bandwidths
        assert {record.subject_kind for record in records} == {"test"}


def test_wide_throughputs_are_one_record_a_machine_and_model_and_zero_is_no_throughput() -> None:
    fixed = ("name_gpu", "num_gpu", "watt", "price")
    for path in _paths("formats/lambda_pytorch_train/*throughput*.csv"):
        records, rows = _records(path, "lambda_pytorch_train"), _rows(path)
        cells = {
            (row["name_gpu"], model, float(cell))
            for row in rows
            for model, cell in row.items()
            if model not in fixed
        }
        found = {
            (record.device, record.subject, _values([record], "throughput")[0] if record.metrics else 0.0)
            for record in records
        }
        assert found == cells
        assert len(records) == sum(len(row) - len(fixed) for row in rows)
        assert Counter(record.status == "untested" for record in records)[True] == sum(
            cell == 0 for *_, cell in cells
        )


def test_the_json_twin_of_a_wide_table_says_the_same_of_the_same_machines() -> None:
    for path in _paths("formats/lambda_pytorch_train/*throughput*.json"):
        table = path.with_suffix(".csv")
        if not table.is_file():
            continue
        told = [
            {
                (record.device, record.subject, tuple(_values([record], "throughput")))
                for record in _records(one, "lambda_pytorch_train")
            }
            for one in (path, table)
        ]
        assert len(told[0] & told[1]) > len(told[0]) / 2


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("formats/lambda_pytorch_train/*-bs-*.csv", "lambda_pytorch_train_batch_sizes"),
        ("hardware_specs.csv", "hardware_specs"),
        ("neusight/devices.csv", "neusight_devices"),
        ("neusight/op_traces.parquet", "neusight_op_traces"),
        ("timeseries/asv_scipy/index.csv", "asv_history_index"),
    ],
)
def test_tables_that_hold_no_results_are_known_as_such(pattern: str, name: str) -> None:
    for path in _paths(pattern):
        document, adapter = _known(path, name)
        with pytest.raises(NotResults):
            list(adapter.read(document))


def test_tokens_a_second_belong_to_the_model_of_the_heading_above() -> None:
    for path in _paths("formats/llama_cpp_gpu_tables/*.csv"):
        records, rows = _records(path, "llama_cpp_gpu_tables"), list(_rows(path))
        model, expected = "", []
        for row in rows:
            if row["model_quant"] == "Model":
                model = row["tokens_per_second"]
                continue
            is_detailed = row["model_quant"].startswith(("tg ", "pp "))
            told = model if is_detailed else row["model_quant"]
            expected.append((told.split()[0], told.split()[1], row["gpu"], row["tokens_per_second"]))
        found = []
        for record in records:
            speed = "OOM" if record.status == "failed" else record.metrics[0].value
            found.append((record.subject.split()[-1], record.precision, record.attributes["gpu"], speed))
        assert found == [(*one[:3], one[3] if one[3] == "OOM" else float(one[3])) for one in expected]
        assert {record.error_class for record in records if record.status == "failed"} <= {"out_of_memory"}
        several = {record.device_count for record in records if " * " in record.attributes["gpu"]}
        assert several <= set(range(2, 17))


def test_training_memory_of_timm_models_is_measured_only_where_no_row_is_suspect() -> None:
    for path in _paths("training_memory/gpumemnet_timm.csv"):
        records, rows = _records(path, "gpumemnet_timm"), _rows(path)
        whole = [record for record in records if record.basis in ("measured", "suspect")]
        assert _values(whole, "memory_device_peak") == [float(row["max_gpu_memory_mib"]) for row in rows]
        assert [record.basis == "suspect" for record in whole] == [bool(row["suspect"]) for row in rows]
        estimates = [record for record in records if record.basis == "estimated"]
        assert _values(estimates, "memory_allocated") == [
            float(row["faketensor_last_value_mib"]) for row in rows if row["faketensor_last_value_mib"]
        ]


def test_training_memory_of_perceptrons_is_taken() -> None:
    for path in _paths("training_memory/gpumemnet_mlp*.csv"):
        records, rows = _records(path, "gpumemnet_mlp"), _rows(path)
        assert _values(records, "memory_device_peak") == [float(row["Max GPU Memory (MiB)"]) for row in rows]
        assert [record.parameter_count for record in records] == [
            int(row["Total Parameters"]) for row in rows
        ]
    for path in _paths("training_memory/gpumemnet_horus*.csv"):
        records, rows = _records(path, "gpumemnet_horus"), _rows(path)
        limits = [row for row in rows if float(row["max_gpu_memory_mib"]) >= 39_000]
        assert Counter(record.basis for record in records) == {
            "measured": len(rows) - len(limits),
            "estimated": len(rows),
            **({"suspect": len(limits)} if limits else {}),
        }


def test_facts_on_memory_are_measured_only_where_their_evidence_is() -> None:
    for path in _paths("training_memory/memory_facts.csv"):
        records, rows = _records(path, "training_memory_facts"), _rows(path)
        for record, row in zip(records, rows, strict=True):
            if record.status == "ok":
                assert (record.basis == "measured") == (row["evidence"] == "measured"), row
            assert (record.error_class == "out_of_memory") == (row["outcome"] == "OOM"), row
            memory = _values([record], "memory_device_peak")
            assert memory == ([float(row["gpu_mem_value"])] if row["gpu_mem_value"] else []), row


def _cells(table: Any, first: str, most: int) -> Iterator[tuple[int, str, float]]:
    place = table.column_names.index(first)
    names = table.column_names[place:]
    for number, row in enumerate(table.select(names).slice(0, most // len(names) + 1).to_pylist()):
        yield from ((number, name, row[name]) for name in names)


@pytest.mark.parametrize(
    ("space", "before"),
    [("nasbench201", "arch_str"), ("fbnet", "op21"), ("ofa", "r")],
)
def test_latencies_of_architectures_are_one_record_a_device(space: str, before: str) -> None:
    for path in _paths(f"help_latency/{space}.parquet"):
        table = pq.read_table(path)
        first = table.column_names[table.column_names.index(before) + 1]
        records = _records(path, f"help_latency_{space}", _FIRST)
        found = [(record.source_locator, record.metrics[0].value) for record in records]
        expected = [
            (f"row {number} column {name}", value) for number, name, value in _cells(table, first, _FIRST)
        ]
        assert found == expected[: len(found)]
        assert len(found) == min(
            _FIRST, table.num_rows * (table.num_columns - table.column_names.index(first))
        )
        for record in records:
            header = (record.source_locator or "").rpartition(" ")[2]
            batch = header.rpartition("_")[2]
            assert record.batch_size == (
                int(batch) if batch in {"1", "32", "64", "256"} and "ph_1" not in header else None
            )


def test_operator_latencies_are_taken() -> None:
    for path in _paths("neusight/kernels.parquet"):
        rows = pq.read_table(path).slice(0, _FIRST).to_pylist()
        records = _records(path, "neusight_kernels", _FIRST)
        assert _values(records, "latency_mean") == [row["latency_ms"] for row in rows]
        assert [record.condition.get("h") for record in records] == [
            None if row["h"] is None else str(row["h"]) for row in rows
        ]


def test_latencies_of_transformers_are_measured_and_predictions_are_not() -> None:
    for path in _paths("neusight/end_to_end.csv"):
        records, rows = _records(path, "neusight_end_to_end"), _rows(path)
        assert _values(_measured(records), "latency_mean") == [float(row["e2e_latency_ms"]) for row in rows]
        for predictor in ("neusight", "roofline", "habitat", "li_et_al"):
            told = [record for record in records if record.condition.get("predictor") == predictor]
            assert {record.basis for record in told} <= {"predicted"}
            cells = [row[f"{predictor}_pred_ms"] for row in rows]
            assert _values(told, "latency_mean") == [float(cell) for cell in cells if cell]
        parallel = {
            record.condition["option"]: record.device_count
            for record in records
            if "option" in record.condition
        }
        assert {count for option, count in parallel.items() if option != "fusion"} <= {4}


def test_histories_are_taken_with_the_time_and_unit_of_each_number() -> None:
    for path in _paths("timeseries/asv_scipy/series.csv"):
        records, rows = _records(path, "asv_history"), _rows(path)
        assert [record.metrics[0].value for record in records] == [float(row["value"]) for row in rows]
        for record, row in islice(zip(records, rows, strict=True), 0, None, 97):
            assert record.occurred_at is not None
            assert round(record.occurred_at.timestamp() * 1e3) == int(row["commit_date_ms"])
            is_time = row["benchmark"].rpartition(".")[2].startswith("time_")
            assert (record.metrics[0].unit == "second") == is_time
    for path in _paths("timeseries/otava/*.csv"):
        records = _records(path, "otava_csv")
        lines = path.read_text().splitlines()
        sign = ";" if ";" in lines[0] else ","
        numbers = [
            float(cell)
            for line in lines[1:]
            for name, cell in zip(lines[0].split(sign), line.split(sign), strict=True)
            if name not in ("time", "commit", "branch")
        ]
        assert [record.metrics[0].value for record in records] == numbers
        assert all(record.occurred_at for record in records)
