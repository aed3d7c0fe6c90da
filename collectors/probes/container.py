"""Whether this process runs in a container, and in which kind."""

import os
import re

from collectors.probes.sighting import Machine

_CGROUP_WORDS = re.compile(r"kubepods|docker|containerd|libpod|lxc|garden")
_CGROUP_KINDS = {"kubepods": "kubernetes", "libpod": "podman", "garden": "garden"}


def container(machine: Machine) -> str | None:
    """`docker`, `podman`, `kubernetes`, ...; None when nothing speaks for a container."""
    if machine.is_this_one and "KUBERNETES_SERVICE_HOST" in os.environ:
        return "kubernetes"
    if (machine.root / "run/.containerenv").exists():
        return "podman"
    if (machine.root / ".dockerenv").exists():
        return "docker"
    return machine.text("run/systemd/container") or _from_cgroup(machine)


def _from_cgroup(machine: Machine) -> str | None:
    found = _CGROUP_WORDS.search(machine.text("proc/1/cgroup") or "")
    return _CGROUP_KINDS.get(found[0], found[0]) if found else None
