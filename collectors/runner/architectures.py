"""The models the runner can build: published architectures, named by their transformers classes and settings.

Plain data: nothing here needs torch. The settings are spelled out, so that a change of a library's defaults
cannot silently change what a name means.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from collectors.runner.configuration import digest

CLASSES = 1000
"""Labels of the image classifiers, as in ImageNet-1k."""


@dataclass(frozen=True)
class Architecture:
    """One architecture: how to build it and what it takes."""

    name: str
    family: str
    model_class: str
    """A class of `transformers`."""
    config_class: str
    settings: Mapping[str, Any]
    """Arguments of the configuration class."""
    sequence_length: int | None = None
    """Tokens or audio frames per item unless a suite says otherwise; None for models without a sequence."""
    longest_sequence: int | None = None
    image_size: int | None = None
    """Pixels along one side unless a suite says otherwise; None for models without images."""
    nested: Mapping[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    """Settings that are configurations themselves: argument to (class, its settings)."""

    @property
    def digest(self) -> str:
        """Tells two architectures of one name apart."""
        nested = {name: [kind, dict(settings)] for name, (kind, settings) in self.nested.items()}
        return digest({"model": self.model_class, "settings": dict(self.settings), "nested": nested})


def _bert(name: str, width: int, layers: int, heads: int) -> Architecture:
    settings = {
        "vocab_size": 30522,
        "hidden_size": width,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": 4 * width,
        "max_position_embeddings": 512,
    }
    return Architecture(name, "embedding", "BertModel", "BertConfig", settings, 128, 512)


def _gpt2(name: str, width: int, layers: int, heads: int) -> Architecture:
    settings = {"vocab_size": 50257, "n_positions": 1024, "n_embd": width, "n_layer": layers, "n_head": heads}
    return Architecture(name, "text_generation", "GPT2LMHeadModel", "GPT2Config", settings, 128, 1024)


def _llama(
    name: str,
    width: int,
    layers: int,
    heads: int,
    inner: int,
    key_value_heads: int,
    vocabulary: int,
    longest: int,
) -> Architecture:
    settings = {
        "vocab_size": vocabulary,
        "hidden_size": width,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": key_value_heads,
        "intermediate_size": inner,
        "max_position_embeddings": longest,
        "tie_word_embeddings": False,
    }
    return Architecture(name, "text_generation", "LlamaForCausalLM", "LlamaConfig", settings, 128, longest)


def _vit(name: str, width: int, layers: int, heads: int) -> Architecture:
    settings = {
        "hidden_size": width,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": 4 * width,
        "patch_size": 16,
        "num_labels": CLASSES,
    }
    return Architecture(name, "vision", "ViTForImageClassification", "ViTConfig", settings, image_size=224)


def _resnet(name: str, layer_type: str, depths: list[int], widths: list[int]) -> Architecture:
    settings = {
        "embedding_size": 64,
        "layer_type": layer_type,
        "depths": depths,
        "hidden_sizes": widths,
        "num_labels": CLASSES,
    }
    return Architecture(
        name, "vision", "ResNetForImageClassification", "ResNetConfig", settings, image_size=224
    )


def _convnext(name: str, depths: list[int], widths: list[int]) -> Architecture:
    settings = {"depths": depths, "hidden_sizes": widths, "num_labels": CLASSES}
    return Architecture(
        name, "vision", "ConvNextForImageClassification", "ConvNextConfig", settings, image_size=224
    )


def _whisper(name: str, width: int, layers: int, heads: int) -> Architecture:
    settings = {
        "vocab_size": 51865,
        "num_mel_bins": 80,
        "d_model": width,
        "encoder_layers": layers,
        "decoder_layers": layers,
        "encoder_attention_heads": heads,
        "decoder_attention_heads": heads,
        "encoder_ffn_dim": 4 * width,
        "decoder_ffn_dim": 4 * width,
    }
    return Architecture(
        name, "audio", "WhisperForConditionalGeneration", "WhisperConfig", settings, 3000, 3000
    )


def _clip(
    name: str, patch: int, width: int, layers: int, heads: int, text_width: int, joint: int
) -> Architecture:
    text = {"hidden_size": text_width, "num_hidden_layers": 12, "num_attention_heads": text_width // 64}
    sight = {
        "hidden_size": width,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "patch_size": patch,
    }
    return Architecture(
        name,
        "multimodal",
        "CLIPModel",
        "CLIPConfig",
        {"projection_dim": joint},
        sequence_length=77,
        longest_sequence=77,
        image_size=224,
        nested={
            "text_config": (
                "CLIPTextConfig",
                text
                | {"intermediate_size": 4 * text_width, "vocab_size": 49408, "max_position_embeddings": 77},
            ),
            "vision_config": ("CLIPVisionConfig", sight | {"intermediate_size": 4 * width}),
        },
    )


ARCHITECTURES: Mapping[str, Architecture] = {
    architecture.name: architecture
    for architecture in (
        _bert("bert-tiny", 128, 2, 2),
        _bert("bert-small", 512, 4, 8),
        _bert("bert-base", 768, 12, 12),
        _bert("bert-large", 1024, 24, 16),
        _gpt2("distilgpt2", 768, 6, 12),
        _gpt2("gpt2", 768, 12, 12),
        _gpt2("gpt2-medium", 1024, 24, 16),
        _gpt2("gpt2-large", 1280, 36, 20),
        _gpt2("gpt2-xl", 1600, 48, 25),
        _llama("llama-68m", 768, 2, 12, 3072, 12, 32000, 2048),
        _llama("llama-160m", 768, 12, 12, 3072, 12, 32000, 2048),
        _llama("tinyllama-1.1b", 2048, 22, 32, 5632, 4, 32000, 2048),
        _llama("llama-7b", 4096, 32, 32, 11008, 32, 32000, 4096),
        _llama("llama-13b", 5120, 40, 40, 13824, 40, 32000, 4096),
        _llama("llama-3-8b", 4096, 32, 32, 14336, 8, 128256, 8192),
        _vit("vit-tiny", 192, 12, 3),
        _vit("vit-small", 384, 12, 6),
        _vit("vit-base", 768, 12, 12),
        _vit("vit-large", 1024, 24, 16),
        _resnet("resnet18", "basic", [2, 2, 2, 2], [64, 128, 256, 512]),
        _resnet("resnet50", "bottleneck", [3, 4, 6, 3], [256, 512, 1024, 2048]),
        _convnext("convnext-tiny", [3, 3, 9, 3], [96, 192, 384, 768]),
        _convnext("convnext-base", [3, 3, 27, 3], [128, 256, 512, 1024]),
        _whisper("whisper-tiny", 384, 4, 6),
        _whisper("whisper-base", 512, 6, 8),
        _whisper("whisper-small", 768, 12, 12),
        _clip("clip-vit-base-patch32", 32, 768, 12, 12, 512, 512),
        _clip("clip-vit-large-patch14", 14, 1024, 24, 16, 768, 768),
    )
}
"""Every model a suite may name."""

FAMILIES = tuple(dict.fromkeys(architecture.family for architecture in ARCHITECTURES.values()))
"""The families of the models, in the order of the table."""
