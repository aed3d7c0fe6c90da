"""What adapters of tools for language models take from the files beside a document."""

import json
from pathlib import Path
from statistics import fmean

import pytest

from benchmart.errors import DocumentRejected
from benchmart.event_log.events import ResultRecorded
from collectors.adapters import llama_bench, llmperf, vllm_log, vllm_offline
from collectors.adapters.contract import NotResults
from collectors.adapters.document import Document

_HERE = Path(__file__).parent
_REQUESTS = (_HERE / "llmperf/requests/example-Hop-7B_32_16_individual_responses.json").read_bytes()
_SUMMARY = (_HERE / "llmperf/summary/hop_summary.json").read_bytes()
_TEST = b'{"model_type": "hop 7B F16", "n_prompt": 8, "n_gen": 0, "avg_ts": 2.5, "backends": "CPU"}'


def _only_record(document: Document) -> ResultRecorded:
    (record,) = llmperf.ADAPTER.read(document)
    assert isinstance(record, ResultRecorded)
    return record


def _summary_of_the_requests() -> bytes:
    """The summary as LLMPerf would have written it of `_REQUESTS`: two answered requests and their means."""
    told = {
        "results_num_completed_requests": 2,
        "results_num_requests_started": 3,
        "results_ttft_s_mean": 0.2,
        "results_inter_token_latency_s_mean": 0.03,
        "results_end_to_end_latency_s_mean": 0.5,
    }
    answered = [one for one in json.loads(_REQUESTS) if one["error_code"] is None]
    for key in ("ttft_s", "inter_token_latency_s", "end_to_end_latency_s"):
        told[f"results_{key}_mean"] = fmean(one[key] for one in answered)
    return json.dumps(json.loads(_SUMMARY) | told).encode()


@pytest.mark.parametrize(
    ("summary", "requests"),
    [
        ("summary/hop.json", "../individual/hop.json"),
        ("hop_summary.json", "hop_individual_responses.json"),
    ],
)
def test_a_summary_has_the_requests_that_lie_beside_it_as_samples(summary: str, requests: str) -> None:
    record = _only_record(Document(summary, _summary_of_the_requests(), {requests: _REQUESTS}.get))
    samples = {metric.name: list(metric.samples) for metric in record.metrics if metric.samples}
    assert samples.keys() == {"ttft_mean", "itl_mean", "request_latency_mean"}
    assert samples["ttft_mean"] == [0.1, 0.3]


@pytest.mark.parametrize(
    ("requests", "summary"),
    [
        ("individual/hop.json", "../summary/hop.json"),
        ("hop_individual_responses.json", "hop_summary.json"),
    ],
)
def test_requests_are_no_second_record_where_the_summary_of_their_run_lies_beside(
    requests: str, summary: str
) -> None:
    beside = {summary: _summary_of_the_requests()}
    with pytest.raises(NotResults, match=r"part of the record of hop\S* beside them"):
        list(llmperf.ADAPTER.read(Document(requests, _REQUESTS, beside.get)))


@pytest.mark.parametrize("damage", [(b"0.1", b"0.7"), (b"[", b"[[], "), (b"]", b"")])
def test_requests_of_another_run_or_damaged_ones_are_no_samples(damage: tuple[bytes, bytes]) -> None:
    beside = {"hop_individual_responses.json": _REQUESTS.replace(*damage, 1)}
    record = _only_record(Document("hop_summary.json", _summary_of_the_requests(), beside.get))
    assert not any(metric.samples for metric in record.metrics)


def test_a_summary_of_another_number_of_requests_is_of_another_run() -> None:
    beside = {"../summary/hop.json": _SUMMARY}
    with pytest.raises(DocumentRejected, match="names no model"):
        list(llmperf.ADAPTER.read(Document("hop.json", _REQUESTS, beside.get)))


