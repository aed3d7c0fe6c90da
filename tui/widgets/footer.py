"""The line with the keys that do something where one is."""

from textual.widgets import Footer


class KeysFooter(Footer):
    """Textual's own, which keeps every key it ever showed: its keys watch one of its settings, and never stop."""

    async def recompose(self) -> None:
        """Other keys; those that were taken down are forgotten where the setting they watch is told again."""
        await super().recompose()
        if self.is_attached:
            self.mutate_reactive(Footer.compact)
