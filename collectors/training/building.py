"""Build what is trained: a model with random weights, and the batch this rank sees again and again."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from collectors.runner.architectures import Architecture
from collectors.runner.building import Built
from collectors.runner.configuration import Configuration
from collectors.runner.inputs import inputs_for
from collectors.training.configuration import TrainingConfiguration
from collectors.training.models import architecture_of

if TYPE_CHECKING:
    import torch

_SEED = 0
REHEARSAL = "decoder:layers=1,hidden=64,heads=2,vocabulary=128"
"""The model a rank trains before anything is measured."""


@dataclass(frozen=True)
class Place:
    """Where a rank computes."""

    rank: int
    world_size: int
    device: "torch.device"


def build(configuration: TrainingConfiguration, place: Place) -> Built:
    """The model, the same on every rank, and a batch of this rank's own; raises whatever the model raises."""
    import torch

    architecture = architecture_of(configuration.model)
    usual = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16 if configuration.precision == "bf16" else torch.float32)
    try:
        with torch.device(place.device):
            torch.manual_seed(_SEED)
            module = _module(architecture)
            torch.manual_seed(_SEED + 1 + place.rank)
            inputs = inputs_for(architecture, as_measured_by_runner(configuration, architecture))
    finally:
        torch.set_default_dtype(usual)
    module.train()
    return Built(module, (), inputs, architecture.model_class)


def as_measured_by_runner(configuration: TrainingConfiguration, architecture: Architecture) -> Configuration:
    """The runner's description of one rank's forward and backward pass."""
    return Configuration(
        family=architecture.family,
        model=configuration.model,
        mode="training",
        device=configuration.device,
        batch_size=configuration.micro_batch,
        sequence_length=configuration.sequence_length or architecture.sequence_length,
        image_size=architecture.image_size,
    )


def layers_of(module: "torch.nn.Module") -> list["torch.nn.Module"]:
    """The equal layers a model is stacked of: the members of its lists of modules; empty when it has none."""
    import torch

    return [layer for part in module.modules() if isinstance(part, torch.nn.ModuleList) for layer in part]


def _module(architecture: Architecture) -> "torch.nn.Module":
    import transformers

    # Advice about text generation settings and the like, which nobody asked for.
    transformers.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    settings: dict[str, Any] = dict(architecture.settings)
    for name, (kind, inner) in architecture.nested.items():
        settings[name] = getattr(transformers, kind)(**inner).to_dict()
    if architecture.family == "audio":
        # The encoder halves the frames, and takes exactly as many as it has positions.
        settings["max_source_positions"] = (architecture.sequence_length or 0) // 2
    config = getattr(transformers, architecture.config_class)(**settings)
    # A training step has no use for keys and values of earlier tokens, and would pay for keeping them.
    config.use_cache = False
    module: torch.nn.Module = getattr(transformers, architecture.model_class)(config)
    return module
