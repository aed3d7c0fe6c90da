"""Names of metrics in the PyTorch benchmark database, which carry the unit: `latency(ms)`, `mean_ttft_ms`, `tps`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_UNITS = {
    "s": "second",
    "sec": "second",
    "seconds": "second",
    "ms": "millisecond",
    "us": "microsecond",
    "ns": "nanosecond",
    "b": "byte",
    "bytes": "byte",
    "kb": "kilobyte",
    "mb": "megabyte",
    "gb": "gigabyte",
    "mib": "mebibyte",
    "gib": "gibibyte",
    "gb/s": "gigabyte/second",
    "mb/s": "megabyte/second",
    "j": "joule",
    "w": "watt",
}
_IN_BRACKETS = re.compile(r"(.+?)[\s_]*[(\[]([a-z/]+)[)\]]")
_BEHIND = re.compile(r"(.+)_(ms|us|ns|mb|gb|mib|gib|seconds|sec|bytes)")
_STATISTICS = {
    "": "mean",
    "mean": "mean",
    "avg": "mean",
    "average": "mean",
    "median": "p50",
    "min": "min",
    "max": "max",
}
_TIMES = {
    "latency": "latency",
    "inference_latency": "latency",
    "inference_time": "latency",
    "execution_time": "latency",
    "step_time": "latency",
    "ttft": "ttft",
    "tpot": "tpot",
    "itl": "itl",
    "e2el": "request_latency",
    "e2e_latency": "request_latency",
}
_TIME = re.compile(
    rf"(?:(mean|avg|average|median|min|max|p\d+)_)?({'|'.join(_TIMES)})(?:_(mean|avg|median|min|max|p\d+))?"
)
_KNOWN_TIMES = {
    *(f"latency_{one}" for one in ("mean", "min", "max", "p50", "p90", "p95", "p97", "p99")),
    *(f"{kind}_{one}" for kind in ("ttft", "tpot", "itl") for one in ("mean", "p50", "p90", "p95", "p99")),
    *(f"request_latency_{one}" for one in ("mean", "p50", "p90", "p95", "p99")),
}
_LENGTHS = {
    "load_time": "load_time",
    "load_model_time": "load_time",
    "model_load_time": "load_time",
    "compile_time": "compile_time",
    "compilation_time": "compile_time",
    "compilation_latency": "compile_time",
}
_SIZES = {
    "peak_memory": "memory_peak",
    "peak_mem": "memory_peak",
    "peak_mem_usage": "memory_peak",
    "peak_inference_mem_usage": "memory_peak",
    "memory_bandwidth": "memory_bandwidth",
    "bandwidth": "memory_bandwidth",
}
_WITHOUT_UNIT = {
    "speedup": ("speedup", "ratio"),
    "compression_ratio": ("memory_compression", "ratio"),
    "tokens_per_second": ("token_throughput", "token/second"),
    "tokens_per_sec": ("token_throughput", "token/second"),
    "token_per_sec": ("token_throughput", "token/second"),
    "output_throughput": ("token_throughput", "token/second"),
    "tps": ("token_throughput", "token/second"),
    "total_token_throughput": ("total_token_throughput", "token/second"),
    "requests_per_second": ("request_throughput", "request/second"),
    "request_throughput": ("request_throughput", "request/second"),
    "samples_per_second": ("throughput", "item/second"),
}
_LOWER = ("latency", "time", "memory", "mem_", "size", "instruction_count", "duration", "loss")
_HIGHER = ("throughput", "per_sec", "tflops", "bandwidth", "accuracy", "speedup")


@dataclass(frozen=True, slots=True)
class MetricKind:
    """What a name stands for."""

    metric: str
    unit: str
    condition: Mapping[str, str] = field(default_factory=dict)
    """The name itself, where the metric does not tell it apart from others."""

    @property
    def is_positive(self) -> bool:
        """Whether a zero means that nothing was measured."""
        return not self.condition


def metric_kind(name: str) -> MetricKind:
    """The metric and unit of a name; without a known unit, a number of the source's own kind."""
    plain = re.sub(r"\s+", "_", name.strip().lower())
    if plain in _WITHOUT_UNIT:
        return MetricKind(*_WITHOUT_UNIT[plain])
    match = _IN_BRACKETS.fullmatch(plain) or _BEHIND.fullmatch(plain)
    if match and match[2] in _UNITS and (metric := _measured(match[1], _UNITS[match[2]])):
        return MetricKind(metric, _UNITS[match[2]])
    words = (("smaller_is_better", _LOWER), ("bigger_is_better", _HIGHER))
    direction = [kind for kind, telling in words if any(word in plain for word in telling)]
    return MetricKind(direction[0] if len(direction) == 1 else "other_value", "unstated", {"metric": name})


def _measured(base: str, unit: str) -> str | None:
    """The metric called `base`, when it is measured in such a unit."""
    dimension = (
        "second" if unit.endswith("second") and "/" not in unit else "byte" if "byte" in unit else None
    )
    if dimension == "byte":
        metric = _SIZES.get(base)
        return metric if metric and ("/" in unit) == (metric == "memory_bandwidth") else None
    if dimension is None:
        return None
    if base in _LENGTHS:
        return _LENGTHS[base]
    match = _TIME.fullmatch(base)
    if not match or (match[1] and match[3]):
        return None
    statistic = match[1] or match[3] or ""
    metric = f"{_TIMES[match[2]]}_{_STATISTICS.get(statistic, statistic)}"
    return metric if metric in _KNOWN_TIMES else None
