"""Every folder `<format>/<case>/` here holds a document and, beside it, what the format's adapter makes of it."""

import json
from pathlib import Path

import golden
import pytest

from collectors.adapters.document import Document
from collectors.adapters.registry import ADAPTERS, recognise

_HERE = Path(__file__).parent
_ADAPTERS = {adapter.name: adapter for adapter in ADAPTERS}
_EXPECTATIONS = sorted(_HERE.glob("*/*/expected.json"))


def _document_beside(expectation: Path) -> Document:
    (path,) = (path for path in expectation.parent.iterdir() if path != expectation)
    return Document(path.name, path.read_bytes())


def _name(expectation: Path) -> str:
    return str(expectation.parent.relative_to(_HERE))


@pytest.mark.parametrize("expectation", _EXPECTATIONS, ids=_name)
def test_a_document_gives_what_is_written_beside_it(expectation: Path) -> None:
    adapter = _ADAPTERS[expectation.parents[1].name]
    outcome = golden.outcome(adapter, _document_beside(expectation))
    assert golden.spread(outcome) == golden.spread(json.loads(expectation.read_text()))


@pytest.mark.parametrize("expectation", _EXPECTATIONS, ids=_name)
def test_a_document_is_recognised_by_the_adapter_its_folder_names_and_read_by_it(expectation: Path) -> None:
    adapter = recognise(
        _document_beside(expectation), ADAPTERS, lambda one, error: pytest.fail(f"{one}: {error}")
    )
    assert adapter is not None
    assert adapter.name == expectation.parents[1].name


def test_every_adapter_has_golden_files() -> None:
    assert {expectation.parents[1].name for expectation in _EXPECTATIONS} == set(_ADAPTERS)


def test_every_case_has_an_expectation() -> None:
    cases = {path for path in _HERE.glob("*/*") if path.is_dir() and path.parent.name in _ADAPTERS}
    assert cases == {expectation.parent for expectation in _EXPECTATIONS}
