"""`BenchmarkDBAPI` with the names and signatures that programs written for the older database call."""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from benchmart import __version__
from benchmart.build import build
from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.db_api.payloads import (
    Arguments,
    compatibility_arguments,
    integration_test_arguments,
    performance_arguments,
)
from benchmart.errors import BuildFailed, BuildLocked, UsageError
from benchmart.event_log.files import new_batch_id
from benchmart.event_log.log import EventLog
from benchmart.queries import results
from benchmart.queries.rows import Rows, fetch
from benchmart.recording.checks import Envelope, checked_result
from benchmart.sql_guard import check_statement

if TYPE_CHECKING:
    import pandas as pd

_log = logging.getLogger(__name__)
_Question = Callable[[duckdb.DuckDBPyConnection], Rows]


class BenchmarkDBAPI:
    """Stores results as events, each durable when its method returns, and asks the marts.

    `db_path` names no file that is written: beside `x.duckdb`, the folder `x.benchmart` is the home with the event log
    and the warehouse; a folder is the home itself.

    A question first builds the warehouse when something was stored since (some ten seconds; nothing otherwise). While
    another process builds, or when the build fails, the state before is served: a warning says so, and the DataFrame's
    `attrs["is_stale"]` is True.
    """

    def __init__(
        self,
        db_path: str | os.PathLike[str] = "./benchmark_db.duckdb",
        debug: bool = False,  # noqa: FBT001, FBT002 - the signature is kept
    ) -> None:
        self.home = home_beside(Path(db_path))
        self._events = EventLog(self.home.events)
        if debug:
            _log.setLevel(logging.DEBUG)

    def store_performance_result(self, result: Mapping[str, Any] | object) -> str:
        """Store a PerformanceResult (dictionary or model) and return its event id.

        Raises UsageError when a field is missing or wrong, LogError when the log cannot be written.
        """
        return self._store(performance_arguments(result))

    def store_compatibility_result(self, result: Mapping[str, Any] | object) -> str:
        """Store a HardwareCompatibility; otherwise as `store_performance_result`."""
        return self._store(compatibility_arguments(result))

    def store_integration_test_result(self, result: Mapping[str, Any] | object) -> str:
        """Store an IntegrationTestResult; otherwise as `store_performance_result`."""
        return self._store(integration_test_arguments(result))

    def query(self, sql: str, parameters: Mapping[str, Any] | Sequence[Any] | None = None) -> "pd.DataFrame":
        """The rows of one statement that reads marts; parameters are `$name` or `?`. Raises StatementRefused."""
        return self._ask(
            lambda connection: fetch(connection, check_statement(connection, sql).text, parameters)
        )

    def get_model_hardware_compatibility(
        self, model_name: str | None = None, hardware_type: str | None = None
    ) -> "pd.DataFrame":
        """What works where; hardware is a kind of device, such as `cuda`, or a device's name."""
        return self._ask(
            lambda connection: results.compatibility_by_name(connection, model_name, hardware_type)
        )

    def get_performance_metrics(
        self,
        model_name: str | None = None,
        hardware_type: str | None = None,
        batch_size: int | None = None,
        precision: str | None = None,
        latest_only: bool = True,  # noqa: FBT001, FBT002 - the signature is kept
    ) -> "pd.DataFrame":
        """Numbers of models, in the units of the column names; the newest of those that can be compared, or all."""
        return self._ask(
            lambda connection: results.performance(
                connection, model_name, hardware_type, batch_size, precision, latest_only=latest_only
            )
        )

    def get_integration_test_summary(self, test_module: str | None = None) -> "pd.DataFrame":
        """How the tests of each module ended."""
        return self._ask(lambda connection: results.summary_of_tests(connection, test_module))

    def get_hardware_list(self) -> "pd.DataFrame":
        """The devices that have results."""
        return self._ask(results.hardware_with_results)

    def get_model_list(self) -> "pd.DataFrame":
        """The models that have results."""
        return self._ask(results.models_with_results)

    def get_performance_comparison(self, model_name: str, metric: str = "throughput") -> "pd.DataFrame":
        """One metric on every device: `throughput`, `latency` (ms), `memory` (MB), or a catalogue's in base units."""
        return self._ask(lambda connection: results.performance_comparison(connection, model_name, metric))

    def _store(self, arguments: Arguments) -> str:
        now = datetime.now(UTC)
        envelope = Envelope(
            collector="benchmark_db_api",
            collector_version=__version__,
            run_id=_text_or_none(arguments.pop("run_id")),
            occurred_at=now,
            # The same numbers stored again are another result.
            source_locator=f"call {new_batch_id()}",
        )
        event_id = self._events.append([checked_result(envelope, **arguments)]).event_ids[0]
        _log.debug("stored %s in %s", event_id, self.home.events)
        return event_id

    def _ask(self, question: _Question) -> "pd.DataFrame":
        pandas = _pandas()
        is_stale = not self._is_brought_up_to_date()
        with closing(open_warehouse(self.home)) as connection:
            rows = question(connection)
        frame = pandas.DataFrame(rows.rows, columns=list(rows.columns))
        frame.attrs["is_stale"] = is_stale
        return frame

    def _is_brought_up_to_date(self) -> bool:
        try:
            report = build(self.home)
        except (BuildLocked, BuildFailed) as error:
            if not self.home.warehouse.is_file():
                raise
            _log.warning("the answer may lack what was stored last: %s", error)
            return False
        _log.debug("built in %.1f s" if report.was_needed else "up to date (%.1f s)", report.seconds)
        return True


def home_beside(db_path: Path) -> Home:
    """The home that a database path means. An older database in that place is not touched."""
    path = db_path.expanduser().resolve()
    if path.is_dir() or not path.suffix:
        return Home(path)
    if path.name == "warehouse.duckdb" and (path.parent / "events").is_dir():
        return Home(path.parent)
    return Home(path.with_suffix(".benchmart"))


def _text_or_none(value: object) -> str | None:
    return None if value is None else str(value)


def _pandas() -> Any:
    try:
        import pandas as pd
    except ImportError:
        raise UsageError(
            "pandas is not installed, and the answers are its DataFrames",
            hint="pip install 'benchmart[pandas]', or use `benchmart sql --json`",
        ) from None
    return pd
