"""Where things live: the home folder with the event log and the warehouse, and the dbt project."""

import os
from dataclasses import dataclass
from pathlib import Path

from benchmart.errors import UsageError

HOME_VARIABLE = "BENCHMART_HOME"
_PROJECT_FILE = "dbt_project.yml"


@dataclass(frozen=True)
class Home:
    """The folder that holds one event log and the warehouse built from it."""

    root: Path

    @property
    def events(self) -> Path:
        """The event log: the only thing here that cannot be rebuilt."""
        return self.root / "events"

    @property
    def warehouse(self) -> Path:
        """The served DuckDB file: always whole, replaced atomically, never written in place."""
        return self.root / "warehouse.duckdb"

    @property
    def state(self) -> Path:
        """What the served file was built from, so that a build with nothing new need not start."""
        return self.root / "warehouse.state.json"

    @property
    def workshop(self) -> Path:
        """Where builds happen and caches lie; may be deleted at any time."""
        return self.root / ".build"

    @property
    def build_file(self) -> Path:
        """The DuckDB file a build works on. Its stem is that of the served file, because views name their database."""
        return self.workshop / "warehouse.duckdb"


def project_folder() -> Path:
    """The dbt project: beside the installed package, else at or above the current folder.

    Raises UsageError when there is none.
    """
    beside_package = Path(__file__).resolve().parents[1]
    if _is_project(beside_package):
        return beside_package  # the current folder, which may be gone, need not be looked at
    here = Path.cwd()
    for folder in (here, *here.parents):
        if _is_project(folder):
            return folder
    raise UsageError(
        f"no {_PROJECT_FILE} found",
        where=str(here),
        hint="Install benchmart from a clone with `pip install -e .`, or run inside the clone",
    )


def _is_project(folder: Path) -> bool:
    return (folder / _PROJECT_FILE).is_file() and (folder / "models").is_dir()


def find_home(option: str | os.PathLike[str] | None = None) -> Home:
    """The home folder: the option given, else BENCHMART_HOME, else the project's folder."""
    chosen = option or os.environ.get(HOME_VARIABLE) or project_folder()
    return Home(Path(chosen).expanduser().resolve())
