"""The page of formats names every adapter once, and none that does not exist."""

import re

from sources import PROJECT

from collectors.adapters.registry import ADAPTERS


def test_the_page_of_formats_names_every_adapter_once() -> None:
    page = (PROJECT / "docs" / "formats.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    historical = re.findall(r"`(legacy_\w+)`", page)
    assert sorted(rows + historical) == sorted(adapter.name for adapter in ADAPTERS)
