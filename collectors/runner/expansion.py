"""From the groups of a suite to its configurations."""

from collections.abc import Iterable, Sequence
from itertools import product

from benchmart.errors import UsageError
from collectors.runner.architectures import ARCHITECTURES, Architecture
from collectors.runner.configuration import Configuration
from collectors.runner.suite import PRESENT, Group


def expand(groups: Iterable[Group], present: Sequence[str]) -> list[Configuration]:
    """Every configuration of the groups, each once, in the order written; `present` replaces PRESENT."""
    configurations = (each for group in groups for each in _expand_group(group, present))
    return list(dict.fromkeys(configurations))


def _expand_group(group: Group, present: Sequence[str]) -> Iterable[Configuration]:
    devices = [kind for device in group.devices for kind in (present if device == PRESENT else (device,))]
    for model, mode in product(group.models, group.modes):
        architecture = ARCHITECTURES.get(model)
        phases = _phases(architecture, mode, group)
        lengths = _shapes(
            architecture, group.sequence_lengths, architecture.sequence_length if architecture else None
        )
        sizes = _shapes(architecture, group.image_sizes, architecture.image_size if architecture else None)
        axes = product(phases, devices, group.precisions, group.batch_sizes, lengths, sizes)
        for phase, device, precision, batch, length, size in axes:
            _check_length(architecture, length)
            family = architecture.family if architecture else "custom"
            yield Configuration(family, model, mode, phase, device, precision, batch, length, size)


def _phases(architecture: Architecture | None, mode: str, group: Group) -> Sequence[str | None]:
    is_split = architecture is not None and architecture.family == "text_generation" and mode == "inference"
    return group.phases if is_split else (None,)


def _shapes(
    architecture: Architecture | None, asked: Sequence[int], usual: int | None
) -> Sequence[int | None]:
    """The sizes asked for, where the model has such a size at all; a custom model may use any."""
    if architecture is None:
        return asked or (None,)
    return (asked or (usual,)) if usual is not None else (None,)


def _check_length(architecture: Architecture | None, length: int | None) -> None:
    longest = architecture.longest_sequence if architecture else None
    if architecture and length and longest and length > longest:
        raise UsageError(f"{architecture.name} takes at most {longest} per sequence, not {length}")
