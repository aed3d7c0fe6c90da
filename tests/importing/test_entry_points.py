"""Adapters of other packages, found by entry point."""

from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from tables import NAME, table, write

from benchmart.errors import UsageError
from benchmart.event_log.log import EventLog
from collectors.adapters import registry
from collectors.importing import Outcome, import_paths


@pytest.fixture(autouse=True)
def _fresh_registry() -> Iterator[None]:
    registry.all_adapters.cache_clear()
    yield
    registry.all_adapters.cache_clear()


def _install(monkeypatch: pytest.MonkeyPatch, **points: str) -> None:
    group = registry.ENTRY_POINT_GROUP
    found = [EntryPoint(name, value, group) for name, value in points.items()]
    monkeypatch.setattr(registry, "entry_points", lambda group: [one for one in found if one.group == group])


@pytest.fixture
def importable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        tmp_path / "site" / "brought_by_others.py",
        "import tables\nADAPTER = tables.adapter('brought', [])\nNOT_ONE = 'text'\n",
    )
    write(tmp_path / "site" / "broken_by_others.py", "raise RuntimeError('half installed')\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))


@pytest.mark.usefixtures("importable")
def test_an_adapter_of_another_package_is_asked_after_ours(
    log: EventLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(monkeypatch, zeta="brought_by_others:ADAPTER")
    assert [adapter.name for adapter in registry.all_adapters()][-1] == "brought"
    write(tmp_path / "results" / "a.txt", "brought\n")
    write(tmp_path / "results" / NAME, table("hopnet_a"))
    brought, ours = import_paths(log, [tmp_path / "results"]).files
    assert (brought.format, brought.outcome) == ("brought", Outcome.TAKEN)
    assert (ours.format, ours.new) == ("timm_csv", 1)


@pytest.mark.usefixtures("importable")
@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("broken_by_others:ADAPTER", "cannot be loaded: half installed"),
        ("absent_by_others:ADAPTER", "cannot be loaded: No module named 'absent_by_others'"),
        ("brought_by_others:NOT_ONE", "is not a collectors.adapters.contract.Adapter"),
    ],
)
def test_a_package_with_a_broken_adapter_is_named_before_anything_is_imported(
    log: EventLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, reason: str
) -> None:
    _install(monkeypatch, zeta=value)
    with pytest.raises(UsageError) as refusal:
        import_paths(log, [write(tmp_path / NAME, table("hopnet_a"))])
    assert str(refusal.value).startswith(f"entry point zeta = {value}: {reason}")
    assert log.files() == []
