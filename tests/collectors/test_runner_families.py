"""Every family really runs: small shapes through the function a worker calls, in this process."""

import json
import math
import subprocess
import sys
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import pytest

from collectors.runner.architectures import ARCHITECTURES, FAMILIES
from collectors.runner.configuration import Configuration
from collectors.runner.measurement import Plan

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

_PLAN = Plan(iterations=2, min_seconds=0.0, warmup=1)

Facts = dict[str, dict[str, Any]]


def run(configuration: Configuration, plan: Plan = _PLAN) -> Facts:
    """What a worker would report for the configuration."""
    from collectors.runner.session import measure_configuration, profile_configuration

    facts: Facts = {}

    def report(stage: str, **known: Any) -> None:
        facts[stage] = known

    measure_configuration(configuration, plan, report)
    profile_configuration(configuration, report)
    return facts


def small(model: str, **fields: Any) -> Configuration:
    """The model with the shortest inputs that make sense for it."""
    architecture = ARCHITECTURES[model]
    lengths = {"audio": 100, "multimodal": 16}
    sizes = {"multimodal": 224}
    shape = {
        "sequence_length": lengths.get(architecture.family, 16) if architecture.sequence_length else None,
        "image_size": sizes.get(architecture.family, 64) if architecture.image_size else None,
    }
    phase = "prefill" if architecture.family == "text_generation" else None
    return Configuration(**{"family": architecture.family, "model": model, "phase": phase, **shape, **fields})


INFERENCE = {
    "embedding": small("bert-tiny"),
    "text_generation": small("llama-68m"),
    "vision": small("resnet18"),
    "audio": small("whisper-tiny"),
    "multimodal": small("clip-vit-base-patch32"),
}


@pytest.fixture(scope="module")
def inference() -> dict[str, Facts]:
    return {family: run(configuration) for family, configuration in INFERENCE.items()}


def test_there_is_a_configuration_for_every_family() -> None:
    assert tuple(INFERENCE) == FAMILIES


@pytest.mark.parametrize("family", INFERENCE)
def test_every_family_is_measured_and_profiled(inference: dict[str, Facts], family: str) -> None:
    facts = inference[family]
    assert list(facts) == ["started", "built", "measured", "profiled"]
    measured = facts["measured"]
    assert len(measured["samples"]) == 2
    assert len(measured["warmup_samples"]) == 1
    assert all(sample > 0 for sample in measured["samples"])
    assert facts["built"]["load_seconds"] > 0
    assert facts["profiled"]["parameter_count"] == facts["built"]["parameter_count"]


@pytest.mark.parametrize(
    ("model", "parameters"),
    [
        ("bert-tiny", 4_385_920),
        ("bert-base", 109_482_240),
        ("gpt2", 124_439_808),
        ("distilgpt2", 81_912_576),
        ("tinyllama-1.1b", 1_100_048_384),
        ("llama-7b", 6_738_415_616),
        ("llama-3-8b", 8_030_261_248),
        ("vit-base", 86_567_656),
        ("resnet18", 11_689_512),
        ("resnet50", 25_557_032),
        ("convnext-tiny", 28_589_128),
        ("clip-vit-base-patch32", 151_277_313),
    ],
)
def test_an_architecture_has_as_many_parameters_as_the_published_model(model: str, parameters: int) -> None:
    from collectors.runner.building import build
    from collectors.runner.flops import parameter_count

    size = 224 if ARCHITECTURES[model].image_size else None
    built = build(small(model, image_size=size), torch.device("meta"))
    assert parameter_count(built.module) == parameters


def test_every_architecture_can_be_built() -> None:
    from collectors.runner.building import build

    for name in ARCHITECTURES:
        assert build(small(name), torch.device("meta")).module is not None


def test_a_linear_layers_operations_are_two_for_each_weight_and_token() -> None:
    """With next to no cache, a decode step costs about two operations for each weight it uses."""
    from collectors.runner.flops import profile

    facts = profile(small("llama-68m", phase="decode", sequence_length=1))
    used = facts["parameter_count"] - 32000 * 768
    assert facts["flops_per_item"] == pytest.approx(2 * used, rel=0.01)


def test_training_costs_about_three_forward_passes() -> None:
    from collectors.runner.flops import profile

    forward = profile(small("vit-tiny"))["flops_per_item"]
    training = profile(small("vit-tiny", mode="training"))["flops_per_item"]
    assert 2.5 < training / forward < 3.1


def test_the_operations_of_an_item_do_not_depend_on_the_batch() -> None:
    from collectors.runner.flops import profile

    single, many = (profile(small("bert-tiny", batch_size=size))["flops_per_item"] for size in (1, 8))
    assert single == many


