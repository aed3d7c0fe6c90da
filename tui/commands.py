"""What the command palette lists: every key that does something now, in words."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from textual.app import SystemCommand
from textual.screen import Screen

_NOT_TOLD = ("command_palette", "quit", "move(", "page(", "go_to(", "sideways(", "app.", "help_quit")
"""Told by others, or of no use in a list: screens are listed by name, and a cursor moves by its keys."""


def possible_now(screen: Screen[Any]) -> Iterator[SystemCommand]:
    """Each action of the screen and of the widget that has the keys; not moves of the cursor, and not what is off."""
    told: set[str] = set()
    for active in screen.active_bindings.values():
        binding = active.binding
        if not active.enabled or binding.system or not binding.description or binding.action in told:
            continue
        if not binding.action.startswith(_NOT_TOLD):
            told.add(binding.action)
            yield SystemCommand(
                binding.description,
                f"Key {screen.app.get_key_display(binding)}",
                partial(screen.app.run_action, binding.action, active.node),
            )
