"""Memory of a rank on this machine: what there is, and what a way of training is predicted to take."""

from benchmart.errors import PredictionRefused, UsageError
from collectors.training.configuration import TrainingConfiguration
from interfaces.training_predictions import setup_of
from predictors.training_memory.trials import trial_of


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


def predicted_bytes(way: TrainingConfiguration) -> float | None:
    """Peak of a rank above what its process took before, as the collector measures it; None where it is refused."""
    try:
        return trial_of(setup_of(way), is_on_cpu=way.device == "cpu").value
    except PredictionRefused:
        return None
