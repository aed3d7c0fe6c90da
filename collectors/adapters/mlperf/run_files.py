"""What the load generator writes beside a run's summary: `mlperf_log_detail.txt` and the outputs of an accuracy run.

Kept and not taken. The details say of the run what its summary says, with every setting and warning; the outputs are
the model's answers, of which a script makes the accuracy.
"""

import re
from typing import Any

from collectors.adapters.contract import Adapter, Findings, NotResults
from collectors.adapters.document import Document

NAME = "mlperf_run_files"
VERSION = "1"

_DETAIL = re.compile(r'^:::MLLOG \{"key": .*"namespace": "mlperf::logging"')
_SUMMARY = "mlperf_log_summary.txt"
_START_BYTES = 4096
_OUTPUT = ("seq_id", "qsl_idx", "data")


def is_detail(document: Document) -> bool:
    """Whether it is a log of details: its lines look like those of training."""
    return _DETAIL.match(document.first_line) is not None


def _recognises(document: Document) -> bool:
    return is_detail(document) or _is_outputs(document)


def _is_outputs(document: Document) -> bool:
    start = document.data[:_START_BYTES]
    if start.lstrip()[:1] != b"[" or b'"qsl_idx"' not in start:
        return False
    value: Any = document.json
    return (
        isinstance(value, list)
        and bool(value)
        and isinstance(value[0], dict)
        and all(key in value[0] for key in _OUTPUT)
    )


def _read(document: Document) -> Findings:
    if not is_detail(document):
        raise NotResults("outputs of an accuracy run: they hold no performance")
    if document.companion(_SUMMARY) is None:
        raise NotResults(f"details of a run: its results stand in {_SUMMARY}, which does not lie beside it")
    raise NotResults(f"derived: details of the run whose results stand in {_SUMMARY} beside it")


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
