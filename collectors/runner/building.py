"""Build a model with random weights and the inputs for one step, on the device."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from collectors.runner.architectures import ARCHITECTURES, Architecture
from collectors.runner.configuration import Configuration
from collectors.runner.inputs import inputs_for
from collectors.runner.precision import weights_dtype

if TYPE_CHECKING:
    import torch

_SEED = 0


@dataclass
class Built:
    """A model and what it is called with."""

    module: "torch.nn.Module"
    arguments: Sequence[Any]
    """Passed by position."""
    keywords: Mapping[str, Any]
    """Passed by name."""
    architecture: str
    """The class of the model."""

    def call(self, **extra: Any) -> Any:
        """Run the model on its inputs."""
        return self.module(*self.arguments, **self.keywords, **extra)


def build(configuration: Configuration, device: "torch.device") -> Built:
    """Build the configuration's model and inputs on the device; on `meta` nothing is computed or stored.

    Raises whatever the model raises, and ValueError when a factory's answer cannot be used.
    """
    import torch

    torch.manual_seed(_SEED)
    make = _from_factory if configuration.is_custom else _from_architecture
    dtype = weights_dtype(configuration)
    usual = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        with torch.device(device):
            built = make(configuration)
    finally:
        torch.set_default_dtype(usual)
    built.module.train(configuration.mode == "training")
    return built


def _from_architecture(configuration: Configuration) -> Built:
    architecture = ARCHITECTURES[configuration.model]
    module = _module(architecture, configuration)
    return Built(module, (), inputs_for(architecture, configuration), architecture.model_class)


def _module(architecture: Architecture, configuration: Configuration) -> "torch.nn.Module":
    import transformers

    # Advice about text generation settings and the like, which nobody asked for.
    transformers.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    settings = dict(architecture.settings)
    for name, (kind, inner) in architecture.nested.items():
        settings[name] = getattr(transformers, kind)(
            **inner, **_image_settings(configuration, kind)
        ).to_dict()
    settings |= _shape_settings(architecture, configuration)
    config = getattr(transformers, architecture.config_class)(**settings)
    module: torch.nn.Module = getattr(transformers, architecture.model_class)(config)
    return module


def _shape_settings(architecture: Architecture, configuration: Configuration) -> dict[str, Any]:
    """Settings that follow the shape of the inputs."""
    if architecture.family == "audio":
        # The encoder halves the frames, and takes exactly as many as it has positions.
        return {"max_source_positions": (configuration.sequence_length or 0) // 2}
    return _image_settings(configuration, architecture.config_class)


def _image_settings(configuration: Configuration, config_class: str) -> dict[str, Any]:
    takes_size = config_class in ("ViTConfig", "ConvNextConfig", "CLIPVisionConfig")
    return {"image_size": configuration.image_size} if takes_size else {}


def _from_factory(configuration: Configuration) -> Built:
    """Ask `package.module:factory` for (module, inputs) for this configuration."""
    import torch

    module_name, _, factory_name = configuration.model.partition(":")
    factory = getattr(import_module(module_name), factory_name)
    answer = factory(configuration)
    is_pair = isinstance(answer, tuple) and len(answer) == 2  # noqa: PLR2004 - a pair
    if not (is_pair and isinstance(answer[0], torch.nn.Module)):
        raise ValueError(f"{configuration.model} must return (torch module, inputs)")
    module, inputs = answer
    arguments, keywords = ((), dict(inputs)) if isinstance(inputs, Mapping) else (tuple(inputs), {})
    _check_batch(configuration, [*arguments, *keywords.values()])
    dtype = weights_dtype(configuration)
    device = torch.get_default_device()
    place = _placer(device, dtype)
    return Built(
        module.to(device=device, dtype=dtype),
        [place(value) for value in arguments],
        {name: place(value) for name, value in keywords.items()},
        type(module).__name__,
    )


def _check_batch(configuration: Configuration, values: Sequence[Any]) -> None:
    """A factory that ignores the batch size would make every throughput wrong."""
    first = next((value for value in values if hasattr(value, "shape") and len(value.shape)), None)
    if first is not None and first.shape[0] != configuration.batch_size:
        raise ValueError(
            f"{configuration.model} gave a batch of {first.shape[0]}, not {configuration.batch_size}"
        )


def _placer(device: "torch.device", dtype: "torch.dtype") -> Callable[[Any], Any]:
    """A function that moves tensors to the device, and numbers with a fraction to the precision."""

    def place(value: Any) -> Any:
        if not hasattr(value, "is_floating_point"):
            return value
        return value.to(device=device, dtype=dtype if value.is_floating_point() else None)

    return place
