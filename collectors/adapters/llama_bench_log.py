"""llama-bench of llama.cpp, its Markdown table inside a log: one record a row.

A row's last two columns are the test (`pp512` reads 512 tokens, `tg128` generates 128, `@ d4096` on top of 4096) and
`t/s`, tokens a second as mean ± standard deviation. Which columns stand between depends on the flags that were given.
The log's name tells the model file; the table shows its type, size and parameters only. A log in which llama-bench
ended without a table is a failed run.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.contract import Adapter, BadRow, Findings, NotResults, provenance
from collectors.adapters.document import Document
from collectors.adapters.numbers import positive

NAME = "llama_bench_log"
VERSION = "1"

_HEADER = re.compile(r"^\| *model +\|.*\| *test +\| *t/s +\|\s*$", re.MULTILINE)
_RULE = re.compile(r"[|:\- ]+")
_TEST = re.compile(r"(pp|tg)(\d+)(?: @ d(\d+))?")
_MIXED = re.compile(r"pp(\d+)\+tg(\d+)(?: @ d(\d+))?")
_DEVICE = re.compile(
    r"^\s*(?:ggml_\w+: )?(?:Device )?\d+[:=] (.+?)(?:, gfx|, compute capability| \(|, VMM)", re.MULTILINE
)
_BUILD = re.compile(r"^build: (\w+) \((\d+)\)\s*$", re.MULTILINE)
_TRACE = re.compile(r"llama-bench\(|/llama-bench\b")
_CRASH = re.compile(
    r"^.*(?:what\(\): |error: |GGML_ASSERT|CUDA error|ROCm error|out of memory).*$", re.MULTILINE
)
_DEVICE_KINDS = {"CUDA": "cuda", "ROCm": "rocm", "HIP": "rocm", "Metal": "mps", "SYCL": "xpu", "CPU": "cpu"}
_NOT_CONDITION = frozenset({"model", "size", "params", "backend", "test", "t/s"})
_LONGEST_MESSAGE = 1000


def _recognises(document: Document) -> bool:
    text = _whole_lines(document.text or "")
    return bool(text) and (_HEADER.search(text) is not None or _is_crash(text))


def _whole_lines(text: str) -> str:
    """Without what follows the last line end: it may be cut off."""
    return text[: text.rfind("\n") + 1]


def _is_crash(text: str) -> bool:
    return _TRACE.search(text) is not None and _CRASH.search(text) is not None


def _read(document: Document) -> Findings:
    text = document.text or ""
    shared = _shared(document, _whole_lines(text))
    if not _HEADER.search(text):
        yield _crash(shared, document, _whole_lines(text))
        return
    found = False
    for where, line, row in _rows(text):
        found = True
        try:
            yield _event(shared, document, where, row)
        except ValueError as error:
            yield BadRow(where, str(error), line.encode())
    if not found:
        raise NotResults("empty: a table without rows; the run may have been stopped")


def _rows(text: str) -> Iterator[tuple[str, str, Mapping[str, str] | None]]:
    """Each line of a table, with its cells by column; None for one that does not fit or may be cut off."""
    columns: Sequence[str] = ()
    lines = text.split("\n")
    for place, line in enumerate(lines, start=1):
        if _HEADER.match(line):
            columns = _cells(line)
        elif not columns or not line.startswith("|"):
            columns = columns if columns and place == len(lines) else ()
        elif not _RULE.fullmatch(line.strip()):
            cells = _cells(line)
            fits = len(cells) == len(columns) and place < len(lines)
            yield f"line {place}", line, dict(zip(columns, cells, strict=True)) if fits else None


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _shared(document: Document, text: str) -> dict[str, Any]:
    build = _BUILD.search(text)
    devices = [name.strip() for name in _DEVICE.findall(text)]
    return {
        **provenance(document, NAME, VERSION),
        "subject_kind": "model",
        "family": "text_generation",
        "mode": "inference",
        "device": devices[0] if len(set(devices)) == 1 else None,
        "device_count": len(devices) or None,
        "runtime": "llama.cpp",
        "runtime_version": build[2] if build else None,
        "attributes": {"log": document.name} | ({"build_commit": build[1]} if build else {}),
    }


def _model(document: Document) -> str:
    """What the log's name begins with; scripts put flags behind two underscores."""
    return PurePath(document.name).stem.split("__")[0]


def _flags(document: Document) -> dict[str, str]:
    flags = PurePath(document.name).stem.split("__")[1:]
    return {"flags": " ".join(flags)} if flags else {}


def _event(shared: Mapping[str, Any], document: Document, where: str, row: Mapping[str, str] | None) -> Event:
    if row is None:
        raise ValueError("the row does not fit the table's header, or may be cut off")
    speed, _, spread = row["t/s"].partition("±")
    metric = Metric("token_throughput", "token/second", positive(speed.strip()))
    backend = row.get("backend", "")
    kind = next((kind for name, kind in _DEVICE_KINDS.items() if name in backend.split(",")), None)
    condition = {name: value for name, value in row.items() if name not in _NOT_CONDITION}
    fields = {
        **shared,
        "attributes": shared["attributes"]
        | {"model_type": row["model"], "standard_deviation": spread.strip()},
    }
    return ResultRecorded(
        **fields,
        **_test(row["test"], condition | _flags(document)),
        source_locator=where,
        subject=_model(document),
        status="ok",
        basis="measured",
        device_kind=kind,
        compute_platform=backend.lower() or None,
        precision=" ".join(row["model"].split(" ")[2:]) or None,
        batch_size=1,
        metrics=(metric,),
    )


def _test(test: str, condition: dict[str, str]) -> dict[str, Any]:
    """Raises ValueError when it is no test of llama-bench."""
    if match := _TEST.fullmatch(test):
        kind, tokens, depth = match.groups()
        lengths = (tokens, "0") if kind == "pp" else ("0", tokens)
        phase = "prefill" if kind == "pp" else "decode"
    elif match := _MIXED.fullmatch(test):
        *lengths_found, depth = match.groups()
        lengths, phase = (lengths_found[0], lengths_found[1]), None
    else:
        raise ValueError(f"{test!r} is not a test of llama-bench")
    told = {"n_prompt": lengths[0], "n_gen": lengths[1], "n_depth": depth or "0"}
    return {"phase": phase, "sequence_length": sum(map(int, lengths)), "condition": condition | told}


def _crash(shared: Mapping[str, Any], document: Document, text: str) -> Event:
    message = " ".join(line.strip() for line in _CRASH.findall(text))[:_LONGEST_MESSAGE]
    is_memory = "out of memory" in message.lower() or "OutOfDeviceMemory" in message
    return ResultRecorded(
        **shared,
        subject=_model(document),
        status="failed",
        basis="measured",
        error_class="out_of_memory" if is_memory else "crash",
        error_message=message,
        condition=_flags(document),
    )


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
