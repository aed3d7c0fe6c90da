"""Spellings of devices and models are resolved to what they mean, and to nothing when they could mean several."""

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest
import real_names
import small_log

from benchmart.build import build
from benchmart.config import Home
from benchmart.event_log.log import EventLog

_LEAST_SHARE = 0.98
_NAMES = Path(__file__).parent / "names"
_KIND_ONLY = "kind"


def table(name: str) -> list[dict[str, str]]:
    with (_NAMES / name).open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


HARDWARE, MODELS = table("hardware.csv"), table("models.csv")


def spellings(listed: list[dict[str, str]], real: dict[str, Counter[str]]) -> list[str]:
    return sorted({row["spelling"] for row in listed}.union(*real.values()))


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory):
    """A warehouse of results that differ in nothing but the names they carry."""
    home = Home(tmp_path_factory.mktemp("names"))
    processors = {"processors": real_names.processors()}
    devices = spellings(HARDWARE, real_names.hardware() | processors)
    subjects = spellings(MODELS, real_names.models())
    usual: dict[str, Any] = {"metrics": (), "family": None, "device_kind": None, "device_count": None}
    results = [small_log.result(number, device=name, **usual) for number, name in enumerate(devices)]
    results += [
        small_log.result(number, subject=name, device=None, **usual)
        for number, name in enumerate(subjects, start=len(devices))
    ]
    results += [small_log.result(-number, device="Frobnicator 9000", **usual) for number in (1, 2)]
    EventLog(home.events).append(results)
    build(home)
    with duckdb.connect(home.warehouse, read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def devices(warehouse: duckdb.DuckDBPyConnection) -> dict[str, tuple[Any, ...]]:
    found = warehouse.execute("""
        select device, hardware_id, is_resolved, is_kind_only, device_count_stated
        from intermediate.int_hardware_names_resolved
    """)  # fmt: skip
    return {row[0]: row[1:] for row in found.fetchall()}


@pytest.fixture(scope="module")
def models(warehouse: duckdb.DuckDBPyConnection) -> dict[str, tuple[Any, ...]]:
    found = warehouse.execute("""
        select subject, model_id, is_catalogued, architecture, family
        from intermediate.int_model_names_resolved
    """)  # fmt: skip
    return {row[0]: row[1:] for row in found.fetchall()}


@pytest.mark.parametrize("row", HARDWARE, ids=lambda row: row["spelling"])
def test_a_spelling_of_a_device_means_the_device_it_says(
    devices: dict[str, tuple[Any, ...]], row: dict[str, str]
) -> None:
    hardware_id, is_resolved, is_kind_only, count = devices[row["spelling"]]
    if row["hardware_id"] == _KIND_ONLY:
        assert (hardware_id, is_resolved, is_kind_only) == (None, False, True)
    elif row["hardware_id"]:
        assert (hardware_id, is_resolved, is_kind_only) == (row["hardware_id"], True, False)
        assert count == (int(row["device_count"]) if row["device_count"] else None)
    else:
        assert not is_resolved, hardware_id
        assert hardware_id


@pytest.mark.parametrize("row", MODELS, ids=lambda row: row["spelling"])
def test_a_spelling_of_a_model_means_the_model_it_says(
    models: dict[str, tuple[Any, ...]], row: dict[str, str]
) -> None:
    model_id, _, architecture, _ = models[row["spelling"]]
    assert model_id == row["model_id"]
    assert architecture == (row["architecture"] or None)


def test_every_name_of_the_hardware_catalogue_means_its_own_device(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    lost = warehouse.execute("""
        select hardware_id from reference.hardware_catalogue
        where hardware_id not in (select hardware_id from intermediate.int_hardware_names_known)
    """).fetchall()  # fmt: skip
    assert lost == []


def share(counts: Counter[str], resolved: set[str]) -> float:
    return sum(count for name, count in counts.items() if name in resolved) / counts.total()


@pytest.mark.skipif(not real_names.DATA.is_dir(), reason=f"no published results at {real_names.DATA}")
def test_nearly_all_published_results_are_of_a_device_that_is_known(
    devices: dict[str, tuple[Any, ...]],
) -> None:
    resolved = {name for name, row in devices.items() if row[1]}
    sources = real_names.hardware() | {"processors": real_names.processors()}
    shares = {source: share(counts, resolved) for source, counts in sources.items()}
    print(shares)
    missed = {source: sorted(set(counts) - resolved) for source, counts in sources.items()}
    assert {source: missed[source] for source, part in shares.items() if part < _LEAST_SHARE} == {}


@pytest.mark.skipif(not real_names.DATA.is_dir(), reason=f"no published results at {real_names.DATA}")
def test_nearly_all_published_results_are_of_a_model_whose_design_is_known(
    models: dict[str, tuple[Any, ...]],
) -> None:
    resolved = {name for name, row in models.items() if row[2] and row[3]}
    sources = real_names.models()
    shares = {source: share(counts, resolved) for source, counts in sources.items()}
    print(shares)
    missed = {source: sorted(set(counts) - resolved) for source, counts in sources.items()}
    assert {source: missed[source] for source, part in shares.items() if part < _LEAST_SHARE} == {}


def test_unresolved_names_are_listed_by_how_many_results_carry_them(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = warehouse.execute("""
        select name, used_id, result_count, first_seen_at < last_seen_at
        from unresolved_names where name_kind = 'hardware'
    """).fetchall()  # fmt: skip
    assert found[0] == ("Frobnicator 9000", "frobnicator-9000", 3, True)
    assert {row[2] for row in found[1:]} == {1}
    assert not {row["spelling"] for row in HARDWARE if row["hardware_id"] == _KIND_ONLY} & {
        row[0] for row in found
    }


def test_what_a_name_may_mean_is_suggested_and_not_assumed(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute("""
        select name, suggestions from unresolved_names where name in ('A100', 'NVIDIA A100 PCIe', 'mystery')
    """).fetchall()  # fmt: skip
    suggested = dict(found)
    assert {one[:5] for one in suggested["A100"]} == {"a100-"}
    assert set(suggested["NVIDIA A100 PCIe"]) >= {"a100-pcie-40gb", "a100-pcie-80gb"}
    assert all(len(suggestions) <= 3 for suggestions in suggested.values())


def test_a_count_in_the_name_of_a_device_counts_where_the_result_states_none(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    sql = "select device_count from fct_results where device = ?"
    assert warehouse.execute(sql, ["4090 24GB * 2"]).fetchall() == [(2,)]
    assert warehouse.execute(sql, ["NVIDIA L4"]).fetchall() == [(1,)]
