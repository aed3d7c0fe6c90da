"""What the header of a column says: which metric it may be, and in which unit."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_SECOND = r"(?:\s*/\s*|[\s_]*per[\s_]*|[\s_]?p)s(?:ec(?:ond)?s?)?"
_BANDWIDTH = "memory_bandwidth"
_RATES: Sequence[tuple[str, str, str]] = (
    (rf"tok(?:en)?s?{_SECOND}|tps", "token/second", "token_throughput"),
    (rf"req(?:uest)?s?{_SECOND}|rps", "request/second", "request_throughput"),
    (rf"op(?:eration)?s?{_SECOND}", "operation/second", "operation_throughput"),
    (
        rf"(?:sample|image|img|item|seq(?:uence)?|frame|example|sentence|quer(?:y|ie)|inference)s?{_SECOND}|fps|qps|ips",
        "item/second",
        "throughput",
    ),
    (r"gib/s", "gibibyte/second", _BANDWIDTH),
    (r"gb/s|gbps", "gigabyte/second", _BANDWIDTH),
    (r"mb/s", "megabyte/second", _BANDWIDTH),
)
"""How a rate is spelled, its unit, and what it most likely is."""
_UNITS: Mapping[str, tuple[str, str]] = {
    r"ms|msecs?|millis(?:ec(?:ond)?s?)?": ("millisecond", "second"),
    r"us|usecs?|micros(?:ec(?:ond)?s?)?": ("microsecond", "second"),
    r"ns|nsecs?|nanos(?:ec(?:ond)?s?)?": ("nanosecond", "second"),
    r"secs?|seconds?": ("second", "second"),
    r"minutes?": ("minute", "second"),
    r"hrs?|hours?": ("hour", "second"),
    r"bytes?": ("byte", "byte"),
    r"kib": ("kibibyte", "byte"),
    r"mib": ("mebibyte", "byte"),
    r"gib": ("gibibyte", "byte"),
    r"kb": ("kilobyte", "byte"),
    r"mb": ("megabyte", "byte"),
    r"gb": ("gigabyte", "byte"),
    r"joules?": ("joule", "joule"),
    r"mj|millijoules?": ("millijoule", "joule"),
    r"wh": ("watt_hour", "joule"),
    r"kwh": ("kilowatt_hour", "joule"),
    r"watts?": ("watt", "watt"),
    r"mw|milliwatts?": ("milliwatt", "watt"),
    r"kw": ("kilowatt", "watt"),
    r"%|pct|percent(?:age)?": ("percent", "ratio"),
}
"""How a unit is spelled, its name and its base unit."""
_LETTERS: Mapping[str, tuple[str, str]] = {
    "s": ("second", "second"),
    "h": ("hour", "second"),
    "j": ("joule", "joule"),
    "w": ("watt", "watt"),
    "b": ("byte", "byte"),
}
"""Units of one letter, which count at the end of a header and in brackets only."""
_BINARY = {"kilobyte": "kibibyte", "megabyte": "mebibyte", "gigabyte": "gibibyte"}
_STATISTICS: Sequence[tuple[str, str]] = (
    (r"p_?99[._]9", "p99_9"),
    (r"p_?(?:99|0_99)|99(?:th|%)", "p99"),
    (r"p_?97|97th", "p97"),
    (r"p_?95|95(?:th|%)", "p95"),
    (r"p_?90|90(?:th|%)", "p90"),
    (r"p_?50|50(?:th|%)|median", "p50"),
    (r"min(?:imum)?", "min"),
    (r"max(?:imum)?", "max"),
    (r"std(?:_?dev)?|stdev|sigma", "stddev"),
)
_NAMES: Sequence[tuple[str, str, str]] = (
    (r"ttft|time_to_first_token", "ttft_", "second"),
    (r"tpot|time_per_output_token", "tpot_", "second"),
    (r"itl|inter_token_latency", "itl_", "second"),
    (r"time_to_train", "time_to_train", "second"),
    (r"(?:compile|compilation)_time", "compile_time", "second"),
    (r"load(?:ing)?_time", "load_time", "second"),
    (r"cpu_time", "cpu_time", "second"),
    (r"duration|total_time|wall_?(?:clock_?)?time", "duration", "second"),
    (
        r"latency|latencies|time|elapsed|run_?time|per_(?:step|iter(?:ation)?|batch|call)",
        "latency_",
        "second",
    ),
    (r"bandwidth", _BANDWIDTH, "byte/second"),
    (r"mem(?:ory)?|vram|rss", "memory_peak", "byte"),
    (r"token_throughput", "token_throughput", "token/second"),
    (r"throughput", "throughput", "item/second"),
    (r"speed_?up", "speedup", "ratio"),
    (r"accuracy|acc|score|top_?1|f1", "score", "ratio"),
    (r"energy", "energy", "joule"),
    (r"power", "power_mean", "watt"),
)
"""Words of a header, the metric they mean (with `_`, a statistic follows), and its base unit."""
_BY_UNIT = {"second": "latency_", "byte": "memory_peak", "joule": "energy", "watt": "power_mean"}
_ALWAYS = {"speedup": "ratio"}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a header says."""

    metric: str | None = None
    unit: str | None = None
    """None when it states none that the metric can have."""
    doubt: str = ""
    """What may be otherwise than the unit says."""


