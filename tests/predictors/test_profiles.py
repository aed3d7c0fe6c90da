"""Profiles for predictors: the newest of a warehouse, found by name and size, scaled where no other was traced."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmart.errors import PredictionRefused
from benchmart.queries.profiles import profiles
from benchmart.queries.unprofiled import unprofiled
from predictors.contract import ModelProfile, Operator
from predictors.profile_scaling import scaled
from predictors.profiles import Profiles, profiles_in

_NONE: Mapping[str, str] = MappingProxyType({})


def _profile(
    image_size: int | None = 224, parameters: float = 100, attributes: Mapping[str, str] = _NONE, **changes
) -> ModelProfile:
    operators = (
        Operator("conv", "aten.convolution", (3, 8, 3, 3, 1, 1, 112, 56), 2, 1000, 300, 800, 216),
        Operator("attention", "aten.sdpa", (2, 49, 49, 4), 1, 400, 60, 20, 0),
        Operator("batched_matmul", "aten.bmm", (2, 49, 4, 4), 1, 80, 60, 20, 0),
        Operator("conv_pointwise", "aten.convolution", (8, 8, 1, 1, 1, 1, 1, 1), 1, 128, 8, 8, 64),
        Operator("matmul", "aten.addmm", (1, 10, 8), 1, 160, 8, 10, 90),
        Operator("activation", "aten.relu", (800,), 2, 0, 1600, 1600, 0),
    )
    profile = ModelProfile("net", "net", "vision", image_size, None, parameters, 1768, operators, 5000)
    return replace(profile, attributes=attributes, **changes)


def test_the_newest_profile_of_a_warehouse_counts(marts) -> None:
    [stored] = profiles(marts)
    assert (stored.subject, stored.family, stored.flops_per_item) == ("resnet50", "vision", 2e9)
    found = profiles_in(marts, ["resnet50"]).find("resnet50", 224)
    assert (found.flops_per_item, found.saved_elements_per_item) == (2e9, 2.1e7)
    assert found.operators[0] == Operator(
        "conv", "aten.convolution", (3, 64, 7, 7, 2, 1, 112, 112), 1, 2e9, 150_528, 802_816, 9408
    )
    assert "scaled" not in found.attributes
    assert len(profiles_in(marts, ["bert"])) == 0


def test_what_has_measured_results_and_no_operators_is_missing_at_its_sizes(marts) -> None:
    missing = unprofiled(marts)
    assert ("resnet50", 224, None) not in missing
    assert all(subject and (image_size or True) for subject, image_size, _ in missing)
    tried = "select distinct subject from fct_results where subject_kind = 'model' and basis = 'measured'"
    assert {subject for subject, *_ in missing} == {name for (name,) in marts.execute(tried).fetchall()} - {
        "resnet50"
    }


def test_a_model_without_profile_is_refused_with_the_names_that_are_near() -> None:
    with pytest.raises(
        PredictionRefused, match=r"nett: has no profile. Did you mean: net\? Trace it with `benchmart"
    ):
        Profiles([_profile()]).find("nett")


def test_the_size_asked_for_is_found_and_without_one_the_models_own() -> None:
    known = Profiles([_profile(size, attributes={"default_image_size": "224"}) for size in (160, 224, 288)])
    assert [known.find("net", size).image_size for size in (None, 160, 288)] == [224, 160, 288]
    assert known.find("net", 288).attributes == {"default_image_size": "224"}


def test_a_size_that_was_not_traced_is_scaled_from_the_next_larger_and_says_so() -> None:
    known = Profiles([_profile(size) for size in (160, 224)])
    told = {size: known.find("net", size).attributes["scaled"] for size in (128, 192, 448)}
    assert told == {128: "160 to 128", 192: "224 to 192", 448: "224 to 448"}


def test_the_number_of_parameters_tells_the_forms_of_a_model_apart() -> None:
    known = Profiles([_profile(parameters=100), _profile(parameters=60)])
    assert [known.find("net", 224, parameter_count=n).parameter_count for n in (61, 99, None)] == [
        60,
        100,
        100,
    ]


def test_twice_the_side_is_four_times_the_places_and_sixteen_times_the_attention() -> None:
    twice = scaled(_profile(attributes={"peak_live_elements_per_item": "10.0"}), image_size=448)
    assert [(operator.shape, operator.flops) for operator in twice.operators] == [
        ((3, 8, 3, 3, 1, 1, 224, 112), 4000),
        ((2, 196, 196, 4), 16 * 400),
        ((2, 196, 4, 4), 320),
        ((8, 8, 1, 1, 1, 1, 1, 1), 128),
        ((1, 10, 8), 160),
        ((3200,), 0),
    ]
    assert twice.flops_per_item == sum(operator.flops for operator in twice.operators)
    assert (twice.saved_elements_per_item, twice.parameter_count) == (20_000, 100)
    assert twice.attributes == {"peak_live_elements_per_item": "40.0", "scaled": "224 to 448"}


def test_a_longer_sequence_is_wider_and_not_higher() -> None:
    sound = Operator("conv", "aten.convolution", (80, 8, 1, 3, 1, 1, 1, 3000), 1, 10, 10, 10, 10)
    profile = _profile(None, sequence_length=3000, operators=(sound,))
    assert scaled(profile, sequence_length=1500).operators[0].shape == (80, 8, 1, 3, 1, 1, 1, 1500)


@given(st.sampled_from([32, 112, 224, 600]))
def test_scaling_keeps_what_is_read_once_a_step(size: int) -> None:
    profile = _profile()
    weights = [operator.weight_elements for operator in scaled(profile, image_size=size).operators]
    assert weights == [operator.weight_elements for operator in profile.operators]
    assert scaled(profile) is scaled(profile, image_size=224) is profile
