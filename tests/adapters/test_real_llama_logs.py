"""Real llama-bench logs, when they are at hand, against what their author read out of them.

The logs are not part of the project. They are `formats/llama_bench/` of the folder named by BENCHMART_TEST_DATA, else
of `shared/data` beside the checkout; without them this test is skipped.
"""

import json
import os
from collections import defaultdict
from pathlib import Path

import pytest

from benchmart.event_log.events import ResultRecorded
from collectors.adapters import llama_bench_log
from collectors.adapters.document import Document

_DATA = (
    Path(os.environ.get("BENCHMART_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")
    / "formats"
    / "llama_bench"
)

pytestmark = pytest.mark.skipif(
    not _DATA.is_dir(), reason=f"no llama-bench logs at {_DATA}; name their folder with BENCHMART_TEST_DATA"
)


def test_every_log_gives_the_speeds_and_crashes_that_its_author_found_in_it() -> None:
    expected = defaultdict(set)
    for run in json.loads((_DATA / "md_logs_parsed_by_author.json").read_bytes())["runs"]:
        test = None if run["error"] else run["test"]
        expected[Path(run["log"]).name].add((test and test.split(" ")[0], run["tps_mean"]))
    found = defaultdict(set)
    for path in (_DATA / "md_logs").iterdir():
        for event in llama_bench_log.ADAPTER.read(Document(str(path), path.read_bytes())):
            assert isinstance(event, ResultRecorded)
            found[path.name].add(_test_and_speed(event))
    assert found
    assert found == {name: expected[name] for name in found}


def _test_and_speed(event: ResultRecorded) -> tuple[str | None, float | None]:
    if event.status == "failed":
        return None, None
    tokens = event.condition["n_prompt"] if event.phase == "prefill" else event.condition["n_gen"]
    return f"{'pp' if event.phase == 'prefill' else 'tg'}{tokens}", event.metrics[0].value
