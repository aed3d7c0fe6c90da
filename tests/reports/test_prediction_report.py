"""The report on predictions says what the marts say; where there is nothing, it says what is missing."""

import random
from datetime import date
from math import exp
from statistics import NormalDist

import duckdb
import pytest
from made_models import DEVICES, results

from benchmart.config import Home
from benchmart.queries.predictions import Outcomes, months, outcomes, together
from interfaces.reports import prediction
from interfaces.reports.prediction import prediction_report
from interfaces.reports.render import to_html, to_markdown
from predictors import typical_questions as sampling
from predictors.contract import Question
from predictors.measured import Measured
from predictors.performance.predictor import train
from predictors.registry import training

MADE = 200
_SPREAD = 0.1


@pytest.fixture
def made(marts: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The marts with predictions whose intervals hold as they should, but for one case that is too sure of itself."""
    chance = random.Random(0)
    half = _SPREAD * NormalDist().inv_cdf(0.95)
    rows = []
    for number in range(MADE):
        case, spread = ("seen", _SPREAD) if number % 2 else ("unseen model", 3 * _SPREAD)
        measured = 100 * exp(chance.gauss(0, spread))
        held = 100 * exp(-half) <= measured <= 100 * exp(half)
        rows.append(
            (number, case, 100.0, 100 * exp(-half), 100 * exp(half), 0.9, measured, 100 / measured - 1, held)
        )
    marts.execute(
        "create temp table prediction_outcomes (event_id int, case_name text, value double, low double, high double, "
        "level double, measured_value double, error double, is_held bool, predictor text default 'p')"
    )
    marts.executemany(
        "insert into temp.prediction_outcomes values (?, ?, ?, ?, ?, ?, ?, ?, ?, default)", rows
    )
    marts.execute(
        "create temp table predictions as select event_id, 'resnet50' as model_id, 'rtx-4090' as hardware_id, "
        "'inference' as mode, 'fp16' as precision, 64 as batch_size, 'throughput' as metric, case_name, low, high, "
        "timestamptz '2026-01-01' as issued_at, null::varchar as source_locator from prediction_outcomes "
        "union all select -1, 'vgg16', 'rtx-4090', 'inference', 'fp16', 32, 'throughput', 'seen', 50.0, 200.0, "
        "timestamptz '2026-01-02', null"
    )
    marts.execute(
        "create temp table prediction_calibration as select 'p' as predictor, 'throughput' as metric, * from (values "
        "('seen', date '2026-02-01', 50, 45, 0.9::double, 0.05::double, false, 0.6::double, 0.5::double), "
        "('seen', date '2026-03-01', 50, 30, 0.9, 0.08, true, 1e-6, 0.5)) as _(case_name, month, outcome_count, "
        "held_count, level, median_error, is_drifting, coverage_chance, bias_chance)"
    )
    marts.execute(
        "create temp table predictor_versions as select 'p' as predictor, 'v1' as predictor_version, 17405 as "
        "result_count, [{'split': 'unseen model', 'result_count': 99, 'median_error': 0.035::double, "
        "'mean_error': 0.06::double, 'coverage': 0.91::double}] as scores, "
        "timestamptz '2026-01-01' as champion_since, true as is_champion"
    )
    return marts


@pytest.fixture
def nothing(marts: duckdb.DuckDBPyConnection, monkeypatch) -> duckdb.DuckDBPyConnection:
    """The marts without predictions, and no predictor that comes with the package."""
    from predictors.registry import store

    monkeypatch.setattr(store, "packaged", lambda name: None)
    return marts


@pytest.fixture(scope="module")
def learned():
    rows, profiles = results()
    questions = [
        Question(
            "throughput", profiles[model, 32.0], DEVICES[device], "inference", "fp16", 64, compiler=compiler
        )
        for model, device, compiler in zip(rows.model, rows.hardware, rows.compiler, strict=True)
    ]
    return train(rows, profiles, DEVICES), Measured(questions, rows.throughput, ["a"] * len(rows), 0, "d")


def told(connection: duckdb.DuckDBPyConnection, home: Home) -> str:
    return to_markdown(prediction_report(connection, home, "benchmart report prediction"))


def test_without_anything_every_section_says_which_command_fills_it(nothing, tmp_path) -> None:
    text = told(nothing, Home(tmp_path))
    assert "No predictor serves: `benchmart predict train`" in text
    assert "No prediction was held against a measurement yet: none was issued. `benchmart predict one" in text
    assert "Not known: no predictor of performance was trained" in text
    assert "Nothing was asked that is not measured. `benchmart predict one" in text
    assert "**0** predictions issued" in text


def test_what_held_is_told_by_case_with_its_interval(made, tmp_path) -> None:
    text = told(made, Home(tmp_path))
    [seen] = [row for row in text.splitlines() if row.startswith("| seen |")]
    held, of = (int(cell) for cell in seen.split("|")[2:4])
    counted = made.execute(
        "select count(*) filter (where is_held), count(*) from prediction_outcomes where case_name = 'seen'"
    ).fetchall()
    assert [(held, of)] == counted
    assert "| unseen model | 99 | 3.5 % | 6 % | 91 % |" in text.replace("| p |", "|")
    assert "serves since 2026-01-01; it learned from 17,405 results" in text


def test_a_curve_tells_which_levels_hold_too_little(made, tmp_path) -> None:
    text = told(made, Home(tmp_path))
    curves = {part.split(",")[0]: part for part in text.split("### ")[1:]}
    assert curves["unseen model"].count("| too\N{NO-BREAK SPACE}few |") == 9
    assert curves["seen"].count("| too\N{NO-BREAK SPACE}few |") <= 1
    assert "all cases" not in curves


def test_months_that_drift_are_told_and_drawn(made, tmp_path) -> None:
    report = prediction_report(made, Home(tmp_path), "c")
    assert "Alarm for seen in 2026-03: too few hold, 30 of 50 intervals held." in to_markdown(report)
    assert to_html(report).count('class="mark flagged"') == 2


def test_what_was_asked_and_not_measured_is_to_be_measured_next(made, tmp_path) -> None:
    [row] = [row for row in told(made, Home(tmp_path)).splitlines() if row.startswith("| vgg16 |")]
    assert row.split("|")[8:10] == [" 1 ", " 2 x "]


def test_importance_is_told_with_the_spread_over_folds(made, learned, tmp_path, monkeypatch) -> None:
    predictor, known = learned
    monkeypatch.setattr(training, "serving", lambda home: ("v1", predictor))
    monkeypatch.setattr(sampling, "read_measured", lambda connection: known)
    report = prediction_report(made, Home(tmp_path), "c")
    text = to_markdown(report)
    assert "4 folds rank the features alike to 0." in text
    assert "Looked at with 160 measured results." in text
    for heading in ("### By feature", "### By group of features", "## Stages", "## Terms of physics"):
        assert heading in text
    assert {"small", "large"} <= {
        row.split("|")[1].strip() for row in text.splitlines() if row.startswith("|")
    }
    assert to_html(report) == to_html(prediction_report(made, Home(tmp_path), "c"))


def test_a_library_that_is_missing_is_named(made, tmp_path, monkeypatch) -> None:
    def missing(*_):
        raise ModuleNotFoundError("No module named 'lightgbm'", name="lightgbm")

    monkeypatch.setattr(prediction, "_explained", missing)
    assert "lightgbm is not installed; `pip install" in told(made, Home(tmp_path))


def test_at_its_own_level_a_curve_is_what_held_and_wider_intervals_hold_more(made) -> None:
    for each in outcomes(made):
        assert each.coverage(0.9) == pytest.approx(each.held_count / each.count)
        shares = [each.coverage(number / 20) for number in range(1, 20)]
        assert shares == sorted(shares)
    assert together(outcomes(made)).count == MADE


def test_an_interval_of_another_level_is_that_of_a_normal_distribution() -> None:
    # The half of what 90 % hold is reached at 1.645 / 2 deviations, which hold 58.9 %.
    each = Outcomes("p", "seen", [0.9], [0.5], 1, [0.1])
    assert (each.coverage(0.588), each.coverage(0.590)) == (0.0, 1.0)


def test_months_are_those_of_the_mart(made) -> None:
    assert [(each.month, each.is_drifting) for each in months(made)] == [
        (date(2026, 2, 1), False),
        (date(2026, 3, 1), True),
    ]
