"""What a record of the PyTorch benchmark database says beside its number: condition, attributes, hardware."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from collectors.adapters.json_values import as_attributes, mapping, whole
from collectors.adapters.pytorch_metrics import MetricKind

MODES = {"inference": "inference", "eval": "inference", "training": "training", "train": "training"}
"""Words for modes."""
_OBSERVED = frozenset(
    [
        "description",
        "failure_type",
        "timestamp",
        "date",
        "job_id",
        "job_name",
        "workflow_id",
        "run_id",
        "commit",
    ]
)
"""Keys of a benchmark's `extra_info` that no comparison depends on."""
_OF_THE_RUN = frozenset(
    [
        "request_id_prefix",
        "result_dir",
        "result_filename",
        "output_dir",
        "output_file",
        "output_json",
        "log_dir",
        "save_result",
        "save_detailed",
        "append_result",
        "metadata",
        "label",
        "host",
        "port",
        "base_url",
        "api_url",
        "disable_tqdm",
        "ready_check_timeout_sec",
    ]
)
"""Last parts of keys, in arguments that were written down whole, which tell where a run put or found things."""
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_IN_FIELDS = {"device", "arch", "batch_size"}
_OF_THE_RECORD = ("repo", "head_branch", "workflow_id", "run_attempt", "job_id", "job_name", "schema_version")
_OF_A_RUNNER = (
    "name",
    "type",
    "cpu_info",
    "cpu_count",
    "mem_info",
    "avail_mem_in_gb",
    "gpu_mem_info",
    "avail_gpu_mem_in_gb",
)
_DEEPEST = 4
_MOST_GPUS = 2**20


def object_of(parent: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The object under `key`; nothing when it is absent or null. Raises ValueError when it is something else."""
    return mapping(parent, key) if parent.get(key) is not None else {}


def batch_size_of(extra: Mapping[str, Any], value: Mapping[str, Any]) -> int | None:
    """Items per step, told by the benchmark or by an input. Raises ValueError when it is no whole number."""
    for source in (extra, *_input_infos(value)):
        told = source.get("batch_size")
        if isinstance(told, str) and told.isascii() and told.isdigit():
            told = int(told[:18])
        if told is not None:
            return whole({"batch_size": told}, "batch_size") or None
    return None


def _input_infos(value: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for one in object_of(value, "inputs").values():
        if isinstance(one, dict):
            yield object_of(one, "extra_info")


def condition_of(value: Mapping[str, Any], name: str, mode: str | None, kind: MetricKind) -> dict[str, str]:
    """What the benchmark called `name` was told to do."""
    benchmark, model = value["benchmark"], object_of(value, "model")
    extra = object_of(benchmark, "extra_info")
    asked = {key: one for key, one in extra.items() if key not in _OBSERVED | _IN_FIELDS}
    told = {"benchmark": name} | ({"benchmark_mode": mode} if mode and mode.lower() not in MODES else {})
    method = as_attributes(object_of(value["metric"], "extra_info"), "method")
    shape = {"shape": json.dumps(value["shape"])} if value.get("shape") else {}
    return (
        told
        | as_attributes(model, "backend", "type")
        | method
        | shape
        | dict(kind.condition)
        | {key: one for key, one in _flat("", asked) if not _is_of_the_run(key, one)}
        | dict(_flat("model.", object_of(model, "extra_info")))
        | dict(_flat("input.", object_of(value, "inputs")))
    )


def _flat(prefix: str, value: Mapping[str, Any], depth: int = 0) -> Iterator[tuple[str, str]]:
    """Plain values with the path to each; what lies too deep, and lists, as JSON."""
    for key, one in value.items():
        if isinstance(one, dict) and depth < _DEEPEST:
            yield from _flat(f"{prefix}{key}.", one, depth + 1)
        elif isinstance(one, dict | list):
            yield f"{prefix}{key}", json.dumps(one, sort_keys=True)
        else:
            yield from ((f"{prefix}{key}", plain) for plain in as_attributes({key: one}, key).values())


def attributes_of(value: Mapping[str, Any]) -> dict[str, str]:
    """What was observed beside the number, and where the record comes from."""
    observed = {
        key: one for key, one in object_of(value["benchmark"], "extra_info").items() if key in _OBSERVED
    }
    origins = object_of(value, "model").get("origins")
    extra = object_of(value["benchmark"], "extra_info")
    told = {
        key: one for key, one in _flat("", extra) if _is_of_the_run(key, one) and not _ADDRESS.search(one)
    }
    commit = as_attributes(value, "head_sha").get("head_sha")
    return (
        as_attributes(value, *_OF_THE_RECORD)
        | as_attributes(value["metric"], "target_value")
        | dict(_flat("metric.", object_of(value["metric"], "extra_info")))
        | dict(_flat("", observed))
        | told
        | ({"origins": json.dumps(origins)} if isinstance(origins, list) and origins else {})
        | dict(_flat("dependency.", object_of(value, "dependencies")))
        | _runner_attributes(value)
        | ({"commit": commit} if commit else {})
    )


def _is_of_the_run(key: str, value: str) -> bool:
    """Whether it differs between runs that are told to do the same."""
    return key.rpartition(".")[2] in _OF_THE_RUN or _ADDRESS.search(value) is not None


def _runners(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    runners = value.get("runners")
    if isinstance(runners, dict):
        return [runners]
    return [one for one in runners if isinstance(one, dict)] if isinstance(runners, list) else []


def _runner_attributes(value: Mapping[str, Any]) -> dict[str, str]:
    runners = _runners(value)
    if not runners:
        return {}
    told = {f"runner.{key}": one for key, one in as_attributes(runners[0], *_OF_A_RUNNER).items()}
    return told | dict(_flat("runner.", object_of(runners[0], "extra_info"))) | {"runners": str(len(runners))}


def hardware_of(value: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """The accelerator of the runners, else the phone or processor the benchmark ran on."""
    told = as_attributes(extra, "device", "arch")
    kind = told.get("device", "").partition(":")[0].lower() or None
    first = as_attributes(next(iter(_runners(value)), {}), "gpu_info", "cpu_info", "name", "type")
    is_phone = first.get("type", "").lower().startswith(("ios", "android"))
    arch = None if told.get("arch") in {"x86_64", "arm64", "aarch64"} else told.get("arch")
    device = arch or first.get("cpu_info") if kind == "cpu" else first.get("gpu_info") or arch
    device = first.get("name") if is_phone else device or first.get("cpu_info")
    return {"device": device, "device_kind": kind, "device_count": _gpus(value) if kind != "cpu" else None}


def _gpus(value: Mapping[str, Any]) -> int | None:
    """Of all runners; None when one does not say."""
    counts = [one.get("gpu_count") for one in _runners(value)]
    if not counts or any(isinstance(one, bool) or not isinstance(one, int) for one in counts):
        return None
    return sum(one for one in counts if isinstance(one, int) and 0 < one < _MOST_GPUS) or None