def meaning_of(header: str) -> Meaning:
    """The metric it may be, by its words and by the unit it states."""
    words = _words(header)
    for spelling, unit, metric in _RATES:
        if re.search(rf"(?<![a-z0-9])(?:{spelling})(?![a-z0-9])", _spaced(header)):
            is_known = metric != _BANDWIDTH or _has(
                "bandwidth", words
            )  # else it may be a disk's or a network's
            return Meaning(metric, unit) if is_known else Meaning()
    stated, base = _stated_unit(header, words)
    named = [(name, of) for pattern, name, of in _NAMES if _has(pattern, words)]
    fitting = [name for name, of in named if of == base]
    if named and not fitting:
        stated = None  # a unit of something else, or one that is not known
    family = next(iter(fitting or [name for name, _ in named]), _BY_UNIT.get(base or ""))
    found = _with_statistic(family, words) if family else None
    if found is None:
        return Meaning()
    meant = _ALWAYS.get(found, stated)
    return Meaning(found, meant, f"or {_BINARY[meant]}, if 1024 is meant" if meant in _BINARY else "")


def _spaced(header: str) -> str:
    """In small letters, with words apart that only a capital letter sets off."""
    return re.sub(r"(?<=[a-z]{2})(?=[A-Z])", "_", header.strip()).lower().replace("µ", "u").replace("μ", "u")


def _words(header: str) -> str:
    """The words with `_` between them, and at both ends."""
    return "_" + re.sub(r"[^a-z0-9%.]+|(?<![0-9])\.|\.(?![0-9])", "_", _spaced(header)).strip("_") + "_"


def _has(pattern: str, words: str) -> bool:
    return re.search(rf"_(?:{pattern})(?=_)", words) is not None


def _stated_unit(header: str, words: str) -> tuple[str | None, str | None]:
    """The unit and its base unit; two different ones are none."""
    found = {unit for pattern, unit in _UNITS.items() if _has(pattern, words)}
    if not found:
        spaced = _spaced(header)
        brackets = re.findall(r"[(\[{]\s*([a-z])\s*[)\]}]", spaced)
        last = re.findall(r"[\s_,.]([a-z])$", spaced)
        found = {_LETTERS[letter] for letter in (*brackets, *last) if letter in _LETTERS}
    return found.pop() if len(found) == 1 else (None, None)


def _with_statistic(metric: str, words: str) -> str | None:
    """None when the metric has no such statistic."""
    statistic = next((name for pattern, name in _STATISTICS if _has(pattern, words)), None)
    if metric.endswith("_"):
        statistic = statistic or "mean"
        is_known = metric == "latency_" or statistic.startswith(("mean", "p"))
        return metric + statistic if is_known else None
    if statistic in {"stddev", "min"} or (statistic == "max" and metric not in {"memory_peak", "score"}):
        return None
    return metric
