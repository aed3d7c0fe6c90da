"""Files that earlier versions of benchmart wrote, byte for byte as they were, are read for ever.

A file here is named by kind and version; what it holds is written down in the test.
"""

import shutil
from pathlib import Path

import pytest

from benchmart.event_log.identity import event_ids
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import MODEL_PROFILED

_FILES = Path(__file__).parent / "versions"
_ADDED_IN_VERSION_2 = (
    "saved_elements_per_item",
    "saved_other_bytes_per_item",
    "peak_live_elements_per_item",
    "operators",
)


@pytest.fixture
def old_profiles(log: EventLog) -> EventLog:
    """A log that holds a file of profiles of version 1."""
    folder = log.root / "kind=model_profiled" / "date=2026-11-26"
    folder.mkdir(parents=True)
    shutil.copy(_FILES / "model_profiled-1.parquet", folder / "00000000-00000000.parquet")
    return log


def test_profiles_of_version_1_have_totals_and_no_operators(old_profiles: EventLog) -> None:
    bert, resnet = old_profiles.read(MODEL_PROFILED).to_pylist()
    assert (bert["schema_version"], bert["subject"], bert["parameter_count"]) == (1, "bert-tiny", 4_385_920)
    assert (resnet["subject"], resnet["image_size"], resnet["flops_per_item"]) == ("resnet50", 224, 2.4e10)
    assert {one[name] for one in (bert, resnet) for name in _ADDED_IN_VERSION_2} == {None}


def test_the_ids_of_profiles_of_version_1_are_still_those_of_their_content(old_profiles: EventLog) -> None:
    stored = old_profiles.read(MODEL_PROFILED)
    again = event_ids(MODEL_PROFILED, stored.select(MODEL_PROFILED.submitted.names))
    assert again.to_pylist() == stored.column("event_id").to_pylist()
