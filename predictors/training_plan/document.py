"""A plan, or why there is none, as one JSON document."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from predictors.training_memory.setup import TrainingMemory, TrainingSetup
from predictors.training_plan.batch_scaling import BatchScaling
from predictors.training_plan.hyperparameters import hyperparameters_of
from predictors.training_plan.plan import DoesNotFit, Plan


def plan_document(result: Plan | DoesNotFit) -> dict[str, Any]:
    """All of it but the architecture's dimensions. Bytes, seconds, and tokens per second."""
    if isinstance(result, DoesNotFit):
        return {
            "fits": False,
            "model": result.request.architecture.name,
            "explanation": result.explanation,
            "nearest": _setup(result.nearest),
            "memory": _memory(result.memory),
            "room_bytes": result.request.room_bytes,
            "suggestions": list(result.suggestions),
        }
    return {
        "fits": True,
        "model": result.request.architecture.name,
        "parameters": result.request.architecture.parameter_count,
        "basis": result.basis,
        "setup": _setup(result.setup),
        "reasons": list(result.reasons),
        "memory": _memory(result.memory),
        "room_bytes": result.request.room_bytes,
        "step": asdict(result.step) | {"seconds": result.step.seconds},
        "tokens_per_second": result.tokens_per_second,
        "optimisations": [asdict(each) for each in result.optimisations],
        "scaling": [asdict(each) for each in result.scaling],
        "worthwhile_devices": result.worthwhile_devices,
        "batch_scaling": _batch_scaling(result.request.batch_scaling),
        "hyperparameters": asdict(hyperparameters_of(result)),
        "warnings": list(result.warnings),
        "assumptions": list(result.assumptions),
    }


def _batch_scaling(known: BatchScaling | None) -> Mapping[str, Any] | None:
    """Items a second of one device by micro-batch; None where nothing is known."""
    return None if known is None else asdict(known) | {"knee": known.knee}


def _setup(setup: TrainingSetup) -> Mapping[str, Any]:
    names = (
        *(
            "strategy",
            "data_parallel",
            "tensor_parallel",
            "is_sequence_parallel",
            "sharded_over",
            "micro_batch",
            "accumulation_steps",
            "sequence_length",
        ),
        *("precision", "optimizer", "checkpointing", "offload_optimizer", "offload_parameters"),
    )
    adapters = None if setup.adapters is None else asdict(setup.adapters)
    return {name: getattr(setup, name) for name in names} | {"adapters": adapters}


def _memory(memory: TrainingMemory) -> Mapping[str, Any]:
    return {
        "device_bytes": memory.device_bytes,
        "low": memory.low,
        "high": memory.high,
        "device_parts": dict(memory.device_parts),
        "host_parts": dict(memory.host_parts),
    }
