"""Numbers with their units, at the size people read them in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from interfaces.cli.tables import number

_SIZES: dict[str, Sequence[tuple[float, str]]] = {
    "second": ((86_400, "days"), (3_600, "hours"), (1, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")),
    "byte": ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1, "bytes")),
    "joule": ((1e6, "MJ"), (1e3, "kJ"), (1, "J"), (1e-3, "mJ")),
    "watt": ((1e3, "kW"), (1, "W"), (1e-3, "mW")),
    "hertz": ((1e9, "GHz"), (1e6, "MHz"), (1e3, "kHz"), (1, "Hz")),
}
"""Base unit to its multiples, largest first."""
_LONGEST_AS_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Size:
    """A multiple of a base unit, in which a group of values reads well."""

    factor: float
    unit: str

    def number(self, value: float | None) -> str:
        """The number alone."""
        return number(None if value is None else value / self.factor)

    def quantity(self, value: float | None) -> str:
        """The number with its unit; nothing for None."""
        return f"{self.number(value)} {self.unit}".strip() if value is not None else ""

    def written(self, value: float) -> str:
        """A number that is of this size already, with its unit."""
        return f"{number(value)} {self.unit}".strip()


def size_for(unit: str | None, values: Sequence[float]) -> Size:
    """The largest multiple that leaves the typical of these values at 1 or above."""
    sizes = sorted(abs(value) for value in values if value)
    typical = sizes[len(sizes) // 2] if sizes else 0.0
    multiples = _SIZES.get(
        unit or "", ((1, (unit or "").replace("item/second", "items/s").replace("/second", "/s")),)
    )
    if unit == "second" and typical <= _LONGEST_AS_SECONDS:
        multiples = multiples[2:]
    fitting = (each for each in multiples if typical >= each[0])
    factor, name = next(fitting, multiples[-1] if typical else _base(multiples))
    return Size(factor, name)


def times(ratio: float) -> str:
    """A ratio: 1.46 x."""
    return f"{number(ratio)} x"


def percent(share: float) -> str:
    """A share as it is read: `90 %`, `92.5 %`."""
    return f"{share * 100:.3g} %"


def count(amount: int, one: str, many: str | None = None) -> str:
    """`1 model`, `1,234 models`."""
    return f"{amount:,} {one if amount == 1 else many or f'{one}s'}"


def moment(at: datetime | None) -> str:
    """Minute, in UTC."""
    return f"{at:%Y-%m-%d %H:%M}" if at else ""


def _base(multiples: Sequence[tuple[float, str]]) -> tuple[float, str]:
    return next((each for each in multiples if each[0] == 1), multiples[-1])
