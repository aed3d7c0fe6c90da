"""Result events that look like those of a team that benchmarks every night, made fast and always the same for a seed.

The numbers are made up, so they are for measuring benchmart only: they never leave a temporary folder.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmart.event_log.schemas import RESULT_RECORDED
from benchmart.event_log.structs import METRIC

_Numbers = npt.NDArray[np.float64]
_Choices = npt.NDArray[np.int64]

_FIRST_DAY = datetime(2025, 1, 1, tzinfo=UTC)
_RESULTS_PER_RUN = 2_000
_RUN_SECONDS = 1_800
_SAMPLES = 10
_SAMPLED_SHARE = 0.1
_FAILED_SHARE = 0.02

_MODELS = (
    *(f"resnet{depth}" for depth in (18, 34, 50, 101, 152)),
    *(
        f"vit_{size}_patch{patch}_224"
        for size in ("tiny", "small", "base", "large")
        for patch in (8, 14, 16, 32)
    ),
    *(f"convnext_{size}" for size in ("atto", "nano", "tiny", "small", "base", "large")),
    *(f"efficientnetv2_{size}" for size in ("s", "m", "l", "xl")),
    *("bert-base-uncased", "bert-large-uncased", "roberta-base", "gpt2", "gpt2-medium", "gpt2-xl"),
    *("whisper-tiny", "whisper-base", "whisper-small", "clip-vit-base-patch32", "t5-small", "t5-base"),
    *(f"in-house/ranker-{number:03d}" for number in range(257)),
)
_DEVICES = (  # name, kind, relative speed, driver, threads
    ("NVIDIA H100-SXM-80GB", "cuda", 9.0, "570.86.15", 48),
    ("NVIDIA A100-SXM4-80GB", "cuda", 5.0, "570.86.15", 32),
    ("NVIDIA L4", "cuda", 1.2, "560.35.03", 12),
    ("rtx4090", "cuda", 4.0, "565.57.01", 16),
    ("rtx3090", "cuda", 2.8, "565.57.01", 16),
    ("Tesla V100-SXM2-32GB", "cuda", 2.0, "535.183.01", 24),
    ("AMD Instinct MI300X", "rocm", 8.0, "6.10.5", 48),
    ("AMD Instinct MI250X", "rocm", 4.5, "6.8.5", 32),
    ("Intel Data Center GPU Max 1550", "xpu", 3.0, "1.6.31294", 32),
    ("Apple M2 Ultra", "mps", 1.5, None, 16),
    ("AMD EPYC 9654 96-Core Processor", "cpu", 0.3, None, 96),
    ("Intel Xeon Platinum 8480+", "cpu", 0.25, None, 56),
)
_PRECISIONS = (("fp32", 1.0), ("bf16", 1.9))
_BATCH_SIZES = (1, 8, 32)
_VERSIONS = ("2.4.0", "2.6.0", "2.9.1", "2.10.0")
_UNITS = {
    "latency_mean": "second",
    "latency_p90": "second",
    "throughput": "item/second",
    "memory_peak": "byte",
}
_ERRORS = (
    ("out_of_memory", "out of memory: tried to allocate 2.00 GiB"),
    ("timeout", "no result after 600 seconds"),
    ("RuntimeError", "expected scalar type Float but found BFloat16"),
)


def result_events(count: int, seed: int = 0) -> pa.Table:
    """`count` events with the columns a collector submits; another seed gives other runs of the same conditions."""
    rng = np.random.default_rng(seed)
    model, device = rng.integers(0, len(_MODELS), count), rng.integers(0, len(_DEVICES), count)
    precision, batch = rng.integers(0, len(_PRECISIONS), count), rng.integers(0, len(_BATCH_SIZES), count)
    run = np.arange(count) // _RESULTS_PER_RUN
    version = run * len(_VERSIONS) // (int(run[-1]) + 1)
    error = np.where(rng.random(count) < _FAILED_SHARE, rng.integers(0, len(_ERRORS), count), len(_ERRORS))
    is_ok = error == len(_ERRORS)
    batch_sizes = np.array(_BATCH_SIZES)[batch]
    names, kinds, speeds, drivers, threads = zip(*_DEVICES, strict=True)
    speed = np.array(speeds)[device] * np.array([gain for _, gain in _PRECISIONS])[precision]
    latency = 0.004 * (1 + model % 17) * batch_sizes**0.8 / speed * rng.lognormal(0.0, 0.03, count)
    error_classes, error_messages = zip(*_ERRORS, strict=True)
    run_ids = [f"nightly-{seed}-{number}" for number in range(int(run[-1]) + 1)]
    columns: dict[str, Any] = {
        "occurred_at": _times(rng, run, seed),
        "run_id": _picked(run_ids, run),
        "collector": _same("runner", count),
        "collector_version": _same("0.1.0", count),
        "source_uri": _same("nightly", count),
        "source_locator": _picked(
            [f"result {number}" for number in range(_RESULTS_PER_RUN)], np.arange(count) % _RESULTS_PER_RUN
        ),
        "subject_kind": _same("model", count),
        "subject": _picked(_MODELS, model),
        "status": _picked(("failed", "ok"), is_ok.astype(np.int64)),
        "basis": _same("measured", count),
        "error_class": _picked((*error_classes, None), error),
        "error_message": _picked((*error_messages, None), error),
        "mode": _same("inference", count),
        "device": _picked(names, device),
        "device_kind": _picked(kinds, device),
        "device_count": _same(1, count),
        "runtime": _same("pytorch", count),
        "runtime_version": _picked(_VERSIONS, version),
        "compute_platform": _picked(kinds, device),
        "driver_version": _picked(drivers, device),
        "compiler": _same("eager", count),
        "precision": _picked([name for name, _ in _PRECISIONS], precision),
        "batch_size": pa.array(batch_sizes),
        "condition": _maps(
            {
                "threads": _picked([str(number) for number in threads], device),
                "weights": _same("random", count),
            }
        ),
        "attributes": _maps(
            {
                "git_commit": _picked([_digest(name) for name in run_ids], run),
                "machine_id": _picked([_digest(name) for name in names], device),
                "suite": _same("nightly", count),
            }
        ),
        "metrics": _metrics(rng, latency[is_ok], batch_sizes[is_ok], is_ok),
    }
    return pa.Table.from_arrays(
        [
            columns[field.name].cast(field.type) if field.name in columns else pa.nulls(count, field.type)
            for field in RESULT_RECORDED.submitted
        ],
        schema=RESULT_RECORDED.submitted,
    )


def _same(value: object, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(value), count)


def _picked(values: Sequence[str | None], choice: _Choices) -> pa.Array:
    return pa.array(values, pa.string()).take(pa.array(choice))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]


def _times(rng: np.random.Generator, run: _Choices, seed: int) -> pa.Array:
    """Runs of one seed follow each other, as do the results of a run; those of later seeds come later."""
    place = np.arange(len(run)) % _RESULTS_PER_RUN
    seconds = (run + (place + rng.random(len(run))) / _RESULTS_PER_RUN) * _RUN_SECONDS
    first = np.datetime64(_FIRST_DAY.replace(tzinfo=None), "us") + np.timedelta64(seed, "D")
    return pa.array(first + (seconds * 1e6).astype("timedelta64[us]")).cast(pa.timestamp("us", tz="UTC"))


def _maps(values_by_key: Mapping[str, pa.Array]) -> pa.Array:
    """A map a row, with all the keys."""
    width, count = len(values_by_key), len(next(iter(values_by_key.values())))
    offsets = pa.array(np.arange(count + 1, dtype=np.int32) * width)
    keys = pa.array(list(values_by_key)).take(pa.array(np.tile(np.arange(width), count)))
    by_row = np.arange(width * count).reshape(width, count).T.ravel()
    values = pa.concat_arrays(list(values_by_key.values())).take(pa.array(by_row))
    return pa.MapArray.from_arrays(offsets, keys, values)


def _metrics(
    rng: np.random.Generator, latency: _Numbers, batch_sizes: _Choices, is_ok: npt.NDArray[np.bool_]
) -> pa.Array:
    """Four metrics for each result that is ok, none for the others; `latency` and `batch_sizes` are of the former."""
    by_name = {
        "latency_mean": latency,
        "latency_p90": latency * rng.uniform(1.01, 1.2, len(latency)),
        "throughput": batch_sizes / latency,
        "memory_peak": batch_sizes * rng.integers(2**20, 2**26, len(latency)),
    }
    names, count = list(by_name), len(by_name)
    values = np.column_stack(list(by_name.values())).ravel()
    item = pa.StructArray.from_arrays(
        [
            _picked(names, np.tile(np.arange(count), len(latency))),
            _picked([_UNITS[name] for name in names], np.tile(np.arange(count), len(latency))),
            pa.array(values),
            _samples(rng, values, count),
            pa.nulls(len(values), pa.list_(pa.float64())),
        ],
        fields=list(METRIC),
    )
    offsets = np.concatenate([[0], np.cumsum(np.where(is_ok, count, 0))]).astype(np.int32)
    return pa.ListArray.from_arrays(
        pa.array(offsets), item, type=RESULT_RECORDED.submitted.field("metrics").type
    )


def _samples(rng: np.random.Generator, values: _Numbers, metric_count: int) -> pa.Array:
    """Samples of the first metric of some results; null for all other metrics."""
    has_samples = (np.arange(len(values)) % metric_count == 0) & (rng.random(len(values)) < _SAMPLED_SHARE)
    noise = rng.lognormal(0.0, 0.02, (int(has_samples.sum()), _SAMPLES))
    # The value that is told is their mean.
    around = (values[has_samples, None] * noise / noise.mean(axis=1, keepdims=True)).ravel()
    offsets = np.concatenate([[0], np.cumsum(np.where(has_samples, _SAMPLES, 0))]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(around), mask=pa.array(~has_samples))
