"""A mapping as an adapter."""

import os
from functools import partial
from importlib import resources
from pathlib import Path

from benchmart.catalogue import known_names
from benchmart.errors import DocumentRejected, UsageError
from collectors.adapters.contract import Adapter, Findings, NotResults
from collectors.adapters.document import Document
from collectors.adapters.mapping.model import Mapping, Recognise
from collectors.adapters.mapping.parse import parse_mapping
from collectors.adapters.mapping.plan import needed_columns, plan_for
from collectors.adapters.mapping.records import read
from collectors.adapters.mapping.table import columns_of
from collectors.adapters.mapping.twins import twin_of

_LARGEST_BYTES = 2**20
_WANTED = "A mapping is a TOML file, which --suggest-mapping drafts"


def adapter_of(mapping: Mapping) -> Adapter:
    """The adapter that reads what the mapping is for."""
    return Adapter(
        mapping.name,
        mapping.version,
        recognises=partial(_recognises, mapping=mapping),
        read=partial(_read, mapping=mapping),
    )


def read_mapping(path: Path) -> Adapter:
    """The adapter of a mapping file. Raises UsageError when it cannot be read or understood."""
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise UsageError(f"cannot be read: {reason}", where=str(path), hint=_WANTED) from error
    except UnicodeDecodeError as error:
        raise UsageError("is not UTF-8 text", where=str(path), hint=_WANTED) from error
    if len(data) > _LARGEST_BYTES:
        raise UsageError(f"{len(data):,} bytes are too many for a mapping", where=str(path))
    return adapter_of(parse_mapping(str(path), text, known_names()))


def built_in_adapters() -> tuple[Adapter, ...]:
    """Those of the mappings in `tables/`, by name."""
    folder = resources.files("collectors.adapters.mapping") / "tables"
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name
    )
    return tuple(
        adapter_of(parse_mapping(file.name, file.read_text(encoding="utf-8"), known_names()))
        for file in files
    )


def _read(document: Document, mapping: Mapping) -> Findings:
    twin = None if mapping.not_results else twin_of(document, mapping)
    if twin is not None:
        raise NotResults(f"derived summary: every row also stands in {twin} beside it")
    yield from read(document, mapping=mapping)


def _recognises(document: Document, mapping: Mapping) -> bool:
    name = mapping.recognise.file_name
    if name is not None and not name.search(document.name):
        return False
    return any(_fits(mapping, columns, document) for columns in columns_of(document, mapping.layout))


def _fits(mapping: Mapping, columns: tuple[str, ...], document: Document) -> bool:
    """Without `[recognise]`, a table is one of the mapping when it has all the columns that are asked for."""
    present = set(columns)
    if mapping.recognise == Recognise() and mapping.not_results is None:
        return _has_needed(mapping, columns, document)
    wanted = mapping.recognise
    has_any = not wanted.any_column or not present.isdisjoint(wanted.any_column)
    return present.issuperset(wanted.columns) and has_any and present.isdisjoint(wanted.no_column)


def _has_needed(mapping: Mapping, columns: tuple[str, ...], document: Document) -> bool:
    if not set(columns).intersection(needed_columns(mapping)):
        return False
    try:
        plan_for(mapping, columns, document)
    except DocumentRejected:
        return False
    return True
