"""Models of transformers by configuration: a config.json, the folder it lies in, or the defaults of a model type."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from collectors.profiles.sizes import Sizes
from collectors.profiles.wanted import CannotProfile, Traceable, Wanted
from collectors.runner.building import Built

_FILE = "config.json"
_DEFAULTS = "transformers:"
"""Before a model type: without it, a result that is just called `bert` would get the profile of one bert of many."""
_TOKENS = 128
_DECODER_TOKENS = 32
_IMAGE_SIZE = 224


class Configurations:
    """A source of what `AutoConfig` understands, without asking any network."""

    def definition(self, wanted: Wanted) -> Mapping[str, Any] | None:
        """Digest of the file, or the model type, version of transformers, and sizes of the input.

        Raises CannotProfile when a file cannot be read, there is no such model type, or transformers is not installed.
        """
        path, model_type = _path(wanted.name), wanted.name.removeprefix(_DEFAULTS)
        if path is None and not wanted.name.startswith(_DEFAULTS):
            return None
        if find_spec("transformers") is None:
            hint = "Install it: pip install transformers"
            raise CannotProfile("transformers is not installed", where=wanted.name, hint=hint)
        import transformers

        if path is None and model_type not in transformers.CONFIG_MAPPING:
            raise CannotProfile(f"transformers has no model type {model_type!r}", where=wanted.name)
        return {
            "configuration": _digest(path) if path else model_type,
            "transformers": transformers.__version__,
            "image_size": wanted.image_size,
            "sequence_length": wanted.sequence_length,
        }

    def build(self, wanted: Wanted) -> Iterator[Traceable]:
        """The class that the configuration names, else the bare model."""
        import torch
        import transformers

        transformers.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        path = _path(wanted.name)
        config = (
            transformers.AutoConfig.from_pretrained(str(path), local_files_only=True)
            if path
            else transformers.AutoConfig.for_model(wanted.name.removeprefix(_DEFAULTS))
        )
        with torch.device("meta"):
            model = _model_class(config)(config)
            takes = _INPUTS.get(model.main_input_name)
            if takes is None:
                hint = "Write a factory that makes the inputs, and give package.module:factory"
                raise CannotProfile(
                    f"takes {model.main_input_name}, which is not known", where=wanted.name, hint=hint
                )
            keywords, image_size, length = takes(config, wanted)
        yield Traceable(
            Built(model, (), keywords, type(model).__name__),
            Sizes(),
            image_size=image_size,
            sequence_length=length,
            attributes={
                "source": f"transformers {transformers.__version__}",
                "source_module": type(model).__module__,
            },
        )


def _path(name: str) -> Path | None:
    path = Path(name)
    if path.is_dir() and (path / _FILE).is_file():
        return path / _FILE
    return path if path.suffix == ".json" and path.is_file() else None


def _digest(path: Path) -> str:
    try:
        data = path.read_bytes()
        json.loads(data)
    except (OSError, ValueError) as error:
        raise CannotProfile(f"is no configuration: {error}", where=str(path)) from error
    return hashlib.sha256(data).hexdigest()


def _model_class(config: Any) -> Callable[[Any], Any]:
    import transformers

    for name in config.architectures or ():
        if hasattr(transformers, name):
            named: Callable[[Any], Any] = getattr(transformers, name)
            return named
    return transformers.AutoModel.from_config


_Inputs = tuple[dict[str, Any], int | None, int | None]
"""What the model is called with, size of its images, length of its sequences."""


def _tokens(config: Any, wanted: Wanted) -> _Inputs:
    import torch

    length = wanted.sequence_length or _TOKENS
    batch = Sizes().batch
    inputs = {"input_ids": torch.zeros((batch, length), dtype=torch.long)}
    if config.is_encoder_decoder:
        inputs["decoder_input_ids"] = torch.zeros((batch, _DECODER_TOKENS), dtype=torch.long)
    return inputs, None, length


def _images(config: Any, wanted: Wanted) -> _Inputs:
    import torch

    own = getattr(config, "image_size", None)
    size = wanted.image_size or (own if isinstance(own, int) else _IMAGE_SIZE)
    channels = getattr(config, "num_channels", 3)
    return {"pixel_values": torch.empty(Sizes().batch, channels, size, size)}, size, None


_INPUTS: Mapping[str, Callable[[Any, Wanted], _Inputs]] = {"input_ids": _tokens, "pixel_values": _images}
