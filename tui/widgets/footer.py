"""The line with the keys that do something where one is."""

from textual.widgets import Footer


class KeysFooter(Footer):
    """Textual's own, which keeps every key it ever showed: each watches its `compact`, and none ever stops to."""

    async def recompose(self) -> None:
        """Other keys; those that were taken down are forgotten."""
        await super().recompose()
        # Textual forgets them where `compact` is set anew; that would also lay out all keys once more.
        watchers = getattr(self, "__watchers", {}).get("compact", [])
        watchers[:] = [(key, callback) for key, callback in watchers if key.is_running]
