"""Rates of made-up models on made-up devices that keep the same share of what peak and bandwidth allow."""

from dataclasses import replace

import numpy as np

from predictors.contract import HardwareFacts, Question
from predictors.facts import coarse_profile
from predictors.performance.roofline import least_seconds

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
    )
    asked = Question("throughput", profile, DEVICES[device], "inference", "fp16", batch_size=64)
    return replace(asked, **changes)


def measured(
    count: int = 24, efficiency: float = 0.5, noise: float = 0.03
) -> tuple[list[Question], np.ndarray]:
    questions = [question(model, device) for model in range(count) for device in range(3)]
    least = np.array([max(least_seconds(each)) for each in questions])
    off = np.random.default_rng(0).normal(0, noise, len(questions))
    return questions, 64 / (least / efficiency * np.exp(off))
