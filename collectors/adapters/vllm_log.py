"""Logs of vLLM: what a server says of its start and of what it generates, and what the benchmark's client prints.

A server's start gives one record: how long the model took to load, seconds of the slowest worker. While requests run,
the server prints every few seconds how many tokens a second it generated since the last time. Each stretch of such
lines between two idle ones gives one record: the median, with every line as a sample. It is marked as estimated, since
the first and the last line of a stretch also cover idle time, and the log does not say what was asked for. A stretch
that no idle line ends may be cut off and is no record; neither is a start that was not finished. A server that died
before it was ready is a failed run, with what was known of it by then.

The client's block `Serving Benchmark Result` gives what `vllm bench serve` writes as JSON: milliseconds, tokens and
requests a second. The lines that `vllm bench throughput` and `vllm bench latency` end with are a record each. Times of
day have neither year nor zone, so records have no time.
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import pairwise
from statistics import median
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.contract import Adapter, BadRow, Findings, NotResults, provenance
from collectors.adapters.document import Document
from collectors.adapters.numbers import not_negative, positive
from collectors.adapters.vllm_client_log import BLOCK, client_records
from collectors.adapters.vllm_log_death import Death, death_in
from collectors.adapters.vllm_log_lines import Line, lines_of
from collectors.adapters.vllm_offline_log import has_results, offline_records

NAME = "vllm_log"
VERSION = "2"

_TELLING = ("vLLM API server", "LLM engine (", "Serving Benchmark Result", "█")
"""Searched for first: patterns take long on large files of other formats."""
_SERVER = re.compile(r"(?:vLLM API server|[█▄▀] +) ?version (\S+)")
"""Since 2026 the version stands in a banner beside the logo."""
_LINES_OF_A_BANNER = 15
"""A version that is printed again so soon is of the same server."""
_ENGINE = re.compile(r"Initializing an? (?:V\d )?LLM engine \(v?([^)\s]+)\) with config: ")
_LOADED = re.compile(r"(?:Model loading|Loading model weights) took (\S+) Gi?B(?: memory)? and (\S+) seconds")
_READ = re.compile(r"Loading weights took (\S+) seconds")
"""Of the files alone; what is left of the loading in versions that do not tell how long all of it took."""
_ARGUMENTS = re.compile(r"non-default args: |\bargs: Namespace\(")
_READY = re.compile(r"init engine \(.*?\) took (\S+) s(?:econds)?\b")
_BROKEN = re.compile(r"Engine core initialization failed|Engine process failed to start")
_SPEED = re.compile(
    r"(?:Engine (\d+): )?Avg prompt throughput: (\S+) tokens/s, Avg generation throughput: (\S+) tokens/s, "
    r"Running: (\d+) reqs"
)
_ERROR = re.compile(r"(?:\w+\.)*\w*Error: .*")
_MEMORY = re.compile(r"out ?of ?memory|No available memory for the cache blocks", re.IGNORECASE)
_PLATFORM = re.compile(r"Automatically detected platform (\w+)")
_TOLD = {
    "architecture": re.compile(r"Resolved architecture: (\w+)"),
    "weights_gib_per_device": re.compile(r"(?:Model loading|Loading model weights) took (\S+) Gi?B\b"),
    "kv_cache_gib_per_device": re.compile(r"Available KV cache memory: (\S+) GiB"),
    "kv_cache_tokens": re.compile(r"GPU KV cache size: ([\d,]+) tokens"),
    "compile_seconds": re.compile(r"torch\.compile takes (\S+) s in total"),
    "started": re.compile(r"\b(\d\d-\d\d \d\d:\d\d:\d\d) \["),
}
_SETTINGS = (
    "max_seq_len",
    "tensor_parallel_size",
    "pipeline_parallel_size",
    "data_parallel_size",
    "enforce_eager",
    "kv_cache_dtype",
    "enable_prefix_caching",
    "chunked_prefill_enabled",
)
_EXECUTORS = {"(RayWorkerWrapper": "ray", "(VllmWorker": "processes", "(Worker": "processes"}
_LONGEST_MESSAGE = 1000


def _recognises(document: Document) -> bool:
    text = document.text
    if text is None:
        return False
    is_told = any(words in text for words in _TELLING)
    if not (is_told and any(mark.search(text) for mark in (_SERVER, _ENGINE, BLOCK))) and not has_results(
        text
    ):
        return False
    return document.json is None  # a JSON document that quotes a log is none


def _read(document: Document) -> Findings:
    lines = lines_of(document)
    is_found = False
    offline = list(offline_records(document, lines, NAME, VERSION, partial(_known_between, document, lines)))
    served = client_records(document, lines, NAME, VERSION)
    for finding in (*served, *offline, *_of_server(document, lines, is_offline=bool(offline))):
        is_found = True
        yield finding
    if not is_found:
        raise NotResults("empty: nothing was started or measured")


def _known_between(document: Document, lines: list[Line], begin: int, end: int) -> Mapping[str, Any]:
    try:
        return _shared(document, lines[begin:end])
    except ValueError:
        return {}


def _of_server(document: Document, lines: list[Line], *, is_offline: bool) -> Findings:
    """What a benchmark without a server generated meanwhile is part of its own result."""
    for section in _sections(lines):
        yield from _start(document, section, is_offline=is_offline)
        if not is_offline:
            yield from _stretches(document, section)


def _sections(lines: list[Line]) -> Iterator[list[Line]]:
    """One for each server that was started: a log may go on after a restart."""
    begins: list[int] = []
    for place, line in enumerate(lines):
        if _SERVER.search(line.text) and (not begins or place - begins[-1] > _LINES_OF_A_BANNER):
            begins.append(place)
    if not begins:
        begins = [place for place, line in enumerate(lines) if _ENGINE.search(line.text)]
    for begin, end in pairwise([0, *begins[1:], len(lines)] if begins else []):
        yield lines[begin:end]


def _start(document: Document, section: list[Line], *, is_offline: bool) -> Findings:
    """Only what stands before the end of the start counts, so that it does not matter how long the log goes on."""
    ended = next((place for place, line in enumerate(section) if _READY.search(line.text)), None)
    broke = next((place for place, line in enumerate(section) if _BROKEN.search(line.text)), None)
    server = next((line for line in section if _SERVER.search(line.text)), None)
    died = death_in(section[:ended], server) if server else None
    places = (ended, broke, died.place if died else None)
    place = min((one for one in places if one is not None), default=None)
    if place is None and is_offline:
        return
    if place is None:
        where = f"line {section[0].number}"
        yield BadRow(where, "the server's start has no end; the log may be cut off", section[0].text.encode())
        return
    known, last = section[: place + 1], section[place]
    try:
        shared = _shared(document, known)
        outcome = (
            _loaded(known, last) if place == ended else _failure(known, None if place == broke else died)
        )
        told = {**shared, **outcome, "attributes": shared["attributes"] | outcome.get("attributes", {})}
        yield ResultRecorded(**told, source_locator=f"line {last.number}")
    except ValueError as error:
        yield BadRow(f"line {last.number}", str(error), last.text.encode())


def _loaded(known: list[Line], last: Line) -> dict[str, Any]:
    seconds = [positive(match[2]) for line in known for match in _LOADED.finditer(line.text)]
    seconds = seconds or [positive(match[1]) for line in known for match in _READ.finditer(line.text)]
    if not seconds:
        raise ValueError("the server was ready, and no line says how long its model took to load")
    ready = _READY.search(last.text)
    return {
        "status": "ok",
        "basis": "measured",
        "metrics": (Metric("load_time", "second", max(seconds)),),
        "attributes": {"engine_start_seconds": str(positive(ready[1]))} if ready else {},
    }


def _failure(known: list[Line], died: Death | None) -> dict[str, Any]:
    errors = [match[0] for line in known[:-1] if (match := _ERROR.search(line.text))]
    last = errors[-1] if errors else "the engine did not start"
    message = (died.message if died else last)[:_LONGEST_MESSAGE]
    is_memory = _MEMORY.search(message) is not None
    return {
        "status": "failed",
        "basis": "measured",
        "error_class": "out_of_memory" if is_memory else "other",
        "error_message": message,
    }


def _shared(document: Document, known: list[Line]) -> dict[str, Any]:
    text = "\n".join(line.text for line in known)
    engine = next((line.text for line in known if _ENGINE.search(line.text)), "")
    asked = next((line.text for line in known if _ARGUMENTS.search(line.text)), "")
    config = engine or asked
    model = _setting(config, "model") or _setting(asked, "model_tag")
    if model is None:
        raise ValueError("the log names no model")
    version, platform = _ENGINE.search(engine) or _SERVER.search(text), _PLATFORM.search(text)
    quantization, dtype = _setting(config, "quantization"), _setting(config, "dtype")
    told = {name: found[1] for name, pattern in _TOLD.items() if (found := pattern.search(text))}
    executor = next((name for mark, name in _EXECUTORS.items() if mark in text), None)
    memory = _setting(asked, _SHARE)
    return {
        **provenance(document, NAME, VERSION),
        "subject_kind": "model",
        "subject": model,
        "family": "text_generation",
        "mode": "inference",
        "device_kind": platform[1].lower() if platform else None,
        "device_count": _devices(config),
        "runtime": "vllm",
        "runtime_version": version[1] if version else None,
        "precision": quantization
        if quantization not in (None, "None")
        else None
        if dtype == "auto"
        else dtype,
        "condition": {key: value for key in _SETTINGS if (value := _setting(config, key)) is not None}
        | ({"executor": executor} if executor else {})
        | ({_SHARE: memory} if memory else {}),
        "attributes": told | {"log": document.name} | ({"dtype": dtype} if dtype else {}),
    }


_SHARE = "gpu_memory_utilization"


def _setting(config: str, key: str) -> str | None:
    """`x` of `key='x',`, `key=x,` or `'key': 'x',`; what follows must tell that the value is whole."""
    match = re.search(rf"(?<![\w.])'?{key}'?(?:=|: )(?:'([^']+)'|([^\s,'}})]+))(?=[,}})])", config)
    return (match[1] or match[2]) if match else None


def _devices(engine: str) -> int | None:
    sizes = [_setting(engine, key) for key in ("tensor_parallel_size", "pipeline_parallel_size")]
    if sizes[0] is None or not all(size is None or (size.isascii() and size.isdigit()) for size in sizes):
        return None
    return int(sizes[0]) * int(sizes[1] or 1)


def _stretches(document: Document, section: list[Line]) -> Findings:
    open_at: dict[str, list[tuple[Line, re.Match[str]]]] = {}
    for place, line in enumerate(section):
        match = _SPEED.search(line.text)
        if match is None:
            continue
        stretch = open_at.setdefault(match[1], [])
        if _is_idle(match):
            open_at[match[1]] = []
            if stretch:
                yield _stretch(document, section[:place], stretch)
        else:
            stretch.append((line, match))
    for stretch in filter(None, open_at.values()):
        first = stretch[0][0]
        reason = "the log ends while requests were running; it may be cut off"
        yield BadRow(f"line {first.number}", reason, first.text.encode())


def _is_idle(match: re.Match[str]) -> bool:
    return match[2] == match[3] == "0.0" and match[4] == "0"


def _stretch(
    document: Document, before: list[Line], stretch: list[tuple[Line, re.Match[str]]]
) -> Event | BadRow:
    first = stretch[0][0]
    where = f"line {first.number}"
    known = before[: next(place for place, line in enumerate(before) if line is first)]
    try:
        return ResultRecorded(**_busy(_shared(document, known), stretch), source_locator=where)
    except ValueError as error:
        return BadRow(where, str(error), first.text.encode())


def _busy(shared: Mapping[str, Any], stretch: list[tuple[Line, re.Match[str]]]) -> dict[str, Any]:
    samples = [speed for _, match in stretch if (speed := not_negative(match[3]))]
    if not samples:
        raise ValueError("no token was generated in any of the intervals")
    prompts = [speed for _, match in stretch if (speed := not_negative(match[2]))]
    running = [int(match[4]) for _, match in stretch]
    told = {
        "engine": stretch[0][1][1] or "0",
        "intervals": str(len(stretch)),
        "most_requests_running": str(max(running)),
    }
    if prompts:
        told |= {"prompt_tokens_per_second_median": str(median(prompts))}
    return {
        **shared,
        "status": "ok",
        "basis": "estimated",
        "basis_reason": f"median of {len(samples)} of the server's own averages, taken while the load varied",
        "attributes": shared["attributes"] | told,
        "metrics": (Metric("token_throughput", "token/second", median(samples), samples),),
    }


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
