"""Peaks and batches of models that were never seen, learned from peaks that follow the physics."""

from dataclasses import replace
from pathlib import Path

import duckdb
import made_up_memory as made_up
import numpy as np
import pytest

from benchmart.errors import PredictionRefused
from predictors.contract import HardwareFacts, Operator
from predictors.memory import boosting
from predictors.memory.design import by_subject_and_size
from predictors.memory.evaluation import CORRECTED, evaluate
from predictors.memory.index_limit import exceeds_index
from predictors.memory.labels import LabelKind, bracket_labels, measured_labels
from predictors.memory.predictor import MemoryPredictor, train
from predictors.memory.storing import load, save

_NEW = made_up.profile(99, width=301)


@pytest.fixture(scope="module", autouse=True)
def few_rounds():
    """Peaks that follow the physics need little correction."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boosting, "ROUNDS", 40)
        patch.setattr(boosting, "QUANTILE_ROUNDS", 20)
        yield


@pytest.fixture(scope="module")
def marts():
    with made_up.warehouse(made_up.profiles()) as connection:
        yield connection


@pytest.fixture(scope="module")
def predictor(marts: duckdb.DuckDBPyConnection, few_rounds: None) -> MemoryPredictor:
    return train(marts, made_up.profiles())


def test_a_batch_below_the_largest_of_its_file_is_a_bracket_and_the_largest_a_bound(
    marts: duckdb.DuckDBPyConnection,
):
    labels = bracket_labels(marts)
    start = max(label.batch for label in labels)
    assert {label.kind for label in labels} == {LabelKind.BRACKET, LabelKind.UNLIMITED}
    for label in labels:
        assert (label.kind is LabelKind.UNLIMITED) == (label.batch == start)
        assert label.at_most == made_up.CARD_BYTES
        assert (label.more_than > 0) == (label.failed_batch > label.batch)


def test_a_suspect_peak_far_below_the_card_says_nothing(marts: duckdb.DuckDBPyConnection):
    marts.execute("begin")
    before = len(measured_labels(marts))
    [(event,)] = marts.execute("select min(event_id) from fct_measurements").fetchall()
    marts.execute("update fct_measurements set basis = 'suspect', value = 3e9 where event_id = ?", [event])
    assert len(measured_labels(marts)) == before - 1
    marts.execute("update fct_measurements set value = 25e9 where event_id = ?", [event])
    suspect = [label for label in measured_labels(marts) if label.kind is LabelKind.SUSPECT]
    assert [(label.more_than, label.at_most) for label in suspect] == [(25e9, np.inf)]
    marts.execute("rollback")


def test_the_peak_of_a_new_model_comes_out_and_its_bound_is_above(predictor: MemoryPredictor):
    [answer] = predictor.predict([made_up.question(_NEW, 24)])
    assert answer.value == pytest.approx(made_up.peak(_NEW, 24), rel=0.1)
    assert answer.low <= answer.value <= answer.high < 1.5 * answer.value
    assert sum(answer.parts.values()) == pytest.approx(answer.value)
    assert answer.case.name == "unseen model"


def test_the_case_says_what_was_seen(predictor: MemoryPredictor):
    seen = made_up.profile(4)
    stranger = replace(_NEW, subject="deltanet1")
    elsewhere = replace(made_up.CARD, hardware_id="other")
    questions = [
        made_up.question(seen),
        made_up.question(stranger),
        made_up.question(seen, hardware=elsewhere),
    ]
    names = [answer.case.name for answer in predictor.predict(questions)]
    assert names == ["seen", "unseen family", "unseen hardware, 0 probes"]


def test_an_unseen_condition_and_a_peak_above_the_card_are_told(predictor: MemoryPredictor):
    [answer] = predictor.predict([made_up.question(_NEW, 4096, precision="amp_fp16")])
    assert any("never measured" in warning for warning in answer.warnings)
    assert any("not fit" in warning for warning in answer.warnings)


def test_the_largest_batch_is_the_one_a_benchmark_would_end_with(predictor: MemoryPredictor):
    found = predictor.largest_batch(made_up.question(_NEW), start=512)
    assert found.expected_batch == made_up.largest(_NEW)
    assert 0 < found.batch <= found.expected_batch


def test_the_largest_batch_grows_with_memory_far_beyond_what_was_measured(predictor: MemoryPredictor):
    cards = [replace(made_up.CARD, memory_bytes=2.0**30 * size) for size in (1, 24, 48, 96, 192)]
    batches = [
        predictor.largest_batch(made_up.question(_NEW, hardware=card)).expected_batch for card in cards
    ]
    assert batches[0] == 0
    assert batches == sorted(batches)
    assert 0.7 < batches[-1] / batches[1] / 8 < 1.5


def test_a_saved_predictor_answers_the_same(predictor: MemoryPredictor, tmp_path: Path):
    save(predictor, tmp_path / "kept")
    again = load(tmp_path / "kept")
    questions = [made_up.question(made_up.profile(number), batch) for number in (3, 70) for batch in (1, 100)]
    assert again.predict(questions) == predictor.predict(questions)
    assert sum(path.stat().st_size for path in (tmp_path / "kept").iterdir()) < 5_000_000


def test_training_again_gives_the_same_predictor(
    marts: duckdb.DuckDBPyConnection, predictor: MemoryPredictor
):
    question = made_up.question(_NEW, 24)
    assert train(marts, made_up.profiles()).predict([question]) == predictor.predict([question])


@pytest.mark.parametrize("damage", ["", "{", '{"format": 0}', '{"format": 1, "terms": []}', "[]"])
def test_what_is_no_predictor_is_refused(damage: str, tmp_path: Path):
    (tmp_path / "memory.json").write_text(damage)
    with pytest.raises(PredictionRefused):
        load(tmp_path)
    with pytest.raises(PredictionRefused):
        load(tmp_path / "absent")


@pytest.mark.parametrize(
    "wrong",
    [
        {"metric": "throughput"},
        {"batch_size": 0},
        {"device_count": 8},
        {"precision": "mixed"},
        {"mode": "inference"},
        {"profile": replace(_NEW, parameter_count=float("nan"))},
    ],
)
def test_what_cannot_be_answered_is_refused(predictor: MemoryPredictor, wrong: dict[str, object]):
    with pytest.raises(PredictionRefused):
        predictor.predict([replace(made_up.question(_NEW), **wrong)])


def test_a_device_without_a_size_has_no_largest_batch(predictor: MemoryPredictor):
    nameless = HardwareFacts("unknown", None, None, None, None, {}, {})
    with pytest.raises(PredictionRefused, match="how much memory"):
        predictor.largest_batch(made_up.question(_NEW, hardware=nameless))


def test_a_profile_is_found_by_its_size_or_as_the_size_its_model_is_made_for():
    of_size = {
        size: replace(_NEW, image_size=size, attributes={"default_image_size": "384"}) for size in (224, 384)
    }
    fused = replace(of_size[384], parameter_count=1.0)
    found = by_subject_and_size([of_size[224], of_size[384], fused])
    assert found[_NEW.subject, 224] == of_size[224]
    assert found[_NEW.subject, 384] == found[_NEW.subject, None] == of_size[384]
    assert (_NEW.subject, 512) not in found


def test_too_few_models_are_refused():
    few = made_up.profiles(5)
    with made_up.warehouse(few) as connection, pytest.raises(PredictionRefused, match="5 models"):
        train(connection, few)


def test_only_a_compiled_depthwise_convolution_is_held_to_32_bit_indices():
    elements = 2.0**21
    depthwise = Operator(
        "conv_depthwise", "aten.convolution", (2, 2, 3, 3, 1, 2, 1, 1), 2, 0, 0, 2 * elements, 18
    )
    wide = replace(_NEW, operators=(*_NEW.operators, depthwise))
    compiled = replace(made_up.workload(wide), compiler="dynamo")
    assert not exceeds_index(wide, compiled, 1023)
    assert exceeds_index(wide, compiled, 1024)
    assert not exceeds_index(wide, made_up.workload(wide), 1024)
    assert not exceeds_index(_NEW, compiled, 10**6)


def test_the_table_of_scores_holds_models_out_and_stands_beside_baselines(marts: duckdb.DuckDBPyConnection):
    scores = evaluate(marts, made_up.profiles(), splits=["unseen model"], modes=["training"])
    by_method = {score.method: score for score in scores if score.subject == "peak, training"}
    assert by_method[CORRECTED].n == 160
    assert by_method[CORRECTED].median_error < 0.04
    assert by_method[CORRECTED].median_error < by_method["least squares, coarse"].median_error
    assert by_method[CORRECTED].bound_coverage > 0.9
    [batches] = [
        each for each in scores if (each.subject, each.method) == ("largest batch, training", CORRECTED)
    ]
    assert batches.within_one > 0.95
