"""Bytes of weights and caches, and parameters of adapters, against figures that others printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmart.errors import UsageError
from predictors.model_sizes.adapters import parameters_of_adapters
from predictors.model_sizes.footprint import cache_bytes, weight_bytes
from predictors.model_sizes.sizes import size_of
from predictors.training_memory.setup import Adapters

LLAMA = "meta-llama/Llama-2-7b-hf"


@pytest.mark.parametrize(
    ("name", "bytes_of_a_token"),
    [
        (LLAMA, 2 * 32 * 4096 * 2),
        ("meta-llama/Llama-2-70b-hf", 2 * 80 * 8 * 128 * 2),
        ("deepseek-ai/DeepSeek-V3", 61 * (512 + 64) * 2),
        ("tiiuae/falcon-7b", 2 * 32 * 64 * 2),
        ("openai/whisper-tiny", 2 * 4 * 384 * 2),
        ("bert-base-uncased", 0),
        ("microsoft/resnet-50", 0),
    ],
)
def test_a_cache_keeps_what_heads_share_once(name, bytes_of_a_token):
    assert cache_bytes(size_of(name), tokens=1) == bytes_of_a_token


@given(st.integers(1, 10_000), st.integers(1, 64), st.sampled_from([1, 2, 4]))
def test_a_cache_grows_with_tokens_batch_and_width(tokens, batch, width):
    one = cache_bytes(size_of(LLAMA), 1, 1, 1)
    assert cache_bytes(size_of(LLAMA), tokens, batch, width) == one * tokens * batch * width


def test_weights_take_the_bytes_of_their_precision():
    count = size_of(LLAMA).parameter_count
    assert weight_bytes(size_of(LLAMA), "amp_bf16") == 4 * count
    assert weight_bytes(size_of(LLAMA), "mixed_bf16") == 2 * count
    with pytest.raises(ValueError, match="int3"):
        weight_bytes(size_of(LLAMA), "int3")


@pytest.mark.parametrize(
    ("stored_as", "bits"), [("nf4", 4.5), ("nf4-dq", 4.127), ("int4", 4.156), ("int8", 8.0)]
)
def test_quantized_layers_take_the_bits_and_the_scales_of_their_groups(stored_as, bits):
    embeddings = 2 * 32_000 * 4096
    layers = size_of(LLAMA).parameter_count - embeddings
    expected = layers * bits / 8 + embeddings * 2
    assert weight_bytes(size_of(LLAMA), stored_as) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("name", "adapters", "trained"),
    [
        # PEFT prints these for Llama 2 7B with rank 8 beside queries and values, and rank 16 beside all seven.
        (LLAMA, Adapters(8, ("query", "value")), 4_194_304),
        (LLAMA, Adapters(16, ("query", "key", "value", "output", "gate", "up", "down")), 39_976_960),
        # Shared heads make keys and values of Llama 3 8B narrower.
        (
            "meta-llama/Meta-Llama-3-8B",
            Adapters(16, ("query", "key", "value", "output", "gate", "up", "down")),
            41_943_040,
        ),
        ("meta-llama/Meta-Llama-3-8B", Adapters(8, ("query", "value")), 3_407_872),
        (LLAMA, Adapters(8, trainable_parameters=7), 7),
    ],
)
def test_adapters_have_the_parameters_that_peft_counts(name, adapters, trained):
    assert parameters_of_adapters(size_of(name), adapters) == trained


def test_trained_embeddings_count_once_when_they_are_tied():
    tied, alone = size_of("meta-llama/Llama-3.2-1B"), Adapters(8)
    both = Adapters(8, trains_embeddings=True)
    assert parameters_of_adapters(tied, both) - parameters_of_adapters(tied, alone) == 128_256 * 2048


@pytest.mark.parametrize(
    ("name", "targets"), [("microsoft/resnet-50", ("query",)), (LLAMA, ("query", "elbow"))]
)
def test_adapters_beside_unknown_matrices_are_refused(name, targets):
    with pytest.raises(UsageError):
        parameters_of_adapters(size_of(name), Adapters(8, targets))
