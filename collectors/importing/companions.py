"""What lies beside a document: read only when its adapter asks."""

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
