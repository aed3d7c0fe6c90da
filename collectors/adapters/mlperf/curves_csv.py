"""Throughput over time of MLPerf training runs, one row a point of a run.

Kept and not taken: a run's points are one measurement, its median stands in the table of results, and a file that was
cut off between two lines would give another median for its last run without any sign of it.
"""

from collectors.adapters.contract import Adapter, Findings, NotResults
from collectors.adapters.document import Document
from collectors.adapters.mlperf.table import header_of

NAME = "mlperf_curves_csv"
VERSION = "1"

_COLUMNS = {"system", "benchmark", "run", "time_ms", "throughput"}


def _recognises(document: Document) -> bool:
    return set(header_of(document)) >= _COLUMNS


def _read(_document: Document) -> Findings:
    raise NotResults("derived: points over time of runs whose throughput stands in the table of results")


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
