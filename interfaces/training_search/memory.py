"""Memory of a rank on this machine: what there is, and what a way of training is predicted to take."""

from collections.abc import Callable

from benchmart.errors import PredictionRefused, UsageError
from collectors.training.configuration import TrainingConfiguration
from collectors.training.engines import BUCKET_ELEMENTS
from collectors.training.models import DECODER, architecture_of, dimensions_of
from predictors.model_sizes.architecture import Architecture
from predictors.model_sizes.counting import active_parameter_count, parameter_count
from predictors.model_sizes.dimensions import Dimensions
from predictors.model_sizes.published import styles
from predictors.model_sizes.sizes import size_of
from predictors.training_memory.model import memory_of
from predictors.training_memory.setup import Adapters, TrainingSetup

Predicted = Callable[[TrainingConfiguration], float | None]


def memory_of_rank(device: str, ranks: int) -> float:
    """Bytes that one rank could take now: its share of what the host has free, or one device's whole memory.

    Raises UsageError when no device of the kind is seen.
    """
    if device == "cpu":
        import psutil

        return float(psutil.virtual_memory().available / ranks)
    from collectors.probes.hardware import look
    from collectors.probes.sighting import Machine

    found = [each.memory_bytes for each in look(Machine())[0] if each.device_kind == device]
    if not found or None in found:
        raise UsageError(
            f"the memory of {device} devices here is not known", hint="Give --memory, such as 24GB"
        )
    return float(min(size for size in found if size is not None))


def prediction_for(configuration: TrainingConfiguration) -> Predicted:
    """Predicts the peak of a rank in bytes, as the collector measures it: above what the process took before.

    The context of a driver is therefore left out; on a CPU, what is offloaded to the host counts as well. None where
    the layers of the model are not known.
    """
    try:
        architecture = architecture_for(configuration.model)
        memory_of(_setup(configuration, architecture))
    except PredictionRefused:
        return lambda _: None

    def predict(way: TrainingConfiguration) -> float:
        memory = memory_of(_setup(way, architecture))
        on_host = memory.host_bytes if way.device == "cpu" else 0.0
        return memory.device_bytes - memory.device_parts["context"] + on_host

    return predict


def architecture_for(model: str) -> Architecture:
    """What the collector's name of a model means; raises PredictionRefused where nothing tells."""
    if not model.startswith(DECODER):
        return size_of(model)
    sizes = dimensions_of(architecture_of(model))
    style = styles()["llama"]
    dimensions = Dimensions(
        layers=sizes["layers"],
        hidden_size=sizes["hidden_size"],
        heads=sizes["heads"],
        key_value_heads=sizes["key_value_heads"],
        head_size=sizes["hidden_size"] // sizes["heads"],
        intermediate_size=sizes["intermediate_size"],
        vocabulary_size=sizes["vocabulary_size"],
        ties_embeddings=sizes["ties_embeddings"],
        longest_sequence=0,
    )
    return Architecture(
        name=model,
        family=style.family,
        parameter_count=parameter_count(dimensions, style),
        active_parameter_count=active_parameter_count(dimensions, style),
        basis="catalogue",
        stacks=(dimensions.stack(style),),
        vocabulary_size=dimensions.vocabulary_size,
        ties_embeddings=dimensions.ties_embeddings,
    )


def _setup(way: TrainingConfiguration, architecture: Architecture) -> TrainingSetup:
    length = way.sequence_length or architecture_of(way.model).sequence_length or 1
    return TrainingSetup(
        architecture=architecture,
        micro_batch=way.micro_batch,
        sequence_length=length,
        precision=way.precision,
        optimizer=way.optimizer,
        strategy=way.strategy,
        data_parallel=way.ranks,
        checkpointing=way.checkpointing,
        offload_optimizer=way.offload_optimizer,
        accumulation_steps=way.accumulation_steps,
        reshards_after_forward=way.reshards_after_forward,
        bucket_elements=BUCKET_ELEMENTS,
        adapters=Adapters(way.lora_rank) if way.lora_rank else None,
    )
