"""Activations: against the published count, and against what PyTorch keeps."""

from dataclasses import replace

import pytest
from known_architectures import decoder
from saved_storages import saved_storages

from predictors.model_sizes.architecture import Architecture, Attention, Transformer
from predictors.training_memory.activations import kept_of
from predictors.training_memory.logits import logits_of
from predictors.training_memory.setup import Adapters, TrainingSetup

GPT_LAYER = Transformer(4, 1024, Attention(16, 16, 64), 4096, is_gated=False)
GPT = Architecture("gpt", "embedding", 50_000_000, 50_000_000, "catalogue", (GPT_LAYER,), 1000)
SETUP = TrainingSetup(GPT, 2, 512, precision="bf16", attention="eager")
PLAIN_LAYER = Transformer(3, 256, Attention(8, 8, 32), 1024, is_gated=False)
SMALL = decoder("small-llama", 0, 3, 256, 8, 2, 32, 704, 512)


@pytest.mark.parametrize(
    ("changed", "factor"),
    [
        ({}, 34 + 5 * 16 * 512 / 1024),
        ({"attention": "flash"}, 34),
        ({"checkpointing": "selective"}, 34),
        ({"attention": "flash", "tensor_parallel": 4}, 10 + 24 / 4),
        ({"attention": "flash", "tensor_parallel": 4, "is_sequence_parallel": True}, 34 / 4),
    ],
)
def test_a_layer_keeps_what_korthikanti_et_al_count(changed, factor) -> None:
    kept = kept_of(replace(SETUP, **changed), GPT_LAYER)
    assert kept.whole == pytest.approx(2 * 512 * 1024 * factor, rel=0.01)


def test_a_layer_that_is_computed_again_keeps_its_input() -> None:
    assert kept_of(SETUP, GPT_LAYER).boundary == 2 * 512 * 1024 * 2


def test_frozen_matrices_do_not_keep_their_inputs_unless_they_are_quantized() -> None:
    full = TrainingSetup(SMALL, 1, 128, precision="bf16")
    adapted = replace(full, adapters=Adapters(8, ("query", "value")))
    quantized = replace(full, adapters=Adapters(8, ("query", "value"), quantization="nf4"))
    stack = SMALL.stacks[0]
    kept = [kept_of(each, stack).whole for each in (adapted, quantized)]
    assert kept[0] < kept_of(full, stack).whole
    assert kept[0] < kept[1]


@pytest.mark.parametrize(
    ("precision", "attention"),
    # Not eager under autocast: on a CPU it leaves the softmax in half precision.
    [("fp32", "flash"), ("fp32", "eager"), ("bf16", "flash"), ("bf16", "eager"), ("amp_bf16", "flash")],
)
@pytest.mark.parametrize("kind", ["llama", "bert", "gpt2"])
def test_models_in_pytorch_keep_as_much_as_is_predicted(kind, precision, attention) -> None:
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    small = SMALL if kind == "llama" else replace(SMALL, name=kind, stacks=(PLAIN_LAYER,))
    setup = TrainingSetup(small, 2, 192, precision=precision, attention=attention)
    kept = kept_of(replace(setup, architecture=replace(small, name="gpt")), small.stacks[0]).whole
    if kind == "gpt2":  # without its dropout, whose masks are fp32 on a CPU
        kept += 3 * 2 * 192 * 1024 * (4 if precision == "fp32" else 2)
    three, two = (
        _saved(torch, _small(transformers, kind, layers, attention), precision) for layers in (3, 2)
    )
    measured = three[0] - two[0]
    if precision == "amp_bf16":  # and the weights that autocast made
        measured -= 2 * (three[1] - two[1])
    assert kept == pytest.approx(measured, rel=0.08)


def test_copies_of_logits_are_counted_by_how_the_loss_is_worked_out() -> None:
    plain = TrainingSetup(SMALL, 2, 192, precision="bf16")
    elements = 2 * 192 * 512
    assert logits_of(plain).in_loss == 16 * elements
    assert logits_of(replace(plain, is_compiled=True)).in_loss == 10 * elements
    chunked = replace(plain, has_chunked_loss=True)
    assert logits_of(chunked).in_loss == 12 * elements / 8
    assert logits_of(replace(chunked, keeps_logits=True)).in_loss == 12 * elements / 8 + 2 * elements


def _small(transformers, kind, layers, attention):
    implementation = {"flash": "sdpa", "eager": "eager"}[attention]
    common = {"vocab_size": 512, "attn_implementation": implementation}
    if kind == "gpt2":
        config = transformers.GPT2Config(
            n_embd=256, n_layer=layers, n_head=8, bos_token_id=0, eos_token_id=0, use_cache=False, **common
        )
        return transformers.GPT2LMHeadModel(config)
    sizes = {"hidden_size": 256, "num_hidden_layers": layers, "num_attention_heads": 8}
    if kind == "bert":
        return transformers.BertForMaskedLM(
            transformers.BertConfig(intermediate_size=1024, **sizes, **common)
        )
    config = transformers.LlamaConfig(
        intermediate_size=704, num_key_value_heads=2, use_cache=False, **sizes, **common
    )
    return transformers.LlamaForCausalLM(config)


def _saved(torch, model, precision):
    """Bytes of distinct storages that autograd saves, parameters left out, and how many parameters there are."""
    model = model.eval().to(torch.bfloat16 if precision == "bf16" else torch.float32)
    with (
        saved_storages(torch, model) as saved,
        torch.autocast("cpu", torch.bfloat16, enabled=precision == "amp_bf16"),
    ):
        model(torch.zeros(2, 192, dtype=torch.long)).logits.float().sum()
    return sum(size for size, _ in saved.values()), sum(each.numel() for each in model.parameters())
