"""`benchmart tui`: the terminal browser."""

import click

from interfaces.cli.options import home_option

_SCREENS = ("overview", "results", "changes", "sql")
"""As in `tui.app`, which is not imported for the help alone."""


@click.command("tui")
@click.argument("screen", type=click.Choice(_SCREENS), default="overview")
@home_option
def command(screen: str, home: str | None) -> None:
    """Browse the warehouse in the terminal. A number switches the screen, ctrl+p lists what is possible, q quits.

    \b
    Examples:
      benchmart tui
      benchmart tui results
    """
    from benchmart.config import find_home
    from tui.app import Browser

    Browser(find_home(home), screen).run()
