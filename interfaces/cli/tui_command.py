"""`benchmart tui`: the terminal browser."""

import click

from interfaces.cli.options import as_of_option, home_option

SCREENS = (
    "overview", "matrix", "results", "compare", "changes", "trends", "select", "sql", "log", "quality",
)  # fmt: skip
"""As in `tui.pages`, which is not imported for the help alone."""


@click.command("tui")
@click.argument("place", default="", metavar="[SCREEN[/WHAT]]")
@home_option
@click.option(
    "--filter", "search", default="", metavar="WORDS", help="Keep rows with these words, as typed after /"
)
@as_of_option
@click.option("--web", is_flag=True, help="Show it in a web browser: serve it to this machine")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Where --web is served"
)
def command(place: str, home: str | None, search: str, as_of: str | None, port: int, *, web: bool) -> None:
    """Browse the warehouse in the terminal: from where you were last, or from a screen, or a place in one.

    A number switches the screen, ctrl+p lists what is possible, ? explains, q quits.

    \b
    Examples:
      benchmart tui
      benchmart tui results --filter "convnext fp16"
      benchmart tui sql/query/top_throughput
      benchmart tui --web --port 8080
      benchmart tui "select/resnet50?precision=amp_fp16&batch=256"
    """
    from benchmart.config import find_home
    from benchmart.errors import UsageError

    screen = place.partition("/")[0] or ("results" if search else "")
    if screen and screen not in SCREENS:
        raise UsageError(f"no screen {screen!r}", hint=f"There are {', '.join(SCREENS)}")
    if web:
        options = {"--home": str(find_home(home).root), "--filter": search, "--as-of": as_of}
        given = [word for name, value in options.items() if value for word in (name, value)]
        _serve([*([place] if place else []), *given], port)
    else:
        _browse(home, as_of, place or screen, search)


def _serve(arguments: list[str], port: int) -> None:
    from benchmart.errors import UsageError

    try:
        from tui.web.server import serve
    except ImportError as error:
        raise UsageError(f"--web needs {error.name}", hint="Run `pip install 'benchmart[web]'`") from error
    serve(arguments, port, click.echo)


def _browse(home: str | None, as_of: str | None, link: str, search: str) -> None:
    from benchmart.config import find_home
    from interfaces.cli.options import past_at
    from tui.app import Browser
    from tui.place import from_link

    place = find_home(home)
    past = (past_at(place, as_of).home, as_of) if as_of is not None else None
    Browser(place, from_link(link, search) if link else None, past=past).run()
