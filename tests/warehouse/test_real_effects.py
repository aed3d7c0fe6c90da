"""Effects on the results of timm, when they are at hand: what holds on any part of them."""

import duckdb
import numpy as np
import pytest

from benchmart.config import Home
from predictors.measured import read_measured
from predictors.mixed_model.model import fit_mixed
from predictors.mixed_model.tables import components, fixed_effects
from predictors.performance.families import prefix_family
from predictors.performance.from_questions import columns
from predictors.performance.prepared import prepare

_FAMILIES = {"resnet", "vit", "convnext", "efficientnet", "regnety", "swin", "densenet", "mobilenetv"}


@pytest.fixture(scope="module")
def fitted(timm_home: Home):
    with duckdb.connect(timm_home.warehouse, read_only=True) as connection:
        measured = read_measured(connection).learnable()
    places = [
        place
        for place, each in enumerate(measured.questions)
        if prefix_family(each.profile.subject) in _FAMILIES
    ]
    part = measured.part(places[::3])
    given = prepare(*columns(part.questions, part.values))
    return fit_mixed(given), given


def test_compiling_and_layout_save_time_and_precision_of_one_device_is_not_told(fitted) -> None:
    model, _ = fitted
    found = {row.effect: row for row in fixed_effects(model)}
    assert found["compiler dynamo"].high < 0.85
    assert found["memory format nhwc"].factor < 1
    assert found["precision fp32"].factor is None
    assert "never varies within a device" in found["precision fp32"].note


def test_devices_differ_most_and_what_is_fitted_is_near_what_was_measured(fitted) -> None:
    model, given = fitted
    found = {row.between: row for row in components(model)}
    assert found["device"].deviation > found["model"].deviation
    off = np.abs(np.exp(model.predict(given) - given.target) - 1)
    assert np.median(off) < 0.06
