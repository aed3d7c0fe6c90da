"""Models of timm, by the names it has or had for them."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from typing import Any

from collectors.profiles.sizes import Sizes
from collectors.profiles.timm_library import import_timm
from collectors.profiles.wanted import Traceable, Wanted
from collectors.runner.building import Built

_FUSES = ("fuse", "reparameterize", "switch_to_deploy")
"""Methods by which parts of a model become their form for inference."""
_PREFIXES = ("timm/", "hf_hub:timm/", "hf-hub:timm/")


class TimmModels:
    """A source of timm's models, when timm is installed."""

    def definition(self, wanted: Wanted) -> Mapping[str, Any] | None:
        """Version of timm, today's name of the model, and size of the images."""
        name = _known_name(wanted.name)
        if name is None or wanted.sequence_length is not None:
            return None
        timm = import_timm()
        usual = timm.get_pretrained_cfg(name)
        size = wanted.image_size or (usual.input_size[-1] if usual else None)
        return {"timm": timm.__version__, "model": name, "image_size": size}

    def build(self, wanted: Wanted) -> Iterator[Traceable]:
        """The model as it is trained, and with its branches fused where timm does that for inference."""
        from timm.models import reparameterize_model

        name = _known_name(wanted.name) or wanted.name
        trained = _traceable(name, wanted.image_size, lambda model: model, {"form": "as trained"})
        yield trained
        if not any(hasattr(part, name) for part in trained.built.module.modules() for name in _FUSES):
            return
        fused = _traceable(
            name,
            wanted.image_size,
            lambda model: reparameterize_model(model.eval(), inplace=True),
            {"form": "reparameterized"},
        )
        if _parameters(fused) != _parameters(trained):
            yield fused


def _parameters(traceable: Traceable) -> int:
    return sum(parameter.numel() for parameter in traceable.built.module.parameters())


@cache
def _known_name(name: str) -> str | None:
    """The name under which today's timm builds the model; None when it has none."""
    if find_spec("timm") is None:
        return None
    timm = import_timm()
    from timm.models import get_deprecated_models

    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    current = _deprecated(get_deprecated_models).get(name, name)
    if current is None or not timm.is_model(current):
        return None
    # A tag names weights, which may be gone while the architecture stays.
    has_weights = timm.is_model_pretrained(current)
    return current if has_weights else str(current).partition(".")[0]


@cache
def _deprecated(listed: Any) -> Mapping[str, str | None]:
    names: Mapping[str, str | None] = listed()
    return names


def _traceable(name: str, image_size: int | None, change: Any, attributes: Mapping[str, str]) -> Traceable:
    import torch

    usual = _create(name)
    channels, side, _ = usual.default_cfg["input_size"]
    size = image_size or side
    with torch.device("meta"):
        model = change(usual if size == side else _create(name, size))
    sizes = Sizes()
    images = torch.empty(sizes.batch, channels, size, size, device="meta")
    return Traceable(
        Built(model, (images,), {}, type(model).__name__),
        sizes,
        family="vision",
        image_size=size,
        attributes={
            **attributes,
            "source": f"timm {import_timm().__version__}",
            "source_name": name,
            "source_module": type(model).__module__,
            "default_image_size": str(side),
        },
    )


def _create(name: str, image_size: int | None = None) -> Any:
    """A model on the meta device; those that are made for one size of image are made for this one."""
    import torch

    timm = import_timm()
    with torch.device("meta"):
        if image_size:
            try:
                return timm.create_model(name, img_size=image_size)
            except TypeError:
                pass  # takes any size
        return timm.create_model(name)
