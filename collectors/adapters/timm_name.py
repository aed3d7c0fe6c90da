"""The condition of a timm benchmark file, which stands in its name and nowhere else.

benchmark-{infer|train}-{precision}-{nchw|nhwc}-pt{torch}-{platform}-{device}[-dynamo].csv
"""

import re
from dataclasses import dataclass

from benchmart.errors import DocumentRejected

_PATTERN = re.compile(
    r"benchmark-(?P<mode>infer|train)-(?P<precision>[a-z0-9_]+)-(?P<memory_format>nchw|nhwc)"
    r"-pt(?P<torch>[0-9.]+)-(?P<platform>cpu|mps|(?:cu|rocm|xpu)[0-9.]*)-(?P<device>[a-z0-9_.]+)"
    r"(?P<dynamo>-dynamo)?\.csv",
    re.ASCII | re.IGNORECASE,
)

_WITH_DOTS = re.compile(r"\d+(\.\d+){1,2}")

_HINT = (
    "Give the file a name such as benchmark-infer-amp-nchw-pt240-cu124-rtx4090.csv: mode, precision, memory format, "
    "torch and platform version and device stand nowhere else, and without them the numbers cannot be compared"
)

_DEVICE_KINDS = {"cu": "cuda", "rocm": "rocm", "xpu": "xpu", "mps": "mps", "cpu": "cpu"}


@dataclass(frozen=True, slots=True)
class Condition:
    """What the name says; every row of the file was measured under it."""

    mode: str
    """`infer` or `train`, as the columns are prefixed."""
    precision: str
    memory_format: str
    torch_version: str
    device_kind: str
    platform_version: str | None
    """Of CUDA or ROCm; None for a platform without one."""
    device: str
    """As spelled in the name: the same card may be `rtx4090` or `4090`."""
    compiler: str
    """`dynamo` where torch.compile was used, else `eager`."""


def condition_of(name: str) -> Condition:
    """Decode a file name. Raises DocumentRejected when it does not carry the condition."""
    match = _PATTERN.fullmatch(name)
    if match is None:
        raise DocumentRejected("the file name does not tell the condition", hint=_HINT)
    kind, version = re.fullmatch(r"([a-z]+)(.*)", match["platform"].lower()).groups()  # type: ignore[union-attr]
    return Condition(
        mode=match["mode"].lower(),
        precision=match["precision"].lower(),
        memory_format=match["memory_format"].lower(),
        torch_version=torch_version(match["torch"]),
        device_kind=_DEVICE_KINDS[kind],
        platform_version=platform_version(version) if version else None,
        device=match["device"],
        compiler="dynamo" if match["dynamo"] else "eager",
    )


def torch_version(digits: str) -> str:
    """Put the dots back: `113` is 1.13, `1121` is 1.12.1, `181` is 1.8.1, `240` is 2.4.0, `2101` is 2.10.1.

    The last release of torch 1 before 1.10 was 1.9, and torch 1.1 is older than these files: after a leading 1, a
    second 1 therefore begins a minor version of two digits, and the patch may be left out. From torch 2 on the patch is
    always written, so three digits are one each, and a fourth makes the minor version two digits long.
    Raises DocumentRejected for anything else.
    """
    if _WITH_DOTS.fullmatch(digits):
        return digits
    if match := re.fullmatch(r"(1)(1\d)(\d?)|(\d)(\d)(\d?)|(\d)(\d\d)(\d)", digits):
        return ".".join(part for part in match.groups() if part)
    raise DocumentRejected(f"pt{digits} in the file name is not a torch version", hint=_HINT)


def platform_version(digits: str) -> str:
    """CUDA and ROCm: `117` is 11.7, `92` is 9.2, `130` is 13.0, `62` is 6.2; the last digit is the minor version.

    Raises DocumentRejected for anything else.
    """
    if _WITH_DOTS.fullmatch(digits):
        return digits
    if match := re.fullmatch(r"(\d{1,2})(\d)", digits):
        return f"{match[1]}.{match[2]}"
    raise DocumentRejected(f"{digits} in the file name is not a platform version", hint=_HINT)
