"""llama-bench of llama.cpp, `-o json`, `-o jsonl`, `-o csv` and `-o sql`: one object or row a test.

Units, as the files have them: `avg_ts`, `samples_ts` tokens a second, `samples_ns` nanoseconds of a whole test,
`model_n_params` parameters. `n_prompt` tokens are read (prefill), `n_gen` generated (decode), on top of `n_depth`
tokens that are in the context already. Sweeps of other scripts wrap the object under `bench_raw`. Switches are bools in
some versions and 0 and 1 in others, so a condition always has 0 and 1.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters import llama_bench_rows as rows
from collectors.adapters import llama_bench_sweep as sweep
from collectors.adapters.contract import Adapter, BadRow, Findings, NotResults, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, number, positive, text, whole
from collectors.adapters.llama_bench_names import LAST_WORD, NO_TOKEN, device_kind, name_of_file, precision
from collectors.adapters.llama_bench_notes import why_no_results
from collectors.adapters.moments import moment_or_none

NAME = "llama_bench"
VERSION = "3"

_TELLING = ("avg_ts", "n_prompt", "n_gen", "model_type")
_CONDITION = (
    "n_depth",
    "n_batch",
    "n_ubatch",
    "n_threads",
    "type_k",
    "type_v",
    "f16_kv",
    "n_gpu_layers",
    "n_cpu_moe",
    "moe_cache",
    "split_mode",
    "main_gpu",
    "no_kv_offload",
    "flash_attn",
    "devices",
    "tensor_split",
    "tensor_buft_overrides",
    "use_mmap",
    "use_direct_io",
    "load_mode",
    "lazy_mode",
    "repack",
    "embeddings",
    "no_op_offload",
    "no_host",
    "mul_mat_q",
    "cpu_mask",
    "cpu_strict",
    "poll",
)
_BACKENDS = {"cuda": "CUDA", "metal": "Metal", "vulkan": "Vulkan", "sycl": "SYCL", "opencl": "OpenCL"}
"""Switches that files of before 2024 have in place of `backends`."""
_ATTRIBUTES = ("build_commit", "model_filename", "model_size", "cpu_info")
_CONTRADICTION = 0.1


def _recognises(document: Document) -> bool:
    if why_no_results(document):
        return True
    document, _ = rows.without_noise(document)
    line = document.first_line
    if not line.startswith("{"):
        return rows.is_rows(document) or (
            isinstance(document.json, list) and bool(document.json) and _is_test(document.json[0])
        )
    try:
        return _is_test(json.loads(line))
    except (ValueError, RecursionError):
        return False


def _is_test(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    return sweep.is_sweep_row(value) or all(key in _unwrapped(value) for key in _TELLING)


def _unwrapped(value: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = value.get(sweep.RESULT)
    return inner if isinstance(inner, dict) else value


def _read(document: Document) -> Findings:
    if reason := why_no_results(document):
        raise NotResults(reason)
    if sweep.repeats_what_lies_beside(document):
        raise NotResults("derived summary: repeats the tests of results.jsonl beside it")
    models: set[tuple[str, str | None]] = set()
    for where, raw, read in _tests(document):
        if failed := _gave_up(document, where, raw, models):
            yield failed
            continue
        try:
            row = read()
            if sweep.is_sweep_row(row) and row[sweep.RESULT] is None:
                yield _without_result(document, where, row, models)
                continue
            event = _event(document, where, row)
            models.add((event.subject, event.precision))
            yield event
        except ValueError as error:
            yield BadRow(where, str(error), raw)


def _line(line: bytes) -> dict[str, Any]:
    try:
        return _object(json.loads(line))
    except RecursionError:
        raise ValueError("is nested too deep") from None
    except ValueError as error:
        raise ValueError(f"is not JSON: {error}") from None


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("is not an object")
    return value


def _gave_up(
    document: Document, where: str, raw: bytes, models: Collection[tuple[str, str | None]]
) -> Event | None:
    """What llama-bench printed last among its results; the file may be cut off in a line without an end."""
    line = raw.decode("utf-8", "replace").rstrip("\r")
    match = LAST_WORD.match(line)
    if match is None or raw + b"\n" not in document.data:
        return None
    subject = name_of_file(match[1]) if match[1] else next(iter(models))[0] if len(models) == 1 else None
    if subject is None:
        return None
    return ResultRecorded(
        **provenance(document, NAME, VERSION),
        source_locator=where,
        subject_kind="model",
        subject=subject,
        family="text_generation",
        mode="inference",
        runtime="llama.cpp",
        status="failed",
        basis="measured",
        error_class="crash",
        error_message=line,
    )


def _without_result(
    document: Document, where: str, row: Mapping[str, Any], models: Collection[tuple[str, str | None]]
) -> Event:
    """A sweep is over one model, which only the tests with a result name."""
    if len(models) != 1:
        raise ValueError(f"there is no result, and the tests before name {len(models)} models, not one")
    ((subject, precision),) = models
    return ResultRecorded(
        **provenance(document, NAME, VERSION),
        **sweep.without_result(row),
        source_locator=where,
        subject_kind="model",
        subject=subject,
        family="text_generation",
        mode="inference",
        runtime="llama.cpp",
        precision=precision,
        batch_size=1,
    )


def _tests(document: Document) -> Iterator[rows.Part]:
    document, skipped = rows.without_noise(document)
    if rows.is_rows(document):
        yield from rows.tests(document, skipped)
        return
    if not document.first_line.startswith("{"):
        for place, value in enumerate(document.json):
            yield f"$[{place}]", json.dumps(value).encode(), partial(_object, value)
        return
    for place, line in enumerate(document.data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield f"line {place + skipped}", line, partial(_line, line)


def _event(document: Document, where: str, value: Mapping[str, Any]) -> ResultRecorded:
    test = _unwrapped(value)
    wrapper = value if test is not value else {}
    at = moment_or_none(test.get("test_time"))
    prompt, generated = whole(test, "n_prompt"), whole(test, "n_gen")
    model_type, backends = text(test, "model_type"), _backends(test)
    device, device_count = _device(test)
    filename = test.get("model_filename")
    return ResultRecorded(
        **provenance(document, NAME, VERSION),
        **_outcome(test, prompt, generated, wrapper),
        source_locator=where,
        occurred_at=at.at if at else None,
        subject_kind="model",
        subject=(isinstance(filename, str) and name_of_file(filename)) or model_type.partition(" ")[0],
        family="text_generation",
        mode="inference",
        phase=_phase(prompt, generated),
        device=device,
        device_kind=device_kind(backends),
        device_count=device_count,
        runtime="llama.cpp",
        runtime_version=str(test["build_number"]) if "build_number" in test else None,
        compute_platform=backends.lower(),
        precision=precision(model_type),
        batch_size=1,
        sequence_length=prompt + generated or None,
        parameter_count=whole(test, "model_n_params") if "model_n_params" in test else None,
        condition=_condition(test)
        | sweep.condition(wrapper)
        | {"n_prompt": str(prompt), "n_gen": str(generated)},
        attributes=as_attributes(test, *_ATTRIBUTES)
        | sweep.attributes(wrapper)
        | {"model_type": model_type}
        | (at.attributes if at else {}),
    )


def _phase(prompt: int, generated: int) -> str | None:
    if prompt and generated:
        return None
    return "prefill" if prompt else "decode"


def _condition(test: Mapping[str, Any]) -> dict[str, str]:
    plain = {key: int(value) if isinstance(value := test.get(key), bool) else value for key in _CONDITION}
    return as_attributes(plain, *_CONDITION)


def _backends(test: Mapping[str, Any]) -> str:
    if "backends" in test or not any(key in test for key in _BACKENDS):
        return text(test, "backends")
    named = [name for key, name in _BACKENDS.items() if test.get(key) in (True, "1")]
    return ",".join(named) or "CPU"


def _device(test: Mapping[str, Any]) -> tuple[str | None, int | None]:
    """Graphics cards are listed one by one; without one it is the processor."""
    cards = str(test.get("gpu_info") or "").strip()
    names = cards.split(", ")
    if cards and len(set(names)) == 1:
        return names[0], len(names)
    return cards or str(test.get("cpu_info") or "").strip() or None, None


def _outcome(
    test: Mapping[str, Any], prompt: int, generated: int, wrapper: Mapping[str, Any]
) -> dict[str, Any]:
    if number(test, "avg_ts") == 0:
        return dict(NO_TOKEN)
    speed = positive(test, "avg_ts")
    samples = _numbers(test.get("samples_ts"))
    metrics = [Metric("token_throughput", "token/second", speed, samples)]
    metrics.extend(sweep.power(wrapper))
    reason = None
    if isinstance(test.get("avg_ns"), int | float) and test["avg_ns"]:
        nanoseconds = positive(test, "avg_ns")
        metrics.append(Metric("latency_mean", "nanosecond", nanoseconds, _numbers(test.get("samples_ns"))))
        ratio = speed * nanoseconds / 1e9 / max(prompt + generated, 1)
        if abs(ratio - 1) > _CONTRADICTION:
            reason = f"tokens a second x time / tokens is {ratio:.3g}, not 1"
    basis = "suspect" if reason else "measured"
    return {"status": "ok", "basis": basis, "basis_reason": reason, "metrics": tuple(metrics)}


def _numbers(values: object) -> list[float] | None:
    """Samples; None when they are not all numbers."""
    if not isinstance(values, list) or not values:
        return None
    return [number({"sample": value}, "sample") for value in values]


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
