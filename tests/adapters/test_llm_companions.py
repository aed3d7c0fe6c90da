"""What adapters of tools for language models take from the files beside a document."""

from pathlib import Path

import pytest

from benchmart.errors import DocumentRejected
from benchmart.event_log.events import ResultRecorded
from collectors.adapters import llama_bench, llmperf
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


def test_requests_are_of_the_model_that_the_summary_of_their_run_names() -> None:
    summary = _SUMMARY.replace(b'"results_num_completed_requests": 9', b'"results_num_completed_requests": 2')
    beside = {"hop_summary.json": summary}
    record = _only_record(Document("hop_individual_responses.json", _REQUESTS, beside.get))
    assert record.subject == "example/Hop-7B"
    assert record.condition["num_concurrent_requests"] == "3"
    assert record.attributes["summary_of_the_same_run"] == "hop_summary.json"
    assert record.metrics[0].samples == [0.1, 0.3]


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
