"""Real historical JSON, when it is at hand: records and values against a second reading of the files.

The files are not part of the project. They are `legacy_json/` of the folder named by BENCHMART_TEST_DATA, else of
`shared/data` beside the checkout; without them these tests are skipped. The second reading is that of
benchmarks/legacy_counts.py, which prints what is compared here.
"""

from collections import Counter
from pathlib import Path

import pytest
from legacy_counts import Comparison, compare, default_folder
from legacy_values import KINDS

from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED
from collectors.importing import ImportReport, Outcome, import_paths

_DATA = default_folder()

pytestmark = pytest.mark.skipif(
    not _DATA.is_dir(), reason=f"no historical JSON at {_DATA}; name its folder with BENCHMART_TEST_DATA"
)


@pytest.fixture(scope="module")
def comparisons() -> dict[str, Comparison]:
    return compare(_DATA)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> EventLog:
    return EventLog(tmp_path_factory.mktemp("legacy") / "events")


@pytest.fixture(scope="module")
def report(log: EventLog) -> ImportReport:
    return import_paths(log, [_DATA])


def test_every_file_is_of_the_shape_the_description_tells_and_has_its_records_and_all_their_values(
    comparisons: dict[str, Comparison],
) -> None:
    assert len(comparisons) > 20
    assert [difference for one in comparisons.values() for difference in one.differences] == []
    assert {name: one.imported for name, one in comparisons.items()} == {
        name: one.by_rule for name, one in comparisons.items()
    }


def test_what_is_compared_is_not_nothing(comparisons: dict[str, Comparison]) -> None:
    told: Counter[str] = sum((one.told for one in comparisons.values()), Counter())
    assert all(told[kind] > 50 for kind in KINDS)
    assert sum(one.by_rule for one in comparisons.values()) > 1000


def test_only_the_second_telling_of_a_number_and_zeros_of_failures_are_no_metrics(
    comparisons: dict[str, Comparison],
) -> None:
    told = sum(sum(one.told.values()) for one in comparisons.values())
    assert sum(sum(one.beside.values()) for one in comparisons.values()) < 0.01 * told


def test_the_import_counts_as_many_records_as_the_adapters_find(
    report: ImportReport, comparisons: dict[str, Comparison]
) -> None:
    counted: Counter[str] = Counter()
    for file in report.files:
        counted[(file.format or "unknown").removeprefix("legacy_")] += file.records
    assert counted == Counter({name: one.by_rule for name, one in comparisons.items()})


def test_no_file_of_a_known_shape_has_parts_that_were_not_understood(report: ImportReport) -> None:
    known = [file for file in report.files if file.format and file.format.startswith("legacy_")]
    assert [file for file in known if file.quarantined or file.outcome is Outcome.FAILED] == []


def test_what_no_adapter_knows_is_the_file_that_was_cut_off(report: ImportReport) -> None:
    unknown = [Path(file.path).name for file in report.files if file.format is None]
    assert set(unknown) <= {"database_metadata.json"}


def test_nothing_a_browser_is_said_to_have_done_counts_as_measured(
    log: EventLog, report: ImportReport
) -> None:
    assert report.added
    results = log.read(RESULT_RECORDED, ["collector", "basis"]).to_pylist()
    web = {result["basis"] for result in results if result["collector"].startswith("adapter:legacy_web")}
    assert "measured" not in web


def test_a_second_import_adds_nothing(log: EventLog, report: ImportReport) -> None:
    assert report.added
    assert import_paths(log, [_DATA]).added == 0
