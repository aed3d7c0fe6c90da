"""What the words of a fact mean, one question at a time."""

import re

from benchmart.errors import PredictionRefused
from predictors.training_memory.fact_habits import Habits
from predictors.training_memory.fact_tables import Fact

_TORCHTUNE_FLAGS = (
    "packed",
    "compile",
    "chunked cross entropy",
    "activation checkpointing",
    "optimizer_in_bwd",
    "activation offloading",
    "adamw8bit",
)
"""All flags of its table, which a row may mean by `previous flags`."""
_QUANTIZATIONS = (
    (r"nf4[-_ ]?dq|double[- ]quant", "nf4-dq"),
    (r"nf4|fp4", "nf4"),
    (r"int4|4[- ]?bit|gptq|awq", "int4"),
    (r"int8|(?<!adam)(?<!adamw)(?<!adamw[-_ ])8[- ]?bit(?! (?:adam|optim))", "int8"),
)
_PLAIN = re.compile(r"bf16|fp16|fp32|float|half|16|32")
"""What a column of quantization may have for weights that are not."""
_HALF = frozenset({"16", "bf16", "fp16", "bf16-true"})


def words_of(fact: Fact) -> str:
    """All words that say how it was run, with `previous flags except ...` written out."""
    words = fact.words
    if "previous flags" not in words:
        return words
    said, _, left_out = words.partition("previous flags")
    return " ".join((said, *(flag for flag in _TORCHTUNE_FLAGS if flag not in left_out)))


def quantization_of(words: str) -> str | None:
    """The quantization that some words mean; None when they mean none."""
    return next((name for pattern, name in _QUANTIZATIONS if re.search(pattern, words)), None)


def stated_quantization(fact: Fact) -> str | None:
    """The quantization of weights that the fact's own column states, or its words.

    Raises PredictionRefused for one without a model: it is never taken for none.
    """
    stated = fact.quantization.lower()
    found = quantization_of(f"{stated} {fact.words}")
    if found is None and stated and not _PLAIN.search(stated):
        raise PredictionRefused(f"the quantization `{fact.quantization}` is not modelled")
    return found


def length_of(fact: Fact, words: str, habits: Habits) -> int | None:
    """Tokens of the longest sequence; None when nobody states it.

    Samples that are not packed stay far below the longest that is allowed, in torchtune's runs.
    """
    stated = fact.sequence_length or _number(r"(?:seq\w*|max_length|cutoff)[_ ]?(?:len\w*)?\W+(\d+)", words)
    if stated and habits.unpacked_length and "packed" not in words:
        return min(stated, habits.unpacked_length)
    return stated or habits.sequence_length


def batch_of(fact: Fact, words: str, habits: Habits) -> int | None:
    """Sequences of a GPU's batch; None when nobody states it."""
    return fact.micro_batch or _number(r"\bbatch(?:[_ ]?size)?\W+(\d+)", words) or habits.micro_batch


def accumulation_of(words: str) -> int:
    """Batches whose gradients add up before a step."""
    return _number(r"accumulation(?:[_ ]steps)?\W+(\d+)", words) or 1


def precision_of(fact: Fact, words: str, habits: Habits, *, is_full: bool, is_quantized: bool) -> str:
    """A precision of `TrainingSetup`. DeepSpeed's half precision has fp32 master weights."""
    found = _plain_precision(fact, words, habits, is_full=is_full, is_quantized=is_quantized)
    if strategy_of(fact, words, habits, is_full=is_full).startswith("zero") and found in {"bf16", "amp_bf16"}:
        return "mixed_bf16"
    return found


def _plain_precision(fact: Fact, words: str, habits: Habits, *, is_full: bool, is_quantized: bool) -> str:
    bits = fact.precision.lower()
    if re.search(r"pure[_ -]?bf16|bf16-true", words) or bits in _HALF:
        return "bf16"
    if re.search(r"\bamp\b|mixed|autocast", f"{words} {bits}"):
        return "amp_fp16" if "fp16" in f"{words} {bits}" else "amp_bf16"
    if "fp32" in f"{words} {bits}" or (bits == "32" and not habits.means_mixed_by_32):
        return "fp32"
    if is_full:
        return habits.full_precision
    return habits.quantized_precision if is_quantized else habits.precision


def optimizer_of(words: str) -> str:
    """An optimizer of `TrainingSetup`; Adam when none is named."""
    if re.search(r"adamw?[-_ ]?8[-_ ]?bit|8[-_ ]?bit[-_ ]adam|8[-_ ]?bit optim", words):
        return "adamw_8bit"
    if "adafactor" in words:
        return "adafactor"
    if re.search(r"\bsgd", words):
        return "sgd_momentum" if "momentum" in words else "sgd"
    unknown = re.search(r"\b(lion|muon|lamb|sophia|came|shampoo|adagrad)\b", words)
    if unknown:
        raise PredictionRefused(f"the optimizer `{unknown[1]}` is not modelled")
    return "adamw"


def strategy_of(fact: Fact, words: str, habits: Habits, *, is_full: bool) -> str:
    """A strategy of `TrainingSetup`; on several GPUs the program's own when none is named."""
    stage = _number(r"zero[-_ ]?(?:stage)?[-_ ]?([0-3])", words)
    if stage is not None:
        return f"zero{stage}"
    for word, name in (("fsdp", "fsdp2"), ("ddp", "ddp")):
        if word in words:
            return name
    if "deepspeed" in words:
        return "zero3"
    if fact.gpu_count == 1:
        return "single"
    return habits.shards_full if is_full else habits.shards_adapters


def offload_of(words: str, what: str) -> str:
    """Where DeepSpeed's `offload_<what>` puts things; `cpu offload` alone means all, `paged` states alone."""
    named = re.search(rf"offload_{what}\w*\s*=\s*(\w+)", words)
    if named:
        return {"none": "none", "false": "none", "nvme": "nvme"}.get(named[1], "cpu")
    if what == "optimizer" and "paged" in words:
        return "cpu"  # unified memory is outside of PyTorch's allocator
    return "cpu" if re.search(r"cpu[- _]offload|offload(ing)? to cpu", words) else "none"


def _number(pattern: str, words: str) -> int | None:
    found = re.search(pattern, words)
    return int(found[1]) if found else None
