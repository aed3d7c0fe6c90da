"""Lengths of items from files: a number, a text or a list of tokens for each."""

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmart.errors import UsageError

_LENGTHS = ("length", "tokens", "token_count", "num_tokens", "n_tokens")
_TOKENS = ("input_ids",)
_TEXTS = ("text", "content", "prompt", "instruction", "input", "output", "response", "completion")


def read_lengths(path: Path, characters_per_token: float | None = None) -> list[int]:
    """Tokens of each item of a `.jsonl`, `.csv` or `.txt` file (there an item a line: a length, or a text).

    An item is counted by its length, its token ids, or its texts together. Texts need `characters_per_token`, which
    a tokenizer tells; without it they are refused, for no number stands for all tokenizers.
    Raises UsageError with the line for what cannot be counted.
    """
    rows = {".jsonl": _json_lines, ".csv": _csv_rows, ".txt": _text_lines}.get(path.suffix.lower())
    if rows is None:
        raise UsageError(
            f"{path.name} is neither .jsonl, .csv nor .txt",
            hint="Write one item a line, such as JSON with `length`",
        )
    try:
        return [_tokens(row, f"{path}, line {number}", characters_per_token) for number, row in rows(path)]
    except OSError as error:
        raise UsageError(
            f"cannot be read: {error.strerror}", where=str(path), hint="Check the path"
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError("is no UTF-8 text", where=str(path), hint="Convert it") from error


def _json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    yield number, json.loads(line)
                except ValueError as error:
                    raise UsageError(
                        f"is no JSON: {error}", where=f"{path}, line {number}", hint="One document a line"
                    ) from error


def _csv_rows(path: Path) -> Iterator[tuple[int, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            yield reader.line_num, row


def _text_lines(path: Path) -> Iterator[tuple[int, Any]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, line.rstrip("\n")


def _tokens(row: Any, where: str, characters_per_token: float | None) -> int:
    if isinstance(row, str) and row.strip().isdecimal():
        row = int(row)
    if isinstance(row, int) and not isinstance(row, bool):
        return _positive(row, where)
    if isinstance(row, Mapping):
        found = _stated(row, where)
        if found is not None:
            return found
        text = "".join(row[name] for name in _TEXTS if isinstance(row.get(name), str))
    else:
        text = row if isinstance(row, str) else ""
    if not text:
        raise UsageError(
            "has no length, token ids or text",
            where=where,
            hint=f"Name a column one of {', '.join(_LENGTHS)}",
        )
    if not characters_per_token:
        raise UsageError(
            "is a text, and how many tokens it makes depends on the tokenizer",
            where=where,
            hint="Give lengths in tokens, or --characters-per-token",
        )
    return max(1, round(len(text) / characters_per_token))


def _stated(row: Mapping[str, Any], where: str) -> int | None:
    for name in _LENGTHS:
        value = row.get(name)
        if isinstance(value, str) and value.strip().isdecimal():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return _positive(value, where)
    for name in _TOKENS:
        if isinstance(row.get(name), list):
            return _positive(len(row[name]), where)
    return None


def _positive(value: int, where: str) -> int:
    if value < 1:
        raise UsageError(f"has a length of {value}", where=where, hint="Leave out empty items")
    return value
