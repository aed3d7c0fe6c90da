"""Names of hardware in historical documents: kinds, numbered devices, and the cards behind them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

DEVICE_KINDS: Mapping[str, str] = {
    "cpu": "cpu",
    "cuda": "cuda",
    "gpu": "cuda",
    "nvidia": "cuda",
    "nvidia cuda": "cuda",
    "nvidia gpu": "cuda",
    "rocm": "rocm",
    "amd": "rocm",
    "amd rocm": "rocm",
    "amd gpu": "rocm",
    "hip": "rocm",
    "mps": "mps",
    "apple": "mps",
    "apple mps": "mps",
    "apple silicon": "mps",
    "openvino": "openvino",
    "intel openvino": "openvino",
    "xpu": "xpu",
    "qualcomm": "qualcomm",
    "qnn": "qualcomm",
    "qualcomm qnn": "qualcomm",
    "qualcomm ai engine": "qualcomm",
    "webnn": "webnn",
    "webgpu": "webgpu",
}
"""From a spelling in small letters to the kind of device it stands for."""

_NUMBERED = re.compile(r"(.+?)\s*:\s*\d+")
_MOCK = re.compile(r"\(\s*mock\s*\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hardware:
    """Where something ran, as far as a hardware key tells."""

    device: str | None
    """As the source spells it."""
    kind: str | None
    """`cpu`, `cuda`, `webgpu`, ...; None for a spelling nobody knows."""

    @property
    def fields(self) -> dict[str, Any]:
        """`device` and `device_kind` of an event."""
        return {"device": self.device, "device_kind": self.kind}


def hardware(spelling: object) -> Hardware:
    """The device behind `CPU`, `cuda:0`, `cuda:0 (mock)`, `Apple MPS`, ...; of nothing when it is no text."""
    if not isinstance(spelling, str) or not spelling.strip():
        return Hardware(None, None)
    plain = _MOCK.sub("", spelling).strip().lower()
    numbered = _NUMBERED.fullmatch(plain)
    return Hardware(spelling.strip(), DEVICE_KINDS.get(numbered[1] if numbered else plain))


def only_name(names: Iterable[object]) -> str | None:
    """The name of the device, where all of `names` that are texts agree on one."""
    told = {name.strip() for name in names if isinstance(name, str) and name.strip()}
    return told.pop() if len(told) == 1 else None
