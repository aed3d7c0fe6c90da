"""Real results that were published, built once for all tests that only read them."""

import os
from pathlib import Path

import pytest

from benchmart.build import build
from benchmart.config import Home
from benchmart.event_log.log import EventLog
from collectors.importing import import_paths

_PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def published() -> Path:
    """The folder of published results; skips the test where it is not at hand."""
    folder = Path(os.environ.get("BENCHMART_TEST_DATA", _PROJECT.parent / "shared" / "data"))
    if not (folder / "timm").is_dir():
        pytest.skip(f"no published results in {folder}; set BENCHMART_TEST_DATA")
    return folder


@pytest.fixture(scope="session")
def timm_home(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the speed tables of timm and the results of MLPerf inference. Not to be written to."""
    home = Home(tmp_path_factory.mktemp("timm"))
    import_paths(
        EventLog(home.events),
        [published / "timm", *sorted(published.glob("mlperf_inference_*/*_results.csv"))],
    )
    build(home)
    return home
