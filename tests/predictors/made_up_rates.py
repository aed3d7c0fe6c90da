"""Rates of made-up models on made-up devices that keep the same share of what peak and bandwidth allow."""

from dataclasses import replace

import numpy as np

from predictors.contract import HardwareFacts, Question
from predictors.facts import coarse_profile

DEVICES = [
    HardwareFacts(
        f"gpu-{number}", "x", "gpu", 2e10, 1e12 * number, {"fp32": 2e13 * number, "fp16": 4e13 * number}, {}
    )
    for number in (1, 2, 3)
]


def question(model: int = 0, device: int = 0, **changes) -> Question:
    profile = coarse_profile(
        f"net{'abcdefgh'[model % 8]}_{model}",
        flops_per_item=1e9 * 1.2**model,
        parameter_count=1e6 * (1 + model),
        activations=1e7 * 1.1**model,
        image_size=224,
    )
    asked = Question("throughput", profile, DEVICES[device], "inference", "fp16", batch_size=64)
    return replace(asked, **changes)


def least_seconds(asked: Question) -> float:
    """Arithmetic or traffic of a step, whichever takes longer."""
    hardware, profile = asked.hardware, asked.profile
    moved = 2 * sum(each.read_elements + each.written_elements for each in profile.operators)
    compute = profile.flops_per_item / hardware.peak_flops["fp16"]
    return asked.batch_size * max(compute, moved / (hardware.memory_bandwidth or 1))


def measured(
    count: int = 24, efficiency: float = 0.5, noise: float = 0.03
) -> tuple[list[Question], np.ndarray]:
    questions = [question(model, device) for model in range(count) for device in range(3)]
    least = np.array([least_seconds(each) for each in questions])
    off = np.random.default_rng(0).normal(0, noise, len(questions))
    return questions, 64 / (least / efficiency * np.exp(off))
