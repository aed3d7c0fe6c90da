"""`predict effects` and its section of the report tell what conditions, devices and families do to times."""

import json

import pytest
from click.testing import CliRunner, Result
from made_models import DEVICES, results

from benchmart.config import Home
from benchmart.errors import PredictionRefused
from interfaces.cli.main import cli
from interfaces.reports.effects import effects_sections
from predictors.contract import Question
from predictors.measured import Measured
from predictors.mixed_model import results as of_results
from predictors.mixed_model.results import rates_by_mixed_model


@pytest.fixture(scope="module")
def known() -> Measured:
    rows, profiles = results()
    questions = [
        Question(
            "throughput", profiles[model, 32.0], DEVICES[device], "inference", "fp16", 64, compiler=compiler
        )
        for model, device, compiler in zip(rows.model, rows.hardware, rows.compiler, strict=True)
    ]
    return Measured(questions, rows.throughput, ["a.csv"] * len(rows), 0, "d")


def ask(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["predict", "effects", *arguments, "--home", str(home.root)])


def test_effects_answer_in_json_and_as_tables(built_home: Home, known, monkeypatch) -> None:
    monkeypatch.setattr(of_results, "read_measured", lambda connection: known)
    done = ask(built_home, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    [compiled] = [row for row in told["fixed"] if row["effect"] == "compiler inductor"]
    # That is how these results were made.
    assert compiled["factor"] == pytest.approx(0.7, abs=0.01)
    assert told["result_count"] == 160
    assert sum(row["share"] or 0 for row in told["between"]) == pytest.approx(1)
    # Each model is off by a factor of its own, of 0.2 in logarithms.
    [model] = [row for row in told["between"] if row["between"] == "model"]
    assert model["low"] < 0.22 < model["high"]
    table = ask(built_home, "--limit", "4")
    assert f"4 of {len(told['families'])} families" in table.stderr
    assert "160 measured results" in table.stderr
    assert table.stdout.count("wave") + table.stdout.count("net") == 4
    assert "compiler inductor" in table.stdout


def test_too_few_results_are_refused_with_what_to_do(built_home: Home, known, monkeypatch) -> None:
    done = ask(built_home)
    assert isinstance(done.exception, PredictionRefused)
    assert "are too few to tell effects apart; it takes 60. Import or collect" in str(done.exception)
    monkeypatch.setattr(of_results, "read_measured", lambda connection: known.part([]))
    assert "no measured rates" in str(ask(built_home).exception)


def test_the_sections_of_the_report_have_a_chart_and_its_numbers(marts, known, monkeypatch) -> None:
    monkeypatch.setattr(of_results, "read_measured", lambda connection: known)
    conditions, between, families = effects_sections(of_results.model_of_warehouse(marts))
    [exhibit] = conditions.exhibits
    [row] = [row for row in exhibit.table.rows if row[0] == "compiler inductor"]
    assert row[1] == "eager"
    assert float(row[2].removesuffix(" x")) == pytest.approx(0.7, abs=0.01)
    for section in (conditions, between, families):
        assert section.exhibits[0].chart is not None
        assert "<svg" in section.exhibits[0].chart("a", 700)
        assert "<svg" in section.exhibits[0].chart("a", 360)
    assert len(families.exhibits[0].table.rows) == 14


def test_as_a_baseline_it_knows_models_it_has_seen_and_stays_away_where_there_is_too_little(known) -> None:
    is_asked = [number % 4 == 3 for number in range(len(known.questions))]
    learned = known.part([number for number, asked in enumerate(is_asked) if not asked])
    asked = known.part([number for number, asked in enumerate(is_asked) if asked])
    said = rates_by_mixed_model(learned, asked.questions)
    assert said is not None
    assert said == pytest.approx(asked.values, rel=0.15)
    assert rates_by_mixed_model(known.part(range(20)), asked.questions) is None
