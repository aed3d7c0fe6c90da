"""What the memory model says of a way of training, recorded before it is measured."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from benchmart import __version__
from benchmart.errors import PredictionRefused
from benchmart.event_log.events import PredictionIssued
from collectors.training.engines import BUCKET_ELEMENTS
from collectors.training.models import DECODER, architecture_of, dimensions_of
from predictors.model_sizes.sizes import size_of
from predictors.training_memory.setup import Adapters, TrainingSetup
from predictors.training_memory.trials import decoder_of, trial_of

if TYPE_CHECKING:
    from collectors.runner.shared_fields import Context
    from collectors.training.configuration import TrainingConfiguration
    from predictors.model_sizes.architecture import Architecture

PREDICTOR = "training_memory"
_ADAPTED = ("query", "key", "value", "output")
"""Matrices that have adapters: `collectors.training.lora` adapts those of attention."""


def foretell(context: "Context", configuration: "TrainingConfiguration") -> Sequence[PredictionIssued]:
    """The memory that training is predicted to take, as one event; none where the model refuses to say.

    It carries the run and the configuration's key, as the result that follows does: that is how the two are held
    against each other.
    """
    is_on_cpu = configuration.device == "cpu"
    try:
        trial = trial_of(setup_of(configuration), is_on_cpu=is_on_cpu)
    except PredictionRefused:
        return []
    return [
        PredictionIssued(
            collector="train-bench",
            collector_version=__version__,
            occurred_at=datetime.now(UTC),
            run_id=context.run_id,
            source_locator=configuration.key,
            predictor=PREDICTOR,
            predictor_version=__version__,
            model_id=configuration.model,
            hardware_id=context.device_names.get(configuration.device, configuration.device),
            mode="training",
            precision=configuration.precision,
            batch_size=configuration.global_batch,
            sequence_length=configuration.sequence_length
            or architecture_of(configuration.model).sequence_length,
            device_count=1 if is_on_cpu else configuration.ranks,
            runtime="pytorch",
            metric="memory_peak",
            unit="byte",
            value=trial.value,
            low=trial.low,
            high=trial.high,
            level=trial.level,
            case_name="counted, nothing learned",
            attributes={"parts": json.dumps({name: round(value) for name, value in trial.parts.items()})},
        )
    ]


class Foretelling:
    """`foretell`, which remembers what it said."""

    def __init__(self) -> None:
        self.bytes_by_key: dict[str, float] = {}

    def __call__(
        self, context: "Context", configuration: "TrainingConfiguration"
    ) -> Sequence[PredictionIssued]:
        """As `foretell`."""
        issued = foretell(context, configuration)
        for each in issued:
            self.bytes_by_key[configuration.key] = each.value
        return issued


def setup_of(configuration: "TrainingConfiguration") -> TrainingSetup:
    """The same way of training in the words of the memory model.

    Raises PredictionRefused for a model whose size is not known.
    """
    length = configuration.sequence_length or architecture_of(configuration.model).sequence_length
    return TrainingSetup(
        architecture=_architecture(configuration.model),
        micro_batch=configuration.micro_batch,
        sequence_length=length or 1,
        precision=configuration.precision,
        optimizer=configuration.optimizer,
        # The engines leave the choice of kernel to torch, which takes a loop on a CPU and foreach elsewhere.
        optimizer_kernel="for_loop" if configuration.device == "cpu" else "foreach",
        holds_result=False,
        strategy=configuration.strategy,
        data_parallel=configuration.ranks,
        reshards_after_forward=configuration.reshards_after_forward,
        offload_optimizer=configuration.offload_optimizer,
        checkpointing=configuration.checkpointing,
        accumulation_steps=configuration.accumulation_steps,
        bucket_elements=BUCKET_ELEMENTS,
        adapters=Adapters(configuration.lora_rank, _ADAPTED, has_dropout=False)
        if configuration.lora_rank
        else None,
    )


def _architecture(model: str) -> "Architecture":
    if model.startswith(DECODER):
        dimensions = dimensions_of(architecture_of(model))
        dimensions.pop("is_gated")
        return decoder_of(model, **dimensions)
    return size_of(model)
