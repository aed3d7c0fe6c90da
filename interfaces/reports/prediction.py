"""The report on predictions: how well they do, what they and times go by, and what to measure next."""

from collections.abc import Callable
from math import exp

import duckdb

from benchmart.config import Home
from benchmart.errors import BenchmartError
from benchmart.queries.predictions import counts, months, outcomes
from interfaces.reports.calibration import calibration_sections
from interfaces.reports.charts.spreads import Spread
from interfaces.reports.draws import bars_of
from interfaces.reports.report import Exhibit, Report, Section, Table
from interfaces.reports.scores import scores_sections
from interfaces.reports.state import state_of
from interfaces.reports.words import count, percent

_QUESTIONS = 400
"""Questions that importance is looked at with: a page should not take longer than its reader waits."""
_MOST_RUNS = 10
_NEXT = (
    "Runs that would take off most uncertainty of what was asked and never measured: how much of the interval a run "
    "takes off, in logarithms, times how often that number was asked for."
)
_NOTHING_NEXT = (
    "Nothing was asked that is not measured. `benchmart predict one MODEL DEVICE` and `benchmart predict matrix` note "
    "what they predict; it counts here when `benchmart build` has run."
)


def prediction_report(connection: duckdb.DuckDBPyConnection, home: Home, command: str) -> Report:
    """What the marts and the version that serves tell.

    Args:
        connection: The warehouse.
        home: Where versions of predictors are kept.
        command: What prints the report again.
    """
    issued, measured = counts(connection)
    found, by_month = outcomes(connection), months(connection)
    held = sum(each.held_count for each in found)
    return Report(
        title="Predictions",
        lead="How well predictions do, whether their intervals hold, what they go by, and what to measure next. "
        "`benchmart predict one` asks for one.",
        asked=[],
        state=state_of(connection),
        sections=[
            *scores_sections(connection),
            *calibration_sections(found, by_month, issued),
            *_importance_sections(connection, home),
            *_effects_sections(connection),
            _next_section(connection),
        ],
        figures=[
            (f"{issued:,}", "prediction issued" if issued == 1 else "predictions issued"),
            (f"{measured:,}", "of them measured afterwards"),
            (percent(held / measured) if measured else "none", "of their intervals held"),
            (f"{sum(each.is_drifting for each in by_month):,}", "alarms"),
        ],
        command=command,
    )


def _importance_sections(connection: duckdb.DuckDBPyConnection, home: Home) -> list[Section]:
    """Of the version that serves now; one section that says why, where there is none or nothing to look at it with."""
    return _or_why("What predictions go by", lambda: _explained(connection, home))


def _effects_sections(connection: duckdb.DuckDBPyConnection) -> list[Section]:
    """Of all that was measured; one section that says why, where that is too little."""
    return _or_why("What conditions do to time", lambda: _effects(connection))


def _or_why(heading: str, sections: Callable[[], list[Section]]) -> list[Section]:
    try:
        return sections()
    except BenchmartError as error:
        return [Section(heading, [f"Not known: {error}."])]
    except ModuleNotFoundError as error:
        why = (
            f"{error.name} is not installed; `pip install 'benchmart[predict]'` brings what predictors need."
        )
        return [Section(heading, [f"Not known: {why}"])]


def _effects(connection: duckdb.DuckDBPyConnection) -> list[Section]:
    from interfaces.reports.effects import effects_sections
    from predictors.mixed_model.results import model_of_warehouse

    return effects_sections(model_of_warehouse(connection))


def _explained(connection: duckdb.DuckDBPyConnection, home: Home) -> list[Section]:
    from interfaces.reports.importance import importance_sections
    from predictors.explained import Explained
    from predictors.registry.training import serving
    from predictors.typical_questions import typical_questions

    _, predictor = serving(home)
    sample = typical_questions(connection, predictor, most=_QUESTIONS)
    return importance_sections(Explained(predictor, sample))


def _next_section(connection: duckdb.DuckDBPyConnection) -> Section:
    from predictors.planning import next_runs

    runs = next_runs(connection, _MOST_RUNS)
    if not runs:
        return Section("What to measure next", [_NOTHING_NEXT])
    bars = [
        Spread(
            f"{run.model_id} on {run.hardware_id}, {run.precision}, batch {run.batch_size}",
            run.gain,
            note=f"{exp(run.half_width):.3g} x, asked {count(run.asked_count, 'time')}",
        )
        for run in runs
    ]
    table = Table(
        ["model", "device", "mode", "precision", "batch", "metric", "case", "asked", "within", "then within", "gain"],
        [
            [
                run.model_id, run.hardware_id, run.mode, run.precision, f"{run.batch_size:,}", run.metric,
                run.case_name, f"{run.asked_count:,}", f"{exp(run.half_width):.3g} x",
                f"{exp(run.width_after):.3g} x", f"{run.gain:.3g}",
            ]
            for run in runs
        ],
        ["batch", "asked", "within", "then within", "gain"],
        left_out=f"The first {_MOST_RUNS} are shown at most; `benchmart predict next --limit` shows more.",
    )  # fmt: skip
    chart = bars_of("Runs that take off most uncertainty", bars, "gain, in logarithms", shown="{:.3g}".format)
    return Section("What to measure next", [_NEXT], [Exhibit(table, chart)])
