"""`benchmart tui`: the terminal browser."""

import click

from interfaces.cli.options import home_option

SCREENS = ("overview", "results", "compare", "changes", "trends", "sql")
"""As in `tui.pages`, which is not imported for the help alone."""


@click.command("tui")
@click.argument("place", default="", metavar="[SCREEN[/WHAT]]")
@home_option
@click.option(
    "--filter", "search", default="", metavar="WORDS", help="Keep rows with these words, as typed after /"
)
def command(place: str, home: str | None, search: str) -> None:
    """Browse the warehouse in the terminal: from where you were last, or from a screen, or a place in one.

    A number switches the screen, ctrl+p lists what is possible, ? explains, q quits.

    \b
    Examples:
      benchmart tui
      benchmart tui results --filter "convnext fp16"
    """
    from benchmart.config import find_home
    from benchmart.errors import UsageError
    from tui.app import Browser
    from tui.place import from_link

    there = from_link(place or ("results" if search else ""), search)
    if there.screen and there.screen not in SCREENS:
        raise UsageError(f"no screen {there.screen!r}", hint=f"There are {', '.join(SCREENS)}")
    Browser(find_home(home), there if there.screen else None).run()
