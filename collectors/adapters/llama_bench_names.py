"""What all formats of llama-bench share: names of models, precisions and devices, and what a speed of zero means."""

import re
from typing import Any

LAST_WORD = re.compile(
    r"(?:main|llama_bench|test_\w+): error: failed to (?:load model|create context|run)\b[^']*(?:'([^']*)')?"
)
"""What llama-bench prints itself before it gives up, with the file of the model."""
NO_TOKEN: dict[str, Any] = {
    "status": "untested",
    "basis": "untested",
    "basis_reason": "no token was counted, and the file does not say why",
    "error_class": "no_measurement",
}
"""Fields of an event for a speed of zero."""

_KINDS = {
    "CUDA": "cuda",
    "ROCm": "rocm",
    "HIP": "rocm",
    "Metal": "mps",
    "MTL": "mps",
    "SYCL": "xpu",
    "CPU": "cpu",
}
_OLD_WORD = "mostly "
"""Until 2024 a type was `llama 7B mostly Q4_0`."""


def device_kind(backends: str) -> str | None:
    """Of the first that is known in `Metal,BLAS`; Vulkan and the like run on devices of any kind."""
    return next((_KINDS[name] for name in backends.split(",") if name in _KINDS), None)


def precision(model_type: str) -> str | None:
    """`Q4_K - Medium` of `llama 8B Q4_K - Medium`."""
    return " ".join(model_type.split(" ")[2:]).removeprefix(_OLD_WORD) or None


def name_of_file(path: str) -> str | None:
    """The name of a model's file without its folder and ending: the type alone does not tell models apart."""
    return re.split(r"[/\\]", path)[-1].removesuffix(".gguf") or None
