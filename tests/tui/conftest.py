"""One small warehouse for all tests of the browser."""

import histories
import pytest
import small_log
from browsing import MODELS

from benchmart.build import build
from benchmart.config import Home
from benchmart.event_log.events import Metric
from benchmart.event_log.log import EventLog


@pytest.fixture
def anyio_backend() -> str:
    """Textual runs on asyncio."""
    return "asyncio"


@pytest.fixture(autouse=True)
def own_state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What browsers keep between sessions is kept apart from the person's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))


@pytest.fixture(scope="session")
def browsed(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A series that became slower, and results of many models."""
    home = Home(tmp_path_factory.mktemp("browsed"))
    EventLog(home.events).append([
        *histories.SLOWER,
        *(
            small_log.result(
                1000 + number, subject=f"net_{number:03}", metrics=[Metric("throughput", "item/second", 10.0 + number)]
            )
            for number in range(MODELS)
        ),
    ])  # fmt: skip
    build(home)
    return home
