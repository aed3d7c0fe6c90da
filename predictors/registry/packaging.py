"""Make the champions of a home the versions that come with the package: `python -m predictors.registry.packaging HOME`.

Weights, scores and digests are copied, no results. Run it after `benchmart predict train` on public results.
"""

import json
import shutil
import sys
from dataclasses import asdict
from pathlib import Path

from benchmart.config import find_home
from benchmart.errors import PredictionRefused
from predictors.registry import memory, store, training
from predictors.registry.champion import champion_of

SOURCES = {
    training.NAME: "public results of timm (pytorch-image-models, Apache-2.0)",
    memory.NAME: (
        "batches of public results of timm (Apache-2.0); training memory of GPU Memory and Utilization Estimation for "
        "Training-Aware Resource Management, IT University of Copenhagen (CC-BY-4.0)"
    ),
}


def package(home: str, name: str) -> Path:
    """Replaces the packaged version; returns its folder. Raises PredictionRefused when the home has no champion."""
    place = find_home(home)
    champion = champion_of(place, name)
    if champion is None:
        raise PredictionRefused(
            f"no predictor of {name} was trained", where=home, hint="Run `benchmart predict train`"
        )
    target = store.packaged_folder(name)
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(store.find(place, name, champion.version, champion.weights_digest), target)
    for file in target.iterdir():
        file.chmod(0o644)
    card = {
        "source": SOURCES[name],
        "version": champion.version,
        "data_digest": champion.data_digest,
        "weights_digest": champion.weights_digest,
        "scores": [asdict(score) for score in champion.scores],
    }
    (target / store.CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    return target


if __name__ == "__main__":
    for each in SOURCES:
        try:
            sys.stdout.write(f"{package(sys.argv[1], each)}\n")
        except PredictionRefused as kept:
            # A champion that came with the package and was not beaten stays as it is.
            sys.stderr.write(f"{kept}\n")
