"""The page docs/schema.md, drawn from what the dbt project says of its marts.

python tests/house/schema_page.py    # writes it
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

_PROJECT = Path(__file__).parents[2]
PAGE = _PROJECT / "docs" / "schema.md"
_HEAD = """\
# The marts and their columns

Drawn from the descriptions of the dbt project by `python tests/house/schema_page.py`; `make docs` has the same with
lineage. Numbers are in seconds, bytes, items a second, joules and watts. What was not told is null, and never a guess;
`basis` says whether a number was measured.
"""
_REFERENCE = re.compile(r"""{{\s*doc\(['"](\w+)['"]\)\s*}}""")
_DOCS_BLOCK = re.compile(r"{%\s*docs (\w+)\s*%}(.*?){%\s*enddocs\s*%}", re.DOTALL)
_PLAIN = re.compile(r"select \* from {{ ref\('(\w+)'\) }}")


def page() -> str:
    """The whole page."""
    plain = {path.stem: _PLAIN.findall(path.read_text()) for path in _marts("plain/*.sql")}
    described = sorted(_models(), key=lambda model: model["name"])
    full = [model for model in described if model["name"] not in plain]
    grains = {model["name"]: _parted(_text(model))[1] for model in described}
    plain_rows = [f"| `{name}` | `{mart}` | {grains[name]} |" for name, (mart,) in sorted(plain.items())]
    lines = [
        _HEAD,
        "## Plain names\n",
        "Views with the names that people type first; each has the columns of its mart.\n",
        "| view | mart | one row per |",
        "| --- | --- | --- |",
        *plain_rows,
        "",
        *(line for model in full for line in _section(model)),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _section(model: dict[str, Any]) -> Iterator[str]:
    description, grain = _parted(_text(model))
    yield from (f"## {model['name']}\n", f"{description} One row per **{grain}**.\n")
    yield from ("| column | type | what it is |", "| --- | --- | --- |")
    for column in model["columns"]:
        yield f"| `{column['name']}` | {column['data_type']} | {_text(column)} |"
    yield ""


def _parted(description: str) -> tuple[str, str]:
    """What it says, and its last sentence's grain."""
    text, _, grain = description.rpartition("One row per ")
    return text.strip(), grain.rstrip(".")


def _text(described: dict[str, Any]) -> str:
    """Its description in one line, with shared descriptions put in."""
    blocks = dict(block for path in _marts("**/*.md") for block in _DOCS_BLOCK.findall(path.read_text()))
    text = _REFERENCE.sub(lambda found: blocks[found[1]], described["description"])
    return " ".join(text.split()).replace("|", "\\|")


def _models() -> Iterator[dict[str, Any]]:
    for path in _marts("**/_*models.yml"):
        yield from yaml.safe_load(path.read_text())["models"]


def _marts(pattern: str) -> list[Path]:
    return sorted((_PROJECT / "models" / "marts").glob(pattern))


if __name__ == "__main__":
    PAGE.write_text(page())
