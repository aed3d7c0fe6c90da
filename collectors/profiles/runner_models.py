"""Models the runner can measure: its own table of architectures, and anybody's `module:factory`."""

import hashlib
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from collectors.profiles.sizes import BATCH, SMALL_BATCH, Sizes
from collectors.profiles.wanted import CannotProfile, Traceable, Wanted
from collectors.runner.architectures import ARCHITECTURES
from collectors.runner.building import build
from collectors.runner.configuration import Configuration


class Architectures:
    """A source of the published architectures that suites name."""

    def definition(self, wanted: Wanted) -> Mapping[str, Any] | None:
        """Digest of the architecture, and sizes of the input."""
        architecture = ARCHITECTURES.get(wanted.name)
        if architecture is None:
            return None
        if find_spec("transformers") is None:
            hint = "Install it: pip install transformers"
            raise CannotProfile("transformers is not installed", where=wanted.name, hint=hint)
        import transformers

        image_size, sequence_length = _sizes(wanted)
        return {
            "architecture": architecture.digest,
            "transformers": transformers.__version__,
            "image_size": image_size,
            "sequence_length": sequence_length,
        }

    def build(self, wanted: Wanted) -> Iterator[Traceable]:
        """The model in its one form."""
        import transformers

        image_size, sequence_length = _sizes(wanted)
        architecture = ARCHITECTURES[wanted.name]
        configuration = Configuration(
            family=architecture.family,
            model=wanted.name,
            batch_size=BATCH,
            image_size=image_size,
            sequence_length=sequence_length,
        )
        yield _traceable(configuration, f"transformers {transformers.__version__}")


class Factories:
    """A source of anybody's models: functions that return (torch module, inputs)."""

    def definition(self, wanted: Wanted) -> Mapping[str, Any] | None:
        """Digest of the file that defines the factory, and sizes of the input.

        Raises CannotProfile when there is no such module or function.
        """
        module_name, _, factory_name = wanted.name.partition(":")
        if not all(part.isidentifier() for part in (*module_name.split("."), factory_name)):
            return None
        try:
            factory = getattr(import_module(module_name), factory_name)
            path = Path(inspect.getsourcefile(factory) or "")
            code = hashlib.sha256(path.read_bytes()).hexdigest()
        except (ImportError, AttributeError, ValueError, TypeError, OSError) as error:
            hint = "Give package.module:function, importable from here"
            raise CannotProfile(f"no such factory: {error}", where=wanted.name, hint=hint) from error
        return {
            "factory": wanted.name,
            "code": code,
            "image_size": wanted.image_size,
            "sequence_length": wanted.sequence_length,
        }

    def build(self, wanted: Wanted) -> Iterator[Traceable]:
        """What the factory makes for a configuration of these sizes."""
        configuration = Configuration(
            family="custom",
            model=wanted.name,
            batch_size=SMALL_BATCH,
            image_size=wanted.image_size,
            sequence_length=wanted.sequence_length,
        )
        yield replace(_traceable(configuration, "factory"), family=None)


def _sizes(wanted: Wanted) -> tuple[int | None, int | None]:
    """The sizes asked for, or the architecture's own; None for what its inputs do not have.

    Raises CannotProfile when a sequence is longer than the model takes.
    """
    architecture = ARCHITECTURES[wanted.name]
    longest, length = architecture.longest_sequence, wanted.sequence_length
    if longest and length and length > longest:
        raise CannotProfile(f"takes at most {longest} of a sequence, not {length}", where=wanted.name)
    return (
        (wanted.image_size or architecture.image_size) if architecture.image_size else None,
        (length or architecture.sequence_length) if architecture.sequence_length else None,
    )


def _traceable(configuration: Configuration, source: str) -> Traceable:
    import torch

    built = build(configuration, torch.device("meta"))
    return Traceable(
        built,
        Sizes(configuration.batch_size),
        family=configuration.family,
        image_size=configuration.image_size,
        sequence_length=configuration.sequence_length,
        attributes={"source": source, "source_module": type(built.module).__module__},
    )
