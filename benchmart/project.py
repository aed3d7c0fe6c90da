"""The dbt project: what it consists of, and a digest that tells whether tables built from it are still its own."""

import hashlib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

_SOURCES = ("models", "macros", "seeds")
_FILES = ("dbt_project.yml",)
_SUFFIXES = frozenset({".sql", ".yml", ".csv", ".py"})
_ENGINES = ("duckdb", "dbt-core", "dbt-duckdb")


def project_digest(project: Path) -> str:
    """sha-256 over the project's files and the versions of what runs them.

    Tables that an older project or engine has built are not added to but built anew.
    """
    digest = hashlib.sha256()
    for engine in _ENGINES:
        digest.update(f"{engine} {metadata.version(engine)}\n".encode())
    for path in sorted(_source_files(project)):
        digest.update(f"{path.relative_to(project).as_posix()}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _source_files(project: Path) -> Iterator[Path]:
    yield from (project / name for name in _FILES)
    for folder in _SOURCES:
        yield from (path for path in (project / folder).rglob("*") if path.suffix in _SUFFIXES)
