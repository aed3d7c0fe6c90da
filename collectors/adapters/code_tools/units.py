"""Units as code benchmark tools spell them, in the names of `seeds/units.csv`."""

from collections.abc import Mapping
from typing import Any

TIMES = {
    "ps": "picosecond",
    "ns": "nanosecond",
    "us": "microsecond",
    "µs": "microsecond",
    "\u03bcs": "microsecond",
    "ms": "millisecond",
    "s": "second",
    "sec": "second",
    "m": "minute",
    "min": "minute",
    "h": "hour",
    "hr": "hour",
}
"""Both code points of the micro sign are in use."""

SIZES = {
    "B": "byte",
    "bytes": "byte",
    "kB": "kilobyte",
    "KB": "kilobyte",
    "MB": "megabyte",
    "GB": "gigabyte",
    "KiB": "kibibyte",
    "MiB": "mebibyte",
    "GiB": "gibibyte",
}

SPEEDS = {
    "ops/s": "operation/second",
    "ops/sec": "operation/second",
    "ops/ms": "operation/millisecond",
    "ops/us": "operation/microsecond",
    "ops/ns": "operation/nanosecond",
    "ops/min": "operation/minute",
}

ZERO_TIME: Mapping[str, Any] = {
    "status": "untested",
    "basis": "untested",
    "basis_reason": "a time of zero: shorter than the clock can tell, or not run",
    "error_class": "no_measurement",
}
"""Fields of a record whose time is zero."""

CENTRE_NOT_STATED = {"statistic": "not stated: a mean or a median"}
"""The attribute of a time whose tool prints one number and does not say which; it is held as `latency_mean`."""
