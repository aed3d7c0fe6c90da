"""What a vLLM benchmark was asked for: the arguments it prints, its command line, and what it repeats of them."""

import re
from collections.abc import Iterator, Sequence

from collectors.adapters.vllm_log_lines import Line

_NAMESPACE = "Namespace("
_COMMAND = re.compile(
    r"\bvllm bench (?:serve|throughput|latency)\b|\bbenchmark_(?:serving|throughput|latency)\.py\b"
)
_FLAG = re.compile(r"--([a-zA-Z][\w-]*)(?:[= ]+(?!--)([^\s\\`]+))?")
_REPEATED = {
    "request_rate": re.compile(r"Traffic request rate: (\S+?)\.?"),
    "burstiness": re.compile(r"Burstiness factor: (\S+)(?: \(.*\))?"),
    "max_concurrency": re.compile(r"Maximum request concurrency: (\d+)"),
}


def arguments_before(lines: Sequence[Line], end: int, begin: int = 0) -> dict[str, str]:
    """Of the benchmark whose results begin at line `end`: what was printed last before it, from line `begin` on."""
    told: dict[str, str] = {}
    place = begin
    while place < end:
        text = lines[place].text
        if _NAMESPACE in text:
            told = _of_namespace(text)
        elif _COMMAND.search(text):
            while text.rstrip().endswith("\\") and place + 1 < end:
                place += 1
                text = f"{text.rstrip()[:-1]} {lines[place].text}"
            told = dict(_of_command(text))
        else:
            told |= {
                key: match[1] for key, mark in _REPEATED.items() if (match := mark.fullmatch(text.strip()))
            }
        place += 1
    return told


def _of_namespace(text: str) -> dict[str, str]:
    """Of `Namespace(model='x', num_prompts=8, ...)`; None and what is itself a collection is left out."""
    pairs = re.findall(r"(\w+)=(?:'([^']*)'|([^\s,'(){}\[\]]+))(?=[,)])", text[text.index(_NAMESPACE) :])
    return {key: quoted or plain for key, quoted, plain in pairs if (quoted or plain) not in ("", "None")}


def _of_command(text: str) -> Iterator[tuple[str, str]]:
    """Of `vllm bench serve --model x --num-prompts 8`; a switch without a value is true, a shell's variable unknown."""
    for flag, value in _FLAG.findall(text):
        if "$" not in value:
            yield flag.replace("-", "_"), value.strip("'\"") or "True"
