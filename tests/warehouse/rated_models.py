"""Rates of 24 models on three devices: work over speed, with a little noise, and the work stated beside."""

import shutil
from dataclasses import replace
from pathlib import Path

import small_log

from benchmart.build import build
from benchmart.config import Home
from benchmart.event_log.events import Metric, ResultRecorded
from benchmart.event_log.log import EventLog

DEVICES = ("NVIDIA GeForce RTX 4090", "NVIDIA GeForce RTX 3090", "NVIDIA A100-SXM4-80GB")
_FLOPS = (165.2e12, 71.2e12, 312e12)
MODELS = 24
COUNT = MODELS * len(DEVICES)


def work(model: int) -> float:
    """Multiply-accumulates for one item."""
    return 1e9 * 1.2**model


def name(model: int) -> str:
    return f"{'abcdefgh'[model % 8]}net_{model}"


def rate(number: int, factor: float = 1.0) -> ResultRecorded:
    """The rate of model number // 3 on device number % 3, in items a second, times a factor."""
    model, device = number // len(DEVICES), number % len(DEVICES)
    value = 0.4 * _FLOPS[device] / (2 * work(model)) * (1 + 0.01 * (number * 7 % 5 - 2)) * factor
    told = small_log.result(
        1000 + number,
        subject=name(model),
        device=DEVICES[device],
        precision="fp16",
        batch_size=64,
        run_id="rates",
        metrics=[
            Metric("throughput", "item/second", value),
            Metric("macs_per_item", "mac/item", work(model)),
        ],
    )
    return replace(told, collector="rates")


def copied(home: Home, place: Path) -> Home:
    """A home of its own with all of another's."""
    copy = Home(place / "home")
    shutil.copytree(home.root, copy.root, symlinks=True)
    return copy


def rated(home: Home, place: Path) -> Home:
    """A copy of a home with all rates beside, built."""
    copy = copied(home, place)
    EventLog(copy.events).append([rate(number) for number in range(COUNT)])
    build(copy)
    return copy
