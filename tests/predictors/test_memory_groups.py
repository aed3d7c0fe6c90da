"""Models that are new together are held out together."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predictors.memory.groups import folds, plain_name, prefix_family, twin_groups


@pytest.mark.parametrize(
    ("name", "plain", "family"),
    [
        ("resnet50", "resnet50", "resnet"),
        ("tf_efficientnet_b0.ns_jft_in1k", "efficientnet_b0", "efficientnet"),
        ("legacy_seresnet18", "seresnet18", "seresnet"),
        ("ens_adv_inception_resnet_v2", "inception_resnet_v2", "inception"),
        ("timm/vit_base_patch16_224.augreg", "vit_base_patch16_224", "vit"),
    ],
)
def test_copies_have_the_plain_name_of_their_network(name: str, plain: str, family: str):
    assert (plain_name(name), prefix_family(name)) == (plain, family)


def test_twins_share_a_plain_name_or_a_signature_also_over_a_third():
    groups = twin_groups({"a": ["x"], "tf_a": ["y"], "b": ["y"], "c": ["z"]})
    assert groups["a"] == groups["tf_a"] == groups["b"] != groups["c"]


@settings(deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=300), st.integers(2, 6), st.integers(0, 5))
def test_folds_keep_groups_whole_and_come_out_the_same_again(groups: list[int], count: int, seed: int):
    fold = folds(groups, count, seed)
    assert len({(group, each) for group, each in zip(groups, fold.tolist(), strict=True)}) == len(set(groups))
    assert np.array_equal(fold, folds(groups, count, seed))


@settings(deadline=None)
@given(st.integers(0, 100))
def test_folds_of_equal_groups_are_even(seed: int):
    sizes = Counter(folds([row // 3 for row in range(60)], 5, seed).tolist())
    assert set(sizes.values()) == {12}
