"""Results that cannot be right stand out against the model's other results, and against models like it."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predictors.outliers import Cells, score
from predictors.outliers.judging import VERSION
from predictors.outliers.results import SCORED, scored

MODELS, SETTINGS = 40, 5
PINNED = (0.0397, 10.07, 0.3467)


def cells(seed: int = 0, changed: dict[int, float] | None = None) -> Cells:
    """Rates of 40 models in 5 configurations: work over speed, each model and result with a few per cent of noise."""
    generator = np.random.default_rng(seed)
    work = np.exp(generator.normal(0, 1, MODELS))
    speed = np.array([1.0, 2.0, 3.0, 0.1, 10.0])
    noise = np.exp(generator.normal(0, 0.05, (MODELS, 1)) + generator.normal(0, 0.02, (MODELS, SETTINGS)))
    values = (1000 * speed / work[:, None] * noise).ravel()
    for cell, factor in (changed or {}).items():
        values[cell] *= factor
    subjects = [f"model_{number}" for number in range(MODELS) for _ in range(SETTINGS)]
    return Cells(
        subjects,
        [f"device {each}" for each in range(SETTINGS)] * MODELS,
        values,
        np.repeat(work, SETTINGS)[:, None],
    )


def shown(of: Cells) -> pa.Table:
    count = len(of.values)
    return pa.table(
        {
            "event_id": [f"{number:032x}" for number in range(count)],
            "collector": ["a"] * count,
            "metric": ["throughput"] * count,
            "subject": of.subjects,
            "configuration": of.configurations,
            "value": of.values,
            "parameter_count": of.features[:, 0],
            "macs_per_item": pa.nulls(count, pa.float64()),
            "activations_per_item": pa.nulls(count, pa.float64()),
            "image_size": pa.nulls(count, pa.int64()),
        }
    )


@pytest.mark.parametrize("factor", [0.5, 0.7, 1.4, 3.0])
def test_a_changed_result_scores_highest_and_what_it_should_have_been_is_told(factor: float) -> None:
    right = cells().values[17]
    said = score(cells(changed={17: factor}))
    assert int(np.nanargmax(said.scores)) == 17
    assert said.scores[17] > 5
    assert said.expected[17] == pytest.approx(right, rel=0.1)
    assert said.witnesses[17] == SETTINGS - 1


def test_a_changed_result_does_not_accuse_its_witnesses() -> None:
    said = score(cells(changed={17: 0.4}))
    assert max(said.scores[cell] for cell in (15, 16, 18, 19)) < 8


def test_a_model_that_is_slow_everywhere_has_no_outliers() -> None:
    said = score(cells(changed=dict.fromkeys(range(15, 20), 0.3)))
    assert max(said.scores[15:20]) < 8


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False), st.floats(1e-6, 1e6))
def test_neither_the_order_of_results_nor_their_unit_makes_a_difference(order, unit: float) -> None:
    given_cells = cells(changed={17: 0.5})
    places = list(range(len(given_cells.values)))
    order.shuffle(places)
    moved = Cells(
        [given_cells.subjects[each] for each in places],
        [given_cells.configurations[each] for each in places],
        given_cells.values[places] * unit,
        given_cells.features[places],
    )
    assert score(moved).scores == pytest.approx(score(given_cells).scores[places], rel=1e-4)


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_what_is_no_rate_is_not_judged_and_does_not_disturb(value: float) -> None:
    given_cells = cells(changed={17: 0.5})
    given_cells.values[30] = value
    said = score(given_cells)
    assert np.isnan(said.scores[30])
    assert int(np.nanargmax(said.scores)) == 17


def test_one_configuration_or_few_models_are_not_judged() -> None:
    alone = cells()
    kept = [cell for cell in range(len(alone.values)) if cell % SETTINGS == 0]
    for places in (kept, list(range(5 * SETTINGS)), []):
        few = Cells(
            [alone.subjects[each] for each in places],
            [alone.configurations[each] for each in places],
            alone.values[places],
            alone.features[places],
        )
        assert np.isnan(score(few).scores).all()


def test_constant_results_are_no_outliers() -> None:
    constant = cells()
    constant.values[:] = 7.0
    assert np.nanmax(score(constant).scores) < 1


def test_the_rows_of_the_warehouse_say_who_bears_witness() -> None:
    found = scored(shown(cells(changed={17: 0.5})))
    assert found.schema == SCORED
    (row,) = [each for each in found.to_pylist() if each["score"] >= 6]
    assert row["event_id"] == f"{17:032x}"
    assert row["witnesses"] == [f"{each:032x}" for each in (15, 16, 18, 19)]
    assert len(row["relatives"]) == 3


def test_no_results_have_no_scores() -> None:
    assert scored(shown(cells()).slice(0, 0)).num_rows == 0


def test_of_several_results_in_a_configuration_the_one_that_is_off_is_told() -> None:
    once = cells()
    again = Cells(
        [*once.subjects, once.subjects[17], once.subjects[17]],
        [*once.configurations, once.configurations[17], once.configurations[17]],
        np.append(once.values, once.values[17] * np.array([1.01, 0.4])),
        np.vstack([once.features, once.features[[17, 17]]]),
    )
    said = score(again)
    assert int(np.nanargmax(said.scores)) == len(once.values) + 1
    assert said.scores[17] < 3


def test_scores_that_change_are_another_version_of_the_judge() -> None:
    """If this fails for a reason, raise judging.VERSION with it: what was judged is judged anew then."""
    said = score(cells(changed={17: 0.5}))
    assert VERSION == "1"
    assert said.scores[[0, 17, 99]] == pytest.approx(PINNED, rel=0.01)
