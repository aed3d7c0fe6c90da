"""Kinds of devices: whether torch can use one here, in which precisions, and how to wait for it."""

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

from collectors.runner.configuration import DEVICE_KINDS

if TYPE_CHECKING:
    import torch

_TORCH_NAMES = {"cpu": "cpu", "cuda": "cuda", "rocm": "cuda", "mps": "mps", "xpu": "xpu"}
"""Kind to torch's device string: torch built for ROCm answers to `cuda`."""

_FIRST_MACOS_WITH_BF16 = (14, 0)


def torch_device(kind: str) -> "torch.device":
    """The torch device of a kind."""
    import torch

    return torch.device(_TORCH_NAMES[kind])


def is_available(kind: str) -> bool:
    """Whether this torch can use such a device on this machine."""
    import torch

    if kind == "cuda":
        return torch.cuda.is_available() and torch.version.hip is None
    if kind == "rocm":
        return torch.cuda.is_available() and torch.version.hip is not None
    if kind == "mps":
        return torch.backends.mps.is_available()
    if kind == "xpu":
        return torch.xpu.is_available()
    return kind == "cpu"


def device_name(kind: str) -> str | None:
    """The name torch has for the device; None where it has none."""
    namespace = _namespace(kind)
    name: str | None = namespace.get_device_name(0) if hasattr(namespace, "get_device_name") else None
    return name


def precisions(kind: str) -> list[str]:
    """The precisions the device can be asked for."""
    import torch

    if kind == "cpu":
        engines = [engine for engine in torch.backends.quantized.supported_engines if engine != "none"]
        return ["fp32", "bf16", "fp16", *(["int8"] if engines else [])]
    return ["fp32", "fp16", *(["bf16"] if _has_bf16(kind) else [])]


def _has_bf16(kind: str) -> bool:
    """Whether an accelerator has bf16 arithmetic of its own."""
    import torch

    if kind == "mps":
        return bool(torch.backends.mps.is_macos_or_newer(*_FIRST_MACOS_WITH_BF16))
    if kind == "xpu":
        return bool(torch.xpu.is_bf16_supported())
    return bool(torch.cuda.is_bf16_supported(including_emulation=False))


def synchronizer(kind: str) -> Callable[[], None]:
    """A function that returns when the device has done all its work."""
    if kind == "cpu":
        return lambda: None
    synchronize: Callable[[], None] = _namespace(kind).synchronize
    return synchronize


def describe() -> dict[str, Any]:
    """What this process's torch is, and which devices it can use: ready for JSON."""
    import torch

    platform, platform_version = _compute_platform()
    return {
        "version": str(torch.__version__),
        "compute_platform": platform,
        "compute_platform_version": platform_version,
        "threads": torch.get_num_threads(),
        "devices": {
            kind: {"name": device_name(kind), "precisions": precisions(kind)}
            for kind in DEVICE_KINDS
            if is_available(kind)
        },
    }


def _namespace(kind: str) -> ModuleType:
    """`torch.cuda` and its like."""
    import torch

    namespace: ModuleType = getattr(torch, _TORCH_NAMES[kind])
    return namespace


def _compute_platform() -> tuple[str, str | None]:
    """What torch was built for, and its version."""
    import torch

    if torch.version.hip:
        return "rocm", torch.version.hip
    if torch.version.cuda:
        return "cuda", torch.version.cuda
    if torch.version.xpu:
        return "xpu", torch.version.xpu
    return ("mps", None) if torch.backends.mps.is_built() else ("cpu", None)
