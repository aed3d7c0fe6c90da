"""The real program: in tmux, and in a terminal of ours, which tells how it ends."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.terminal import Terminal, browser_command

from benchmart.config import Home

_TMUX = shutil.which("tmux")
_SECONDS = 60.0


@pytest.mark.parametrize("key", [b"q", b"\x11"], ids=["q", "ctrl+q"])
def test_the_program_shows_data_and_quits(browsed: Home, key: bytes) -> None:
    with Terminal(browser_command(browsed.root, "overview"), (80, 24)) as terminal:
        terminal.wait_for(b"151 models")
        terminal.settle()
        terminal.press(key)
        assert terminal.exit_code() == 0


def test_it_shows_no_colours_where_none_are_wanted(browsed: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with Terminal(browser_command(browsed.root, "overview"), (80, 24)) as terminal:
        terminal.wait_for(b"regression")
        terminal.settle()
        painted = {
            part.split(b"m")[0]
            for part in terminal.seen.split(b"\x1b[")[1:]
            if b"38;2;" in part.split(b"m")[0]
        }
        shades = {tuple(code.split(b"38;2;")[1].split(b";")[:3]) for code in painted}
        assert shades
        assert all(len(set(shade)) == 1 for shade in shades), "all are greys"


def test_a_warehouse_that_is_being_built_is_not_kept_waiting(browsed: Home, tmp_path: Path) -> None:
    """The file of the warehouse is replaced and written while a browser looks at it."""
    shutil.copytree(browsed.root, tmp_path / "home", symlinks=True)
    with Terminal(browser_command(tmp_path / "home", "overview"), (80, 24)) as terminal:
        terminal.wait_for(b"151 models")
        command = [
            sys.executable,
            "-c",
            "from interfaces.cli.main import main; main()",
            "build",
            "--full",
            "--home",
        ]
        subprocess.run([*command, str(tmp_path / "home")], check=True, capture_output=True)
        terminal.wait_for(b"A newer state was built")
        terminal.press(b"n")
        terminal.settle()
        terminal.press(b"q")
        assert terminal.exit_code() == 0


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[list[str]]:
    """The command of a tmux server of its own."""
    command = [str(_TMUX), "-S", str(tmp_path / "tmux"), "-f", "/dev/null"]
    yield command
    subprocess.run([*command, "kill-server"], check=False, capture_output=True)


@pytest.mark.skipif(_TMUX is None, reason="there is no tmux here")
def test_it_is_used_in_tmux(browsed: Home, tmux: list[str]) -> None:
    start = ["new-session", "-d", "-s", "browser", "-x", "80", "-y", "24"]
    environment = os.environ | {"TERM": "screen-256color"}
    subprocess.run([*tmux, *start, *browser_command(browsed.root, "overview")], check=True, env=environment)
    wait_for(tmux, "151 models")
    subprocess.run([*tmux, "send-keys", "-t", "browser", "/"], check=True)
    subprocess.run([*tmux, "send-keys", "-t", "browser", "C-p"], check=True)
    wait_for(tmux, "Search for commands")
    subprocess.run([*tmux, "send-keys", "-t", "browser", "-l", "go to changes"], check=True)
    wait_for(tmux, "worst first")
    subprocess.run([*tmux, "send-keys", "-t", "browser", "Enter"], check=True)
    shown = wait_for(tmux, "changes by worst first")
    assert "regression  +20.1%  resnet50" in shown
    subprocess.run([*tmux, "resize-window", "-t", "browser", "-x", "120", "-y", "40"], check=True)
    wait_for(tmux, "95 % interval")
    subprocess.run([*tmux, "send-keys", "-t", "browser", "q"], check=True)
    deadline = time.monotonic() + _SECONDS
    while not subprocess.run(
        [*tmux, "has-session", "-t", "browser"], check=False, capture_output=True
    ).returncode:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def wait_for(tmux: list[str], text: str) -> str:
    """What the pane shows, once this text is among it."""
    deadline = time.monotonic() + _SECONDS
    while True:
        pane = subprocess.run(
            [*tmux, "capture-pane", "-p", "-t", "browser"], check=True, capture_output=True, text=True
        ).stdout
        if text in pane:
            return pane
        assert time.monotonic() < deadline, pane
        time.sleep(0.1)
