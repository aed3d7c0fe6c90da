"""`predict importance` tells what serves goes by: features, groups, stages and terms."""

import json
from dataclasses import replace

import duckdb
import numpy as np
import pytest
from click.testing import CliRunner, Result
from made_models import DEVICES, profile, results

from benchmart.config import Home
from benchmart.errors import PredictionRefused
from interfaces.cli.main import cli
from predictors import typical_questions as sampling
from predictors.contract import Question
from predictors.measured import Measured
from predictors.performance.predictor import train
from predictors.performance.rows import version_number
from predictors.registry import training


def serve(monkeypatch: pytest.MonkeyPatch, predictor: object, known: Measured) -> None:
    monkeypatch.setattr(training, "serving", lambda home: ("v1", predictor))
    monkeypatch.setattr(sampling, "read_measured", lambda connection: known)


@pytest.fixture(scope="module")
def learned():
    rows, profiles = results()
    questions = [
        Question(
            "throughput", profiles[model, 32.0], DEVICES[device], "inference", "fp16", 64, compiler=compiler
        )
        for model, device, compiler in zip(rows.model, rows.hardware, rows.compiler, strict=True)
    ]
    known = Measured(questions, rows.throughput, ["a.csv"] * len(rows), 0, "d")
    return train(rows, profiles, DEVICES), known


def ask(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["predict", "importance", *arguments, "--home", str(home.root)])


def answer(home: Home, *arguments: str):
    done = ask(home, *arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_features_groups_stages_and_terms_answer_in_json_and_as_tables(
    built_home: Home, learned, monkeypatch
) -> None:
    serve(monkeypatch, *learned)
    features = answer(built_home)
    assert [each["contribution"] for each in features] == sorted(
        (each["contribution"] for each in features), reverse=True
    )
    assert all(each["best_rank"] <= each["worst_rank"] for each in features)
    assert {each["group"] for each in answer(built_home, "--by", "group")} <= {
        each["group"] for each in features
    }
    assert sum(each["explained"] for each in answer(built_home, "--by", "stage")) == pytest.approx(1)
    assert sum(each["share"] for each in answer(built_home, "--by", "term")) == pytest.approx(1)
    table = ask(built_home, "--limit", "3")
    assert len(table.stdout.splitlines()) == 4
    assert f"3 of {len(features)} rows" in table.stderr
    assert "Kendall's W" in table.stderr
    assert "160 measured results" in table.stderr


def test_a_sample_is_the_same_every_time_and_leaves_out_what_is_refused(learned, monkeypatch) -> None:
    predictor, known = learned
    strange = replace(known.questions[0], metric="energy")
    mixed = Measured([strange, *known.questions], np.array([1.0, *known.values]), ["a.csv"] * 161, 0, "d")
    monkeypatch.setattr(sampling, "read_measured", lambda connection: mixed)
    with duckdb.connect() as connection:
        one, two = (sampling.typical_questions(connection, predictor, most=20) for _ in range(2))
    assert one.questions == two.questions
    assert one.described == "20 of 160 measured results"
    assert strange not in one.questions


def test_without_results_and_profiles_it_says_what_to_do(marts, learned, monkeypatch) -> None:
    nothing = Measured([], np.array([]), [], 0, "d")
    monkeypatch.setattr(sampling, "read_measured", lambda connection: nothing)
    monkeypatch.setattr(sampling, "all_profiles", lambda connection: [])
    with pytest.raises(PredictionRefused, match="no results and no profiles"):
        sampling.typical_questions(marts, learned[0])


def test_models_that_were_traced_and_not_measured_are_asked_for_in_what_was_learned_from(
    marts, learned, monkeypatch
) -> None:
    predictor, _ = learned
    monkeypatch.setattr(sampling, "read_measured", lambda connection: Measured([], np.array([]), [], 0, "d"))
    monkeypatch.setattr(sampling, "load_hardware", lambda connection: DEVICES)
    traced = [profile(f"net_{width}", width, 9) for width in (48, 96)]
    monkeypatch.setattr(sampling, "all_profiles", lambda connection: traced)
    found = sampling.typical_questions(marts, predictor)
    assert found.values is None
    assert found.described == "8 configurations, none of them measured"
    assert {(each.hardware.hardware_id, each.compiler) for each in found.questions} == {
        (device, compiler) for device in ("small", "large") for compiler in ("eager", "inductor")
    }
    assert len(predictor.predict(found.questions)) == 8


@pytest.mark.parametrize("text", ["2.4", "2.10", "1.13"])
def test_a_version_is_found_again_from_its_number(text: str) -> None:
    assert sampling._version(version_number(text)) == text
    assert sampling._version(float("nan")) is None
