"""Real results of tools for language models, when they are at hand, against a second reading of the same files.

The files are not part of the project. They are `formats/` of the folder named by BENCHMART_TEST_DATA, else of
`shared/data` beside the checkout; without them these tests are skipped.
"""

import json
import os
import re
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from benchmart.event_log.events import ResultRecorded
from collectors.adapters.registry import ADAPTERS
from collectors.importing.reading import Reading, read_path
from collectors.importing.report import Outcome

_DATA = (
    Path(os.environ.get("BENCHMART_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data") / "formats"
)

pytestmark = pytest.mark.skipif(
    not _DATA.is_dir(), reason=f"no results at {_DATA}; name their folder with BENCHMART_TEST_DATA"
)


def _files(pattern: str) -> list[Path]:
    found = sorted(_DATA.glob(pattern))
    assert found, f"nothing at {pattern}"
    return found


def _read(path: Path, name: str) -> Reading:
    reading = read_path(path, ADAPTERS)
    assert reading.adapter is not None, path
    assert reading.adapter.name == name, path
    assert not reading.quarantined, (path, reading.reason)
    return reading


def _records(path: Path, name: str) -> list[ResultRecorded]:
    reading = _read(path, name)
    assert reading.outcome is Outcome.TAKEN, (path, reading.reason)
    return [record for record in reading.records if isinstance(record, ResultRecorded)]


def _values(record: ResultRecorded) -> dict[str, float]:
    return {metric.name: metric.value for metric in record.metrics}


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_line_of_llama_bench_is_a_record_with_its_speed_and_all_of_its_samples() -> None:
    for path in _files("llama_bench/jsonl/*.jsonl"):
        for record, line in zip(_records(path, "llama_bench"), _lines(path), strict=True):
            assert _values(record)["token_throughput"] == line["avg_ts"]
            assert list(record.metrics[0].samples or ()) == line["samples_ts"]
            assert record.phase == ("prefill" if line["n_prompt"] else "decode")
            assert record.condition["n_depth"] == str(line["n_depth"])
            assert record.subject in line["model_filename"]


def test_a_sweep_gives_a_record_for_every_test_and_unlike_builds_are_no_repeats() -> None:
    for path in _files("llama_bench/sweep_*/results.jsonl"):
        records, rows = _records(path, "llama_bench"), _lines(path)
        for record, row in zip(records, rows, strict=True):
            assert (record.status == "ok") == (row["bench_raw"] is not None)
            assert _values(record).get("token_throughput") == row["tokens_per_sec"]
            assert record.condition["sweep_build"] == row["build"]
        measured = [record for record in records if record.status == "ok"]
        told = {json.dumps([record.phase, dict(record.condition)], sort_keys=True) for record in measured}
        assert len(told) == len(measured)


def test_the_bare_tests_of_a_sweep_are_not_counted_a_second_time() -> None:
    for path in _files("llama_bench/sweep_*/raw_runs.jsonl"):
        assert _read(path, "llama_bench").outcome is Outcome.UNTOUCHED


def test_runs_of_vllm_bench_are_read_and_the_summary_of_a_sweep_is_not() -> None:
    for path in _files("vllm_bench/**/*.json"):
        if path.name == "summary.json":
            assert _read(path, "vllm_bench").outcome is Outcome.UNTOUCHED
            continue
        run, (record,) = json.loads(path.read_bytes()), _records(path, "vllm_bench")
        values = _values(record)
        assert record.basis == "measured"
        assert values["token_throughput"] == run["output_throughput"]
        assert values["ttft_p99"] == run["p99_ttft_ms"]
        assert values["requests_completed"] == run["completed"]
        assert record.condition["request_rate"] == str(run["request_rate"])


def test_the_start_of_every_vllm_server_is_as_long_as_its_slowest_worker_took_to_load() -> None:
    for path in _files("vllm_server_log/*.log"):
        text = re.sub(r"\x1b?\[\d+(;\d+)*m", "", path.read_text())
        (start,) = (record for record in _records(path, "vllm_log") if "load_time" in _values(record))
        seconds = re.findall(r"Model loading took [\d.]+ GiB and ([\d.]+) seconds", text)
        world = re.search(r"world size (\d+)", text)
        cache = re.search(r"GPU KV cache size: ([\d,]+) tokens", text)
        assert world is not None
        assert cache is not None
        assert _values(start)["load_time"] == max(map(float, seconds))
        assert start.device_count == int(world[1])
        assert start.attributes["kv_cache_tokens"] == cache[1]
        assert start.subject.replace("-", "") in text.replace("-", "").replace("\n", "")


def test_every_summary_of_llmperf_is_a_record_with_its_failures() -> None:
    for path in _files("llmperf/summary/*.json"):
        run, (record,) = json.loads(path.read_bytes()), _records(path, "llmperf")
        values = _values(record)
        assert (record.status, record.basis, record.subject) == ("ok", "measured", run["model"])
        assert values["ttft_p90"] == run["results_ttft_s_quantiles_p90"]
        assert values["token_throughput"] == run["results_mean_output_throughput_token_per_s"]
        assert values["requests_failed"] == run["results_number_errors"]
        assert values["requests_completed"] + values["requests_failed"] == run["results_num_requests_started"]


def test_a_list_of_requests_is_the_samples_of_the_summary_of_its_run_and_no_second_record() -> None:
    for path in _files("llmperf/individual/*.json"):
        assert _read(path, "llmperf").outcome is Outcome.UNTOUCHED
        (record,) = _records(path.parents[1] / "summary" / path.name, "llmperf")
        requests = [one for one in json.loads(path.read_bytes()) if one["error_code"] is None]
        samples = {metric.name: metric.samples for metric in record.metrics if metric.samples}
        assert samples == {
            "ttft_mean": [one["ttft_s"] for one in requests],
            "itl_mean": [one["inter_token_latency_s"] for one in requests],
            "request_latency_mean": [one["end_to_end_latency_s"] for one in requests],
        }
        assert _values(record)["ttft_mean"] == pytest.approx(fmean(samples["ttft_mean"]))


def test_every_phase_of_optimum_benchmark_is_a_record_with_its_latency_and_memory() -> None:
    for path in _files("optimum_benchmark/*/benchmark*.json"):
        if path.name == "benchmark_config.json":
            assert _read(path, "optimum_benchmark").outcome is Outcome.UNTOUCHED
            continue
        whole = json.loads(path.read_bytes())
        report = whole.get("report", whole)
        config = json.loads((path.parent / "benchmark_config.json").read_bytes())
        for record in _records(path, "optimum_benchmark"):
            phase, values = report[record.condition["step"]], _values(record)
            wanted = "load_time" if record.condition["step"] == "load_model" else "latency_mean"
            assert values.get(wanted) == (phase["latency"] or {}).get("mean")
            assert values.get("memory_peak") == (phase["memory"] or {}).get("max_allocated")
            assert record.device_count == len(config["backend"]["device_ids"].split(","))
        assert len(_records(path, "optimum_benchmark")) == len(report)


def test_printed_reports_of_optimum_benchmark_are_no_second_result() -> None:
    for path in _files("optimum_benchmark/*/benchmark_report.md"):
        assert _read(path, "optimum_benchmark").outcome is Outcome.UNTOUCHED


def test_every_score_of_lighteval_is_a_record() -> None:
    for path in _files("lighteval/**/results_*.json"):
        results = json.loads(path.read_bytes())["results"]
        wanted = {
            (task, name): score
            for task, scores in results.items()
            for name, score in scores.items()
            if task != "all" and not name.endswith("_stderr")
        }
        records = _records(path, "lighteval")
        found = {(one.condition["task"], one.condition["score"]): _values(one)["score"] for one in records}
        assert found == wanted
        assert len(records) == len(wanted)