def test_bare_tests_of_a_sweep_are_left_when_the_list_beside_them_holds_them_all() -> None:
    beside = {"results.jsonl": b'{"bench_raw": ' + _TEST + b"}\n"}
    with pytest.raises(NotResults, match="repeats the tests"):
        list(llama_bench.ADAPTER.read(Document("raw_runs.jsonl", _TEST + b"\n", beside.get)))


def test_bare_tests_of_a_sweep_are_read_when_the_list_beside_them_lacks_one() -> None:
    beside = {"results.jsonl": b'{"bench_raw": null}\n'}
    (record,) = llama_bench.ADAPTER.read(Document("raw_runs.jsonl", _TEST + b"\n", beside.get))
    assert isinstance(record, ResultRecorded)


_PARSED = b'{"runs": [{"test": "pp512", "tps_mean": 9.5, "error": false, "log": "results/hop.log"}]}'
_THROUGHPUT = (_HERE / "vllm_offline/throughput/throughput_hop9B_tp1.json").read_bytes()
_SERVE_LOG = b"""Namespace(backend='vllm', model='example/Hop-9B', num_prompts=4, result_filename='serve.json')
============ Serving Benchmark Result ============
Successful requests:                     4
Benchmark duration (s):                  2.00
Request throughput (req/s):              2.00
==================================================
"""


def test_results_of_a_throughput_benchmark_are_left_when_the_records_that_name_its_model_lie_beside() -> None:
    beside = {"run.pytorch.json": b"[]"}
    with pytest.raises(NotResults, match="repeats the records"):
        list(vllm_offline.ADAPTER.read(Document("run.json", _THROUGHPUT, beside.get)))


@pytest.mark.parametrize(("rate", "mark"), [(b"2.004", "serve.json"), (b"3.5", None), (b"null", None)])
def test_a_client_log_is_marked_when_the_result_file_of_the_same_run_lies_beside(
    rate: bytes, mark: str | None
) -> None:
    beside = {"serve.json": b'{"completed": 4, "request_throughput": ' + rate + b"}"}
    (record,) = vllm_log.ADAPTER.read(Document("client.log", _SERVE_LOG, beside.get))
    assert isinstance(record, ResultRecorded)
    assert record.attributes.get("derived_from") == mark


@pytest.mark.parametrize("end", range(0, 1200, 7))
def test_a_log_of_a_server_that_died_gives_the_same_record_or_none_when_it_is_cut_off(end: int) -> None:
    whole = (_HERE / "vllm_log/server_died_before_its_engine/hop.log").read_bytes()
    (expected,) = vllm_log.ADAPTER.read(Document("hop.log", whole))
    document = Document("hop.log", whole[:end])
    found = [one for one in _findings(document) if isinstance(one, ResultRecorded)]
    assert [(one.error_message, one.source_locator) for one in found] in (
        [],
        [(expected.error_message, expected.source_locator)] if isinstance(expected, ResultRecorded) else [],
    )


def _findings(document: Document) -> list[object]:
    try:
        return list(vllm_log.ADAPTER.read(document)) if vllm_log.ADAPTER.recognises(document) else []
    except NotResults:
        return []


@pytest.mark.parametrize(
    ("name", "data", "beside", "reason"),
    [
        ("system_info.json", b'{"kernel": "9"}', "results.jsonl", "configuration: of the sweep"),
        ("run_info.json", b'{"duration_s": 9}', "results.jsonl", "configuration: of the sweep"),
        ("parsed.json", _PARSED, "md_logs/hop.log", "derived summary: repeats the logs"),
        ("parsed.json", _PARSED, "./hop.log", "derived summary: repeats the logs"),
    ],
)
def test_notes_beside_results_of_llama_bench_hold_none_and_alone_they_are_not_known(
    name: str, data: bytes, beside: str, reason: str
) -> None:
    document = Document(name, data, {beside: b"x"}.get)
    assert llama_bench.ADAPTER.recognises(document)
    with pytest.raises(NotResults, match=reason):
        list(llama_bench.ADAPTER.read(document))
    assert not llama_bench.ADAPTER.recognises(Document(name, data))
