"""The names that published results carry, and how many rows carry each, read straight from their files."""

import csv
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

DATA = Path(os.environ.get("BENCHMART_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")

NO_ACCELERATOR = {"", "N/A"}


def _rows(pattern: str) -> Iterator[dict[str, str]]:
    for path in sorted(DATA.glob(pattern)):
        with path.open(newline="", encoding="utf-8-sig") as lines:
            yield from csv.DictReader(lines)


def _systems() -> Iterator[str]:
    for path in DATA.glob("mlperf_*/systems/**/*.json"):
        document = json.loads(path.read_text(encoding="utf-8"))
        for system in document if isinstance(document, list) else [document]:
            yield str(system.get("accelerator_model_name") or "")


def _llama_bench() -> Iterator[dict[str, object]]:
    for path in DATA.glob("formats/llama_bench/jsonl/*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield json.loads(line)


def _log_stems() -> Iterator[str]:
    return (path.name.partition("__")[0] for path in DATA.glob("formats/llama_bench/md_logs/*.log"))


def _timm_files() -> Iterator[str]:
    for path in DATA.glob("timm/benchmark-*.csv"):
        yield path.stem.removesuffix("-dynamo").rpartition("-")[2]


def hardware() -> dict[str, Counter[str]]:
    """Spellings of devices of each source; rows that state none are left out."""
    table = "formats/lambda_pytorch_train/*throughput*.csv"
    found = {
        "timm": Counter(_timm_files()),
        "MLPerf inference": Counter(row["accelerator"] for row in _rows("mlperf_inference_*/*_results.csv")),
        "MLPerf training": Counter(row["accelerator"] for row in _rows("mlperf_training_*/*_results.csv")),
        "MLPerf systems": Counter(_systems()),
        "llama.cpp tables": Counter(row["gpu"] for row in _rows("formats/llama_cpp_gpu_tables/*.csv")),
        "llama-bench": Counter(str(row.get("gpu_info") or "") for row in _llama_bench()),
        "Lambda": Counter(row["name_gpu"] for row in _rows(table) if row["name_gpu"] not in ("cuda dev", "")),
        "NeuSight": Counter(row["device"] for row in _rows("neusight/end_to_end.csv")),
    }
    for counts in found.values():
        for none in NO_ACCELERATOR:
            del counts[none]
    return {source: counts for source, counts in found.items() if counts}


def processors() -> Counter[str]:
    """Host processors of MLPerf's systems."""
    return Counter(
        row["host_processor"] for row in _rows("mlperf_*/*_results.csv") if row.get("host_processor")
    )


def models() -> dict[str, Counter[str]]:
    """Spellings of models of each source."""
    found = {
        "timm": Counter(row["model"] for row in _rows("timm/benchmark-*.csv")),
        "MLPerf inference": Counter(row["benchmark"] for row in _rows("mlperf_inference_*/*_results.csv")),
        "MLPerf training": Counter(row["benchmark"] for row in _rows("mlperf_training_*/*_results.csv")),
        "llama-bench": Counter(
            re.sub(r"^.*/", "", str(row["model_filename"]))
            for row in _llama_bench()
            if "model_filename" in row
        ),
        "llama-bench logs": Counter(_log_stems()),
        "NeuSight": Counter(row["model"] for row in _rows("neusight/end_to_end.csv")),
        "GPUMemNet": Counter(row["model"] for row in _rows("training_memory/gpumemnet_timm.csv")),
    }
    return {source: counts for source, counts in found.items() if counts}
