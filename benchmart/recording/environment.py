"""How a run ended, told with the software it ran under."""

import platform
from dataclasses import replace
from datetime import UTC, datetime

from benchmart import __version__
from benchmart.event_log.events import EnvironmentObserved
from benchmart.recording.texts import encodable

_MESSAGE_CHARACTERS = 1000


def run_ended(
    observed: EnvironmentObserved | None,
    *,
    run_id: str,
    collector: str,
    name: str | None,
    outcome: str,
    error: BaseException | None,
    records: int,
) -> EnvironmentObserved:
    """What was observed (None: only what Python itself knows), with the end of the run among its attributes."""
    end = {"run_outcome": outcome, "run_records": str(records)}
    end |= {"run_name": name} if name else {}
    if error is not None:
        end |= {"run_error_class": type(error).__name__, "run_error": _message(error)}
    here = observed or _here(run_id, collector)
    return replace(
        here, attributes={**here.attributes, **{key: encodable(text) for key, text in end.items()}}
    )


def _message(error: BaseException) -> str:
    try:
        return str(error)[:_MESSAGE_CHARACTERS]
    except Exception as defect:  # noqa: BLE001 - the error may be of anybody's making, and must not cost the run
        return f"its text cannot be made: {type(defect).__name__}"


def _here(run_id: str, collector: str) -> EnvironmentObserved:
    return EnvironmentObserved(
        collector=collector,
        collector_version=__version__,
        occurred_at=datetime.now(UTC),
        run_id=run_id,
        python_version=platform.python_version(),
        python_implementation=platform.python_implementation(),
        os_name=platform.system() or None,
        kernel_version=platform.release() or None,
    )
