"""Records of the PyTorch benchmark database, version 3: a JSON list or one record a line, one metric a record.

`benchmark_values` are samples; `model` is a model or a test. Units are told by the metric's name only (`latency(ms)`,
`mean_ttft_ms`, `peak_mem_usage(MB)`); where the name tells none, the number is kept as one without a unit.

What a benchmark was told to do (`extra_info` of benchmark, model and inputs) is the condition; what was observed
beside the number (`extra_info` of the metric, of runners, of dependencies) is an attribute. Where `shape` lists as many
shapes as there are values, each value is of one shape, and a record of its own.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from math import fsum
from typing import Any

from benchmart.event_log.events import Metric, ResultRecorded
from collectors.adapters.contract import Adapter, BadRow, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, mapping, not_negative, number, shown, text, whole
from collectors.adapters.moments import moment
from collectors.adapters.pytorch_metrics import MetricKind, metric_kind

NAME = "pytorch_benchmark_v3"
VERSION = "2"

_LOOKED_AT = 20
"""Elements of a list: its records are alike."""

_MODES = {"inference": "inference", "eval": "inference", "training": "training", "train": "training"}
_CODE_WORDS = ("operator", "micro", "kernel", "pr_time")
_OBSERVED = {
    "description",
    "failure_type",
    "timestamp",
    "date",
    "job_id",
    "job_name",
    "workflow_id",
    "run_id",
    "commit",
}
"""Keys of a benchmark's `extra_info` that no comparison depends on."""
_OF_THE_RUN = {
    *(
        "request_id_prefix",
        "result_dir",
        "result_filename",
        "output_dir",
        "output_file",
        "output_json",
        "log_dir",
    ),
    *(
        "save_result",
        "save_detailed",
        "append_result",
        "metadata",
        "label",
        "host",
        "port",
        "base_url",
        "api_url",
    ),
    *("disable_tqdm", "ready_check_timeout_sec", "goodput_config_dict"),
}
"""Last parts of keys, in arguments that were written down whole, which tell where a run put or found things."""
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_IN_FIELDS = {"device", "arch", "batch_size"}
_OF_THE_RECORD = ("repo", "head_branch", "workflow_id", "run_attempt", "job_id", "job_name", "schema_version")
_OF_A_RUNNER = (
    *("name", "type", "cpu_info", "cpu_count", "mem_info", "avail_mem_in_gb"),
    *("gpu_mem_info", "avail_gpu_mem_in_gb"),
)
_FAILURE = "FAILURE_REPORT"
_PASSING = "pass"
_DEEPEST = 4


def _recognises(document: Document) -> bool:
    value = document.json
    if value is None and document.json_error is not None:
        value = _parsed(document.first_line)
    elements = value[:_LOOKED_AT] if isinstance(value, list) else [value]
    return any(_is_record(element) for element in elements)


