"""What lies beside a document: read only when its adapter asks."""

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from collectors.adapters.document import Companions

_LARGEST_BYTES = 2**24
_HIGHEST_FOLDERS = 12


def companions_of(path: Path) -> Companions:
    """Reads regular files near `path`; anything else there counts as absent."""
    folder = path.absolute().parent

    def companion(relative: str) -> bytes | None:
        if (
            relative.startswith("/")
            or "\0" in relative
            or Path(relative).parts.count("..") > _HIGHEST_FOLDERS
        ):
            return None
        wanted = folder / relative
        try:
            if not wanted.is_file() or wanted.stat().st_size > _LARGEST_BYTES:
                return None
            return wanted.read_bytes()
        except OSError:
            return None

    return companion


@dataclass(frozen=True, slots=True)
class Consulted:
    """What lies beside a document, remembering what was asked for."""

    companions: Companions
    digests: dict[str, str | None] = field(default_factory=dict)
    """sha-256 by relative path; None where nothing was."""

    def __call__(self, relative: str) -> bytes | None:
        """What lies there; None for nothing."""
        data = self.companions(relative)
        self.digests[relative] = None if data is None else sha256(data).hexdigest()
        return data
