"""Throughputs as columns, with what is known of model, condition and device."""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from predictors.performance.families import prefix_family, twin_groups

Floats = npt.NDArray[np.float64]
Names = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Rows:
    """Columns of equal length, one entry a result. Sizes are for one item of a batch."""

    model: Names
    image_size: Floats
    """Pixels along one side; NaN where there is none."""
    parameters: Floats
    macs: Floats
    """Multiply-accumulates of the forward pass; NaN when they are not known."""
    activations: Floats
    """Elements that convolutions and linear layers write; NaN when they are not known."""
    hardware: Names
    mode: Names
    precision: Names
    memory_format: Names
    compiler: Names
    version: Floats
    """Of the runtime, as a number: 2.4 for 2.4.0, 2.1 for 2.10."""
    batch_size: Floats
    runtime: Names
    """Empty where it is not stated."""
    throughput: Floats
    """Items a second; NaN where it is asked for."""

    def __len__(self) -> int:
        return len(self.model)

    def take(self, index: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> "Rows":
        """The rows of an index or mask."""
        return Rows(**{each.name: getattr(self, each.name)[index] for each in fields(self)})

    @property
    def family(self) -> Names:
        """Prefix families."""
        return np.array([prefix_family(each) for each in self.model], dtype=object)

    @property
    def twins(self) -> npt.NDArray[np.int64]:
        """Numbers of groups of twins."""
        signature = zip(self.parameters, np.round(self.macs, -6), np.round(self.activations, -4), strict=True)
        return twin_groups(list(self.model), list(signature))

    @property
    def configuration(self) -> Names:
        """Everything but the model and its batch, as one text."""
        parts = (self.hardware, self.mode, self.precision, self.memory_format, self.compiler, self.version)
        return np.array(["|".join(map(str, each)) for each in zip(*parts, strict=True)], dtype=object)


def version_number(text: str | None) -> float:
    """2.04 for `2.4.0`, 2.1 for `2.10`, so that later is larger; NaN for no version."""
    parts = [part for part in (text or "").split("+", maxsplit=1)[0].split(".")[:2] if part.isdigit()]
    return float(parts[0]) + (float(parts[1]) / 100 if len(parts) > 1 else 0.0) if parts else float("nan")
