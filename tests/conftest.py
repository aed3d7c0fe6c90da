"""The dbt project is built once for all tests that only read."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import small_log
from filelock import FileLock
from hypothesis import settings
from parsed_once import parsed_once

from benchmart.build import build
from benchmart.config import Home
from benchmart.event_log.log import EventLog

# Time is limited where a test is about it: on a busy machine an example of 50 ms takes 270.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.fixture(scope="session", autouse=True)
def project_parsed_once() -> Iterator[None]:
    """A project is the same for all homes."""
    with parsed_once():
        yield


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Home:
    """A home with the small log and the warehouse built from it, for all workers. Not to be written to."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    home = Home(shared / "built")
    with FileLock(shared / "built.lock"):
        if not home.warehouse.exists():
            small_log.write(EventLog(home.events))
            build(home)
    return home


@pytest.fixture
def marts(built_home: Home):
    """A connection to the built warehouse."""
    with duckdb.connect(built_home.warehouse, read_only=True) as connection:
        yield connection


@pytest.fixture
def home(built_home: Home, tmp_path: Path) -> Home:
    """A copy of the built home, for tests that change it."""
    import shutil

    shutil.copytree(built_home.root, tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")
