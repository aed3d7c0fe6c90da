"""The git state of a folder."""

from dataclasses import dataclass
from pathlib import Path

from collectors.probes.sighting import Machine


@dataclass(frozen=True)
class GitState:
    """Commit, branch and whether files differ from the commit; all None outside a repository."""

    commit: str | None = None
    branch: str | None = None
    """None on a detached head."""
    is_dirty: bool | None = None


def git_state(machine: Machine, folder: Path) -> GitState:
    """Ask git about the folder, without refreshing its index: a git command beside it is not disturbed."""
    git = ["git", "--no-optional-locks", "-C", str(folder)]
    commit = machine.run([*git, "rev-parse", "--verify", "HEAD"])
    if not commit:
        return GitState()
    branch = machine.run([*git, "symbolic-ref", "--short", "--quiet", "HEAD"])
    changes = machine.run([*git, "status", "--porcelain"])
    return GitState(commit, branch or None, None if changes is None else bool(changes))
