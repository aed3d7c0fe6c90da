"""Settings that follow from the batch, the model and the machine. Starting points, not results of a search."""

import math
from dataclasses import dataclass

from benchmart.errors import UsageError
from predictors.training_plan.batch_scaling import reason_for
from predictors.training_plan.plan import Plan

RULES = ("sqrt", "linear")
_MOST_WORKERS = 8


@dataclass(frozen=True, slots=True)
class Hyperparameters:
    """What a plan's files are filled with."""

    micro_batch: int
    micro_batch_reason: str
    """Memory or throughput, and whether that was measured or predicted."""
    learning_rate: float
    learning_rate_reason: str
    warmup_share: float
    """Of all optimizer steps."""
    weight_decay: float
    betas: tuple[float, float]
    gradient_clipping: float
    workers: int
    """Processes that load data, for each device."""


@dataclass(frozen=True, slots=True)
class _Base:
    learning_rate: float
    batch: int
    """Sequences that the rate was published for."""
    source: str


_LORA = _Base(2e-4, 128, "LoRA, arXiv:2106.09685, appendix D: 2e-4 for GPT-3 175B at batch 128")
_DECODER = _Base(2e-5, 128, "Stanford Alpaca's recipe for LLaMA-7B: 2e-5 at batch 128")
_ENCODER = _Base(2e-5, 32, "BERT, arXiv:1810.04805, section 4.1: 2e-5 to 5e-5 at batch 32")
_VISION = _Base(1e-3, 1024, "DeiT, arXiv:2012.12877, table 9: 5e-4 x batch / 512")


def scaled_rate(rate: float, batch: int, new_batch: int, rule: str = "sqrt") -> float:
    """The learning rate at another batch.

    `linear` for SGD (Goyal et al., arXiv:1706.02677, section 2.1); `sqrt` for Adam and its kin (Malladi et al.,
    arXiv:2205.10287, definition 5.2). Raises UsageError for another rule.
    """
    if rule not in RULES:
        raise UsageError(f"no rule {rule!r}", hint=f"There are {', '.join(RULES)}")
    share = new_batch / batch
    return rate * (share if rule == "linear" else math.sqrt(share))


def hyperparameters_of(plan: Plan, cores: int | None = None) -> Hyperparameters:
    """Settings of a plan; `cores` are those of one node, 2 for each device when they are not known."""
    request = plan.request
    base = _base(plan)
    rate = scaled_rate(base.learning_rate, base.batch, request.global_batch)
    per_device = cores // request.devices.per_node if cores else 2
    setup = plan.setup
    return Hyperparameters(
        micro_batch=setup.micro_batch,
        micro_batch_reason=reason_for(
            request.batch_scaling, setup.micro_batch, is_whole=setup.accumulation_steps == 1
        ),
        learning_rate=float(f"{rate:.3g}"),
        learning_rate_reason=(
            f"{base.source}; by the square root to batch {request.global_batch} (arXiv:2205.10287)"
        ),
        warmup_share=0.03 if request.architecture.family == "text_generation" else 0.1,
        weight_decay=0.0 if request.method != "full" else 0.01,
        betas=(0.9, 0.999),
        gradient_clipping=1.0,
        workers=max(1, min(per_device, _MOST_WORKERS)),
    )


def _base(plan: Plan) -> _Base:
    if plan.request.method != "full":
        return _LORA
    return {"text_generation": _DECODER, "vision": _VISION}.get(plan.request.architecture.family, _ENCODER)
