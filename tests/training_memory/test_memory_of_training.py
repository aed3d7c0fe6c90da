"""The memory of training: what must hold whatever the setup."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known_architectures import BERT, LLAMA_3B, LLAMA_7B, LLAMA_70B, RESNET50

from benchmart.errors import PredictionRefused, UsageError
from predictors.training_memory.inference import inference_memory
from predictors.training_memory.model import memory_of
from predictors.training_memory.setup import PARTS, Adapters, TrainingSetup

_STRATEGIES = ("single", "ddp", "fsdp2", "zero0", "zero1", "zero2", "zero3")
_setups = st.builds(
    TrainingSetup,
    architecture=st.sampled_from([BERT, LLAMA_3B, LLAMA_7B, LLAMA_70B]),
    micro_batch=st.integers(1, 64),
    sequence_length=st.sampled_from([1, 128, 2048]),
    precision=st.sampled_from(["fp32", "amp_bf16", "amp_fp16", "mixed_bf16", "mixed_fp16", "bf16"]),
    optimizer=st.sampled_from(["adamw", "adamw_8bit", "sgd", "sgd_momentum", "adafactor"]),
    strategy=st.sampled_from(_STRATEGIES),
    data_parallel=st.integers(1, 64),
    tensor_parallel=st.sampled_from([1, 2, 8]),
    offload_optimizer=st.sampled_from(["none", "cpu", "nvme"]),
    offload_parameters=st.sampled_from(["none", "cpu", "nvme"]),
    checkpointing=st.sampled_from(["none", "selective", "full"]),
    attention=st.sampled_from(["flash", "eager"]),
    accumulation_steps=st.integers(1, 4),
    is_compiled=st.booleans(),
    has_chunked_loss=st.booleans(),
    steps_in_backward=st.booleans(),
    adapters=st.none()
    | st.builds(
        Adapters,
        rank=st.integers(1, 64),
        trains_embeddings=st.booleans(),
        quantization=st.sampled_from([None, "nf4", "nf4-dq", "int4", "int8"]),
    ),
)
BASE = TrainingSetup(LLAMA_7B, 4, 2048, precision="mixed_bf16", data_parallel=8)


@settings(max_examples=200, deadline=None)
@given(_setups)
def test_parts_add_up_to_the_peak_and_none_is_below_nothing(setup) -> None:
    memory = memory_of(setup)
    assert set(memory.device_parts) == set(PARTS)
    assert min(memory.device_parts.values()) >= 0
    assert min(memory.host_parts.values(), default=0) >= 0
    assert sum(memory.device_parts.values()) == memory.device_bytes
    assert 0 < memory.low <= memory.device_bytes <= memory.high


@settings(max_examples=100, deadline=None)
@given(_setups)
def test_more_sequences_never_take_less_and_computing_again_never_keeps_more(setup) -> None:
    memory = memory_of(setup).device_bytes
    assert memory_of(replace(setup, micro_batch=setup.micro_batch + 1)).device_bytes >= memory
    whole = memory_of(replace(setup, checkpointing="none", micro_batch=8))
    again = memory_of(replace(setup, checkpointing="full", micro_batch=8))
    assert again.device_bytes <= whole.device_bytes * 1.02


@settings(max_examples=100, deadline=None)
@given(_setups)
def test_each_stage_of_zero_cuts_more_of_adam(setup) -> None:
    adam = replace(
        setup,
        optimizer="adamw",
        data_parallel=64,
        offload_optimizer="none",
        steps_in_backward=False,
        bucket_elements=0,
    )
    sizes = [memory_of(replace(adam, strategy=each)).device_bytes for each in ("zero0", "zero1", "zero2")]
    assert sizes == sorted(sizes, reverse=True)


def test_states_have_the_bytes_that_the_zero_paper_counts() -> None:
    parameters = LLAMA_7B.parameter_count
    parts = memory_of(
        replace(BASE, strategy="zero2", bucket_elements=0, micro_batch=1, sequence_length=1)
    ).device_parts
    assert parts["weights"] == 2 * parameters
    assert parts["optimizer"] == pytest.approx(12 * parameters / 8)
    # Gradients of an eighth of the parameters, their flat copy, and that in fp32.
    assert parts["gradients"] == pytest.approx((2 + 2 + 4) * parameters / 8)


def test_what_is_offloaded_is_on_the_host() -> None:
    memory = memory_of(replace(BASE, strategy="zero3", offload_optimizer="cpu", offload_parameters="cpu"))
    parameters = LLAMA_7B.parameter_count
    assert memory.device_parts["optimizer"] == 0
    assert memory.host_parts["weights"] == pytest.approx(2 * parameters / 8)
    assert memory.host_parts["optimizer"] == pytest.approx((12 + 4) * parameters / 8)
    nvme = memory_of(replace(BASE, strategy="zero3", offload_optimizer="nvme"))
    assert nvme.host_bytes < memory.host_bytes


def test_hybrid_sharding_cuts_over_fewer_ranks_and_not_resharding_keeps_all_weights() -> None:
    whole = memory_of(replace(BASE, strategy="fsdp2", precision="amp_bf16"))
    hybrid = memory_of(replace(BASE, strategy="fsdp2", precision="amp_bf16", sharded_over=2))
    kept = memory_of(replace(BASE, strategy="fsdp2", precision="amp_bf16", reshards_after_forward=False))
    assert whole.device_bytes < hybrid.device_bytes
    assert kept.device_parts["weights"] >= 2 * LLAMA_7B.parameter_count


def test_adam_without_a_fused_kernel_works_with_a_copy_of_a_state_or_two_of_the_largest_tensor() -> None:
    step_only = replace(BASE, strategy="single", precision="fp32", micro_batch=1, sequence_length=1)
    fused, foreach, for_loop = (
        memory_of(replace(step_only, optimizer_kernel=each)).device_parts["optimizer"]
        for each in ("fused", "foreach", "for_loop")
    )
    assert foreach - fused == pytest.approx(4 * LLAMA_7B.parameter_count)
    assert for_loop - fused == pytest.approx(2 * 4 * 32_000 * 4096)


def test_deepspeeds_flat_partition_is_one_tensor_to_a_loop() -> None:
    flat = replace(
        BASE, strategy="zero2", precision="fp32", micro_batch=1, sequence_length=1, data_parallel=2
    )
    fused, for_loop = (
        memory_of(replace(flat, optimizer_kernel=each)).device_bytes for each in ("fused", "for_loop")
    )
    assert for_loop > fused
    # Whole weights; a half each of their copy, both moments, the gradients and twice the root of a moment.
    tensors = memory_of(replace(flat, optimizer_kernel="for_loop")).device_parts
    assert tensors["weights"] + tensors["optimizer"] + tensors["gradients"] == pytest.approx(
        (1 + 6 / 2) * 4 * LLAMA_7B.parameter_count
    )


def test_the_copy_of_gradients_in_ddps_buckets_is_counted() -> None:
    single, parallel = (memory_of(replace(BASE, strategy=each)) for each in ("single", "ddp"))
    assert parallel.device_bytes - single.device_bytes == pytest.approx(
        2 * LLAMA_7B.parameter_count, rel=0.05
    )


def test_quantized_weights_have_the_bits_of_the_qlora_paper() -> None:
    setup = TrainingSetup(LLAMA_70B, 1, 1, precision="bf16", adapters=Adapters(8, quantization="nf4"))
    doubly = replace(setup, adapters=Adapters(8, quantization="nf4-dq"))
    saved = memory_of(setup).device_parts["weights"] - memory_of(doubly).device_parts["weights"]
    body = LLAMA_70B.parameter_count - 2 * 32000 * 8192
    assert saved * 8 / body == pytest.approx(0.373, abs=0.001)


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"micro_batch": 0}, UsageError, "micro_batch is 0"),
        ({"data_parallel": 0}, UsageError, "data_parallel is 0"),
        ({"strategy": "zero4"}, UsageError, "zero4"),
        ({"precision": "fp8"}, PredictionRefused, "fp8"),
        ({"optimizer": "lion"}, PredictionRefused, "lion"),
        ({"architecture": replace(RESNET50, name="unheard-of")}, PredictionRefused, "unheard-of"),
        ({"architecture": RESNET50, "adapters": Adapters(8)}, PredictionRefused, "resnet50"),
        ({"adapters": Adapters(8, quantization="int2")}, PredictionRefused, "int2"),
    ],
)
def test_what_cannot_be_predicted_is_refused_with_what_there_is(changed, error, words) -> None:
    with pytest.raises(error, match=words) as caught:
        memory_of(replace(BASE, **changed))
    assert caught.value.hint


def test_inference_has_weights_and_the_cache_of_its_key_value_heads() -> None:
    parts = inference_memory(LLAMA_70B, 4, 4096).device_parts
    assert parts["weights"] == 2 * LLAMA_70B.parameter_count
    assert parts["activations"] == 4 * 4096 * 80 * 2 * 8 * 128 * 2
    quantized = inference_memory(LLAMA_70B, 4, 4096, quantization="nf4")
    assert quantized.device_bytes < 0.45 * inference_memory(LLAMA_70B, 4, 4096).device_bytes


def test_a_convolutional_network_has_the_activations_that_were_traced() -> None:
    setup = TrainingSetup(RESNET50, 32, 1, precision="fp32")
    memory = memory_of(setup)
    assert memory.device_parts["activations"] == pytest.approx(32 * 4 * 21_075_968, rel=0.1)
    larger = memory_of(replace(setup, architecture=replace(RESNET50, image_size=448)))
    assert larger.device_parts["activations"] == pytest.approx(
        4 * memory.device_parts["activations"], rel=0.05
    )
    assert any("448" in each for each in larger.assumptions)


def test_a_model_whose_vocabulary_is_not_known_says_that_its_logits_are_not_counted() -> None:
    said = memory_of(replace(BASE, architecture=replace(LLAMA_7B, vocabulary_size=None))).assumptions
    assert any("logits are not counted" in each for each in said)
    assert not any("logits are not counted" in each for each in memory_of(BASE).assumptions)
