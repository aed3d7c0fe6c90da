"""Train what can be trained on the results of a home."""

from collections.abc import Callable, Mapping, Sequence

import duckdb

from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.errors import PredictionRefused
from predictors.measured import read_measured
from predictors.registry import memory, training
from predictors.registry.versions import Trained

_TRAIN: Mapping[str, Callable[[Home, duckdb.DuckDBPyConnection], Trained]] = {
    training.NAME: lambda home, connection: training.train(home, read_measured(connection)),
    memory.NAME: memory.train_memory,
}


def train_all(home: Home, names: Sequence[str] = ()) -> list[Trained]:
    """Train each predictor that is named; without names, each that there are results for.

    Raises PredictionRefused when one that is named, or all of them, cannot be trained.
    """
    done, refused = [], []
    with open_warehouse(home) as connection:
        for name in names or _TRAIN:
            try:
                done.append(_TRAIN[name](home, connection))
            except PredictionRefused as error:
                if names:
                    raise
                refused.append(error)
    if not done:
        raise refused[0]
    return done
