"""Models whose stacks get sequences of different lengths: images beside text, sound beside words."""

from dataclasses import replace

import pytest
from saved_storages import saved_storages

from predictors.model_sizes.sizes import size_of
from predictors.training_memory.activations import kept_before_stacks, kept_of, positions_of
from predictors.training_memory.model import memory_of
from predictors.training_memory.setup import Adapters, TrainingSetup

BATCH = 2


def setup_of(name, length, **changed):
    return TrainingSetup(size_of(name), BATCH, length, **{"precision": "fp32"} | changed)


def kept_by(name, length):
    setup = setup_of(name, length)
    return kept_before_stacks(setup) + sum(
        stack.layers * kept_of(setup, stack).whole for stack in setup.architecture.stacks
    )


@pytest.mark.parametrize(
    ("name", "lengths"),
    [
        ("openai/clip-vit-large-patch14-336", [577, 77]),
        ("llava-hf/llava-1.5-7b-hf", [577, 1024]),
        ("google/siglip-base-patch16-224", [196, 64]),
        ("openai/whisper-small", [1500, 1024]),
        ("facebook/wav2vec2-base", [1024]),
        ("t5-small", [1024, 1024]),
    ],
)
def test_a_stack_has_the_length_of_its_images_or_sound_and_else_that_of_the_text(name, lengths):
    setup = setup_of(name, 1024)
    assert [positions_of(setup, stack) for stack in setup.architecture.stacks] == lengths


def test_patches_of_an_image_are_those_of_the_model_unless_a_length_is_given():
    patches = setup_of("google/vit-base-patch32-224", 1)
    assert positions_of(patches, patches.architecture.stacks[0]) == 50
    assert positions_of(replace(patches, sequence_length=300), patches.architecture.stacks[0]) == 300


# Measured as in test_activations: bytes autograd saves on a CPU without dropout, parameters left out.
@pytest.mark.parametrize("kind", ["clip", "vit", "wav2vec2", "whisper"])
def test_models_in_pytorch_keep_as_much_as_is_predicted(kind):
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    name, length, built, inputs = example_of(kind, torch, transformers)
    assert kept_by(name, length) == pytest.approx(saved_bytes(torch, built, inputs), rel=0.06)


@pytest.mark.parametrize(
    "name", ["openai/clip-vit-base-patch32", "llava-hf/llava-1.5-7b-hf", "facebook/wav2vec2-base"]
)
def test_checkpointing_and_adapters_save_memory(name):
    whole = replace(setup_of(name, 512, precision="bf16"), micro_batch=64)
    peak = memory_of(whole).device_bytes
    assert memory_of(replace(whole, checkpointing="full")).device_bytes < 0.7 * peak
    assert memory_of(replace(whole, adapters=Adapters(8))).device_bytes < peak


def test_lengths_are_said():
    said = memory_of(setup_of("openai/clip-vit-base-patch32", 77)).assumptions
    assert "sequences of 50 and 77 positions for stacks that have a length of their own" in said


def example_of(kind, torch, transformers):
    if kind == "clip":
        inputs = {
            "input_ids": torch.zeros(BATCH, 77, dtype=torch.long),
            "pixel_values": torch.zeros(BATCH, 3, 224, 224),
        }
        return "openai/clip-vit-base-patch32", 77, transformers.CLIPModel(transformers.CLIPConfig()), inputs
    if kind == "vit":
        model = transformers.ViTModel(transformers.ViTConfig())
        return "google/vit-base-patch16-224", 1, model, {"pixel_values": torch.zeros(BATCH, 3, 224, 224)}
    if kind == "wav2vec2":
        model = transformers.Wav2Vec2Model(transformers.Wav2Vec2Config())
        return "facebook/wav2vec2-base", 249, model, {"input_values": torch.zeros(BATCH, 80_000)}
    config = transformers.WhisperConfig(
        d_model=384,
        encoder_layers=4,
        decoder_layers=4,
        encoder_attention_heads=6,
        decoder_attention_heads=6,
        encoder_ffn_dim=1536,
        decoder_ffn_dim=1536,
        use_cache=False,
    )
    inputs = {
        "input_features": torch.zeros(BATCH, 80, 3000),
        "decoder_input_ids": torch.zeros(BATCH, 100, dtype=torch.long),
    }
    return "openai/whisper-tiny", 100, transformers.WhisperModel(config), inputs


def saved_bytes(torch, model, inputs):
    model = model.eval()
    with saved_storages(torch, model) as saved:
        model(**inputs)
    return sum(size for size, _ in saved.values())
