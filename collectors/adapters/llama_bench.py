"""llama-bench of llama.cpp, `-o json` and `-o jsonl`: one object a test.

Units, as the files have them: `avg_ts`, `samples_ts` tokens a second, `samples_ns` nanoseconds of a whole test,
`model_n_params` parameters. `n_prompt` tokens are read (prefill), `n_gen` generated (decode), on top of `n_depth`
tokens that are in the context already. Sweeps of other scripts wrap the object under `bench_raw`.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from benchmart.errors import DocumentRejected
from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters import llama_bench_sweep as sweep
from collectors.adapters.contract import Adapter, BadRow, Findings, NotResults, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, number, positive, text, whole
from collectors.adapters.moments import moment_or_none

NAME = "llama_bench"
VERSION = "2"

_TELLING = ("avg_ts", "n_prompt", "n_gen", "model_type")
_CONDITION = (
    "n_depth",
    "n_batch",
    "n_ubatch",
    "n_threads",
    "type_k",
    "type_v",
    "n_gpu_layers",
    "n_cpu_moe",
    "split_mode",
    "main_gpu",
    "no_kv_offload",
    "flash_attn",
    "tensor_split",
    "tensor_buft_overrides",
    "use_mmap",
    "embeddings",
    "cpu_mask",
)
_ATTRIBUTES = ("build_commit", "model_filename", "model_size", "cpu_info")
_DEVICE_KINDS = {"CUDA": "cuda", "ROCm": "rocm", "HIP": "rocm", "Metal": "mps", "SYCL": "xpu", "CPU": "cpu"}
_CONTRADICTION = 0.1


def _recognises(document: Document) -> bool:
    if isinstance(document.json, list) and document.json:
        return _is_test(document.json[0])
    line = document.first_line
    if not line.startswith("{"):
        return False
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
    if sweep.repeats_what_lies_beside(document):
        raise NotResults("derived summary: repeats the tests of results.jsonl beside it")
    models: set[tuple[str, str | None]] = set()
    for where, raw, value in _tests(document):
        try:
            row = _row(value)
            if sweep.is_sweep_row(row) and row[sweep.RESULT] is None:
                yield _without_result(document, where, row, models)
                continue
            event = _event(document, where, row)
            models.add((event.subject, event.precision))
            yield event
        except ValueError as error:
            yield BadRow(where, str(error), raw)


def _row(value: object) -> dict[str, Any]:
    if isinstance(value, bytes):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise ValueError("is not an object")
    return value


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


def _tests(document: Document) -> Iterator[tuple[str, bytes, object]]:
    if isinstance(document.json, list):
        for place, value in enumerate(document.json):
            yield f"$[{place}]", json.dumps(value).encode(), value
        return
    if document.text is None:
        raise DocumentRejected("is not UTF-8 text", hint="Write it anew as UTF-8")
    for place, line in enumerate(document.data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield f"line {place}", line, line


def _event(document: Document, where: str, value: Mapping[str, Any]) -> ResultRecorded:
    test = _unwrapped(value)
    wrapper = value if test is not value else {}
    at = moment_or_none(test.get("test_time"))
    prompt, generated = whole(test, "n_prompt"), whole(test, "n_gen")
    subject, _, precision = (
        text(test, "model_type").partition(" ")[0],
        "",
        _precision(text(test, "model_type")),
    )
    backend = text(test, "backends")
    device = str(test.get("gpu_info") or test.get("cpu_info") or "") or None
    return ResultRecorded(
        **provenance(document, NAME, VERSION),
        **_outcome(test, prompt, generated, wrapper),
        source_locator=where,
        occurred_at=at.at if at else None,
        subject_kind="model",
        subject=_model(test) or subject,
        family="text_generation",
        mode="inference",
        phase=_phase(prompt, generated),
        device=device,
        device_kind=_DEVICE_KINDS.get(backend),
        runtime="llama.cpp",
        runtime_version=str(test["build_number"]) if "build_number" in test else None,
        compute_platform=backend.lower(),
        precision=precision,
        batch_size=1,
        sequence_length=prompt + generated or None,
        parameter_count=whole(test, "model_n_params") if "model_n_params" in test else None,
        condition=as_attributes(test, *_CONDITION)
        | sweep.condition(wrapper)
        | {"n_prompt": str(prompt), "n_gen": str(generated)},
        attributes=as_attributes(test, *_ATTRIBUTES)
        | sweep.attributes(wrapper)
        | {"model_type": text(test, "model_type")}
        | (at.attributes if at else {}),
    )


def _phase(prompt: int, generated: int) -> str | None:
    if prompt and generated:
        return None
    return "prefill" if prompt else "decode"


def _model(test: Mapping[str, Any]) -> str | None:
    """The name of the model file without its folder and ending; the type alone does not tell models apart."""
    name = test.get("model_filename")
    return name.rsplit("/", 1)[-1].removesuffix(".gguf") or None if isinstance(name, str) else None


def _precision(model_type: str) -> str | None:
    """`Q4_K - Medium` of `llama 8B Q4_K - Medium`."""
    words = model_type.split(" ")
    return " ".join(words[2:]) or None


def _outcome(
    test: Mapping[str, Any], prompt: int, generated: int, wrapper: Mapping[str, Any]
) -> dict[str, Any]:
    if number(test, "avg_ts") == 0:
        return {
            "status": "untested",
            "basis": "untested",
            "basis_reason": "no token was counted, and the file does not say why",
            "error_class": "no_measurement",
        }
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
