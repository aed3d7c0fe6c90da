"""What is known of models and devices: traced here, traced in the package, stated by results, or borrowed."""

import pytest
from made_models import profile

from benchmart.errors import PredictionRefused
from predictors.borrowing import BORROWED, Lenders
from predictors.facts import Facts, coarse_profile
from predictors.measured import is_learnable, read_measured
from predictors.packaged_profiles import packaged_profiles


def test_models_of_timm_are_known_at_their_own_size_where_nothing_was_traced(marts) -> None:
    found = Facts(marts).profile("vit_base_patch16_224")
    assert (found.image_size, found.parameter_count) == (224, 86_567_656)
    assert found.flops_per_item == pytest.approx(2 * 16.9e9, rel=0.05)
    assert sum(each.flops for each in found.operators) == pytest.approx(found.flops_per_item, rel=1e-6)


def test_a_model_traced_in_the_warehouse_counts_before_the_package(marts) -> None:
    assert Facts(marts).profile("resnet50", 224).flops_per_item == 2e9
    assert Facts(marts, whole=True).profile("resnet50", 224).flops_per_item == 2e9
    assert Facts(marts).profile("resnet50", 176).parameter_count == 25_557_032


def test_the_packaged_profiles_are_whole_and_tell_no_paths() -> None:
    every = packaged_profiles()
    assert len({each.subject for each in every}) > 1300
    assert all(each.operators and each.parameter_count > 0 and each.flops_per_item > 0 for each in every)
    assert {name for each in every for name in each.attributes} == {"default_image_size", "form", "source"}


def test_a_model_known_by_its_sums_borrows_operators_of_its_family_and_keeps_its_sums() -> None:
    lenders = Lenders.of([profile("wave_1", 64, 10), profile("net_1", 64, 10), profile("net_2", 128, 20)])
    asked = coarse_profile("net_9", flops_per_item=6e8, parameter_count=4e5, activations=1e6, image_size=32)
    lent = lenders.lend(asked)
    assert lent.attributes[BORROWED] == "net_1"
    assert lent.flops_per_item == 6e8
    assert sum(each.flops for each in lent.operators) == pytest.approx(6e8)
    assert sum(each.weight_elements for each in lent.operators) == pytest.approx(4e5)
    convolutions = [each for each in lent.operators if each.flops]
    assert sum(each.written_elements for each in convolutions) == pytest.approx(1e6)


def test_without_anybody_to_borrow_from_tracing_is_asked_for() -> None:
    with pytest.raises(PredictionRefused, match="benchmart profile"):
        Lenders.of([]).lend(coarse_profile("net", flops_per_item=1e9, parameter_count=1e6))


def test_names_nothing_is_known_of_are_refused(marts) -> None:
    with pytest.raises(PredictionRefused, match="nothing tells how much work"):
        Facts(marts).profile("no_such_model")
    with pytest.raises(PredictionRefused, match="nothing is known of the device"):
        Facts(marts).device("no-such-device")


def test_results_whose_size_of_input_is_not_stated_are_not_learned_from(marts) -> None:
    measured = read_measured(marts)
    assert measured.learnable().digest == measured.digest
    assert all(is_learnable(each) for each in measured.learnable().questions)
