"""A digest that tells machines apart without naming them."""

import hashlib
import platform
import re
import uuid

from collectors.probes.sighting import Machine

_ID_FILES = ("etc/machine-id", "var/lib/dbus/machine-id")
_DIGEST_LENGTH = 12
_RANDOM_NODE_BIT = 1 << 40


def machine_id(machine: Machine | None = None) -> str:
    """The first 12 hexadecimal digits of the sha-256 of what the system identifies itself by."""
    identity = _own_identity(machine or Machine())
    return hashlib.sha256(identity.encode()).hexdigest()[:_DIGEST_LENGTH]


def _own_identity(machine: Machine) -> str:
    """The first of these that exists: machine-id file, Apple platform id, network address, host name."""
    files = (machine.text(name) for name in _ID_FILES)
    return next(filter(None, files), None) or _apple_identity(machine) or _network_identity()


def _apple_identity(machine: Machine) -> str | None:
    if machine.system != "Darwin":
        return None
    listing = machine.run(["ioreg", "-rd1", "-c", "IOPlatformExpertDevice"]) or ""
    found = re.search(r'"IOPlatformUUID" = "([^"]+)"', listing)
    return found.group(1) if found else None


def _network_identity() -> str:
    node = uuid.getnode()
    # When `getnode` finds no address it makes one up, marked by this bit: another one at every start.
    return platform.node() if node & _RANDOM_NODE_BIT else f"{node:012x}"
