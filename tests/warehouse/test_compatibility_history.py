"""How verdicts of the compatibility matrix came to be, and what they say of families, after builds that added."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
import small_log

from benchmart.build import build
from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.digests import mart_digests
from benchmart.event_log.log import EventLog

_FAILED = small_log.FAILURES[2]
_EARLY = small_log.result(5, subject="vit_base_patch16_224", run_id="run-3")
_LATE_FAILURE = small_log.failure(70, "crash", run_id="run-3")
_COUNTS = ("success", "failure", "simulated", "suspect", "estimated", "predicted")


@pytest.fixture(scope="module")
def grown(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The small log, to which a retraction, a late result and a failure were added after a build."""
    import shutil

    root = tmp_path_factory.mktemp("grown") / "home"
    shutil.copytree(built_home.root, root, symlinks=True)
    home = Home(root)
    log = EventLog(home.events)
    [failed] = log.event_ids([_FAILED])
    log.append([small_log.retraction(failed, "retract", 5)])
    log.append([_EARLY, _LATE_FAILURE, *small_log.more_results(100, 3)])
    build(home)
    return home


@pytest.fixture
def grown_marts(grown: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_warehouse(grown) as connection:
        yield connection


def changes(marts: duckdb.DuckDBPyConnection, where: str) -> list[tuple[Any, ...]]:
    return marts.execute(f"""
        select previous_status, status, success_count, failure_count, event_kind
        from compatibility_history where {where} order by changed_at
    """).fetchall()  # fmt: skip


def test_a_retraction_is_a_change_of_its_cell(grown_marts: duckdb.DuckDBPyConnection) -> None:
    assert changes(grown_marts, "model_id = 'resnet50' and precision = 'bf16'") == [
        (None, "failed", 0, 1, "result_recorded"),
        ("failed", "partial", 1, 1, "result_recorded"),
        ("partial", "verified", 1, 0, "result_retracted"),
    ]


def test_a_late_result_takes_its_place_in_time(grown_marts: duckdb.DuckDBPyConnection) -> None:
    assert changes(grown_marts, "model_id = 'vit_base_patch16_224'") == [
        (None, "verified", 1, 0, "result_recorded"),
        ("verified", "partial", 1, 1, "result_recorded"),
    ]


def test_a_failure_after_many_successes_says_how_many_there_were(
    grown_marts: duckdb.DuckDBPyConnection,
) -> None:
    cell = "model_id = 'resnet50' and hardware_id = 'rtx-4090' and mode = 'inference' and precision = 'fp32'"
    assert changes(grown_marts, cell)[-1] == ("verified", "partial", 10, 1, "result_recorded")
    last = f"select max_by(event_id, changed_at) from compatibility_history where {cell}"
    found = grown_marts.execute(
        f"select source_locator, error_class from fct_results where event_id = ({last})"
    ).fetchall()
    assert found == [(_LATE_FAILURE.source_locator, "crash")]


def test_the_history_is_what_replaying_the_events_gives(grown_marts: duckdb.DuckDBPyConnection) -> None:
    replayed = [change for cell in _events(grown_marts).items() for change in _replayed(*cell)]
    columns = ", ".join(f"{name}_count" for name in _COUNTS)
    held = grown_marts.execute(
        f"select compatibility_id, changed_at, status, previous_status, {columns} from compatibility_history"
    ).fetchall()
    assert sorted(held, key=str) == sorted(replayed, key=str)


def test_the_last_change_of_a_cell_is_what_the_matrix_says(grown_marts: duckdb.DuckDBPyConnection) -> None:
    differing = grown_marts.execute("""
        select compatibility_id
        from compatibility_matrix
        left join (
            select compatibility_id, arg_max(status, changed_at) as last_status
            from compatibility_history group by all
        ) using (compatibility_id)
        where status is distinct from last_status
    """).fetchall()
    assert differing == []


def test_added_to_or_built_from_nothing_all_marts_are_the_same(grown: Home) -> None:
    with open_warehouse(grown) as connection:
        before = mart_digests(connection)
    build(grown, full=True)
    with open_warehouse(grown) as connection:
        assert mart_digests(connection) == before


def _events(marts: duckdb.DuckDBPyConnection) -> dict[Any, list[tuple[Any, str, int]]]:
    """By cell: when, outcome, and whether it counts one more or one less."""
    found = defaultdict(list)
    results = marts.execute("""
        select
            results.event_id, compatibility_id, coalesce(occurred_at, recorded_at), basis, status,
            coalesce(is_compatibility_evidence, true)
        from intermediate.int_results_identified as results
        left join reference.error_classes using (error_class)
        where compatibility_id is not null
    """).fetchall()
    words = defaultdict(list)
    said = "select target_event_id, recorded_at, action from intermediate.int_retractions_deduplicated order by all"
    for target, recorded_at, action in marts.execute(said).fetchall():
        words[target].append((recorded_at, action))
    for event_id, cell, moment, basis, status, is_evidence in results:
        outcome = "untested"
        if basis == "measured" and status in ("ok", "failed"):
            outcome = "success" if status == "ok" else "failure" if is_evidence else outcome
        elif basis in _COUNTS:
            outcome = basis
        found[cell].append((moment, outcome, 1))
        is_in = True
        for recorded_at, action in words[event_id]:
            if is_in == (action == "retract"):
                found[cell].append((max(moment, recorded_at), outcome, -1 if is_in else 1))
                is_in = not is_in
    return found


def _replayed(cell: Any, events: list[tuple[Any, str, int]]) -> Iterator[tuple[Any, ...]]:
    counts = dict.fromkeys((*_COUNTS, "untested"), 0)
    status = None
    for moment in sorted({event[0] for event in events}):
        for _, outcome, added in (event for event in events if event[0] == moment):
            counts[outcome] += added
        before, status = status, _status(counts)
        if status != before:
            yield (cell, moment, status, before, *(counts[name] for name in _COUNTS))


def _status(counts: dict[str, int]) -> str:
    if counts["success"]:
        return "partial" if counts["failure"] else "verified"
    return "failed" if counts["failure"] else "simulated_only" if counts["simulated"] else "untested"


def test_a_family_says_how_many_of_its_models_work(grown_marts: duckdb.DuckDBPyConnection) -> None:
    found = grown_marts.execute("""
        select status, model_count, verified_count, partial_count, failed_count, evidence_count, round(score, 3)
        from compatibility_by_family
        where family = 'vision' and hardware_id = 'rtx-4090' and mode = 'inference' and precision = 'fp32'
    """).fetchall()
    share = round((12 / 13 + 1 / 3) / 2, 3)
    assert found == [("partial", 2, 0, 2, 0, 16, share)]
