"""Serve the browser to this machine: one process of `benchmart tui` a page that is open."""

import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from textual_serve.server import Server

from benchmart.errors import UsageError

HOST = "127.0.0.1"
_PROGRAM = "from interfaces.cli.main import main; main()"


class LocalServer(Server):
    """Answers pages that came from itself, and no others.

    Whoever has a page can write files and events as the person can. A page of another site that is open in the same web
    browser could connect, too: browsers send where a page came from, and that is checked.
    """

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(_own_pages_only({f"{HOST}:{self.port}", f"localhost:{self.port}"}))
        return app


def _own_pages_only(hosts: set[str]) -> Middleware:
    @web.middleware
    async def checked(request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        is_own = origin is None or origin.removeprefix("http://") in hosts
        is_websocket = request.headers.get("Upgrade", "").lower() == "websocket"
        if request.host not in hosts or not is_own or (is_websocket and origin is None):
            raise web.HTTPForbidden(text="only pages of this server may connect\n")
        return await handler(request)

    return checked


def serve(arguments: Sequence[str], port: int, announce: Callable[[str], None]) -> None:
    """Serve `benchmart tui` with these arguments until it is stopped. Raises UsageError where the port is taken."""
    command = shlex.join([sys.executable, "-c", _PROGRAM, "tui", *arguments])
    server = LocalServer(command, HOST, port, title="benchmart", templates_path=Path(__file__).parent)
    server.console.quiet = True
    announce(f"http://{HOST}:{port}  (ctrl+c ends it)")
    try:
        server.serve()
    except OSError as error:
        raise UsageError(f"cannot serve on port {port}: {error}", hint="Choose another --port") from error