def _is_record(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    benchmark, metric = value.get("benchmark"), value.get("metric")
    return (
        isinstance(benchmark, dict)
        and isinstance(metric, dict)
        and "name" in benchmark
        and "name" in metric
        and ("benchmark_values" in metric or isinstance(value.get("model"), dict))
    )


def _read(document: Document) -> Findings:
    for where, raw, value in _elements(document):
        try:
            # All are made before the first is given: a record is taken whole or not at all.
            yield from [_record(document, *one) for one in _by_shape(where, value)]
        except ValueError as error:
            yield BadRow(where, str(error), raw)


def _elements(document: Document) -> Iterator[tuple[str, bytes, Any]]:
    """Place, bytes and value of each record."""
    value = document.json
    if isinstance(value, list):
        yield from ((f"$[{place}]", json.dumps(one).encode(), one) for place, one in enumerate(value))
    elif value is not None:
        yield "$", document.data, value
    else:
        for number, line in enumerate((document.text or "").split("\n"), start=1):
            if line.strip():
                yield f"line {number}", line.encode(), _parsed(line)


def _by_shape(where: str, value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Place and content of each record that is in one. Raises ValueError when it is no object."""
    whole = mapping({"the record": value}, "the record")
    metric, shapes = mapping(whole, "metric"), whole.get("shape")
    values = metric.get("benchmark_values")
    if (
        not (isinstance(shapes, list) and isinstance(values, list))
        or len(shapes) != len(values)
        or len(values) <= 1
    ):
        yield where, whole
        return
    for place, (shape, one) in enumerate(zip(shapes, values, strict=True)):
        own = {"shape": [shape], "metric": {**metric, "benchmark_values": [one]}}
        yield f"{where}.metric.benchmark_values[{place}]", {**whole, **own}


def _parsed(line: str) -> Any:
    """None for what is no JSON: such as a line that was cut off."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _record(document: Document, where: str, value: Mapping[str, Any]) -> ResultRecorded:
    benchmark, metric = mapping(value, "benchmark"), mapping(value, "metric")
    model = mapping(value, "model") if value.get("model") is not None else {}
    name, kind = text(benchmark, "name"), metric_kind(text(metric, "name"))
    subject = text(model, "name") if model else name
    mode = as_attributes(benchmark, "mode").get("mode")
    at = moment(value["timestamp"]) if value.get("timestamp") else None
    extra = _object(benchmark, "extra_info")
    return ResultRecorded(
        **provenance(document, NAME, VERSION),
        source_locator=where,
        occurred_at=at.at if at else None,
        subject_kind="model" if model and not _is_of_code(name, model) else "test",
        subject=subject,
        mode=_MODES.get(mode.lower()) if mode else None,
        precision=as_attributes(benchmark, "dtype").get("dtype"),
        batch_size=_batch_size(extra, value),
        condition=_condition(value, name, mode, kind),
        attributes=_attributes(value) | (at.attributes if at else {}),
        **_hardware(value, extra),
        **_outcome(metric, kind, extra),
    )


def _is_of_code(benchmark: str, model: Mapping[str, Any]) -> bool:
    told = f"{benchmark} {model.get('type')}".lower()
    return any(word in told for word in _CODE_WORDS)


def _object(parent: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The object under `key`; nothing when it is absent or null. Raises ValueError when it is something else."""
    return mapping(parent, key) if parent.get(key) is not None else {}


def _batch_size(extra: Mapping[str, Any], value: Mapping[str, Any]) -> int | None:
    for source in (extra, *_input_infos(value)):
        told = source.get("batch_size")
        if isinstance(told, str) and told.isascii() and told.isdigit():
            told = int(told[:18])
        if told is not None:
            return whole({"batch_size": told}, "batch_size") or None
    return None


def _input_infos(value: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for one in _object(value, "inputs").values():
        if isinstance(one, dict):
            yield _object(one, "extra_info")


def _condition(value: Mapping[str, Any], name: str, mode: str | None, kind: MetricKind) -> dict[str, str]:
    benchmark, model = value["benchmark"], _object(value, "model")
    extra = _object(benchmark, "extra_info")
    asked = {key: one for key, one in extra.items() if key not in _OBSERVED | _IN_FIELDS}
    told = {"benchmark": name} | ({"benchmark_mode": mode} if mode and mode.lower() not in _MODES else {})
    method = as_attributes(_object(value["metric"], "extra_info"), "method")
    shape = {"shape": json.dumps(value["shape"])} if value.get("shape") else {}
    return (
        told
        | as_attributes(model, "backend", "type")
        | method
        | shape
        | dict(kind.condition)
        | {key: one for key, one in _flat("", asked) if not _is_of_the_run(key, one)}
        | dict(_flat("model.", _object(model, "extra_info")))
        | dict(_flat("input.", _object(value, "inputs")))
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


def _attributes(value: Mapping[str, Any]) -> dict[str, str]:
    observed = {
        key: one for key, one in _object(value["benchmark"], "extra_info").items() if key in _OBSERVED
    }
    origins = _object(value, "model").get("origins")
    extra = _object(value["benchmark"], "extra_info")
    told = {
        key: one for key, one in _flat("", extra) if _is_of_the_run(key, one) and not _ADDRESS.search(one)
    }
    commit = as_attributes(value, "head_sha").get("head_sha")
    return (
        as_attributes(value, *_OF_THE_RECORD)
        | as_attributes(value["metric"], "target_value")
        | dict(_flat("metric.", _object(value["metric"], "extra_info")))
        | dict(_flat("", observed))
        | told
        | ({"origins": json.dumps(origins)} if isinstance(origins, list) and origins else {})
        | dict(_flat("dependency.", _object(value, "dependencies")))
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
    return told | dict(_flat("runner.", _object(runners[0], "extra_info"))) | {"runners": str(len(runners))}


def _hardware(value: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
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
    return sum(one for one in counts if isinstance(one, int) and 0 < one < 2**31) or None


def _outcome(metric: Mapping[str, Any], kind: MetricKind, extra: Mapping[str, Any]) -> dict[str, Any]:
    if metric["name"] == _FAILURE:
        what = as_attributes(extra, "failure_type").get("failure_type", "reported as a failure")
        return _failed(f"failure type: {what}")
    values = _values(metric, kind)
    if not values:
        return _verdict(metric)
    if kind.is_positive and not any(values):
        return _untested(f"{metric['name']} is zero: nothing was measured")
    samples = values if len(values) > 1 else None
    mean = values[0] if len(values) == 1 else fsum(values) / len(values)
    return {"status": "ok", "basis": "measured", "metrics": (Metric(kind.metric, kind.unit, mean, samples),)}


def _values(metric: Mapping[str, Any], kind: MetricKind) -> Sequence[float]:
    """Raises ValueError when one is no finite number, or is below zero where it cannot be."""
    values = metric.get("benchmark_values")
    if values is None:
        return ()
    convert = not_negative if kind.is_positive else number
    listed = values if isinstance(values, list) else [values]
    return [
        convert({f"benchmark_values[{place}]": one}, f"benchmark_values[{place}]")
        for place, one in enumerate(listed)
    ]


def _verdict(metric: Mapping[str, Any]) -> dict[str, Any]:
    """Accuracy checks of torch.compile have words for values: `pass`, `fail_accuracy`, `OOM`, `timeout`."""
    words = _object(metric, "extra_info").get("benchmark_values")
    word = words[0] if isinstance(words, list) and words else words
    if word is None:
        return _untested(f"{metric['name']} has no values")
    if not isinstance(word, str):
        raise ValueError(f"extra_info.benchmark_values: {shown(words)} is not a verdict")
    lowered = word.lower()
    if "skip" in lowered:
        return {"status": "skipped", "basis": "measured", "metrics": ()}
    if lowered.startswith(_PASSING):
        return {"status": "ok", "basis": "measured", "metrics": ()}
    error = "out_of_memory" if "oom" in lowered else "timeout" if "timeout" in lowered else "other"
    return _failed(f"{metric['name']}: {word}", error)


def _failed(message: str, error_class: str = "other") -> dict[str, Any]:
    return {
        "status": "failed",
        "basis": "measured",
        "error_class": error_class,
        "error_message": message,
        "metrics": (),
    }


def _untested(reason: str) -> dict[str, Any]:
    return {
        "status": "untested",
        "basis": "untested",
        "basis_reason": reason,
        "error_class": "no_measurement",
        "metrics": (),
    }


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
