"""Profile one model: find its source, build it without content, trace it or read its graph, make the events."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from benchmart import __version__
from benchmart.event_log.events import ModelProfiled, ProfiledOperator
from collectors.profiles.calls import Call
from collectors.profiles.configurations import Configurations
from collectors.profiles.onnx_files import OnnxFiles
from collectors.profiles.runner_models import Architectures, Factories
from collectors.profiles.timm_models import TimmModels
from collectors.profiles.wanted import CannotProfile, Counted, Source, Traceable, Wanted
from collectors.runner.configuration import digest

COLLECTOR = "profiler"
_TRACER = 1
"""To be raised when the same model would be told otherwise, so that it is traced anew."""
_READER = 1
"""The same for graphs that are read."""

SOURCES: tuple[Source, ...] = (OnnxFiles(), Configurations(), Factories(), TimmModels(), Architectures())
"""Asked in this order; the first that knows a name builds it."""


def definition_digest(wanted: Wanted) -> str | None:
    """Tells whether a profile in the log is of this very model; None when no source knows the name.

    Raises CannotProfile when a source knows the name and cannot build it.
    """
    found = _source_of(wanted)
    if found is None:
        return None
    source, definition = found
    return digest({**_made_with(source), "name": wanted.name, **definition})


def _made_with(source: Source) -> Mapping[str, Any]:
    """What makes the profile, so that another version makes it anew; a graph that is read needs no torch."""
    if isinstance(source, OnnxFiles):
        return {"reader": _READER}
    import torch

    return {"tracer": _TRACER, "torch": torch.__version__}


def profile(wanted: Wanted, *, run_id: str) -> list[ModelProfiled]:
    """One event for each form of the model.

    Raises CannotProfile when no source knows the name, or the model cannot be built or traced.
    """
    found = _source_of(wanted)
    known = definition_digest(wanted)
    if found is None or known is None:
        raise CannotProfile("no such model", where=wanted.name, hint=_HINT)
    try:
        return [_event(wanted, each, known, run_id) for each in found[0].build(wanted)]
    except CannotProfile:
        raise
    except Exception as error:  # whatever other people's models raise
        told = f"{type(error).__name__}: {error}".splitlines()[0][:_LONGEST_MESSAGE]
        raise CannotProfile(f"cannot be traced: {told}", where=wanted.label) from error


def _source_of(wanted: Wanted) -> tuple[Source, Mapping[str, Any]] | None:
    for source in SOURCES:
        definition = source.definition(wanted)
        if definition is not None:
            return source, definition
    return None


def _event(wanted: Wanted, made: Traceable | Counted, known: str, run_id: str) -> ModelProfiled:
    counted = made if isinstance(made, Counted) else _traced(made)
    operators = _merged(counted.calls)
    return ModelProfiled(
        collector=COLLECTOR,
        collector_version=__version__,
        occurred_at=datetime.now(UTC),
        run_id=run_id,
        source_uri=f"run:{run_id}",
        source_locator=wanted.label,
        subject=wanted.name,
        family=counted.family,
        architecture=counted.architecture,
        configuration_digest=known,
        mode="inference",
        sequence_length=counted.sequence_length,
        image_size=counted.image_size,
        parameter_count=counted.parameter_count,
        flops_per_item=sum(operator.flops for operator in operators),
        attributes=counted.attributes,
        saved_elements_per_item=_number(counted.saved_elements),
        saved_other_bytes_per_item=_number(counted.saved_other_bytes),
        peak_live_elements_per_item=float(counted.peak_live_elements),
        operators=operators,
    )


def _traced(traceable: Traceable) -> Counted:
    import torch

    from collectors.profiles.tracing import operators_of, saved_by

    built, sizes = traceable.built, traceable.sizes
    built.module.eval()
    forward = operators_of(built.call, [*built.arguments, built.keywords], sizes)
    built.module.train()
    saved = saved_by(built.call, built.module, sizes)
    return Counted(
        forward.calls,
        sum(parameter.numel() for parameter in built.module.parameters()),
        forward.peak_live_elements,
        saved.elements,
        saved.other_bytes,
        traceable.family,
        built.architecture,
        traceable.image_size,
        traceable.sequence_length,
        {**traceable.attributes, "tracer": f"torch {torch.__version__}, meta device"},
    )


def _number(count: int | None) -> float | None:
    return None if count is None else float(count)


def _merged(calls: Counter[Call]) -> list[ProfiledOperator]:
    return [
        ProfiledOperator(
            category=call.category,
            operator=call.operator,
            shape=call.shape,
            count=count,
            flops=call.flops * count,
            read_elements=call.read_elements * count,
            written_elements=call.written_elements * count,
            weight_elements=call.weight_elements * count,
        )
        for call, count in calls.items()
    ]


_LONGEST_MESSAGE = 300
_HINT = (
    "Give a name of timm (if it is installed) or of a suite's architectures, a config.json, transformers:MODEL_TYPE, "
    "a file model.onnx, or package.module:factory"
)
