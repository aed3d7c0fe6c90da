"""What is not measured in real historical JSON, when it is at hand, against a second look at each record by itself.

They are `legacy_json/` of the folder named by BENCHMART_TEST_DATA, else of `shared/data` beside the checkout; without
them these tests are skipped.
"""

import json
import re
from collections import Counter

import pytest
from legacy_counts import default_folder
from legacy_reading import shape_of

from collectors.adapters.registry import ADAPTERS
from collectors.importing.reading import understand

_DATA = default_folder()
pytestmark = pytest.mark.skipif(
    not _DATA.is_dir(), reason=f"no historical JSON at {_DATA}; name its folder with BENCHMART_TEST_DATA"
)

_FLAGGED = {"simulated", "suspect", "estimated"}
_NOTHING_RAN = _FLAGGED | {"untested"}
_MADE_UP = {"hw_benchmark", "perf_list", "skill_perf_results", "web_comparison", "browser_compare"}
"""Shapes with files whose numbers are made up, or cannot be checked, without saying so."""
_NOTHING_RUN = {"fix_analysis", "fix_report", "fix_list", "coverage_report", "compat_matrix"}
"""Shapes that tell of code, or of what was not tried."""
_SKILLS = {
    "skill_perf",
    "skill_status_ems",
    "skill_status_flat",
    "skill_tests",
    "skill_test_run",
    "perf_test_results",
}
_MOCK = re.compile(r"\(mock\)|\bmock\b|magicmock|\bsimulated\b", re.IGNORECASE)
_TRUE = ("is_simulated", "is_simulation", "simulated")


@pytest.fixture(scope="module")
def records():
    """Shape, document, part and event of every record."""
    found = []
    for path in sorted(path for path in _DATA.rglob("*") if path.is_file()):
        reading = understand(path, path.read_bytes(), ADAPTERS)
        if reading.records:
            document = json.loads(path.read_bytes())
            shape = shape_of(document)
            parts = dict(shape.records(document))
            found += [(shape.name, document, parts[event.source_locator], event) for event in reading.records]
    return found


def _texts(part):
    """Every text in a part, but what was put in and what a program printed."""
    for key, value in part.items() if isinstance(part, dict) else ():
        if key.startswith("input") or key in {"stdout", "stderr", "traceback", "command"}:
            continue
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict) and not key.endswith("_example"):
            yield from _texts(value)


def _flags(part):
    """Whether a part says in so many words that nothing was measured."""
    return isinstance(part, dict) and (
        any(part.get(key) is True for key in _TRUE)
        or any(_flags(value) for key, value in part.items() if not key.endswith("_example"))
    )


def test_no_run_on_a_processor_that_says_nothing_of_a_simulation_is_flagged(records) -> None:
    looked_at: Counter[str] = Counter()
    for shape, document, part, event in records:
        if event.device_kind != "cpu" or shape in _MADE_UP | _NOTHING_RUN:
            continue
        is_mocked = json.dumps(document).count('mocked": true') or any(map(_MOCK.search, _texts(part)))
        if not is_mocked and not _flags(part):
            looked_at[shape] += 1
            assert event.basis not in _FLAGGED, (event.source_uri, event.source_locator, event.basis_reason)
    assert looked_at["benchmark_results"] > 50
    assert looked_at["direct_benchmark"] > 0
    assert looked_at.total() > 150


def test_every_timed_run_on_a_processor_is_measured(records) -> None:
    for shape, _, _, event in records:
        if (
            shape in {"benchmark_results", "direct_benchmark", "batch_benchmarks"}
            and event.device_kind == "cpu"
        ):
            assert event.basis == "measured", event.source_locator


def test_a_part_that_says_it_is_simulated_is_flagged_whatever_the_other_parts_say(records) -> None:
    flagged = 0
    for _, _, part, event in records:
        if _flags(part):
            flagged += 1
            assert event.basis in _NOTHING_RAN, (event.source_uri, event.source_locator)
    assert flagged > 30


def test_a_platform_or_example_that_names_a_mock_is_flagged(records) -> None:
    flagged = 0
    for shape, _, part, event in records:
        is_run = event.condition.get("level") in {"run", "test"}
        if shape in _SKILLS and not is_run and any(map(_MOCK.search, _texts(part))):
            flagged += 1
            assert event.basis in _NOTHING_RAN, (event.source_uri, event.source_locator)
    assert flagged > 50


def test_a_list_of_simulated_hardware_holds_for_each_record_by_itself(records) -> None:
    in_list, not_in_list = 0, 0
    for _, document, _, event in records:
        listed = document.get("simulated_hardware") if isinstance(document, dict) else None
        kinds = {"qualcomm" if one == "qnn" else one for one in listed or ()}
        if event.device_kind in kinds:
            in_list += 1
            assert event.basis in _NOTHING_RAN, event.source_locator
        elif kinds and event.status == "ok":
            not_in_list += 1
            assert event.basis != "simulated", event.source_locator
    assert in_list > 10
    assert not_in_list > 10


def test_every_shape_that_is_made_up_without_saying_so_has_flagged_records(records) -> None:
    flagged = {shape for shape, _, _, event in records if event.basis in _FLAGGED}
    assert _MADE_UP & {shape for shape, *_ in records} <= flagged


def test_what_is_flagged_says_why(records) -> None:
    assert [event for *_, event in records if event.basis != "measured" and not event.basis_reason] == []
