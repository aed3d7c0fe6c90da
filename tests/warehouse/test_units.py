"""Units say by their names what they are in base units: seconds against milliseconds, GB against GiB."""

import csv
from pathlib import Path

import pytest

_SEEDS = Path(__file__).parents[2] / "seeds"
_PREFIXES = {
    "pico": 1e-12, "nano": 1e-9, "micro": 1e-6, "milli": 1e-3, "kilo": 1e3, "mega": 1e6, "giga": 1e9, "tera": 1e12,
    "kibi": 2**10, "mebi": 2**20, "gibi": 2**30, "tebi": 2**40,
}  # fmt: skip
_WORDS = {"minute": 60, "hour": 3600, "watt_hour": 3600, "percent": 0.01, "million_activations": 1e6}


def _units() -> dict[str, tuple[str, float]]:
    with (_SEEDS / "units.csv").open(newline="") as file:
        return {row["unit"]: (row["base_unit"], float(row["factor"])) for row in csv.DictReader(file)}


def _factor_by_name(word: str) -> float:
    prefix = next((prefix for prefix in _PREFIXES if word.startswith(prefix) and word not in _WORDS), "")
    return _PREFIXES.get(prefix, 1) * _WORDS.get(word.removeprefix(prefix), 1)


@pytest.mark.parametrize("unit", _units())
def test_the_factor_of_a_unit_is_the_one_its_name_says(unit: str) -> None:
    above, _, below = unit.partition("/")
    assert _units()[unit][1] == pytest.approx(_factor_by_name(above) / _factor_by_name(below), rel=1e-9)


def test_a_decimal_gigabyte_is_seven_per_cent_less_than_a_binary_one() -> None:
    units = _units()
    assert units["gigabyte"][0] == units["gibibyte"][0] == "byte"
    assert units["gibibyte"][1] / units["gigabyte"][1] == pytest.approx(1.0737, abs=1e-4)


def test_a_base_unit_is_a_unit_of_itself() -> None:
    units = _units()
    assert {base for base, _ in units.values()} <= units.keys()
    assert all(units[base] == (base, 1) for base, _ in units.values())
