"""Where models to profile come from: factories, configurations, architectures, timm; and what is refused."""

import json
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from collectors.profiles.profiling import definition_digest, profile
from collectors.profiles.timm_library import import_timm
from collectors.profiles.wanted import CannotProfile, Wanted

_NEEDS_TIMM = pytest.mark.skipif(find_spec("timm") is None, reason="timm is not installed")
_FACTORY = "traced_models:convolutions"
_TINY_BERT = {
    "model_type": "bert",
    "architectures": ["BertForSequenceClassification"],
    "hidden_size": 16,
    "num_attention_heads": 2,
    "num_hidden_layers": 1,
    "intermediate_size": 32,
    "vocab_size": 50,
}


def test_a_factory_is_profiled_at_the_size_asked_for() -> None:
    small, large = (profile(Wanted(_FACTORY, image_size=size), run_id="r")[0] for size in (8, 16))
    assert (small.image_size, small.architecture, small.parameter_count) == (8, "Convolutions", 890)
    head = 2 * 16 * 10
    assert large.flops_per_item - head == 4 * (small.flops_per_item - head)
    assert small.flops_per_item == sum(operator.flops for operator in small.operators or ())


def test_a_configuration_is_built_as_the_class_it_names(tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    (tmp_path / "config.json").write_text(json.dumps(_TINY_BERT))
    for name in (str(tmp_path), str(tmp_path / "config.json")):
        [event] = profile(Wanted(name, sequence_length=12), run_id="r")
        assert (event.architecture, event.sequence_length) == ("BertForSequenceClassification", 12)
        assert {"attention", "embedding", "norm"} <= {operator.category for operator in event.operators or ()}


def test_the_digest_follows_what_the_profile_depends_on(tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    path = tmp_path / "config.json"
    digests = set()
    for settings in (_TINY_BERT, _TINY_BERT | {"hidden_size": 32}):
        path.write_text(json.dumps(settings))
        digests |= {definition_digest(Wanted(str(path), sequence_length=length)) for length in (8, 16, 8)}
    assert len(digests) == 4


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no.such.module:make", "no such factory"),
        ("traced_models:no_such_function", "no such factory"),
        ("traced_models:needs_numbers", r"cannot be traced: RuntimeError: .*item\(\)"),
        ("network.onnx", "cannot be read: No such file"),
        ("no_such_model", "no such model.*timm"),
        ("transformers:no_such_type", "no model type 'no_such_type'"),
    ],
)
def test_what_cannot_be_profiled_is_refused_with_the_reason(name: str, reason: str) -> None:
    pytest.importorskip("transformers")
    with pytest.raises(CannotProfile, match=f"^{name.replace('.', '[.]')}: .*{reason}"):
        profile(Wanted(name), run_id="r")


def test_a_file_that_is_no_configuration_is_named(tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    path = tmp_path / "config.json"
    path.write_text("{")
    with pytest.raises(CannotProfile, match=r"config.json: is no configuration"):
        definition_digest(Wanted(str(path)))


def test_a_sequence_longer_than_an_architecture_takes_is_refused() -> None:
    pytest.importorskip("transformers")
    with pytest.raises(CannotProfile, match="takes at most 512 of a sequence, not 513"):
        definition_digest(Wanted("bert-tiny", sequence_length=513))


@_NEEDS_TIMM
@pytest.mark.skipif(find_spec("torchvision") is not None, reason="torchvision is installed")
def test_timm_is_used_without_torchvision_which_stays_absent() -> None:
    assert import_timm().is_model("resnet50")
    assert "torchvision" not in sys.modules
    assert find_spec("torchvision") is None


@_NEEDS_TIMM
@pytest.mark.parametrize(
    ("name", "size", "giga_multiply_adds", "mega_parameters"),
    [
        # As their papers and timm's tables give them.
        ("resnet50", 224, 4.1, 25.6),
        ("vit_base_patch16_224", 224, 17.6, 86.6),
        ("swin_tiny_patch4_window7_224", 224, 4.5, 28.3),
        ("efficientnet_b0", 224, 0.39, 5.3),
        ("mobilenetv2_100", 224, 0.3, 3.5),
    ],
)
def test_timm_models_have_the_totals_that_are_published(
    name: str, size: int, giga_multiply_adds: float, mega_parameters: float
) -> None:
    [event] = profile(Wanted(name), run_id="r")
    assert event.image_size == size
    assert event.flops_per_item / 2e9 == pytest.approx(giga_multiply_adds, rel=0.03)
    assert event.parameter_count / 1e6 == pytest.approx(mega_parameters, rel=0.01)


@_NEEDS_TIMM
def test_a_model_made_for_one_size_is_made_for_the_size_asked_for() -> None:
    [event] = profile(Wanted("vit_tiny_patch16_224", image_size=96), run_id="r")
    attention = [operator for operator in event.operators or () if operator.category == "attention"]
    assert [(operator.shape, operator.count) for operator in attention] == [((3, 37, 37, 64), 12)]
    assert (event.image_size, event.attributes["default_image_size"]) == (96, "224")


@_NEEDS_TIMM
def test_a_net_whose_branches_are_fused_for_inference_has_two_profiles() -> None:
    trained, fused = profile(Wanted("repvgg_a0"), run_id="r")
    assert [each.attributes["form"] for each in (trained, fused)] == ["as trained", "reparameterized"]
    assert trained.configuration_digest == fused.configuration_digest
    assert fused.parameter_count < trained.parameter_count
    assert len(fused.operators or ()) < len(trained.operators or ())


@_NEEDS_TIMM
@pytest.mark.parametrize(
    "name", ["tf_efficientnet_b0_ap", "vit_base_patch32_224_sam", "timm/resnet18.a1_in1k"]
)
def test_names_that_timm_had_or_the_hub_has_are_found(name: str) -> None:
    assert definition_digest(Wanted(name)) is not None
