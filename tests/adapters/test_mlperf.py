"""MLPerf: what paths and descriptions beside a log tell, and how a log that was cut off is read."""

import json
from pathlib import PurePath
from typing import Any

import pytest

from benchmart.errors import DocumentRejected
from benchmart.event_log.events import ResultRecorded
from collectors.adapters.contract import BadRow
from collectors.adapters.document import Document
from collectors.adapters.mlperf import inference_log, training_log
from collectors.adapters.mlperf.place import Place, place_of_inference, place_of_training
from collectors.adapters.mlperf.system import hardware

_LOG = """================================================
MLPerf Results Summary
================================================
SUT name : HopSUT
Scenario : Server
Mode     : PerformanceOnly
Completed samples per second    : 12.50
Result is : VALID
================================================
Additional Stats
================================================
Mean latency (ns)               : 400

No warnings encountered during test.

No errors encountered during test.
"""
_SYSTEM = {
    "accelerator_model_name": "NVIDIA Hop GPU",
    "accelerators_per_node": 4,
    "number_of_nodes": "2",
    "host_processor_model_name": "Hop CPU 9",
    "host_processors_per_node": "2",
    "framework": "hopflow 2",
}
_FOLDER = "/data/closed/Hopwell/results/hop_x4/hopnet-99.9/Interactive/performance/run_2"


def _document(
    folder: str, files: dict[str, Any], text: str = _LOG, name: str = "mlperf_log_summary.txt"
) -> Document:
    def companion(relative: str) -> bytes | None:
        parts: list[str] = list(PurePath(folder).parts)
        for part in PurePath(relative).parts:
            parts = parts[:-1] if part == ".." else [*parts, part]
        found = files.get("/".join(parts).replace("//", "/"))
        return None if found is None else json.dumps(found).encode()

    return Document(f"{folder}/{name}", text.encode(), companion)


def _result(document: Document) -> ResultRecorded:
    adapter = training_log.ADAPTER if "MLLOG" in (document.text or "") else inference_log.ADAPTER
    (finding,) = adapter.read(document)
    assert isinstance(finding, ResultRecorded)
    return finding


@pytest.mark.parametrize(
    "where",
    [
        "/data/closed/Hopwell/systems/hop_x4.json",
        "/data/systems/closed/Hopwell/hop_x4.json",
        "/data/systems/hop_x4.json",
    ],
)
def test_the_description_of_the_system_names_the_devices_of_the_whole_system(where: str) -> None:
    result = _result(_document(_FOLDER, {where: _SYSTEM}))
    assert (result.device, result.device_kind, result.device_count) == ("NVIDIA Hop GPU", "cuda", 8)
    assert result.attributes["framework"] == "hopflow 2"


def test_the_path_names_what_was_run_and_interactive_is_a_server_run_with_tighter_limits() -> None:
    result = _result(_document(_FOLDER, {}))
    assert (result.subject_kind, result.subject) == ("model", "hopnet-99.9")
    assert result.condition == {
        "scenario": "Interactive",
        "accuracy_target_percent": "99.9",
        "division": "closed",
    }
    assert {name: result.attributes[name] for name in ("submitter", "system", "run")} == {
        "submitter": "Hopwell",
        "system": "hop_x4",
        "run": "run_2",
    }
    assert result.basis == "measured"


def test_without_a_description_the_device_is_not_known_and_the_system_is_named() -> None:
    result = _result(_document(_FOLDER, {}))
    assert (result.device, result.device_kind, result.device_count) == (None, None, None)
    assert result.attributes["system"] == "hop_x4"


@pytest.mark.parametrize("other", [{"accelerator": "NVIDIA Hop GPU"}, ["NVIDIA Hop GPU"], 7, None])
def test_another_document_under_the_name_of_the_description_is_left(other: object) -> None:
    result = _result(_document(_FOLDER, {"/data/closed/Hopwell/systems/hop_x4.json": other}))
    assert result.device is None


