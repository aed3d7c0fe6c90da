"""Values of other types, where an adapter looks them up or computes with them: the part is refused, nothing fails."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmart.event_log.events import Event
from benchmart.event_log.tables import to_table
from collectors.adapters.contract import Adapter, BadRow
from collectors.adapters.document import Document
from collectors.adapters.registry import ADAPTERS

_HERE = Path(__file__).parent
_ADAPTERS = {adapter.name: adapter for adapter in ADAPTERS}
_PLACES: list[tuple[str, tuple[str | int, ...]]] = [
    ("optimum_benchmark/energy/benchmark.json", ("report", "prefill", "throughput", "unit")),
    ("optimum_benchmark/energy/benchmark.json", ("report", "prefill", "energy", "unit")),
    ("optimum_benchmark/energy/benchmark.json", ("config", "scenario", "input_shapes", "batch_size")),
    ("pyperf/usual/hop.json", ("benchmarks", 0, "runs", 1, "metadata", "duration")),
    ("google_benchmark/without_context/run.json", ("benchmarks", 0, "run_type")),
    ("google_benchmark/without_context/run.json", ("benchmarks", 0, "time_unit")),
    ("jmh/usual/jmh.json", (0, "mode")),
    ("pytorch_benchmark_v3/shapes/hop.json", (0, "shape")),
    ("pytorch_benchmark_v3/shapes/hop.json", (4, "runners", "gpu_count")),
]


@pytest.mark.parametrize("value", [{}, [[1]], 10**400, "", True], ids=repr)
@pytest.mark.parametrize(("path", "place"), _PLACES, ids=str)
def test_a_value_of_another_type_is_refused_and_fails_nothing(
    path: str, place: tuple[str | int, ...], value: Any
) -> None:
    whole = json.loads((_HERE / path).read_bytes())
    parent = whole
    for key in place[:-1]:
        parent = parent[key]
    parent[place[-1]] = value
    adapter: Adapter = _ADAPTERS[path.partition("/")[0]]
    document = Document(Path(path).name, json.dumps(whole).encode())
    if not adapter.recognises(document):
        return
    findings = list(adapter.read(document))
    assert all(isinstance(finding, Event | BadRow) for finding in findings)
    if events := [finding for finding in findings if isinstance(finding, Event)]:
        to_table(events)
