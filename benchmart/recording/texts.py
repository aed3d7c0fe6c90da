"""Texts of others, which may hold what UTF-8 cannot: file names, command lines, messages of errors."""


def encodable(text: str) -> str:
    r"""The text with `\udcff` spelled out where it has a byte that is no text: it must not cost the record."""
    return text.encode("utf-8", "backslashreplace").decode()
