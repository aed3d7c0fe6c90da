"""A stricter check of DeepSpeed's configuration than its own.

DeepSpeed takes a misspelt key at the top for none, and lets pass offload to NVMe without a path and offload of weights
below stage 3.
"""

import math
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from benchmart.errors import UsageError

_KEYS = Path(__file__).with_name("deepspeed_keys.toml")
_WEIGHTS_STAGE = 3


def check_deepspeed(config: Mapping[str, Any], devices: int | None = None) -> None:
    """Raise UsageError that names everything wrong with a configuration; with `devices`, its batch is checked too."""
    wrong = [*_keys(config, _known(), ""), *_zero(config), *_precisions(config), *_batch(config, devices)]
    if wrong:
        raise UsageError("; ".join(wrong), where="DeepSpeed configuration", hint="Correct the keys named")


@cache
def _known() -> Mapping[str, Any]:
    return tomllib.loads(_KEYS.read_text(encoding="utf-8"))


def _keys(config: Mapping[str, Any], known: Mapping[str, Any], above: str) -> Iterator[str]:
    for key, value in config.items():
        if key not in known:
            near = get_close_matches(str(key), known, 1)
            yield f"no key {above}{key}" + (f", perhaps {above}{near[0]}" if near else "")
        elif isinstance(known[key], Mapping):
            if isinstance(value, Mapping):
                yield from _keys(value, known[key], f"{above}{key}.")
            else:
                yield f"{above}{key} is {value!r}, not a table of keys"
        elif not _is(value, known[key]):
            meant = known[key] if isinstance(known[key], str) else f"one of {', '.join(map(str, known[key]))}"
            yield f"{above}{key} is {value!r}, not {meant}"


def _is(value: Any, meant: str | list[Any]) -> bool:
    if isinstance(meant, list):
        return value in meant and not isinstance(value, bool)
    if meant == "any":
        return True
    word, _, auto = meant.partition(" or ")
    if auto and value == auto:
        return True
    if word == "flag":
        return isinstance(value, bool)
    if word == "text":
        return isinstance(value, str) and bool(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 <= value < math.inf and (word == "number" or value == int(value))


def _zero(config: Mapping[str, Any]) -> Iterator[str]:
    zero = config.get("zero_optimization", {})
    if not isinstance(zero, Mapping):
        return
    stage = zero.get("stage", 0)
    for name in ("offload_optimizer", "offload_param"):
        offload = zero.get(name)
        if not isinstance(offload, Mapping):
            continue
        device = offload.get("device", "none")
        if device == "nvme" and not offload.get("nvme_path"):
            yield f"zero_optimization.{name} goes to nvme and has no nvme_path"
        if device == "nvme" and stage != _WEIGHTS_STAGE:
            yield f"zero_optimization.{name} goes to nvme, which needs stage 3 and not {stage}"
        if device != "none" and name == "offload_param" and stage != _WEIGHTS_STAGE:
            yield f"zero_optimization.offload_param needs stage 3 and not {stage}"
        if device != "none" and name == "offload_optimizer" and stage == 0:
            yield "zero_optimization.offload_optimizer needs stage 1, 2 or 3 and not 0"


def _precisions(config: Mapping[str, Any]) -> Iterator[str]:
    on = [
        name
        for name in ("bf16", "fp16", "torch_autocast")
        if isinstance(config.get(name), Mapping) and config[name].get("enabled") is True
    ]
    if len(on) > 1:
        yield f"{' and '.join(on)} are enabled together"


def _batch(config: Mapping[str, Any], devices: int | None) -> Iterator[str]:
    names = ("train_batch_size", "train_micro_batch_size_per_gpu", "gradient_accumulation_steps")
    total, micro, steps = (config.get(name) for name in names)
    if total is None and micro is None:
        yield "neither train_batch_size nor train_micro_batch_size_per_gpu is there"
    for name in names:
        value = config.get(name)
        if value == 0:
            yield f"{name} is 0"
        elif isinstance(value, float):
            yield f"{name} is {value!r}, which is written with a point and counts things"
    if devices and all(isinstance(each, int) for each in (total, micro, steps)):
        product = (micro or 0) * (steps or 0) * devices
        if total != product:
            yield f"train_batch_size is {total}, but {micro} x {steps} x {devices} devices are {product}"
