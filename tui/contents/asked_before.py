"""Statements that were asked before, here or at the prompt of `benchmart sql`: one file has them."""


class AskedBefore:
    """Gone through as in a shell: what is written now stands at the end, and is come back to."""

    def __init__(self) -> None:
        """At the end."""
        self._at = 0
        self._lines: list[str] = []
        self._written = ""

    def add(self, text: str) -> None:
        """Keep a statement; the one asked last is not kept twice."""
        from interfaces.cli.sql_history import kept_history

        text = text.strip()
        self._at = 0
        if text and next(iter(self.newest_first()), None) != text:
            kept_history().store_string(text)

    def newest_first(self) -> list[str]:
        """Each statement once; no commands of the prompt."""
        from interfaces.cli.sql_history import kept_history

        lines = (line.strip() for line in kept_history().load_history_strings())
        return [line for line in dict.fromkeys(lines) if line and not line.startswith(".")]

    def step(self, by: int, written: str) -> str | None:
        """The statement that many older, or newer if it is negative; None where there is none."""
        if self._at == 0:
            self._lines, self._written = self.newest_first(), written
            self._lines = [line for line in self._lines if line != written.strip()]
        at = self._at + by
        if not 0 <= at <= len(self._lines):
            return None
        self._at = at
        return self._lines[at - 1] if at else self._written
