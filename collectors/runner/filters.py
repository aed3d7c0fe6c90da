"""Narrow a suite to what was asked for on the command line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from benchmart.errors import UsageError
from collectors.runner.configuration import Configuration
from collectors.runner.expansion import expand
from collectors.runner.suite import PRESENT, Group, Suite


@dataclass(frozen=True)
class Selection:
    """Values to keep of each field; an empty list keeps all."""

    families: Sequence[str] = ()
    models: Sequence[str] = ()
    """Names of the suite, or `package.module:factory`, which replace the suite's models."""
    modes: Sequence[str] = ()
    devices: Sequence[str] = ()
    precisions: Sequence[str] = ()
    batch_sizes: Sequence[int] = ()


_FIELDS: tuple[tuple[str, Callable[[Selection], Sequence[object]]], ...] = (
    ("family", lambda selection: selection.families),
    ("model", lambda selection: selection.models),
    ("mode", lambda selection: selection.modes),
    ("device", lambda selection: selection.devices),
    ("precision", lambda selection: selection.precisions),
    ("batch_size", lambda selection: selection.batch_sizes),
)


def select(suite: Suite, selection: Selection, present: Sequence[str]) -> list[Configuration]:
    """The suite's configurations that fit the selection, in order.

    Devices asked for take the place of the machine's own, so an absent one is reported and not passed over.
    Raises UsageError naming what the suite has when nothing fits.
    """
    groups = _groups(suite, selection)
    kept = expand(groups, selection.devices or present)
    for field, wanted in _FIELDS:
        kept = _kept(suite.name, kept, field, wanted(selection))
    return kept


def _groups(suite: Suite, selection: Selection) -> tuple[Group, ...]:
    """The suite's groups; for each `module:factory`, one with the values asked for, or the simplest ones."""
    factories = tuple(model for model in selection.models if ":" in model)
    if not factories:
        return suite.groups
    custom = Group(
        models=factories,
        devices=(PRESENT,),
        modes=tuple(selection.modes) or ("inference",),
        precisions=tuple(selection.precisions) or ("fp32",),
        batch_sizes=tuple(selection.batch_sizes) or (1,),
    )
    return (custom, *suite.groups)


def _kept(
    suite: str, configurations: list[Configuration], field: str, wanted: Sequence[object]
) -> list[Configuration]:
    """The configurations with one of the wanted values; one that none of them has is refused, not ignored."""
    if not wanted:
        return configurations
    available = sorted({getattr(each, field) for each in configurations})
    missing = [str(value) for value in wanted if value not in available]
    if not missing:
        return [each for each in configurations if getattr(each, field) in wanted]
    near = get_close_matches(missing[0], list(map(str, available)), n=1)
    guess = f"Did you mean {near[0]}? " if near else ""
    raise UsageError(
        f"no configuration with {field} {', '.join(missing)}",
        where=f"suite {suite}",
        hint=f"{guess}With the other choices it has: {', '.join(map(str, available))}",
    )
