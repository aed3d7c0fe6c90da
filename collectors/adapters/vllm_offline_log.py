"""What `vllm bench throughput` and `vllm bench latency` print at their end; read as part of `vllm_log`.

Units: requests and tokens a second; seconds for one batch of requests from its start to its last token.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from benchmart.event_log.events import Metric, ResultRecorded
from collectors.adapters.contract import BadRow, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.numbers import not_negative, positive, positive_whole
from collectors.adapters.vllm_arguments import arguments_before
from collectors.adapters.vllm_log_lines import Line

THROUGHPUT = re.compile(
    r"Throughput: (\S+) requests/s, (\S+)(?: total)? tokens/s(?:, (\S+) output tokens/s)?\s*"
)
"""Until 2024 the line had all tokens only."""
LATENCY = re.compile(r"Avg latency: (\S+) seconds\s*")

_STDDEV = re.compile(r"Std latency: (\S+) seconds\s*")
_PERCENTILE = re.compile(r"(\d+)% percentile latency: (\S+) seconds\s*")
_LAST_PERCENTILE = "99"
_KEPT = {"50": "latency_p50", "90": "latency_p90", "99": "latency_p99"}
_TOTALS = re.compile(r"Total num (prompt|output) tokens: +(\d+)\s*")
_CONDITION = (
    "dataset_name",
    "dataset",
    "input_len",
    "output_len",
    "random_input_len",
    "random_output_len",
    "num_prompts",
    "n",
    "use_beam_search",
    "async_engine",
    "tensor_parallel_size",
)

Known = Mapping[str, Any]
"""Fields of an event that the engine's own lines tell; empty when they name no model."""


def offline_records(
    document: Document, lines: Sequence[Line], name: str, version: str, engine: Callable[[int, int], Known]
) -> Findings:
    """One record for each result; `engine` knows what is told of an engine between two lines."""
    begin = 0
    for place, line in enumerate(lines):
        is_latency = LATENCY.fullmatch(line.text.strip()) is not None
        if not is_latency and THROUGHPUT.fullmatch(line.text.strip()) is None:
            continue
        where = f"line {line.number}"
        try:
            read = _latency if is_latency else _throughput
            outcome, attributes = read(lines[place:])
            told = _told(document, arguments_before(lines, place, begin), engine(begin, place))
            yield ResultRecorded(
                **provenance(document, name, version)
                | told
                | {"metrics": tuple(outcome), "attributes": told["attributes"] | attributes},
                source_locator=where,
            )
        except ValueError as error:
            yield BadRow(where, str(error), line.text.encode())
        begin = place + 1


def _throughput(lines: Sequence[Line]) -> tuple[list[Metric], dict[str, str]]:
    match = THROUGHPUT.fullmatch(lines[0].text.strip())
    if match is None:
        raise ValueError("is no line of throughput")
    names = ("request_throughput", "total_token_throughput", "token_throughput")
    units = ("request/second", "token/second", "token/second")
    found = [
        Metric(name, unit, positive(text) if name == "request_throughput" else not_negative(text))
        for name, unit, text in zip(names, units, match.groups(), strict=True)
        if text is not None
    ]
    totals = (_TOTALS.fullmatch(line.text.strip()) for line in lines[1:3])
    return found, {f"total_{match[1]}_tokens": match[2] for match in totals if match}


def _latency(lines: Sequence[Line]) -> tuple[list[Metric], dict[str, str]]:
    """Raises ValueError when the last percentile is missing: the log may be cut off."""
    match = LATENCY.fullmatch(lines[0].text.strip())
    if match is None:
        raise ValueError("is no line of latency")
    metrics, further = [Metric("latency_mean", "second", positive(match[1]))], {}
    for line in lines[1:]:
        if spread := _STDDEV.fullmatch(line.text.strip()):
            metrics.append(Metric("latency_stddev", "second", not_negative(spread[1])))
        elif percentile := _PERCENTILE.fullmatch(line.text.strip()):
            if name := _KEPT.get(percentile[1]):
                metrics.append(Metric(name, "second", positive(percentile[2])))
            else:
                further[f"latency_p{percentile[1]}_seconds"] = percentile[2]
            if percentile[1] == _LAST_PERCENTILE:
                return metrics, further
        else:
            break
    raise ValueError("the percentiles of the latency have no end; the log may be cut off")


def _told(document: Document, arguments: Mapping[str, str], engine: Known) -> dict[str, Any]:
    subject = engine.get("subject") or arguments.get("model")
    if subject is None:
        raise ValueError("neither the engine nor the arguments of the benchmark name a model")
    backend = arguments.get("backend", "vllm")
    told = {key: arguments[key] for key in _CONDITION if key in arguments}
    return {
        "subject_kind": "model",
        "family": "text_generation",
        "mode": "inference",
        "runtime": "vllm" if backend.startswith("vllm") else backend,
        **engine,
        "subject": subject,
        "status": "ok",
        "basis": "measured",
        "batch_size": positive_whole(arguments["batch_size"]) if "batch_size" in arguments else None,
        "condition": dict(engine.get("condition", {})) | told,
        "attributes": dict(engine.get("attributes", {})) | {"log": document.name},
    }


def has_results(text: str) -> bool:
    """Whether such a benchmark printed results; the words stand at the start of a line."""
    return any(_starts(text))


def _starts(text: str) -> Iterator[bool]:
    for words, mark in (("Throughput: ", THROUGHPUT), ("Avg latency: ", LATENCY)):
        at = text.find(words)
        while at >= 0:
            yield (at == 0 or text[at - 1] in "\r\n") and mark.match(text, at) is not None
            at = text.find(words, at + 1)
