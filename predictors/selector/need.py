"""How much memory of one device a request needs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes on one device; memory of several devices is never added up."""

    expected: float
    high: float
    """A bound that nearly all runs keep; the expected value itself where there is none."""
    basis: str
    """`measured`, `predicted` or `formula`."""
    told: str
    """Where it comes from."""
