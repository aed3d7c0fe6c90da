"""The words of the framework: kinds of hardware, sizes of models and batches, and a model that stands for each size."""

from collections.abc import Mapping

HARDWARE = ("cuda", "rocm", "mps", "openvino", "qualcomm", "cpu")
"""What is chosen from when nothing else is said. `webnn` and `webgpu` are browsers' interfaces, no devices: nothing is
catalogued of them, and a list that has them is answered without them."""
BROWSERS = ("webnn", "webgpu")
CATEGORIES = ("small", "medium", "large")
BATCH_SIZES = (1, 4, 8, 16, 32)
_SMALL, _MEDIUM = 10**8, 10**9
_SMALL_BATCH, _MEDIUM_BATCH = 8, 32
OF_TEXT = frozenset({"embedding", "text_generation", "multimodal"})
"""Families whose items have a length in tokens."""
MODELS: Mapping[str, Mapping[str, str]] = {
    "embedding": {
        "small": "distilbert-base-uncased",
        "medium": "bert-large-uncased",
        "large": "intfloat/e5-mistral-7b-instruct",
    },
    "text_generation": {"small": "distilgpt2", "medium": "gpt2-large", "large": "llama-7b"},
    "vision": {
        "small": "resnet50",
        "medium": "vit_large_patch16_224",
        "large": "vit_gigantic_patch14_clip_224",
    },
    "audio": {"small": "whisper-tiny", "medium": "whisper-medium", "large": "whisper-large-v3"},
    "multimodal": {
        "small": "apple/MobileCLIP-S0",
        "medium": "clip-vit-base-patch32",
        "large": "llava-1.5-7b",
    },
}
"""A published model that stands for each family and size."""


def size_category(parameters: int | None) -> str | None:
    """`small` below 1e8 parameters, medium below 1e9, else large; None where they are not known."""
    if parameters is None:
        return None
    return CATEGORIES[(parameters >= _SMALL) + (parameters >= _MEDIUM)]


def batch_category(batch_size: int) -> str:
    """`small` below 8, medium below 32, else large."""
    return CATEGORIES[(batch_size >= _SMALL_BATCH) + (batch_size >= _MEDIUM_BATCH)]
