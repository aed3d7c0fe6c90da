"""Hardware for a model: options in order with their reasons, what was rejected, and models that may be asked of."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import duckdb

from benchmart.config import Home
from benchmart.errors import PredictionRefused, UsageError
from benchmart.queries.rows import fetch
from tui.contents.content import Content, Section
from tui.contents.question import PLAN, AskedHardware
from tui.contents.simulated import SIMULATED, simulated_device
from tui.contents.typed import FieldError

if TYPE_CHECKING:
    from predictors.selector.knowledge import Knowledge
    from predictors.selector.option import Option, Selection
    from predictors.training_plan.request import Request

_MODELS = """
    with most as (
        select model_id, count(*) as results from performance
        where status = 'ok' and model_id is not null and hardware_id is not null
        group by 1 order by results desc, model_id limit $most
    )

    select
        any_value(performance.model_name) as model, any_value(most.results) as results,
        count(distinct performance.hardware_id) as devices, mode(performance.mode) as mode,
        mode(performance.precision) as precision, mode(performance.batch_size) as batch
    from performance
    inner join most using (model_id)
    group by model_id
    order by results desc, model
"""
_NAMES = """
    select model_name from dim_models where model_name is not null
    order by has_results desc nulls last, length(model_name), model_name
"""
_DEVICE_NAMES = "select hardware_id from dim_hardware order by length(hardware_id), 1"
_MOST_MODELS = 100
OPTION_COLUMNS = (
    "rank", "device", "score", "items/s", "basis", "speed_%", "from", "to", "evidence", "needs_gb", "has_gb",
    "price/h", "$/million", "front", "notes", "hardware_id",
)  # fmt: skip
_REJECTED = ("device", "how_near_%", "why", "needs_gb", "has_gb", "price/h", "hardware_id")
_SPOKEN = {
    "there is no precision": "precision",
    "no hardware": "hardware",
    "no model": "model",
    "GPU memory": "each",
    "interconnect": "link",
    "network": "network",
    "host memory": "host",
}
"""How errors of the selector and the planner begin, and the field that they are of."""


@dataclass(frozen=True, slots=True)
class Chosen(Content):
    """An answer of the selector with what it is made of."""

    selection: "Selection | None" = None


class Chooser:
    """What choices are made from, read once from one state of the warehouse; for many threads, one at a time."""

    def __init__(self, home: Home) -> None:
        """Nothing is read yet."""
        self._home = home
        self._known: Knowledge | None = None
        self._lock = threading.Lock()

    def choose(self, connection: duckdb.DuckDBPyConnection, asked: AskedHardware) -> "Selection":
        """Raises FieldError for what means nothing, and UsageError where the predictor cannot be loaded."""
        request = asked.request()
        devices = [simulated_device(each) for each in dict.fromkeys(asked.simulated)]
        if request.allow is not None:  # what was typed is meant to be ranked, whatever else is
            request = replace(request, allow=(*request.allow, *(each.hardware_id for each in devices)))
        with self._knowing(connection) as known:
            from predictors.selector.selection import select

            return select(request, known.with_devices(devices) if devices else known)

    def training(self, connection: duckdb.DuckDBPyConnection, asked: AskedHardware) -> "Request":
        """What is to be planned, with what is known of its throughput by size of batch. Raises as `choose`."""
        from predictors.training_plan.asking import informed_request, request_for

        wanted = asked.training()
        if wanted.hardware is None:  # nothing is known of a device without a name
            return request_for(wanted)
        with self._knowing(connection) as known:
            return informed_request(wanted, known)

    @contextmanager
    def _knowing(self, connection: duckdb.DuckDBPyConnection) -> Iterator["Knowledge"]:
        with self._lock:
            try:
                from predictors.selector.knowledge import Knowledge

                known = self._known or Knowledge(self._home)
                known.ask_through(connection)
                yield known
                self._known = known
            except ModuleNotFoundError as error:
                raise UsageError(
                    f"{error.name} is not installed", hint="pip install 'benchmart[predict]'"
                ) from error


def with_field(error: UsageError) -> UsageError:
    """The same with the field that it is of, where one can be told."""
    if isinstance(error, FieldError):
        return error
    name = next((field for said, field in _SPOKEN.items() if error.what.startswith(said)), None)
    return FieldError(name, error.what, error.hint) if name else error


def select_content(
    connection: duckdb.DuckDBPyConnection, asked: AskedHardware, chooser: Chooser, most: int | None = None
) -> Content:
    """The answer; without a model, those that may be asked of. Raises UsageError."""
    from tui.contents.training_plans import plan_content

    if not asked.model:
        return models(connection)
    try:
        if asked.view == PLAN:
            return plan_content(chooser.training(connection, asked))
        selection = chooser.choose(connection, asked)
    except UsageError as error:
        raise with_field(error) from error
    except PredictionRefused as error:
        raise FieldError("plan", error.what, error.hint) from error
    options = [option_row(rank, each) for rank, each in enumerate(selection.options[:most], 1)]
    rejected = [_rejected_row(each) for each in selection.rejected[:most]]
    told = [[line] for line in selection.explanation]
    return Chosen(
        "select",
        [
            Section("options", "Options", OPTION_COLUMNS, options, len(selection.options), "no device fits"),
            Section(
                "rejected", "Rejected", _REJECTED, rejected, len(selection.rejected), "nothing was rejected"
            ),
            Section("why", "Why", ("explanation",), told),
        ],
        selection,
    )


@cache
def _chooser_of(home: Home) -> Chooser:
    return Chooser(home)


def select_apart(connection: duckdb.DuckDBPyConnection, home: Home, asked: AskedHardware) -> Content:
    """The same in a process that keeps what it read, of one state of the warehouse."""
    return select_content(connection, asked, _chooser_of(home))


def models(connection: duckdb.DuckDBPyConnection) -> Content:
    """Models with most results, each under the condition most of its results have."""
    found = fetch(connection, _MODELS, {"most": _MOST_MODELS})
    title = "Models with most results"
    return Content(
        "select", [Section("models", title, found.columns, found.rows, empty="no model was measured")]
    )


def names(connection: duckdb.DuckDBPyConnection) -> tuple[list[str], list[str]]:
    """Of models, those with results first, and of devices, short ones first: what may be typed."""
    return tuple([name for (name,) in connection.execute(sql).fetchall()] for sql in (_NAMES, _DEVICE_NAMES))  # type: ignore[return-value]


def option_row(rank: int, option: "Option") -> Sequence[Any]:
    """As OPTION_COLUMNS. Rates that only say how devices stand to each other are told as shares alone."""
    estimate, price = option.estimate, option.device.price_per_hour
    is_told = estimate is not None and not estimate.is_relative
    rate = estimate.rate if estimate is not None and is_told else None
    share = option.shares.get("throughput")
    notes = "; ".join([*(each.reason for each in option.broken), *_of_simulated(option)])
    return [
        rank,
        option.device.name,
        option.score,
        rate,
        estimate.basis if estimate else None,
        None if share is None else share * 100,
        estimate.low if estimate and is_told else None,
        estimate.high if estimate and is_told else None,
        estimate.evidence_count if estimate else 0,
        *_memory(option),
        price,
        price / 3600 / rate * 1e6 if price and rate else None,
        "front" if option.is_on_front else "",
        notes,
        option.hardware_id,
    ]


def _of_simulated(option: "Option") -> list[str]:
    return ["not in the catalogue: as typed"] if option.hardware_id.startswith(SIMULATED) else []


def _memory(option: "Option") -> tuple[float | None, float | None]:
    """Needed by nearly all runs, and there; GB are 1e9 bytes."""
    has = option.device.facts.memory_bytes
    return option.need.high / 1e9 if option.need else None, has / 1e9 if has else None


def _rejected_row(option: "Option") -> Sequence[Any]:
    why = "; ".join(each.reason for each in option.broken)
    near = option.nearness * 100 if option.nearness else None
    return [option.device.name, near, why, *_memory(option), option.device.price_per_hour, option.hardware_id]
