"""What `vllm bench serve` prints at its end, inside the log of the client; read as part of `vllm_log`."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from benchmart.event_log.events import ResultRecorded
from collectors.adapters import vllm_bench
from collectors.adapters.contract import BadRow, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.numbers import finite
from collectors.adapters.vllm_arguments import arguments_before
from collectors.adapters.vllm_log_lines import Line

BLOCK = re.compile(r"=+ Serving Benchmark Result =+")
"""The line a block of results begins with."""

_END = re.compile(r"=+\s*")
_LABEL = re.compile(r"([^:]+):\s+(\S+)\s*")
_COUNTS = {
    "successful requests": "completed",
    "failed requests": "failed",
    "maximum request concurrency": "max_concurrency",
    "request rate configured (rps)": "request_rate",
    "traffic request rate": "request_rate",
    "benchmark duration (s)": "duration",
    "total input tokens": "total_input_tokens",
    "total generated tokens": "total_output_tokens",
    "request throughput (req/s)": "request_throughput",
    "output token throughput (tok/s)": "output_throughput",
    "total token throughput (tok/s)": "total_token_throughput",
}
_TIME = re.compile(r"(mean|median|p\d+) (ttft|tpot|itl|e2el) \(ms\)")
_ARGUMENTS = (
    "dataset_name",
    "endpoint_type",
    "request_rate",
    "burstiness",
    "max_concurrency",
    "num_prompts",
    "random_input_len",
    "random_output_len",
)
_ROUNDED_IN_PRINT = {"request_rate", "max_concurrency"}
"""The arguments tell them as they were given."""
_SAME = 0.01
"""The log prints two decimals of what the result file has whole."""


def client_records(document: Document, lines: list[Line], name: str, version: str) -> Findings:
    """One record for each block of results, with the arguments that were printed last before it."""
    begin = 0
    for place, line in enumerate(lines):
        if not BLOCK.search(line.text):
            continue
        where = f"line {line.number}"
        arguments = arguments_before(lines, place, begin)
        begin = place + 1
        block = _block(lines[place + 1 :])
        if block is None:
            reason = "the block of results has no end; the log may be cut off"
            yield BadRow(where, reason, line.text.encode())
            continue
        try:
            known = _known(arguments, block)
            yield ResultRecorded(
                **provenance(document, name, version),
                **vllm_bench.outcome(known),
                **_told(document, arguments, known),
                source_locator=where,
            )
        except ValueError as error:
            yield BadRow(where, str(error), "\n".join([line.text, *block]).encode())


def _block(lines: list[Line]) -> list[str] | None:
    block: list[str] = []
    for line in lines:
        if _END.fullmatch(line.text) and line.text.strip():
            return block
        if BLOCK.search(line.text):
            return None
        block.append(line.text)
    return None


def _known(arguments: Mapping[str, str], block: list[str]) -> dict[str, Any]:
    """The object that the result file would hold, as far as it is printed."""
    known: dict[str, Any] = {key: arguments[key] for key in _ARGUMENTS if key in arguments}
    if "num_prompts" in known:
        known["num_prompts"] = finite(known["num_prompts"])
    for label, value in _labels(block):
        key = _COUNTS.get(label)
        if key in _ROUNDED_IN_PRINT:
            known.setdefault(key, value)
        elif key:
            known[key] = finite(value)
        elif match := _TIME.fullmatch(label):
            known[f"{match[1]}_{match[2]}_ms"] = finite(value)
    return known


def _labels(block: list[str]) -> Iterator[tuple[str, str]]:
    for line in block:
        if match := _LABEL.fullmatch(line):
            yield match[1].strip().lower(), match[2]


def _told(document: Document, arguments: Mapping[str, str], known: Mapping[str, Any]) -> dict[str, Any]:
    model = arguments.get("model")
    if model is None:
        raise ValueError("no arguments of the benchmark stand before the results, so no model is named")
    backend = arguments.get("backend", "vllm")
    condition = {key: str(known[key]) for key in _ARGUMENTS if key in known}
    if "num_prompts" in known:
        condition["num_prompts"] = f"{known['num_prompts']:.0f}"
    if "request_rate" in known:
        condition["request_rate"] = repr(float(known["request_rate"]))
    totals = {"total_input_tokens", "total_output_tokens"} & known.keys()
    return {
        "subject_kind": "model",
        "subject": model,
        "family": "text_generation",
        "mode": "inference",
        "runtime": vllm_bench.server_of(backend),
        "condition": condition | {"backend": backend} | vllm_bench.tokens_per_request(known),
        "attributes": {key: f"{known[key]:.0f}" for key in sorted(totals)}
        | {"log": document.name}
        | _derived_from(document, arguments.get("result_filename"), known),
    }


def _derived_from(document: Document, name: str | None, known: Mapping[str, Any]) -> dict[str, str]:
    """The result file of the same run, where it lies beside the log: a run told twice is counted once."""
    file = document.companion(name) if name else None
    run = file.json if file else None
    if name is None or not isinstance(run, dict) or run.get("completed") != known.get("completed"):
        return {}
    told, printed = run.get("request_throughput"), known.get("request_throughput")
    if not isinstance(told, int | float) or not printed or abs(told - printed) > _SAME * printed:
        return {}
    return {"derived_from": name}
