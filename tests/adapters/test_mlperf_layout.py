"""MLPerf in the layout of its repositories: what a whole folder gives, and that a run told twice is marked."""

import json
from pathlib import Path

import mlperf_tree
import pytest

from benchmart.event_log.events import ResultRecorded
from collectors.adapters.registry import ADAPTERS
from collectors.importing.reading import read_path


def _results(root: Path, name: str) -> list[ResultRecorded]:
    """Of every file of one adapter below the folder."""
    readings = [read_path(path, ADAPTERS) for path in sorted(root.rglob("*")) if path.is_file()]
    taken = [reading for reading in readings if reading.adapter is not None and reading.adapter.name == name]
    return [record for reading in taken for record in reading.records if isinstance(record, ResultRecorded)]


def test_logs_deep_in_the_tree_get_device_and_software_from_the_description_of_their_system(
    tmp_path: Path,
) -> None:
    mlperf_tree.inference(tmp_path / "inference_results_v9.1")
    results = _results(tmp_path, "mlperf_inference_log")
    assert [result.condition["scenario"] for result in results] == ["Offline", "SingleStream"]
    for result in results:
        assert (result.subject, result.device, result.device_kind) == ("hopnet-99", "NVIDIA Hop GPU", "cuda")
        assert result.device_count == 8
        told = {name: result.attributes[name] for name in ("framework", "operating_system", "submitter")}
        assert told == {"framework": "hopflow 2", "operating_system": "Hop OS", "submitter": "Hopwell"}
        assert (result.attributes["system"], result.attributes["mlperf_version"]) == ("hop_x4", "v9.1")


def test_a_training_log_gets_device_and_software_from_the_description_of_its_system(tmp_path: Path) -> None:
    mlperf_tree.training(tmp_path / "training_results_v9.0")
    (result,) = _results(tmp_path, "mlperf_training_log")
    assert (result.subject, result.device, result.device_count) == ("hopnet", "NVIDIA Hop GPU", 8)
    assert (result.attributes["framework"], result.attributes["mlperf_version"]) == ("hopflow 2", "v9.0")
    assert result.condition == {"division": "closed"}


def test_a_row_whose_log_lies_below_the_table_is_marked_and_one_without_is_not(tmp_path: Path) -> None:
    mlperf_tree.inference(tmp_path)
    marks = [row.attributes.get("derived_from") for row in _results(tmp_path, "mlperf_inference_csv")]
    assert marks == [mlperf_tree.run("hopnet-99", "Offline"), None]


def test_logs_that_were_collected_in_a_folder_of_their_own_are_found(tmp_path: Path) -> None:
    mlperf_tree.inference(tmp_path)
    (tmp_path / "raw_logs").mkdir()
    (tmp_path / "closed").rename(tmp_path / "raw_logs" / "closed")
    marks = [row.attributes.get("derived_from") for row in _results(tmp_path, "mlperf_inference_csv")]
    assert marks == [mlperf_tree.run("hopnet-99", "Offline"), None]


def test_official_results_are_marked_where_the_log_says_the_same_or_its_early_stopping_does(
    tmp_path: Path,
) -> None:
    mlperf_tree.inference(tmp_path)
    marks = {
        result.condition["scenario"]: result.attributes.get("derived_from")
        for result in _results(tmp_path, "mlperf_summary")
    }
    assert marks == {
        "Offline": mlperf_tree.run("hopnet-99", "Offline"),
        "SingleStream": mlperf_tree.run("hopnet-99", "SingleStream"),
        "Server": None,
    }


def test_an_official_rate_has_more_digits_than_the_log_it_was_taken_from(tmp_path: Path) -> None:
    mlperf_tree.server(tmp_path)
    results = [mlperf_tree.official("Server", rate, "Queries/s") for rate in (16.9831, 17.5)]
    (tmp_path / "summary_results.json").write_text(json.dumps(results))
    marks = [result.attributes.get("derived_from") for result in _results(tmp_path, "mlperf_summary")]
    assert marks == [mlperf_tree.run("hopnet-99", "Server"), None]


@pytest.mark.parametrize(("minutes", "is_marked"), [("1.2346", True), ("1.24", False)])
def test_a_row_of_training_is_marked_when_its_log_took_as_long(
    tmp_path: Path, minutes: str, is_marked: bool
) -> None:
    mlperf_tree.training(tmp_path, minutes)
    (row,) = _results(tmp_path, "mlperf_training_csv")
    assert row.attributes.get("derived_from") == (mlperf_tree.TRAINING_RUN if is_marked else None)


@pytest.mark.parametrize("damage", ["cut off", "another run"])
def test_a_log_that_says_something_else_or_cannot_be_read_marks_nothing(tmp_path: Path, damage: str) -> None:
    mlperf_tree.inference(tmp_path)
    log = tmp_path / mlperf_tree.run("hopnet-99", "Offline")
    text = log.read_text()
    log.write_text(text[:200] if damage == "cut off" else text.replace("1250.5", "1300.5"))
    assert all("derived_from" not in row.attributes for row in _results(tmp_path, "mlperf_inference_csv"))


def test_details_beside_a_summary_are_no_second_record(tmp_path: Path) -> None:
    mlperf_tree.inference(tmp_path)
    details = (tmp_path / mlperf_tree.run("hopnet-99", "Offline")).with_name("mlperf_log_detail.txt")
    line = ':::MLLOG {"key": "result_validity", "value": "VALID", "namespace": "mlperf::logging"}\n'
    details.write_text(line)
    reading = read_path(details, ADAPTERS)
    assert reading.adapter is not None
    assert reading.adapter.name == "mlperf_run_files"
    assert "beside it" in (reading.reason or "")
