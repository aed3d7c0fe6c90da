"""llama-bench of llama.cpp, its Markdown table inside a log: one record a row.

A row's last two columns are the test (`pp512` reads 512 tokens, `tg128` generates 128, `@ d4096` on top of 4096) and
`t/s`, tokens a second as mean ± standard deviation. Which columns stand between depends on the flags that were given.
The log's name tells the model file; the table shows its type, size and parameters only, which are taken where the log
is named after something else. Where llama-bench stopped with an error, that is a failed run beside the rows before it;
which test failed is not printed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.contract import Adapter, BadRow, Findings, NotResults, provenance
from collectors.adapters.document import Document
from collectors.adapters.llama_bench_names import LAST_WORD, NO_TOKEN, device_kind, name_of_file, precision
from collectors.adapters.numbers import not_negative

NAME = "llama_bench_log"
VERSION = "2"

_TELLING = ("t/s |", "llama-bench", "error: failed to ", "✖ ")
"""Searched for first: patterns take long on large files of other formats."""
_HEADER = re.compile(r"^\| *model +\|.*\| *test +\| *t/s +\|\s*$", re.MULTILINE)
_RULE = re.compile(r"[|:\- ]+")
_TEST = re.compile(r"(pp|tg) ?(\d+)(?: @ d(\d+))?")
_MIXED = re.compile(r"pp ?(\d+)\+tg ?(\d+)(?: @ d(\d+))?")
_DEVICE = re.compile(
    r"^\s*(?:ggml_\w+: )?(?:Device )?\d+[:=] (.+?)(?:, gfx|, compute capability| \(|, VMM)", re.MULTILINE
)
_BUILD = re.compile(r"^build: (\w+) \((\d+)\)\s*$", re.MULTILINE)
_TRACE = re.compile(r"llama-bench\(|/llama-bench\b")
_MEMORY = re.compile(r"out ?of ?(?:device ?)?memory", re.IGNORECASE)
_ABORTS = (
    r"what\(\): |GGML_ASSERT|(?:CUDA|ROCm|HIP) error|Memory access fault|Segmentation fault|core dumped"
    r"|^✖ .* failed \(exit -?\d+\)"
)
_CRASH = re.compile(rf"error: |{_ABORTS}|{_MEMORY.pattern}", re.IGNORECASE)
_ABORTED = re.compile(_ABORTS)
"""The line that tells why the process was aborted, or that a script says so with."""
_SCRIPT = re.compile(r"^ggml_\w+: .*^✖ .* failed \(exit -?\d+\)", re.MULTILINE | re.DOTALL)
"""A script that runs llama-bench says so when it failed, whatever was printed before."""
_OF_ANOTHER_TOOL = re.compile(r"^main: (?!error: )", re.MULTILINE)
"""llama-bench's own `main` prints errors only."""
_NOT_CONDITION = frozenset({"model", "size", "params", "backend", "test", "t/s"})
_LONGEST_MESSAGE = 1000


def _recognises(document: Document) -> bool:
    if document.text is None or not any(words in document.text for words in _TELLING):
        return False
    text = _whole_lines(document.text)
    return _HEADER.search(text) is not None or next(_failures(text), None) is not None


def _whole_lines(text: str) -> str:
    """Without what follows the last line end: it may be cut off."""
    return text[: text.rfind("\n") + 1]


def _failures(text: str) -> Iterator[tuple[int, list[str], str | None]]:
    """Number of the line that ends each failed run, the lines that tell why, and the model's file.

    What comes after that line changes nothing, so it does not matter how long the log goes on.
    """
    is_of_llama_bench = any(mark.search(text) for mark in (_HEADER, _TRACE, _SCRIPT))
    if not is_of_llama_bench and _OF_ANOTHER_TOOL.search(text):
        return
    reasons: list[str] = []
    for place, line in enumerate(text.split("\n"), start=1):
        if line.startswith("|") or not _CRASH.search(line):
            continue
        reasons.append(line.strip())
        if match := LAST_WORD.match(line):
            yield place, reasons, match[1]
            reasons = []
        elif is_of_llama_bench and _ABORTED.search(line):
            yield place, reasons, None
            return


def _read(document: Document) -> Findings:
    text = document.text or ""
    shared = _shared(document, _whole_lines(text))
    found = False
    for where, line, row in _rows(text):
        found = True
        try:
            yield _event(shared, document, where, row)
        except ValueError as error:
            yield BadRow(where, str(error), line.encode())
    for place, reasons, file in _failures(_whole_lines(text)):
        found = True
        yield _failed(shared, document, f"line {place}", " ".join(reasons), file)
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


def _model(document: Document, model_type: str) -> str:
    """What the log's name begins with, where it tells of such a model; scripts put flags behind two underscores."""
    name = PurePath(document.name).stem.split("__")[0]
    architecture, _, rest = model_type.partition(" ")
    size = rest.partition(" ")[0].partition(".")[0]
    family = re.match(r"[a-z]*", architecture.lower())
    words = [word for word in (size.lower(), family[0] if family else "") if word]
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    return name if any(word in plain for word in words) else " ".join(model_type.split(" ")[:2])


def _flags(document: Document) -> dict[str, str]:
    flags = PurePath(document.name).stem.split("__")[1:]
    return {"flags": " ".join(flags)} if flags else {}


def _event(shared: Mapping[str, Any], document: Document, where: str, row: Mapping[str, str] | None) -> Event:
    if row is None:
        raise ValueError("the row does not fit the table's header, or may be cut off")
    speed, _, spread = row["t/s"].partition("±")
    value = not_negative(speed.strip())
    outcome: dict[str, Any] = (
        {"status": "ok", "basis": "measured", "metrics": (Metric("token_throughput", "token/second", value),)}
        if value
        else NO_TOKEN
    )
    backend = row.get("backend", "")
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
        **outcome,
        subject=_model(document, row["model"]),
        device_kind=device_kind(backend),
        compute_platform=backend.lower() or None,
        precision=precision(row["model"]),
        batch_size=1,
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


def _failed(
    shared: Mapping[str, Any], document: Document, where: str, message: str, file: str | None
) -> Event:
    return ResultRecorded(
        **shared,
        source_locator=where,
        subject=(file and name_of_file(file)) or PurePath(document.name).stem.split("__")[0],
        status="failed",
        basis="measured",
        error_class="out_of_memory" if _MEMORY.search(message) else "crash",
        error_message=message[:_LONGEST_MESSAGE],
        condition=_flags(document),
    )


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