def test_a_log_among_results_of_another_scenario_is_suspect() -> None:
    result = _result(_document(_FOLDER.replace("Interactive", "Offline"), {}))
    assert (result.condition["scenario"], result.basis) == ("Server", "suspect")
    assert result.basis_reason == "the log is of Server and lies among results of Offline"


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (
            "closed/Hop/compliance/sys/net/Offline/TEST01/performance/run_1/mlperf_log_summary.txt",
            Place("closed", "Hop", "sys", "net", "Offline", "run_1", "TEST01"),
        ),
        ("sys/net/offline/performance/run_1/a.txt", Place(None, None, "sys", "net", "offline", "run_1")),
        ("net/offline/a.txt", Place(None, None, None, "net", "offline")),
        ("downloads/a.txt", Place()),
        ("a.txt", Place()),
        ("/offline/a.txt", Place(scenario="offline")),
    ],
)
def test_a_path_tells_as_much_as_it_holds(path: str, place: Place) -> None:
    assert place_of_inference(path) == place


def test_a_training_log_lies_below_its_submitter_system_and_benchmark() -> None:
    assert place_of_training("/data/Hop/results/pod/net/result_3.txt") == Place(
        None, "Hop", "pod", "net", None, "3"
    )
    assert place_of_training("result_3.txt") == Place(run="3")
    assert place_of_training("elsewhere/log.txt") == Place()


@pytest.mark.parametrize("end", range(0, len(_LOG.rstrip()), 7))
def test_a_log_of_the_load_generator_that_was_cut_off_gives_no_record(end: int) -> None:
    document = _document(_FOLDER, {}, _LOG[:end])
    if inference_log.ADAPTER.recognises(document):
        with pytest.raises(DocumentRejected, match="does not end with the number of errors"):
            list(inference_log.ADAPTER.read(document))


def test_two_logs_in_one_file_are_refused() -> None:
    document = _document(_FOLDER, {}, _LOG + _LOG.replace("12.50", "13.50"))
    with pytest.raises(DocumentRejected, match="a second, different value"):
        list(inference_log.ADAPTER.read(document))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"accelerator": "Hop NPU", "accelerators_per_node": "8"}, ("Hop NPU", None, None)),
        (
            {"accelerator": "Hop NPU", "accelerators_per_node": "8 (4 cards)", "number_of_nodes": "1"},
            ("Hop NPU", None, None),
        ),
        ({"accelerator": "", "accelerators_per_node": "8", "number_of_nodes": "1"}, (None, None, 8)),
        (
            {
                "accelerator": "N/A",
                "host_processor": "Hop",
                "host_processors_per_node": "2",
                "number_of_nodes": "3",
            },
            ("Hop", "cpu", 6),
        ),
        (
            {"accelerator": "TPU v9", "accelerators_per_node": "4", "number_of_nodes": "2"},
            ("TPU v9", "tpu", 8),
        ),
        ({"accelerator": ""}, (None, None, None)),
        ({}, (None, None, None)),
    ],
)
def test_what_a_description_does_not_say_is_not_made_up(
    facts: dict[str, str], expected: tuple[object, ...]
) -> None:
    found = hardware(facts)
    assert (found.device, found.device_kind, found.device_count) == expected


def _line(key: str, at: int, value: object = None, **metadata: object) -> str:
    entry = {"time_ms": 1715224910183 + at, "key": key, "value": value, "metadata": metadata}
    return f":::MLLOG {json.dumps(entry)}\n"


_TRAINING = (
    _line("submission_benchmark", 0, "hopnet")
    + _line("run_start", 10)
    + _line("run_start", 12)
    + _line("tracked_stats", 20, {"throughput": 8.0}, step=1)
    + _line("tracked_stats", 21, {"throughput": 8.0}, step=1)
    + _line("tracked_stats", 30, {"throughput": 6.0}, step=2)
    + _line("tracked_stats", 40, {"throughput": 7.0}, step=3)
    + _line("run_stop", 510, status="success")
    + _line("tracked_stats", 515, {"throughput": 99.0}, step=4)
    + _line("run_stop", 520, status="success")
)


