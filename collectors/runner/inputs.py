"""Random inputs of one step, and the targets a training step needs, by family of models.

Everything is made on torch's default device and, where numbers have fractions, in its default precision.
"""

from collections.abc import Callable, Mapping
from typing import Any

from collectors.runner.architectures import CLASSES, Architecture
from collectors.runner.configuration import Configuration

DECODER_TOKENS = 32
"""Tokens a speech model's decoder is given for each item."""
_CHANNELS = 3


def inputs_for(architecture: Architecture, configuration: Configuration) -> dict[str, Any]:
    """What the model is called with, by name."""
    inputs = _INPUTS[architecture.family](architecture, configuration)
    if configuration.mode == "training" and architecture.family in _TARGETS:
        inputs |= _TARGETS[architecture.family](architecture, configuration)
    return inputs


def _length(configuration: Configuration) -> int:
    """Tokens or frames per item; 0 where there are none."""
    return configuration.sequence_length or 0


def _tokens(architecture: Architecture, configuration: Configuration) -> dict[str, Any]:
    import torch

    vocabulary = architecture.settings["vocab_size"]
    shape = (configuration.batch_size, _length(configuration))
    return {"input_ids": torch.randint(0, vocabulary, shape)}


def _images(_: Architecture, configuration: Configuration) -> dict[str, Any]:
    import torch

    size = configuration.image_size or 0
    return {"pixel_values": torch.randn(configuration.batch_size, _CHANNELS, size, size)}


def _sound(architecture: Architecture, configuration: Configuration) -> dict[str, Any]:
    """Mel spectrograms, and the tokens the decoder has said so far."""
    import torch

    batch, frames = configuration.batch_size, _length(configuration)
    return {
        "input_features": torch.randn(batch, architecture.settings["num_mel_bins"], frames),
        "decoder_input_ids": torch.randint(0, architecture.settings["vocab_size"], (batch, DECODER_TOKENS)),
    }


def _pairs(architecture: Architecture, configuration: Configuration) -> dict[str, Any]:
    """As many texts as images."""
    import torch

    vocabulary = architecture.nested["text_config"][1]["vocab_size"]
    shape = (configuration.batch_size, _length(configuration))
    return {"input_ids": torch.randint(0, vocabulary, shape), **_images(architecture, configuration)}


def _class_labels(_: Architecture, configuration: Configuration) -> dict[str, Any]:
    import torch

    return {"labels": torch.randint(0, CLASSES, (configuration.batch_size,))}


def _token_labels(architecture: Architecture, configuration: Configuration) -> dict[str, Any]:
    return {"labels": _tokens(architecture, configuration)["input_ids"]}


def _speech_labels(architecture: Architecture, configuration: Configuration) -> dict[str, Any]:
    import torch

    shape = (configuration.batch_size, DECODER_TOKENS)
    return {"labels": torch.randint(0, architecture.settings["vocab_size"], shape)}


_Maker = Callable[[Architecture, Configuration], dict[str, Any]]

_INPUTS: Mapping[str, _Maker] = {
    "embedding": _tokens,
    "text_generation": _tokens,
    "vision": _images,
    "audio": _sound,
    "multimodal": _pairs,
}

_TARGETS: Mapping[str, _Maker] = {
    "text_generation": _token_labels,
    "vision": _class_labels,
    "audio": _speech_labels,
    "multimodal": lambda *_: {"return_loss": True},
}
"""What a family needs to compute its own loss; an embedding model has none."""
