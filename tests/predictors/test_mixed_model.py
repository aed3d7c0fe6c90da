"""The mixed model finds effects that are known, is as sure of them as it may be, and says what it cannot tell."""

from dataclasses import replace

import numpy as np
import pytest
from made_effects import DEVIATIONS, FACTORS, conditions, measured, with_times

from benchmart.errors import PredictionRefused
from predictors.mixed_model.design import configurations, eager_physics, groups
from predictors.mixed_model.model import LEAST_RESULTS, fit_mixed
from predictors.mixed_model.tables import components, family_effects, fixed_effects, novelties
from predictors.mixed_model.words import compare

_SEEDS = 10


@pytest.fixture(scope="module")
def given():
    return conditions()


@pytest.fixture(scope="module")
def fitted(given):
    """Models fitted to several draws from one truth, each with what was drawn."""
    made = [measured(given, seed) for seed in range(_SEEDS)]
    return [(fit_mixed(each.given), each) for each in made]


def by_name(rows, name):
    return {getattr(row, name): row for row in rows}


def test_intervals_of_conditions_hold_the_truth_as_often_as_they_say(fitted) -> None:
    held, widths, off = 0, [], []
    for model, _ in fitted:
        found = by_name(fixed_effects(model), "effect")
        for name, truth in FACTORS.items():
            held += found[name].low <= np.exp(truth) <= found[name].high
            widths.append(np.log(found[name].high / found[name].low))
            off.append(np.log(found[name].factor) - truth)
    # Fewer than 17 of 20 intervals of 95 % hold less than twice in a hundred; and wide ones would prove nothing.
    assert held >= 17
    assert max(widths) < 0.25
    # The widths fit what the estimates are off by.
    assert 0.5 < np.std(off) / (np.median(widths) / 4.3) < 1.6


def test_deviations_of_random_effects_are_found_and_their_intervals_hold(fitted) -> None:
    for name, truth in DEVIATIONS.items():
        found = [by_name(components(model), "between")[name] for model, _ in fitted]
        typical = np.log1p(np.median([each.deviation for each in found]))
        assert typical == pytest.approx(truth, rel=0.35), name
        told = [each for each in found if each.low is not None]
        held = sum(each.low <= np.expm1(truth) <= each.high for each in told)
        assert len(told) >= _SEEDS // 2
        assert held >= len(told) - 3, name


def test_intervals_of_families_hold_the_true_families(fitted) -> None:
    held = [
        row.low <= np.exp(made.levels["family"][row.family,]) <= row.high
        for model, made in fitted
        for row in family_effects(model)
    ]
    assert len(held) == _SEEDS * 14
    assert 0.9 <= np.mean(held) <= 0.995
    assert {row.is_clear for model, _ in fitted for row in family_effects(model)} == {True, False}


def test_shares_add_up_and_what_is_new_is_further_off(fitted) -> None:
    model, _ = fitted[0]
    assert sum(row.share for row in components(model)) == pytest.approx(1)
    off = {row.unseen: row.deviation for row in novelties(model)}
    assert off["nothing"] < off["a model of a known family"] < off["a family"]
    assert off["a device"] > off["a configuration of a known device"]


def test_known_levels_are_predicted_with_and_unknown_ones_without(fitted, given) -> None:
    _, made = fitted[0]
    families = given.models.family[given.which]
    is_new = families == families[0]
    model = fit_mixed(made.given.take(~is_new))
    known, new = (made.given.take(rows) for rows in (~is_new, is_new))
    assert np.std(known.target - model.predict(known)) < 0.06
    off = new.target - model.predict(new)
    true = made.levels["family"][str(families[0]),]
    assert off.mean() == pytest.approx(true, abs=0.15)


@pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.ConvergenceWarning")
def test_statsmodels_finds_the_same_variances_and_levels_on_a_small_case() -> None:
    from statsmodels.regression.mixed_linear_model import MixedLM, VCSpec

    given = measured(conditions(14), 3).given
    model = fit_mixed(given)
    levels = groups(given)
    names, columns = [], []
    for effect in model.effects:
        numbers = [effect.levels[level] for level in levels[effect.name]]
        names.append(effect.name)
        columns.append(np.eye(len(effect.levels))[numbers])
    words = [
        np.ones(len(given)),
        given.rows.compiler == "inductor",
        given.rows.memory_format == "nhwc",
        *model.slopes.columns(given).values(),
    ]
    fixed = np.column_stack(words)
    fixed = fixed[:, np.append(True, fixed[:, 1:].std(axis=0) > 1e-8)]
    assert fixed.shape[1] == len(model.fixed)
    labels = [
        [[f"{name} {at}" for at in range(each.shape[1])]] for name, each in zip(names, columns, strict=True)
    ]
    spec = VCSpec(names, labels, [[each] for each in columns])
    target = given.target - eager_physics(given)
    other = MixedLM(target, fixed, np.ones(len(given)), exog_re=None, exog_vc=spec)
    found = other.fit(start_params=None, method=["lbfgs"], maxiter=500)
    ours = model.variances.values
    assert np.array([*found.vcomp, found.scale]) == pytest.approx(ours, rel=0.05, abs=2e-5)
    assert found.fe_params == pytest.approx(model.variances.solved.core[: len(model.fixed)], abs=5e-3)
    theirs = np.asarray(found.random_effects[1.0])
    assert theirs == pytest.approx(np.concatenate([effect.values for effect in model.effects]), abs=5e-3)


def test_a_word_that_never_varies_within_a_device_has_no_number(given) -> None:
    precision = np.where(given.rows.hardware == "d5", "fp32", "fp16").astype(object)
    mode = np.where(given.rows.memory_format == "nhwc", "training", "inference").astype(object)
    rows = replace(measured(given, 0).given.rows, precision=precision, mode=mode)
    model = fit_mixed(replace(given, rows=rows))
    found = by_name(fixed_effects(model), "effect")
    assert found["precision fp32"].factor is None
    assert found["precision fp32"].note == "not separable: never varies within a device"
    assert found["memory format nhwc"].note == "not separable: only together with mode training"
    assert found["mode training"].note == "together with memory format nhwc"
    assert found["compiler inductor"].factor == pytest.approx(np.exp(-0.4), rel=0.1)


def test_words_that_use_up_all_configurations_have_no_interval(given) -> None:
    is_few = np.isin(given.rows.hardware, ["d1", "d2"]) & (given.rows.memory_format == "nchw")
    is_few &= (given.rows.hardware == "d1") | (given.rows.compiler == "eager")
    model = fit_mixed(measured(given, 0).given.take(is_few))
    row = by_name(fixed_effects(model), "effect")["compiler inductor"]
    assert row.factor is not None
    assert (row.low, row.high, row.p_value) == (None, None, None)
    assert "too few configurations" in row.note


def test_the_usual_word_is_the_one_on_most_devices() -> None:
    rest = ("nchw", "fp16", "pytorch", "2.4")
    rows = [("a", "inference", "eager", *rest), ("b", "inference", "eager", *rest)]
    rows += [("b", "inference", "dynamo", *rest)] * 9
    [word] = compare(rows)
    assert (word.label, word.against) == ("compiler dynamo", "eager")


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (lambda given: np.arange(len(given)) < LEAST_RESULTS - 1, "59 results are too few"),
        (lambda given: given.rows.hardware == "d1", "of d1 alone"),
        (lambda given: given.models.family[given.which] == "neta", "a family matters takes 3"),
    ],
)
def test_what_is_too_little_is_refused_with_the_reason(given, chosen, said: str) -> None:
    few = measured(conditions(84) if "family" in said else given, 0).given
    with pytest.raises(PredictionRefused, match=said):
        fit_mixed(few.take(chosen(few)))


def test_results_that_physics_tells_to_the_last_digit_are_refused(given) -> None:
    with pytest.raises(PredictionRefused, match="nothing to explain"):
        fit_mixed(with_times(given, eager_physics(given) + 0.5))
    with pytest.raises(PredictionRefused, match="leave no differences over"):
        fit_mixed(with_times(given, eager_physics(given) - 0.4 * (given.rows.compiler == "inductor")))


def test_effects_that_group_the_results_alike_are_told_to_be_one(given) -> None:
    whole = measured(given, 0).given
    settings = np.array(["|".join(each) for each in configurations(whole)])
    one_each = np.isin(
        settings, [min(set(settings[whole.rows.hardware == name])) for name in set(whole.rows.hardware)]
    )
    model = fit_mixed(whole.take(one_each))
    assert model.left_out["configuration"] == "device"
    notes = by_name(components(model), "between")
    assert notes["configuration"].note == "not separable from device"
    assert notes["model on device"].note == "not separable from chance"