def test_ranks_that_repeat_a_line_count_once_and_the_first_stop_ends_the_run() -> None:
    result = _result(_document("/data/Hop/results/pod/hopnet", {}, _TRAINING, "result_0.txt"))
    metrics = {metric.name: metric for metric in result.metrics}
    assert (metrics["time_to_train"].value, metrics["time_to_train"].unit) == (500.0, "millisecond")
    assert metrics["throughput"].samples == [8.0, 6.0, 7.0]
    assert metrics["throughput"].value == 7.0


def test_a_training_log_finds_the_description_of_its_system() -> None:
    document = _document(
        "/data/Hop/results/pod/hopnet", {"/data/Hop/systems/pod.json": _SYSTEM}, _TRAINING, "result_0.txt"
    )
    result = _result(document)
    assert (result.device, result.device_count) == ("NVIDIA Hop GPU", 8)
    assert {name: result.attributes[name] for name in ("system", "submitter", "run")} == {
        "system": "pod",
        "submitter": "Hop",
        "run": "0",
    }


@pytest.mark.parametrize(
    ("benchmark", "printed", "expected"),
    [("ssd", 200.0, 1600.0), ("ssd", 1600.0, 1600.0), ("retinanet", 200.0, 1600.0), ("hopnet", 200.0, 200.0)],
)
def test_what_one_accelerator_trains_of_a_detector_is_told_as_what_the_cluster_does(
    benchmark: str, printed: float, expected: float
) -> None:
    """4 epochs of 1,170,301 images in 50 minutes are 1,560 a second, so 200 are those of one of the eight."""
    text = (
        _line("submission_benchmark", 0, benchmark)
        + _line("run_start", 0)
        + _line("tracked_stats", 20, {"throughput": printed}, step=1)
        + _line("run_stop", 50 * 60 * 1000, status="success")
    )
    systems = {"/data/Hop/systems/pod.json": _SYSTEM}
    result = _result(_document(f"/data/Hop/results/pod/{benchmark}", systems, text, "result_0.txt"))
    rates = {metric.name: (metric.value, metric.samples) for metric in result.metrics}
    assert rates["throughput"] == (expected, [expected])
    is_told = result.attributes.get("throughput_printed") == "200 a second, of one accelerator"
    assert is_told is (printed != expected)
    aborted = text.replace("success", "aborted")
    result = _result(_document(f"/data/Hop/results/pod/{benchmark}", systems, aborted, "result_0.txt"))
    assert ("throughput" in {metric.name for metric in result.metrics}) is (benchmark == "hopnet")


def test_a_training_log_that_was_cut_off_gives_the_record_of_the_whole_or_none() -> None:
    def records(text: str) -> list[ResultRecorded]:
        document = Document("result_0.txt", text.encode())
        try:
            findings = list(training_log.ADAPTER.read(document))
        except DocumentRejected:
            return []
        return [one for one in findings if not isinstance(one, BadRow) and isinstance(one, ResultRecorded)]

    (whole,) = records(_TRAINING)
    for end in range(len(_TRAINING)):
        for record in records(_TRAINING[:end]):
            assert record.metrics == whole.metrics
            assert record.attributes == whole.attributes


@pytest.mark.parametrize("stop", [{"status": "maybe"}, {"status": None}, {}])
def test_a_run_that_ended_in_an_unknown_way_is_a_bad_row(stop: dict[str, object]) -> None:
    text = _line("submission_benchmark", 0, "hopnet") + _line("run_start", 10) + _line("run_stop", 20, **stop)
    (finding,) = training_log.ADAPTER.read(Document("result_0.txt", text.encode()))
    assert isinstance(finding, BadRow)
    assert "neither success nor aborted" in finding.reason


def test_a_run_that_stops_before_it_starts_is_a_bad_row() -> None:
    text = _line("run_start", 30) + _line("run_stop", 20, status="success")
    (finding,) = training_log.ADAPTER.read(Document("result_0.txt", text.encode()))
    assert isinstance(finding, BadRow)
    assert "before run_start" in finding.reason
