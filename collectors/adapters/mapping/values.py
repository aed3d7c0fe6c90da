"""Cells: texts of CSV, and what JSON and Parquet hold."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from collectors.adapters import numbers
from collectors.adapters.json_values import shown

Value: TypeAlias = object
Values: TypeAlias = Mapping[str, object]
"""Column or named group to what stands there."""

_NUMBERS = (int, float, Decimal)


def text_of(value: Value) -> str | None:
    """The value as text; None when there is none. Raises ValueError when it is a list, an object or bytes."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, _NUMBERS):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    raise ValueError(f"{shown(value)} is not a plain value")


def number_of(value: Value) -> float:
    """The finite number it is. Raises ValueError when it is none."""
    if isinstance(value, str):
        return numbers.finite(value)
    if isinstance(value, bool) or not isinstance(value, _NUMBERS):
        raise ValueError(f"{shown(value)} is not a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{shown(value)} is not finite")
    return number


def number_written(decimal: str, thousands: str) -> Callable[[Value], float]:
    """Reads the numbers of a table with these signs, such as a comma for the decimal point."""
    if decimal == "." and thousands == ",":
        return number_of
    groups = rf"[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+|" if thousands else ""
    written = re.compile(rf"[+-]?(?:{groups}[0-9]+)(?:{re.escape(decimal)}[0-9]*)?(?:[eE][+-]?[0-9]+)?")

    def number(value: Value) -> float:
        if not isinstance(value, str):
            return number_of(value)
        if not written.fullmatch(value.strip()):
            raise ValueError(f"{shown(value)} is not a number")
        plain = value.replace(thousands, "") if thousands else value
        return numbers.finite(plain.replace(decimal, "."))

    return number
