"""Predicted beside known memory, fact by fact, and how far off that is by kind of evidence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmart.errors import BenchmartError, UsageError
from predictors.training_memory.calibration import USABLE
from predictors.training_memory.counts import largest_matrix
from predictors.training_memory.fact_habits import habits_of
from predictors.training_memory.fact_methods import Sizes, architecture_of, training_of
from predictors.training_memory.fact_tables import Fact
from predictors.training_memory.fact_words import stated_quantization
from predictors.training_memory.inference import inference_memory
from predictors.training_memory.model import memory_of
from predictors.training_memory.model_states import model_states
from predictors.training_memory.setup import TrainingMemory
from predictors.training_memory.traced import traced_of

_NEAR, _EQUAL = 0.2, 0.01
_ADAM_COPIES = 4
"""Weights, gradients and two moments, as accelerate counts them."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A fact and its prediction."""

    fact: Fact
    predicted_bytes: float | None
    """As the source counts: with or without context and what the allocator holds."""
    device_bytes: float | None
    """With both."""
    bounds: tuple[float, float] | None
    """Of `device_bytes`."""
    basis: tuple[str, ...]
    """What was assumed; why there is no prediction."""

    @property
    def error(self) -> float | None:
        """Share that the prediction is above what is known."""
        known = self.fact.known_bytes
        if self.predicted_bytes is None or known is None or self.fact.outcome != "ok":
            return None
        return self.predicted_bytes / known - 1

    @property
    def fits(self) -> bool | None:
        """Whether the prediction is within the GPU named, or within what the fact says is enough."""
        if self.device_bytes is None:
            return None
        capacity = self.fact.known_bytes if self.fact.outcome == "fits" else self.fact.capacity_bytes
        return None if capacity is None else self.device_bytes <= USABLE * capacity


@dataclass(frozen=True, slots=True)
class Total:
    """How far off predictions are for one kind of evidence."""

    evidence: str
    facts: int
    predicted: int
    """Of the facts whose memory is known."""
    median_error: float | None
    """Of absolute errors."""
    within_20_percent: float | None
    within_1_percent: float | None
    out_of_memory: int
    """Facts that ran out of memory."""
    out_of_memory_caught: int
    """Of them, those predicted not to fit."""
    refused: int


def score(facts: Sequence[Fact], size_of: Sizes) -> Sequence[Scored]:
    """Each fact beside its prediction; one that cannot be predicted says why."""
    return [_scored(fact, size_of) for fact in facts]


def totals(scored: Sequence[Scored]) -> Sequence[Total]:
    """One for each kind of evidence, in the order they come."""
    kinds = dict.fromkeys(each.fact.evidence for each in scored)
    return [_total(kind, [each for each in scored if each.fact.evidence == kind]) for kind in kinds]


def _total(evidence: str, scored: Sequence[Scored]) -> Total:
    errors = [abs(each.error) for each in scored if each.error is not None]
    failed = [each for each in scored if each.fact.is_out_of_memory]
    return Total(
        evidence=evidence,
        facts=len(scored),
        predicted=len(errors),
        median_error=median(errors) if errors else None,
        within_20_percent=_share(errors, _NEAR),
        within_1_percent=_share(errors, _EQUAL),
        out_of_memory=len(failed),
        out_of_memory_caught=sum(each.fits is False for each in failed),
        refused=sum(each.predicted_bytes is None for each in scored),
    )


def _share(errors: Sequence[float], within: float) -> float | None:
    return sum(error <= within for error in errors) / len(errors) if errors else None


def _scored(fact: Fact, size_of: Sizes) -> Scored:
    try:
        return _predicted(fact, size_of)
    except BenchmartError as error:
        return Scored(fact, None, None, None, (str(error),))


def _predicted(fact: Fact, size_of: Sizes) -> Scored:
    if fact.evidence == "formula":
        value = _formula(fact, size_of)
        return Scored(fact, value, value, None, ("model states alone",))
    habits = habits_of(fact)
    if re.search(r"inference|generat", fact.method.lower()):
        memory, basis = _inference(fact, size_of)
        reports_all = False
    else:
        training = training_of(fact, size_of)
        memory, basis = memory_of(training.setup), training.assumptions
        reports_all = habits.reports == "device"
    beside = memory.device_parts["context"] + memory.device_parts["fragmentation"]
    predicted = memory.device_bytes - (0 if reports_all else beside)
    return Scored(fact, predicted, memory.device_bytes, (memory.low, memory.high), basis)


def _inference(fact: Fact, size_of: Sizes) -> tuple[TrainingMemory, tuple[str, ...]]:
    """Precision is half unless the fact says so; sources print the peak of tensors."""
    habits = habits_of(fact)
    length = fact.sequence_length or habits.generated
    architecture = architecture_of(fact, size_of)
    precision = "fp32" if fact.precision.lower() in {"32", "fp32"} else "bf16"
    memory = inference_memory(
        architecture,
        fact.micro_batch or 1,
        length,
        precision,
        stated_quantization(fact),
        devices=fact.gpu_count,
    )
    return memory, (f"{length} tokens in the cache", "tensors alone")


def _formula(fact: Fact, size_of: Sizes) -> float:
    """What an estimator prints: accelerate's three rows, or DeepSpeed's model states."""
    stage = re.search(r"zero[- ]?([23])", fact.words)
    if stage:
        return _deepspeed(fact, f"zero{stage[1]}", size_of)
    bits = float(fact.precision or 32)
    architecture = architecture_of(fact, size_of)
    weights = architecture.parameter_count * bits / 8
    if "load" in fact.method.lower():
        return weights
    if "adam" in fact.method.lower():
        return _ADAM_COPIES * weights
    if "largest" in fact.method.lower():
        largest = largest_matrix(architecture) or traced_of(architecture).largest_weight
        return largest * bits / 8
    raise UsageError(f"no formula is known for `{fact.method}`", where=fact.fact_id)


def _deepspeed(fact: Fact, strategy: str, size_of: Sizes) -> float:
    layout = re.search(r"(\d+) nodes? x (\d+) gpus?", fact.words)
    nodes, gpus = (int(layout[1]), int(layout[2])) if layout else (1, fact.gpu_count)
    if fact.billions is not None and strategy == "zero2":
        parameters, largest = fact.billions * 1e9, 0.0
    else:
        architecture = architecture_of(fact, size_of)
        parameters, largest = float(architecture.parameter_count), float(largest_matrix(architecture))
    return model_states(
        parameters,
        largest,
        gpus,
        nodes,
        strategy,
        offloads_optimizer=re.search(r"offload_optimizer=(cpu|nvme)", fact.words) is not None,
        offloads_parameters=re.search(r"offload_param\w*=(cpu|nvme)", fact.words) is not None,
        is_built_cut="zero_init=0" not in fact.words,
        keeps_gradients=True,  # the documentation prints what older releases estimated
    ).device_bytes
