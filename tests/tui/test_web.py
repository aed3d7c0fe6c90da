"""The browser in a page: driven in a headless Chromium, and closed to pages of other sites."""

import asyncio
import base64
import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmart.config import Home

aiohttp = pytest.importorskip("aiohttp", reason="the extra web is not installed")
pytest.importorskip("textual_serve", reason="the extra web is not installed")

pytestmark = pytest.mark.anyio
_CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_SECONDS = 60.0


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def served(browsed: Home) -> Iterator[int]:
    """The port of a running `benchmart tui --web`."""
    port = free_port()
    program = "from interfaces.cli.main import main; main()"
    arguments = ["tui", "--web", "--port", str(port), "--home", str(browsed.root)]
    with subprocess.Popen([sys.executable, "-c", program, *arguments], stdout=subprocess.DEVNULL) as server:
        try:
            deadline = time.monotonic() + _SECONDS
            while socket.socket().connect_ex(("127.0.0.1", port)):
                assert server.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield port
        finally:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://elsewhere.example"}, 403),
        ({"Host": "elsewhere.example"}, 403),
        ({"Upgrade": "websocket", "Connection": "Upgrade"}, 403),
    ],
)
async def test_only_its_own_pages_may_connect(served: int, headers: dict[str, str], status: int) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{served}/", headers=headers) as answer,
    ):
        assert answer.status == status
        if status == 200:
            page = await answer.text()
            assert "https://" not in page, "the page asks nothing of others"


@pytest.mark.skipif(_CHROMIUM is None, reason="there is no Chromium here")
async def test_a_page_shows_the_warehouse_and_takes_keys(served: int, tmp_path: Path) -> None:
    with chromium(tmp_path / "profile") as port:
        async with aiohttp.ClientSession() as session, asyncio.timeout(_SECONDS):
            async with session.get(f"http://127.0.0.1:{port}/json") as answer:
                targets = await answer.json()
            page = next(each for each in targets if each["type"] == "page")
            async with session.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0) as tab:
                await drive(tab, served)


@contextmanager
def chromium(profile: Path) -> Iterator[int]:
    """The port at which a headless Chromium is told what to do."""
    command = [
        _CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
        f"--user-data-dir={profile}", "--remote-debugging-port=0", "about:blank",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as program:
        try:
            told = next(line for line in program.stderr if "DevTools listening on" in line)
            yield int(told.split("127.0.0.1:")[1].split("/")[0])
        finally:
            program.kill()


async def drive(tab, port: int) -> None:
    """Open the page, wait for data, press 2 and wait for the results."""
    await send(tab, "Network.enable")
    await send(tab, "Page.navigate", url=f"http://127.0.0.1:{port}/")
    await painted(tab, "151 models")
    await send(tab, "Runtime.evaluate", expression="document.querySelector('textarea').focus()")
    await send(tab, "Input.dispatchKeyEvent", type="keyDown", text="3", key="3", code="Digit3")
    await painted(tab, "regression")


async def send(tab, method: str, **parameters: object) -> None:
    await tab.send_json({"id": 1, "method": method, "params": parameters})


async def painted(tab, text: str) -> None:
    """Until the terminal of the page has got this text."""
    seen = ""
    while text not in seen:
        message = json.loads((await tab.receive()).data)
        if message.get("method") == "Network.webSocketFrameReceived":
            data = message["params"]["response"]["payloadData"]
            try:
                seen += base64.b64decode(data, validate=True).decode("utf-8", "replace")
            except ValueError:
                seen += data
