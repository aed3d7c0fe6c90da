"""From the words of a fact to a setup that memory can be predicted for."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from benchmart.errors import PredictionRefused
from predictors.model_sizes.architecture import Architecture
from predictors.training_memory.fact_habits import Habits, habits_of
from predictors.training_memory.fact_tables import Fact
from predictors.training_memory.fact_words import (
    accumulation_of,
    batch_of,
    length_of,
    offload_of,
    optimizer_of,
    precision_of,
    stated_quantization,
    strategy_of,
    words_of,
)
from predictors.training_memory.setup import Adapters, TrainingSetup

Sizes = Callable[[str], Architecture]
"""Raises PredictionRefused for a name that tells nothing."""

_OWN_LAYOUTS = re.compile(
    r"\b(galore|apollo|badam|lomo|freeze|frozen|prefix|p-?tuning|prompt|ia3|oft|qoft|dora)\b"
)
"""Methods that keep other things than a full or low-rank gradient."""
_ALL_PARAMETERS = re.compile(r"\bfull|\bzero|\bfsdp|\bddp|pre-?train|deepspeed")
_BITS = {"8": "int8", "4": "nf4", "": "nf4", "16": "nf4"}
"""Of weights under QLoRA when only bits are stated; 16 are those of the adapters."""
_SIZE_AGREES = 0.3
"""How far the rounded size in a table may be off: `3B` models have 2.7 to 3.6."""


@dataclass(frozen=True, slots=True)
class Training:
    """A setup, and what was assumed on the way to it."""

    setup: TrainingSetup
    assumptions: tuple[str, ...]


def architecture_of(fact: Fact, size_of: Sizes) -> Architecture:
    """The model of a fact, by its name or by name and size: one of the catalogue sooner than one read off the name.

    Raises PredictionRefused when none of about that size is known.
    """
    sized = f"{fact.model}-{fact.billions:g}b" if fact.billions is not None else fact.model
    has_size = re.search(r"\d+(\.\d+)?\s*b\b", fact.model, re.IGNORECASE) is not None
    refused: PredictionRefused | None = None
    agreeing: list[Architecture] = []
    for name in dict.fromkeys((fact.model, sized) if has_size else (sized, fact.model)):
        try:
            found = size_of(name)
        except PredictionRefused as error:
            refused = refused or error
            continue
        if fact.billions is None or abs(found.parameter_count / 1e9 / fact.billions - 1) <= _SIZE_AGREES:
            agreeing.append(found)
    if agreeing:
        return next((each for each in agreeing if each.basis != "name"), agreeing[0])
    raise refused or PredictionRefused(
        f"no {fact.model} of {fact.billions:g} thousand million parameters is known"
    )


def training_of(fact: Fact, size_of: Sizes) -> Training:
    """The setup of a fact about training.

    What the source leaves out follows the defaults of its program (`habits_of`), each as an assumption that is told.
    Raises PredictionRefused for a method without a model, an unknown model, and lengths nobody states.
    """
    habits, words = habits_of(fact), words_of(fact)
    adapters = _adapters(fact, words, habits)
    architecture = architecture_of(fact, size_of)
    length, batch = length_of(fact, words, habits), batch_of(fact, words, habits)
    if architecture.family == "vision":
        length = length or 1
    if length is None or batch is None:
        what = "the length of sequences" if length is None else "the batch"
        raise PredictionRefused(f"{what} is not stated, and {habits.name} has no default")
    is_full = adapters is None
    is_quantized = adapters is not None and adapters.quantization is not None
    is_chunked = habits.has_chunked_loss or "chunked" in words
    setup = TrainingSetup(
        architecture=architecture,
        micro_batch=batch,
        sequence_length=length,
        precision=precision_of(fact, words, habits, is_full=is_full, is_quantized=is_quantized),
        optimizer=optimizer_of(words),
        strategy=strategy_of(fact, words, habits, is_full=is_full),
        data_parallel=fact.gpu_count,
        offload_optimizer=offload_of(words, "optimizer"),
        offload_parameters=offload_of(words, "param"),
        accumulation_steps=accumulation_of(words),
        checkpointing="full" if "checkpoint" in words else habits.checkpointing,
        attention="eager" if "eager" in words else "flash",
        is_compiled="compile" in words,
        has_chunked_loss=is_chunked,
        keeps_logits=is_chunked,
        steps_in_backward="optimizer_in_bwd" in words or "step into backward" in words,
        offloads_activations="activation offloading" in words,
        optimizer_kernel=habits.optimizer_kernel,
        has_fused_projection=habits.has_fused_projection,
        bucket_elements=habits.bucket_elements,
        adapters=adapters,
    )
    return Training(setup, _assumed(fact, setup, habits))


def _assumed(fact: Fact, setup: TrainingSetup, habits: Habits) -> tuple[str, ...]:
    said = [f"as {habits.name} does by default"]
    if setup.sequence_length != fact.sequence_length:
        said.insert(0, f"sequences of {setup.sequence_length} tokens")
    if setup.micro_batch != fact.micro_batch:
        said.insert(0, f"batch {setup.micro_batch}")
    return (*said, f"{setup.precision}, {setup.optimizer}, {setup.strategy}")


def _adapters(fact: Fact, words: str, habits: Habits) -> Adapters | None:
    if "lora" not in words:
        if not _OWN_LAYOUTS.search(words) and _ALL_PARAMETERS.search(words):
            return None
        raise PredictionRefused(
            f"the method `{fact.method}` is not modelled",
            hint="There are full training, LoRA and QLoRA, with ZeRO, FSDP or DDP",
        )
    quantization = stated_quantization(fact)
    if re.search(r"\bq-?lora", words) and quantization is None:
        quantization = _BITS.get(fact.precision)
        if quantization is None:
            raise PredictionRefused(f"no quantized weights of {fact.precision} bits are modelled")
    trainable = re.search(r"trainable_params=(\d+)", words)
    rank = re.search(r"\b(?:r|rank)\s*=\s*(\d+)", words)
    return Adapters(
        rank=int(rank[1]) if rank else habits.rank,
        targets=habits.targets,
        trains_embeddings="emb" in fact.method.lower(),
        trainable_parameters=int(trainable[1]) if trainable else None,
        quantization=quantization,
        has_dropout=habits.has_adapter_dropout,
        upcasts_embeddings=habits.upcasts_embeddings,
    )