def test_counting_operations_of_a_large_model_needs_no_memory_for_it() -> None:
    from collectors.runner.flops import profile
    from collectors.runner.memory import ProcessMemory

    meter = ProcessMemory()
    meter.reset()
    facts = profile(small("llama-7b", sequence_length=128))
    peak = meter.peak_bytes()
    assert facts["flops_per_item"] > 2 * 6.6e9 * 128 * 0.95
    assert peak is None or peak < 1024**3


@pytest.mark.parametrize("precision", ["bf16", "fp16", "int8"])
def test_a_model_runs_in_every_precision_of_the_processor(precision: str) -> None:
    from collectors.runner.devices import precisions

    if precision not in precisions("cpu"):
        pytest.skip(f"this torch has no {precision}")
    facts = run(small("bert-tiny", precision=precision))
    assert facts["built"]["parameter_count"] == 4_385_920
    assert facts["built"].get("quantized_share", 1.0) == 1.0


def test_16_bit_weights_are_built_as_such_and_not_converted_later() -> None:
    from collectors.runner.building import build

    module = build(small("vit-tiny", precision="bf16"), torch.device("cpu")).module
    assert {parameter.dtype for parameter in module.parameters()} == {torch.bfloat16}
    assert torch.get_default_dtype() is torch.float32


def test_gpt2_is_quantized_although_its_layers_are_no_linear_ones() -> None:
    facts = run(small("distilgpt2", precision="int8"))
    assert facts["built"]["quantized_share"] == 1.0


def test_replacing_gpt2s_own_layers_does_not_change_what_it_computes() -> None:
    from collectors.runner.building import build
    from collectors.runner.precision import _conv1d_to_linear

    built = build(small("distilgpt2"), torch.device("cpu"))
    with torch.inference_mode():
        before = built.call().logits
        _conv1d_to_linear(built.module)
        torch.testing.assert_close(built.call().logits, before)


def test_a_decode_step_adds_one_token_and_the_cache_never_outgrows_its_window() -> None:
    from collectors.runner.building import build
    from collectors.runner.steps import DECODE_WINDOW, DecodeStep

    configuration = small("llama-68m", phase="decode", batch_size=2)
    step = DecodeStep(build(configuration, torch.device("cpu")), configuration)
    lengths = []
    for _ in range(2 * DECODE_WINDOW + 1):
        step.prepare()
        step.run()
        lengths.append(step._cache.get_seq_length())
    assert min(lengths) == 16 + 1
    assert max(lengths) == 16 + DECODE_WINDOW
    assert step._token.shape == (2, 1)


@pytest.mark.parametrize("model", ["bert-tiny", "distilgpt2", "resnet18", "whisper-tiny"])
def test_training_has_a_finite_loss_at_every_step(model: str) -> None:
    facts = run(small(model, mode="training", phase=None, batch_size=2))
    losses = facts["measured"]["losses"]
    assert len(losses) == 3
    assert all(math.isfinite(loss) for loss in losses)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_training_learns_the_batch_it_sees_again_and_again(precision: str) -> None:
    configuration = small("vit-tiny", mode="training", batch_size=2, precision=precision)
    losses = run(configuration, Plan(iterations=6, min_seconds=0.0, warmup=0))["measured"]["losses"]
    assert losses[-1] < losses[0]
    assert sum(later < earlier for earlier, later in pairwise(losses)) >= 3


_MEMORY = """
import json, sys
from collectors.runner.configuration import Configuration
from collectors.runner.measurement import Plan
from collectors.runner.session import measure_configuration

facts = {}
configuration, plan = Configuration(**json.loads(sys.argv[1])), Plan(iterations=2, min_seconds=0.0, warmup=1)
measure_configuration(configuration, plan, lambda stage, **known: facts.update({stage: known}))
print(json.dumps([
    facts["measured"]["memory_source"], facts["measured"]["memory_peak_bytes"], facts["built"]["parameter_count"],
]))
"""


def memory_in_a_process_of_its_own(configuration: Configuration) -> tuple[str, int, int]:
    """Source, peak and number of parameters: a process that has freed memory before would not be seen to grow."""
    command = [sys.executable, "-c", _MEMORY, json.dumps(asdict(configuration))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    source, peak, parameters = json.loads(done.stdout.splitlines()[-1])
    return source, peak, parameters


def test_memory_of_a_model_is_at_least_its_weights_and_less_with_half_the_bits() -> None:
    source, full, parameters = memory_in_a_process_of_its_own(small("llama-68m"))
    if source != "VmHWM":
        pytest.skip("this system does not forget the peak of earlier work")
    assert parameters * 4 * 0.95 < full < parameters * 4 * 1.5
    _, half, _ = memory_in_a_process_of_its_own(small("llama-68m", precision="bf16"))
    assert half < 0.75 * full
