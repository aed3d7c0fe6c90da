"""What the predictor of throughput says of a model whose operators are known."""

from collections.abc import Mapping, Sequence

from predictors.contract import Prediction, Question
from predictors.performance.hardware import matrix_rate
from predictors.selector.devices import Device
from predictors.selector.estimate import PREDICTED, Estimate
from predictors.selector.knowledge import Knowledge
from predictors.selector.request import SelectionRequest

_KINDS = frozenset({"gpu", "cpu"})
"""What the predictor of rates has learned from."""


def predicted(asked: SelectionRequest, devices: Sequence[Device], known: Knowledge) -> Mapping[str, Estimate]:
    """What the predictor that serves says of models whose operators are known."""
    return {
        device.hardware_id: Estimate(each.value, each.low, each.high, PREDICTED, 0, f"case: {each.case.name}")
        for device, each in answers(asked, devices, known)
    }


def answers(
    asked: SelectionRequest, devices: Sequence[Device], known: Knowledge
) -> Sequence[tuple[Device, Prediction]]:
    """Predicted throughput of those devices that the predictor can be asked of; none for a model without profile."""
    profile = known.profile(asked)
    usable = [
        each
        for each in devices
        if each.facts.kind in _KINDS
        and each.facts.memory_bandwidth
        and matrix_rate(each.facts, asked.precision)
    ]
    if profile is None or not usable:
        return ()
    questions = [
        Question(
            "throughput",
            profile,
            each.facts,
            asked.mode,
            asked.precision,
            batch_size=asked.batch_size,
            runtime=asked.runtime,
            runtime_version=asked.runtime_version,
            compiler=asked.compiler,
            memory_format=asked.memory_format,
        )
        for each in usable
    ]
    said = known.predict("throughput", questions)
    return list(zip(usable, said, strict=True)) if said else ()
