"""The folder of versions: `predictors/<name>/<version>/` in a home, never changed once it is there.

A version is named after the digest of its files, which are JSON, text (packed or not) or safetensors, never pickles.
"""

import os
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

from benchmart.config import Home
from benchmart.errors import LogCorrupted, PredictionRefused

ALLOWED = frozenset({".json", ".safetensors", ".txt", ".xz"})
"""Text may be packed."""
CARD = "card.json"
"""Tells what the packaged version learned from and how well it does."""
_VERSION_DIGITS = 12


def folder_of(home: Home, name: str) -> Path:
    """Where the versions of a predictor are."""
    return home.root / "predictors" / name


def keep(home: Home, name: str, save: Callable[[Path], None]) -> tuple[str, str]:
    """Let `save` write its files, and keep them as a version; returns its name and the digest of its files.

    Files are written aside and moved into place whole. Keeping the same again changes nothing. Raises
    PredictionRefused when a file is of a kind that may run code when it is read.
    """
    parent = folder_of(home, name)
    parent.mkdir(parents=True, exist_ok=True)
    aside = Path(mkdtemp(prefix=".unfinished-", dir=parent))
    try:
        save(aside)
        strange = [file.name for file in aside.iterdir() if file.suffix not in ALLOWED]
        if strange:
            raise PredictionRefused(f"predictors are not kept as {', '.join(strange)}", where=str(parent))
        digest = digest_of(aside)
        version = version_of(digest)
        if not (parent / version).exists():
            aside.chmod(0o755)
            os.rename(aside, parent / version)  # noqa: PTH104 - the folder appears whole
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return version, digest


def find(home: Home, name: str, version: str, weights_digest: str) -> Path:
    """The folder of a version whose files are what the log says. Raises LogCorrupted when they are not."""
    folder = folder_of(home, name) / version
    if not folder.is_dir():
        raise PredictionRefused(
            f"version {version} of the predictor {name} is not here",
            where=str(folder),
            hint="Copy it from where it was trained, or run `benchmart predict train`",
        )
    if digest_of(folder) != weights_digest:
        raise LogCorrupted(
            f"the files of version {version} of {name} were changed",
            where=str(folder),
            hint="Remove the folder and run `benchmart predict train`",
        )
    return folder


def version_of(digest: str) -> str:
    """What a version with this digest of its files is called."""
    return digest[:_VERSION_DIGITS]


def packaged(name: str) -> Path | None:
    """The files of the version that comes with the package, for homes where none was trained; None without one."""
    folder = packaged_folder(name)
    return folder if folder.is_dir() else None


def packaged_folder(name: str) -> Path:
    """Where that version is."""
    return Path(__file__).parent / "packaged" / name


def digest_of(folder: Path) -> str:
    """sha-256 over the names and bytes of its files, but for the card, which tells of them."""
    total = sha256()
    for file in sorted(file for file in folder.iterdir() if file.name != CARD):
        total.update(f"{file.name} {sha256(file.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()
