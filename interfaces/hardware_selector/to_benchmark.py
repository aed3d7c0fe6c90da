"""What to benchmark of training: batches that one device of each kind holds, and plans for several."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmart.errors import UsageError
from interfaces.hardware_selector.distributed import distributed_rows, largest_of, spread_of
from predictors.selector.devices import Device
from predictors.selector.knowledge import Knowledge

Choose = Callable[[int], dict[str, Any]]
"""The answer of `select_hardware` for a batch size."""


def single_device(
    words: Sequence[str], batch_sizes: Sequence[int], choose: Choose
) -> tuple[dict[str, list[dict[str, Any]]], dict[str, str]]:
    """A row for each batch that the best device of a kind holds, and the ids of the devices that were best first."""
    rows: dict[str, list[dict[str, Any]]] = {word: [] for word in words}
    best: dict[str, str] = {}
    for size in batch_sizes:
        for word, its in choose(size)["all_scores"].items():
            row = {"batch_size": size, "hardware": word, "estimated_score": its["score"]}
            rows[word].append(row | {"mixed_precision": False})
            best.setdefault(word, its["hardware_id"])
    return {word: its for word, its in rows.items() if its}, best


def distributed(
    words: Sequence[str], best: Mapping[str, str], model: str, max_gpus: int, known: Knowledge
) -> dict[str, list[dict[str, Any]]]:
    """Plans for 2, 4, 8, ... devices of each kind that trains together."""
    return {
        word: distributed_rows(known, model, word, _device(word, best, known), max_gpus)
        for word in spread_of(words)
    }


def _device(word: str, best: Mapping[str, str], known: Knowledge) -> Device:
    """The device that was best for one; where none held it, the largest of the kind."""
    found = known.devices[best[word]] if word in best else largest_of(known, word)
    if found is None:
        raise UsageError(f"no {word} with known memory is catalogued")
    return found
