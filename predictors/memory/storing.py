"""A predictor as a folder: JSON and LightGBM's own text, packed, nothing that runs code when it is read."""

import json
import lzma
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmart.errors import PredictionRefused
from predictors.memory.model import Margin, Point
from predictors.memory.physics import Physics
from predictors.memory.predictor import MemoryPredictor, ModeModel
from predictors.memory.terms import TERMS

FORMAT = 1
_INDEX = "memory.json"


def save(predictor: MemoryPredictor, folder: Path) -> None:
    """Write it into `folder`, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    index = {
        "format": FORMAT,
        "terms": TERMS,
        "models": sorted(predictor.models),
        "families": sorted(predictor.families),
        "hardware": sorted(predictor.hardware),
        "modes": {mode: _save_mode(model, folder, mode) for mode, model in sorted(predictor.modes.items())},
    }
    (folder / _INDEX).write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")


def load(folder: Path) -> MemoryPredictor:
    """Raises PredictionRefused when the folder holds no predictor of this format."""
    try:
        index = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
        if index["format"] != FORMAT or tuple(index["terms"]) != TERMS:
            raise PredictionRefused(
                "it was written by another version", where=str(folder), hint="Train it again"
            )
        return MemoryPredictor(
            modes={mode: _load_mode(its, folder) for mode, its in index["modes"].items()},
            models=frozenset(index["models"]),
            families=frozenset(index["families"]),
            hardware=frozenset(index["hardware"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PredictionRefused(f"no predictor of memory can be read: {error}", where=str(folder)) from error


def _save_mode(model: ModeModel, folder: Path, mode: str) -> dict[str, Any]:
    return {
        "weights": {
            regime: weights.tolist() for regime, weights in sorted(model.point.physics.weights.items())
        },
        "correction": _write(model.point.correction, folder, f"{mode}-correction"),
        "peaks": _save_margins(model.peaks, folder, f"{mode}-peaks"),
        "batches": _save_margins(model.batches, folder, f"{mode}-batches"),
    }


def _load_mode(saved: Mapping[str, Any], folder: Path) -> ModeModel:
    physics = Physics({regime: np.array(weights) for regime, weights in saved["weights"].items()})
    return ModeModel(
        Point(physics, _read(folder, saved["correction"])),
        _load_margins(saved["peaks"], folder),
        _load_margins(saved["batches"], folder),
    )


def _save_margins(margins: Mapping[str, Margin], folder: Path, name: str) -> dict[str, Any]:
    return {
        split: {
            "offset": margin.offset,
            "spread": _write(margin.spread, folder, f"{name}-{split.replace(' ', '-')}"),
        }
        for split, margin in margins.items()
    }


def _load_margins(saved: Mapping[str, Any], folder: Path) -> dict[str, Margin]:
    return {split: Margin(_read(folder, its["spread"]), float(its["offset"])) for split, its in saved.items()}


def _write(booster: Any, folder: Path, name: str) -> str:
    file = f"{name}.txt.xz"
    (folder / file).write_bytes(lzma.compress(booster.model_to_string().encode()))
    return file


def _read(folder: Path, name: str) -> Any:
    import lightgbm

    if Path(name).name != name:
        raise PredictionRefused(f"{name!r} is not a file of this predictor", where=str(folder))
    try:
        text = lzma.decompress((folder / name).read_bytes()).decode()
        return lightgbm.Booster(model_str=text)
    except (EOFError, lzma.LZMAError, lightgbm.basic.LightGBMError) as error:
        raise PredictionRefused(f"{name} is damaged: {error}", where=str(folder)) from error
