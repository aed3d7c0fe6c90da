"""Importance tells what a predictor goes by: on laws that are known, and the same from what was saved."""

from dataclasses import replace

import numpy as np
import pytest
from made_models import DEVICES, results

from benchmart.errors import PredictionRefused
from predictors.contract import Case, Prediction, Question
from predictors.explained import Explained, prepared
from predictors.performance.boosting import Boosting, fit_boosting
from predictors.performance.crossfit import CrossFit, fit_crossfit
from predictors.performance.feature_groups import GROUPS, OTHER, group_of
from predictors.performance.importance import contributions, importance, kendall_agreement
from predictors.performance.predictor import train
from predictors.performance.prepared import prepare
from predictors.performance.stages import NOT_EXPLAINED, TERMS, stages, terms
from predictors.typical_questions import Sample


@pytest.fixture(scope="module")
def given():
    rows, profiles = results()
    return prepare(rows, profiles, DEVICES)


def with_target(given, log_seconds):
    """The same rows with other measurements."""
    return replace(given, rows=replace(given.rows, throughput=np.exp(-log_seconds)))


@pytest.fixture(scope="module")
def of_one_feature(given):
    """Trees of results that are off from physics by whether they are compiled, and by nothing else."""
    compiled = given.features[:, given.names.index("is_compiled")]
    changed = with_target(given, given.physics - 0.6 * compiled)
    return fit_crossfit(changed, changed.twins, count=4, seed=1), changed


@pytest.fixture(scope="module")
def learned():
    rows, profiles = results()
    predictor = train(rows, profiles, {name: DEVICES[name] for name in ("small", "large")})
    questions = [
        Question(
            "throughput",
            profiles[rows.model[at], 32.0],
            DEVICES[rows.hardware[at]],
            "inference",
            "fp16",
            64,
            "pytorch",
            "2.4.0",
            rows.compiler[at],
            "nchw",
        )
        for at in range(len(rows))
    ]
    return predictor, Sample(questions, rows.throughput, "all of them")


def test_the_one_feature_that_matters_is_first_in_every_fold(of_one_feature) -> None:
    trees, given = of_one_feature
    found = importance(trees, given)
    first, second = found.features[:2]
    assert (first.name, first.group) == ("is_compiled", "condition")
    assert (first.best_rank, first.worst_rank) == (1, 1)
    assert first.low > 5 * second.high
    # Half of the rows are 0.6 lower: from the mean, every row lies 0.3 off.
    assert first.contribution == pytest.approx(0.3, rel=0.2)
    assert found.groups[0].name == "condition"
    assert (found.fold_count, found.answer_count) == (4, len(given))


def test_contributions_add_up_to_how_far_each_answer_lies_from_the_mean_and_do_so_when_loaded(given) -> None:
    trees = fit_crossfit(given, given.twins, count=4, seed=1)
    loaded = CrossFit(
        tuple(tuple(Boosting.from_text(one.to_text()) for one in fold) for fold in trees.folds), {}, {}, {}
    )
    for some in (trees, loaded):
        answers = np.stack(
            [np.mean([one.predict(given.features) for one in fold], axis=0) for fold in some.folds]
        )
        summed = contributions(some, given.features).sum(axis=2)
        apart = answers - summed
        assert apart == pytest.approx(np.repeat(apart[:, :1], len(given), axis=1), abs=1e-6)
        assert np.ptp(summed) > 0.1


def test_features_of_a_group_that_cancel_out_move_the_group_less_than_themselves(given) -> None:
    generator = np.random.default_rng(0)
    twice = generator.normal(size=len(given))
    features = np.column_stack([twice, twice + generator.normal(size=len(given))])
    names = ("log_macs", "log_activations")
    target = features[:, 0] - features[:, 1]
    trees = fit_boosting(features, target, names, seed=1, objective="regression", min_data_in_leaf=2)
    found = importance(
        CrossFit(((trees,), (trees,)), {}, {}, {}), replace(given, features=features, names=names)
    )
    (group,) = found.groups
    assert group.name == "sizes"
    assert group.contribution < 0.9 * sum(each.contribution for each in found.features)


def test_agreement_is_one_for_judges_alike_none_for_one_judge_and_low_for_chance() -> None:
    scores = np.random.default_rng(0).normal(size=(6, 40))
    assert kendall_agreement(np.tile(scores[:1], (4, 1))) == pytest.approx(1)
    assert kendall_agreement(np.array([[1.0, 1, 2, 2], [1, 1, 2, 2]])) == pytest.approx(1)
    assert kendall_agreement(scores) == pytest.approx(1 / 6, abs=0.1)
    assert kendall_agreement(scores[:1]) is None
    assert kendall_agreement(np.zeros((3, 5))) is None


def test_every_feature_there_is_has_a_group(given) -> None:
    groups = {name: group_of(name) for name in given.names}
    assert [name for name, group in groups.items() if group == OTHER] == []
    assert set(groups.values()) == set(GROUPS)
    assert group_of("phase_of_the_moon") == OTHER


def test_stages_add_up_and_what_physics_tells_alone_needs_no_trees(learned, given) -> None:
    predictor, sample = learned
    found = Explained(predictor, sample).stages
    assert [each.stage for each in found] == ["physics", "trees", "networks", "residual field", NOT_EXPLAINED]
    assert sum(each.explained for each in found) == pytest.approx(1)
    assert found[0].left > found[3].left
    alone = stages(predictor.engine, given, given.physics)
    assert alone[0].explained == pytest.approx(1)
    assert alone[0].left == pytest.approx(0, abs=1e-9)


def test_what_was_not_measured_is_explained_as_it_is_predicted(learned) -> None:
    predictor, sample = learned
    (*_, left) = Explained(predictor, replace(sample, values=None)).stages
    assert left.explained == pytest.approx(0, abs=1e-9)


def test_results_that_do_not_differ_have_nothing_to_explain(learned, given) -> None:
    with pytest.raises(PredictionRefused, match="nothing to explain"):
        stages(learned[0].engine, given, np.ones(len(given)))


def test_terms_are_shares_of_the_step_and_those_of_devices_are_over_their_own_questions(learned) -> None:
    predictor, sample = learned
    explained = Explained(predictor, sample)
    assert [each.term for each in explained.terms] == list(TERMS)
    assert sum(each.share for each in explained.terms) == pytest.approx(1)
    by_device = explained.terms_by_device
    assert {device: each[0].prediction_count for device, each in by_device.items()} == {
        "small": 80,
        "large": 80,
    }
    mean = np.mean([each[0].share for each in by_device.values()])
    assert explained.terms[0].share == pytest.approx(mean)


def test_a_share_is_of_the_parts_that_are_there() -> None:
    case = Case(is_model_seen=True, is_family_seen=True, is_hardware_seen=True)
    said = [
        Prediction(1.0, 0.5, 2.0, 0.9, case, {"compute": 3.0, "software": 1.0}),
        Prediction(1.0, 0.5, 2.0, 0.9, case, {"memory": 2.0, "software": -1.0}),
        Prediction(1.0, 0.5, 2.0, 0.9, case),
    ]
    shares = {each.term: each.share for each in terms(said)}
    assert shares == pytest.approx({"compute": 0.375, "memory": 0.5, "launch": 0.0, "software": 0.125})
    assert terms(said[2:]) == []


def test_questions_are_prepared_as_the_predictor_prepares_them(learned) -> None:
    predictor, sample = learned
    told = np.exp(-predictor.engine.predict(prepared(sample.questions)))
    assert told == pytest.approx([each.value for each in predictor.predict(sample.questions)])
