"""Before anything was measured: devices in the order of the rate that bounds models of a family."""

import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from predictors.performance.hardware import matrix_rate
from predictors.selector.devices import Device
from predictors.selector.estimate import FAMILY_RULE, Estimate
from predictors.selector.knowledge import Knowledge
from predictors.selector.request import SelectionRequest

_RULES = Path(__file__).with_name("family_rules.toml")
SPREAD = math.exp(1.645 * 0.4)
"""The factor that 9 of 10 devices stay within, of what the rate of a rule makes of them. Logarithms of measured rates
depart from it with a standard deviation of 0.43 (compute) and 0.35 (bandwidth) in MLPerf training 4.0, 0.48 and 0.38 in
MLPerf inference 4.1, 0.15 and 0.40 in the speed tables of timm, each device at its best batch and software."""
_HOW_SURE = (
    f"9 of 10 devices did between {1 / SPREAD:.1f} and {SPREAD:.1f} times what such a rule makes of them"
)


@dataclass(frozen=True, slots=True)
class _Bound:
    """A rate of the catalogue."""

    rate: Callable[[Device, str], float | None]
    """Of a device in a precision."""
    words: str
    unit: float


_BOUNDS: Mapping[str, _Bound] = {
    "bandwidth": _Bound(lambda device, _: device.facts.memory_bandwidth, "TB/s of memory bandwidth", 1e12),
    "compute": _Bound(
        lambda device, precision: matrix_rate(device.facts, precision), "TFLOP/s of matrix products", 1e12
    ),
}


def by_family_rule(
    asked: SelectionRequest, devices: Sequence[Device], known: Knowledge
) -> Mapping[str, Estimate]:
    """Before anything was measured: by what bounds models of this family."""
    del known
    rule = rule_of(asked)
    bound = _BOUNDS[rule["bound"]]
    found = {}
    for each in devices:
        rate = bound.rate(each, asked.precision)
        if rate:
            told = (
                f"{rate / bound.unit:.3g} {bound.words} in the catalogue; {rule['reason']} ({rule['source']})"
            )
            found[each.hardware_id] = Estimate(
                rate, rate / SPREAD, rate * SPREAD, FAMILY_RULE, 0, f"{told}; {_HOW_SURE}", is_relative=True
            )
    return found


def rule_of(asked: SelectionRequest) -> Mapping[str, str]:
    """The rule of a family and mode; that of text generation where the family is not known."""
    family = asked.known_family or "text_generation"
    return next(rule for rule in _rules() if rule["family"] == family and rule["mode"] in {"any", asked.mode})


@cache
def _rules() -> Sequence[Mapping[str, str]]:
    rules: Sequence[Mapping[str, str]] = tomllib.loads(_RULES.read_text(encoding="utf-8"))["rule"]
    return rules
