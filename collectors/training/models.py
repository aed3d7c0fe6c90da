"""The models that are trained: architectures of the runner, and decoders of given dimensions.

A decoder is written `decoder:layers=12,hidden=768,heads=12`; `kv`, `intermediate` and `vocabulary` may follow, and
`tied`: it is a Llama in all else (gated MLP, rotary positions, RMSNorm).
"""

from collections.abc import Mapping
from typing import Any

from benchmart.errors import UsageError
from collectors.runner.architectures import ARCHITECTURES, Architecture

DECODER = "decoder:"
_NEEDED = ("layers", "hidden", "heads")
_OPTIONAL = ("kv", "intermediate", "vocabulary", "tied")
_LONGEST = 131_072
"""Rotary positions cost nothing until they are used."""
_USUAL_VOCABULARY = 32_000

_DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    "layers": ("num_hidden_layers", "n_layer"),
    "hidden_size": ("hidden_size", "n_embd"),
    "heads": ("num_attention_heads", "n_head"),
    "key_value_heads": ("num_key_value_heads", "num_attention_heads", "n_head"),
    "intermediate_size": ("intermediate_size",),
    "vocabulary_size": ("vocab_size",),
}
"""Dimension to the names it has in the settings of transformers' configuration classes."""
_TYING = ("GPT2Config",)
"""Configuration classes that tie the embeddings unless told otherwise."""


def architecture_of(model: str) -> Architecture:
    """The architecture a configuration's model names.

    Raises UsageError when there is none of that name, or a decoder's dimensions do not fit each other.
    """
    if model.startswith(DECODER):
        return _decoder(model)
    if model not in ARCHITECTURES:
        hint = f"Known: {', '.join(ARCHITECTURES)}, and {DECODER}layers=...,hidden=...,heads=..."
        raise UsageError(f"unknown model {model!r}", hint=hint)
    return ARCHITECTURES[model]


def dimensions_of(architecture: Architecture) -> dict[str, Any]:
    """What a memory model needs to know of a transformer; empty for an architecture without layers of attention."""
    settings = architecture.settings
    found: dict[str, Any] = {
        name: next((settings[each] for each in names if each in settings), None)
        for name, names in _DIMENSIONS.items()
    }
    if found["layers"] is None or found["heads"] is None:
        return {}
    found["intermediate_size"] = found["intermediate_size"] or 4 * found["hidden_size"]
    is_tying = architecture.config_class in _TYING
    return {
        **{name: value for name, value in found.items() if value is not None},
        "ties_embeddings": settings.get("tie_word_embeddings", is_tying),
        "is_gated": architecture.config_class == "LlamaConfig",
    }


def _decoder(model: str) -> Architecture:
    sizes = _sizes(model)
    kv, inner = sizes.get("kv", sizes["heads"]), sizes.get("intermediate", 4 * sizes["hidden"])
    if sizes["hidden"] % (2 * sizes["heads"]) or sizes["heads"] % kv:
        raise UsageError("heads must divide hidden into even parts, and kv must divide heads", where=model)
    settings = {
        "vocab_size": sizes.get("vocabulary", _USUAL_VOCABULARY),
        "hidden_size": sizes["hidden"],
        "num_hidden_layers": sizes["layers"],
        "num_attention_heads": sizes["heads"],
        "num_key_value_heads": kv,
        "intermediate_size": inner,
        "max_position_embeddings": _LONGEST,
        "tie_word_embeddings": bool(sizes.get("tied", 0)),
    }
    return Architecture(model, "text_generation", "LlamaForCausalLM", "LlamaConfig", settings, 128, _LONGEST)


def _sizes(model: str) -> dict[str, int]:
    """The numbers of `decoder:name=number,...`; `tied` stands for `tied=1`."""
    parts = [part.partition("=") for part in model.removeprefix(DECODER).split(",")]
    sizes: dict[str, int] = {}
    for name, _, number in parts:
        text = number or ("1" if name == "tied" else "")
        if name not in (*_NEEDED, *_OPTIONAL) or not text.isdecimal() or int(text) < 1:
            known = ", ".join((*_NEEDED, *_OPTIONAL))
            raise UsageError(f"cannot read {name!r}", where=model, hint=f"Whole numbers above zero: {known}")
        sizes[name] = int(text)
    missing = [name for name in _NEEDED if name not in sizes]
    if missing:
        raise UsageError(f"a decoder needs {', '.join(missing)}", where=model)
    return sizes
