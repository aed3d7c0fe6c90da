"""The `benchmarks` block of the upstream benchmark script: family, model, hardware, then one entry a configuration.

Units: `latencies`, `avg_latency`, `total_time` of all iterations and `model_load_time` seconds, `throughput` items a
second, `real_time_factor` a ratio.
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from collectors.adapters.json_values import as_attributes, not_negative, shown
from collectors.adapters.legacy import devices, outcome
from collectors.adapters.legacy.mislabelled import doubted, mislabelled
from collectors.adapters.legacy.record import (
    Part,
    an_object,
    entries,
    event_fields,
    judged,
    members,
    metric,
    sampled,
    simulated,
    step,
)

_KEY = re.compile(
    r"batch_(?P<batch>\d+)(?:_seq_(?P<sequence>\d+))?(?:_img_(?P<image>\d+x\d+))?(?:_audio_(?P<audio>[\d.]+s))?"
)


def timed_runs(block: Mapping[str, Any], path: str, stamped: object) -> Iterator[Part]:
    """One part for each run of a `benchmarks` document; `stamped` is the file, for its list of simulated hardware."""
    runs = list(_runs(members(block.get("benchmarks")), step(path, "benchmarks")))
    doubts = _mislabelled(runs)
    for run in runs:
        yield Part(
            run["where"],
            run["value"],
            partial(_fields, run, block, doubts.get(run["hardware"]), stamped),
        )


def _runs(benchmarks: Mapping[str, Any], path: str) -> Iterator[dict[str, Any]]:
    for family, models in benchmarks.items():
        for model, entries_by_hardware in members(models).items():
            for hardware, entry in members(entries_by_hardware).items():
                where = step(step(step(path, family), model), hardware)
                runs = members(members(entry).get("benchmark_results"))
                if not runs and members(entry).get("status") == "failed":
                    yield {"where": where, "value": entry, "family": family, "model": model} | {
                        "hardware": hardware,
                        "entry": entry,
                        "key": None,
                    }
                for key, value in runs.items():
                    yield {
                        "where": step(step(where, "benchmark_results"), key),
                        "value": value,
                        "family": family,
                        "model": model,
                        "hardware": hardware,
                        "entry": entry,
                        "key": key,
                    }


def _mislabelled(runs: list[dict[str, Any]]) -> dict[str, str]:
    return mislabelled(
        {(run["hardware"], run["model"], str(run["key"])): _latency(run["value"]) for run in runs}
    )


def _latency(run: object) -> float | None:
    try:
        return not_negative(members(run), "avg_latency") or None
    except ValueError:
        return None


def _fields(
    run: Mapping[str, Any], block: Mapping[str, Any], doubt: str | None, stamped: object
) -> dict[str, Any]:
    value, entry = an_object(run["value"]), an_object(run["entry"])
    shape = _shape(run["key"])
    result = _result(value, shape["batch_size"])
    result |= doubted(result["basis"], doubt)
    result = simulated(result, outcome.declared_simulation(value, run["hardware"], stamped))
    load = metric(entry, "model_load_time", "load_time", "second") if result["status"] == "ok" else ()
    about = event_fields(
        "model",
        run["model"],
        *(one.get("timestamp") for one in (value, entry, block)),
        family=run["family"],
        mode="inference",
        metrics=(*result.get("metrics", ()), *load),
        attributes={
            **as_attributes(value, "iterations", "completed_iterations", "timeout"),
            **as_attributes(entry, "model_class"),
            **as_attributes(members(block.get("system_info")), "python_version", "cuda_version"),
        },
    )
    return result | shape | about | _device(run["hardware"], block, result["basis"])


def _device(hardware: str, block: Mapping[str, Any], basis: str) -> dict[str, Any]:
    """The graphics card by its name where the machine has only such and the run is not doubted, else the key."""
    device = devices.hardware(hardware).fields
    cards = entries(members(block.get("system_info")).get("cuda_devices"))
    name = devices.only_name(members(card).get("name") for card in cards)
    if name and device["device_kind"] == "cuda" and basis == "measured":
        device["device"] = name
    return device


def _shape(key: str | None) -> dict[str, Any]:
    """Batch, sequence, image and audio length from `batch_2_seq_32`, `batch_2_img_224x224`, `batch_2_audio_5s`."""
    if key is None:  # failed before its first configuration
        return {"batch_size": None, "condition": {}}
    found = _KEY.fullmatch(key)
    if found is None:
        raise ValueError(f"{shown(key)} does not tell batch size and lengths")
    condition = {"audio_length": found["audio"]} if found["audio"] else {}
    width, _, height = (found["image"] or "").partition("x")
    if width != height:
        condition["image_size"] = found["image"]
    return {
        "batch_size": int(found["batch"]),
        "sequence_length": int(found["sequence"]) if found["sequence"] else None,
        "image_size": int(width) if width and width == height else None,
        "condition": condition,
    }


def _result(run: Mapping[str, Any], batch_size: int | None) -> dict[str, Any]:
    status = outcome.claimed("status", run.get("status"))
    if status != "ok":
        return outcome.unsuccessful(status, run.get("error"), run.get("traceback"))
    latency = sampled(run, "avg_latency", "latencies", "second")
    throughput = metric(run, "throughput", "throughput", "item/second")
    factor = metric(run, "real_time_factor", "real_time_factor", "ratio")
    rate = throughput[0].value if throughput else None
    whole = metric(run, "total_time", "duration", "second")
    return judged((latency, *throughput, *factor, *whole), batch_size, latency.value, rate)
