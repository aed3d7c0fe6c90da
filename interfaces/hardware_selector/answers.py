"""A selection in the framework's words: kinds of hardware, each by its best device, and its keys."""

from collections.abc import Mapping, Sequence
from typing import Any

from interfaces.hardware_selector.words import batch_category, size_category
from predictors.selector.devices import Device
from predictors.selector.knowledge import Knowledge
from predictors.selector.option import Option, Selection

_MILLISECONDS = 1000.0
_MEBI = 2.0**20
_GIBI = 2.0**30
_FALLBACKS = 2


def by_word(options: Sequence[Option], words: Sequence[str], known: Knowledge) -> dict[str, Option]:
    """The best option that each word means, best first; words that mean none are not there."""
    found: dict[str, Option] = {}
    for option in options:
        for word in words:
            if word not in found and option.hardware_id in known.named(word):
                found[word] = option
    return found


def answer(
    selection: Selection, words: Sequence[str], sequence_length: int, known: Knowledge
) -> dict[str, Any]:
    """The keys of `select_hardware`. `primary_recommendation` is a word, or None when nothing fits."""
    best = by_word(selection.options, words, known)
    order = list(best)
    asked = selection.asked
    size = model_size(asked.model, known)
    first = best[order[0]] if order else None
    return {
        "model_family": asked.known_family,
        "model_name": asked.model,
        "model_size": size,
        "model_size_category": size_category(size),
        "batch_size": asked.batch_size,
        "batch_category": batch_category(asked.batch_size),
        "sequence_length": sequence_length,
        "precision": asked.precision,
        "mode": asked.mode,
        "primary_recommendation": order[0] if order else None,
        "fallback_options": order[1 : _FALLBACKS + 1],
        "all_scores": {word: _scores(option, asked.batch_size, known) for word, option in best.items()},
        "compatible_hardware": order,
        "prediction_source": "external" if _basis(first) == "predicted" else "internal",
        "explanation": explanation(selection, best, known),
        "recommended_device": first.device.name if first else None,
        "basis": _basis(first),
        "equally_good": [
            word for word, option in best.items() if option.hardware_id in selection.equally_good
        ],
        "rejected": _rejected(selection, [word for word in words if word not in best], known),
    }


def model_size(model: str, known: Knowledge) -> int | None:
    """Parameters; None where nothing tells."""
    architecture = known.architecture(model)
    return architecture.parameter_count if architecture else None


def explanation(selection: Selection, best: Mapping[str, Option], known: Knowledge) -> str:
    """Why, in sentences."""
    told = []
    for word, option in list(best.items())[:1]:
        told.append(f"{word}: {option.device.name}")
        enough = _smallest(selection, option, word, known)
        if enough is not None:
            size = (enough.facts.memory_bytes or 0.0) / _GIBI
            told.append(f"the smallest device of that kind that holds it is {enough.name} ({size:.0f} GiB)")
    return ". ".join([*told, *selection.explanation])


def _smallest(selection: Selection, option: Option, word: str, known: Knowledge) -> Device | None:
    """Of the devices that a word means, the one with least memory that is enough; of those, the newest."""
    if option.need is None:
        return None
    needed = option.need.high / selection.asked.budget.memory_share
    enough = [
        each
        for name in known.named(word)
        if ((each := known.devices[name]).facts.memory_bytes or 0.0) >= needed
    ]
    return min(
        enough,
        key=lambda each: (each.facts.memory_bytes or 0.0, -(each.facts.year or 0), each.hardware_id),
        default=None,
    )


def _scores(option: Option, batch_size: int, known: Knowledge) -> dict[str, Any]:
    shares, estimate = option.shares, option.estimate
    found: dict[str, Any] = {
        "score": option.score,
        "latency_score": shares.get("latency") or 0.0,
        "throughput_score": shares.get("throughput") or 0.0,
        "compatibility_score": known.reliability.get(option.hardware_id, 1.0),
        "memory_factor": shares.get("memory") or 0.0,
        "preference_factor": 1.0,
        "device": option.device.name,
        "hardware_id": option.hardware_id,
        "basis": _basis(option),
        "evidence_count": estimate.evidence_count if estimate else 0,
    }
    if estimate and not estimate.is_relative:
        found["predictions"] = {
            "latency": batch_size / estimate.rate * _MILLISECONDS,
            "throughput": estimate.rate,
            "memory_usage": option.need.expected / _MEBI if option.need else None,
        }
    return found


def _basis(option: Option | None) -> str | None:
    return option.estimate.basis if option and option.estimate else None


def _rejected(selection: Selection, words: Sequence[str], known: Knowledge) -> dict[str, str]:
    """Why each word is not among the options, by its nearest device."""
    found = {}
    for word in words:
        near = next((each for each in selection.rejected if each.hardware_id in known.named(word)), None)
        if near is not None:
            found[word] = f"{near.device.name}: {'; '.join(each.reason for each in near.broken)}"
        else:
            found[word] = "no device of that kind is catalogued"
    return found
