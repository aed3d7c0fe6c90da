"""Models and results made by a known law, so that a predictor can be held against it."""

import numpy as np

from predictors.contract import HardwareFacts, ModelProfile, Operator
from predictors.performance.prepared import Profiles
from predictors.performance.rows import Rows

DEVICES = {
    "small": HardwareFacts("small", None, "gpu", 1e10, 5e11, {"fp16": 5e13}, {"fp16": 5e13}, 6e6, 80),
    "large": HardwareFacts("large", None, "gpu", 4e10, 1e12, {"fp16": 2e14}, {"fp16": 2e14}, 7e7, 130),
    "other": HardwareFacts("other", None, "gpu", 4e10, 8e11, {"fp16": 1e14}, {"fp16": 1e14}, 4e7, 100),
}


def profile(name: str, width: int, depth: int, size: int = 32) -> ModelProfile:
    """Layers of a convolution and an activation."""
    pixels = size * size
    convolution = Operator(
        "conv",
        "aten.convolution",
        (width, width, 3, 3, 1, 1, size, size),
        depth,
        2.0 * depth * width * width * 9 * pixels,
        float(depth * width * pixels),
        float(depth * width * pixels),
        float(depth * width * width * 9),
    )
    moved = float(depth * width * pixels)
    activation = Operator("activation", "aten.relu", (width * pixels,), depth, 0.0, moved, moved, 0.0)
    return ModelProfile(
        name,
        name,
        None,
        size,
        None,
        float(depth * width * width * 9),
        convolution.flops,
        (convolution, activation),
    )


def results(models: int = 40, seed: int = 0) -> tuple[Rows, Profiles]:
    """Every model on the small and the large device, eager and compiled; each model is off by a factor of its own."""
    generator = np.random.default_rng(seed)
    profiles = {}
    lines = []
    for number in range(models):
        name = f"{'net' if number % 2 else 'wave'}{chr(97 + number % 7)}_{number}"
        made = profile(name, int(generator.integers(2, 12)) * 16, int(generator.integers(4, 30)))
        profiles[name, 32.0] = made
        own = generator.normal(0, 0.2)
        for device in ("small", "large"):
            for compiler in ("eager", "inductor"):
                facts = DEVICES[device]
                compute = made.flops_per_item / facts.sustained_flops["fp16"]
                traffic = sum(each.read_elements + each.written_elements for each in made.operators) * 2
                seconds = 1.5 * (compute + traffic / (facts.memory_bandwidth or 1)) * np.exp(own)
                seconds *= (0.7 if compiler == "inductor" else 1.0) * np.exp(generator.normal(0, 0.01))
                lines.append((made, device, compiler, 1 / seconds))

    def words(values: list[str]) -> "np.ndarray":
        return np.array(values, dtype=object)

    count = len(lines)
    rows = Rows(
        model=words([line[0].subject for line in lines]),
        image_size=np.full(count, 32.0),
        parameters=np.array([line[0].parameter_count for line in lines]),
        macs=np.array([line[0].flops_per_item / 2 for line in lines]),
        activations=np.array([line[0].operators[0].written_elements for line in lines]),
        hardware=words([line[1] for line in lines]),
        mode=words(["inference"] * count),
        precision=words(["fp16"] * count),
        memory_format=words(["nchw"] * count),
        compiler=words([line[2] for line in lines]),
        version=np.full(count, 2.04),
        batch_size=np.full(count, 64.0),
        runtime=words(["pytorch"] * count),
        throughput=np.array([line[3] for line in lines]),
    )
    return rows, profiles
