"""One small warehouse for all tests of the browser."""

from collections.abc import Callable
from hashlib import sha256

import histories
import pytest
import small_log
from browsing import MODELS
from filelock import FileLock

from benchmart.build import build
from benchmart.config import Home
from benchmart.event_log.events import DocumentQuarantined, Metric
from benchmart.event_log.log import EventLog


@pytest.fixture
def anyio_backend() -> str:
    """Textual runs on asyncio."""
    return "asyncio"


@pytest.fixture(autouse=True)
def own_state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What browsers keep between sessions is kept apart from the person's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))


def built_once(
    factory: pytest.TempPathFactory, worker: str, name: str, write: Callable[[Home], None]
) -> Home:
    """A home that is built once for all workers."""
    own = factory.getbasetemp()
    home = Home((own if worker == "master" else own.parent) / name)
    with FileLock(home.root.with_suffix(".lock")):
        if not home.warehouse.exists():
            home.root.mkdir(exist_ok=True)
            write(home)
            build(home)
    return home


@pytest.fixture(scope="session")
def browsed(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Home:
    """A series that became slower, and results of many models. Not to be written to."""
    return built_once(tmp_path_factory, worker_id, "browsed", _write_browsed)


def _write_browsed(home: Home) -> None:
    EventLog(home.events).append([
        *histories.SLOWER,
        *(
            small_log.result(
                1000 + number, subject=f"net_{number:03}", metrics=[Metric("throughput", "item/second", 10.0 + number)]
            )
            for number in range(MODELS)
        ),
    ])  # fmt: skip


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Home:
    """One model on two devices: what works, what fails, what was estimated; what was doubted, and what was read from a
    file that is still there. Not to be written to.
    """
    return built_once(tmp_path_factory, worker_id, "known", _write_known)


def _write_known(home: Home) -> None:
    file = home.root / "speeds.csv"
    file.write_text("model,items\nresnet50,400\n", encoding="utf-8")
    EventLog(home.events).append([
        small_log.result(0, metrics=[Metric("throughput", "item/second", 800.0)]),
        small_log.result(
            1,
            metrics=[Metric("throughput", "item/second", 400.0)],
            source_uri=str(file),
            source_digest=sha256(file.read_bytes()).hexdigest(),
            source_locator="line 2",
            **small_log.OTHER_DEVICE,
        ),
        small_log.failure(2, "out_of_memory", **small_log.OTHER_DEVICE),
        small_log.failure(3, "out_of_memory", precision="bfloat16"),
        small_log.result(
            4, basis="estimated", precision="float16", metrics=[Metric("throughput", "item/second", 500.0)]
        ),
        small_log.result(5, basis="suspect", basis_reason="contradiction", mode="training", subject="doubted"),
    ])  # fmt: skip
    odd = DocumentQuarantined(
        **small_log.SOURCE, reason="not recognised", document=b"{}", document_bytes=2, source_uri=str(file)
    )
    EventLog(home.events).append([odd])
