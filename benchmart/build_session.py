"""One process's use of the build file: from taking the lock to publishing."""

from pathlib import Path

from filelock import FileLock, Timeout

from benchmart.build_file import read_contents, ready_for_building, ready_for_reading
from benchmart.config import Home
from benchmart.errors import BuildLocked
from benchmart.project import project_digest
from benchmart.publish import publish


class BuildSession:
    """Holds the lock of one home while dbt works on its build file."""

    def __init__(self, home: Home, project: Path) -> None:
        self.home = home
        self.project_digest = project_digest(project)
        self.served_build_number = 0
        self._lock = FileLock(home.workshop / "lock", blocking=False)

    def open(self, *, is_build: bool, is_full: bool) -> None:
        """Take the lock and ready the build file.

        Raises BuildLocked when another process holds the lock.
        """
        self.home.workshop.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire()
        except Timeout:
            raise BuildLocked(
                "another process is building",
                where=str(self.home.workshop),
                hint="Wait until it has finished, then build again",
            ) from None
        try:
            served = read_contents(self.home.warehouse)
            self.served_build_number = served.build_number if served else 0
            if is_build:
                ready_for_building(self.home, self.project_digest, is_full=is_full)
            else:
                ready_for_reading(self.home)
        except BaseException:
            self._lock.release()
            raise

    def close(self) -> bool:
        """Publish what was built, if it passed; returns whether it was. Nobody may have the build file open."""
        try:
            contents = read_contents(self.home.build_file)
            is_new = contents is not None and contents.build_number > self.served_build_number
            if contents is None or not is_new or not contents.is_finished:
                return False
            publish(self.home, contents.log_files, self.project_digest)
            return True
        finally:
            self._lock.release()
