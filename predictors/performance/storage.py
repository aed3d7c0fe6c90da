"""A trained predictor as a folder: arrays as safetensors, trees as packed text, the rest as JSON; no pickle."""

import json
import lzma
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from benchmart.errors import PredictionRefused
from predictors.performance import storage_fields, storage_networks
from predictors.performance.boosting import Boosting
from predictors.performance.crossfit import CrossFit
from predictors.performance.engine import Engine, Stage
from predictors.performance.intervals import Spread, Widths

FORMAT = 2


def save(folder: Path, engine: Engine, widths: Widths, facts: dict[str, Any]) -> None:
    """Writes the files of a predictor into a folder, which may exist."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    for fold, trees in enumerate(engine.trees.folds):
        for number, each in enumerate(trees):
            (folder / f"trees-{fold}-{number}.txt.xz").write_bytes(lzma.compress(each.to_text().encode()))
    fields = {"known": engine.known.field, "new": engine.new.field}
    if engine.near is not None:
        fields["near"] = engine.near.field
    arrays = storage_fields.arrays(fields)
    if engine.near is not None:
        arrays |= storage_networks.arrays(engine.near.learner)
    save_file(arrays, folder / "arrays.safetensors")
    known = {
        "format": FORMAT,
        "facts": facts,
        "widths": asdict(widths),
        "folds": [len(trees) for trees in engine.trees.folds],
        "fold_of_key": engine.trees.fold_of_key,
        "fold_of_name": engine.trees.fold_of_name,
        "fold_of_signature": [
            [list(signature), fold] for signature, fold in engine.trees.fold_of_signature.items()
        ],
        "early_rounds": engine.new.learner.rounds,
        "fields": storage_fields.facts(fields),
        "networks": engine.near and storage_networks.facts(engine.near.learner),
    }
    (folder / "predictor.json").write_text(
        json.dumps(known, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8"
    )


def load(folder: Path) -> tuple[Engine, Widths, dict[str, Any]]:
    """What `save` wrote. Raises PredictionRefused when files are missing, damaged or of another format."""
    from lightgbm.basic import LightGBMError
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        known = json.loads((folder / "predictor.json").read_text(encoding="utf-8"))
        if known["format"] != FORMAT:
            raise PredictionRefused(
                f"is of format {known['format']}, not {FORMAT}", where=str(folder), hint="Train it anew"
            )
        arrays = load_file(folder / "arrays.safetensors")
        texts = [
            [_text(folder / f"trees-{fold}-{number}.txt.xz") for number in range(count)]
            for fold, count in enumerate(known["folds"])
        ]
        return _engine(known, arrays, texts), _widths(known["widths"]), known["facts"]
    except (
        OSError,
        EOFError,
        ValueError,
        KeyError,
        TypeError,
        lzma.LZMAError,
        SafetensorError,
        LightGBMError,
    ) as error:
        raise PredictionRefused(
            f"cannot be read as a trained predictor: {error}", where=str(folder), hint="Train it anew"
        ) from error


def _widths(known: dict[str, Any]) -> Widths:
    return Widths(known["by_case"], Spread(**known["devices"]), Spread(**known["conditions"]))


def _text(path: Path) -> str:
    return lzma.decompress(path.read_bytes()).decode()


def _engine(known: dict[str, Any], arrays: dict[str, Any], texts: list[list[str]]) -> Engine:
    trees = CrossFit(
        tuple(tuple(Boosting.from_text(text) for text in fold) for fold in texts),
        known["fold_of_key"],
        known["fold_of_name"],
        {tuple(signature): fold for signature, fold in known["fold_of_signature"]},
    )
    fields = storage_fields.fields_of(known["fields"], arrays)
    engine = Engine(
        Stage(trees, fields["known"]), Stage(replace(trees, rounds=known["early_rounds"]), fields["new"])
    )
    if known["networks"] is None:
        return engine
    blend = storage_networks.blend_of(known["networks"], arrays, trees)
    return replace(engine, near=Stage(blend, fields["near"]))
