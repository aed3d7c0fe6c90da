"""How every command ends when the system refuses something, or somebody interrupts it."""

import click
import pytest

from interfaces.cli import main as main_module


def _ended(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> int:
    def fail(*, standalone_mode: bool) -> None:
        raise error

    monkeypatch.setattr(main_module, "cli", fail)
    with pytest.raises(SystemExit) as end:
        main_module.main()
    assert isinstance(end.value.code, int)
    return end.value.code


def test_a_home_that_may_not_be_entered_is_an_error_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _ended(monkeypatch, PermissionError(13, "Permission denied", "/secret/warehouse.duckdb")) == 1
    assert capsys.readouterr().err == (
        "error: /secret/warehouse.duckdb: Permission denied. Choose another folder with --home or BENCHMART_HOME\n"
    )


def test_a_disk_that_is_full_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _ended(monkeypatch, OSError(28, "No space left on device")) == 1
    assert capsys.readouterr().err == "error: No space left on device\n"


def test_an_interruption_says_that_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _ended(monkeypatch, click.exceptions.Abort()) == 130
    assert "what was finished is kept" in capsys.readouterr().err
