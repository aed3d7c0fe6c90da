"""Train, save and load what predicts, under the framework's names."""

import json
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmart import __version__
from benchmart.config import Home, find_home
from benchmart.connection import open_warehouse
from benchmart.errors import PredictionRefused
from benchmart.event_log.events import SplitScore
from interfaces.performance_predictor.data import home_of
from predictors.measured import read_measured
from predictors.registry import store, training
from predictors.registry.champion import champion_of

if TYPE_CHECKING:
    import pandas as pd

Models = dict[str, Any]
"""`predictor`, its `version`, the `home` whose marts are asked, and `metrics`: its errors by split."""
_NOTE = "prediction_models.json"
_UNUSED = {
    "test_size": 0.2,
    "random_state": 42,
    "hyperparameter_tuning": True,
    "use_ensemble": True,
    "model_complexity": "auto",
    "use_cross_validation": True,
    "cv_folds": 5,
    "feature_selection": "auto",
    "uncertainty_estimation": True,
    "n_jobs": -1,
    "progress_callback": None,
}


def train_prediction_models(  # noqa: PLR0917 - the order is that of the framework
    df: "pd.DataFrame",
    preprocessing_info: Mapping[str, Any],
    test_size: float = 0.2,
    random_state: int = 42,
    hyperparameter_tuning: bool = True,  # noqa: FBT001, FBT002 - the signature is kept
    use_ensemble: bool = True,  # noqa: FBT001, FBT002
    model_complexity: str = "auto",
    use_cross_validation: bool = True,  # noqa: FBT001, FBT002
    cv_folds: int = 5,
    feature_selection: str = "auto",
    uncertainty_estimation: bool = True,  # noqa: FBT001, FBT002
    n_jobs: int = -1,
    progress_callback: Callable[..., Any] | None = None,
) -> Models:
    """Learn from all that was measured in the home that `df` came from, as `benchmart predict train` does.

    Rows taken out of `df` are not left out: the predictor learns from the event log. All arguments from `test_size` on
    are accepted and not used: splits hold out whole models, families and devices, intervals are always there, and the
    same results give the same predictor. Another value than the default raises a warning that says so.

    Raises PredictionRefused when there is too little to learn from.
    """
    given = {
        "test_size": test_size, "random_state": random_state, "hyperparameter_tuning": hyperparameter_tuning,
        "use_ensemble": use_ensemble, "model_complexity": model_complexity,
        "use_cross_validation": use_cross_validation, "cv_folds": cv_folds, "feature_selection": feature_selection,
        "uncertainty_estimation": uncertainty_estimation, "n_jobs": n_jobs, "progress_callback": progress_callback,
    }  # fmt: skip
    if unused := sorted(name for name, value in given.items() if value != _UNUSED[name]):
        warnings.warn(f"not used: {', '.join(unused)}", UserWarning, stacklevel=2)
    home = home_of(preprocessing_info)
    if len(df) < preprocessing_info.get("kept_count", 0):
        warnings.warn("rows taken out of the table are learned from all the same", UserWarning, stacklevel=2)
    return train_home(home)


def train_home(home: Home) -> Models:
    """Learn from all that was measured there, and load what serves then. Raises PredictionRefused for too little."""
    with open_warehouse(home) as connection:
        measured = read_measured(connection)
    done = training.train(home, measured)
    models = load_prediction_models(str(home.root))
    models["trained"] = {"version": done.version, "serves": done.is_champion, "reason": done.reason}
    models["metrics"] = _by_split(done.scores)
    return models


def save_prediction_models(models: Mapping[str, Any], output_dir: str | None = None) -> str:
    """Keep the predictor that serves in a folder that `load_prediction_models` takes; returns that folder.

    What was trained is in its home already, so None writes nothing. Names of models and devices are still looked up in
    the home it came from.
    """
    origin: Home = models["home"]
    if output_dir is None:
        return str(origin.root)
    target = Home(Path(output_dir).expanduser().resolve())
    version, digest = store.keep(target, training.NAME, models["predictor"].save)
    note = {
        "predictor": training.NAME,
        "version": version,
        "weights_digest": digest,
        "home": str(origin.root),
        "metrics": models["metrics"],
        "benchmart_version": __version__,
    }
    (target.root / _NOTE).write_text(json.dumps(note, indent=2) + "\n")
    return str(target.root)


def load_prediction_models(model_dir: str | None = None) -> Models:
    """The predictor that serves in a home, or one in a folder of `save_prediction_models`.

    None means the home that `benchmart` finds. Where nothing was trained, it is the one that comes with the package.
    Raises PredictionRefused when there is none or the folder holds another kind, LogCorrupted when files were changed.
    """
    place = find_home(model_dir)
    note = place.root / _NOTE
    if not note.is_file():
        version, predictor = training.serving(place)
        champion = champion_of(place, training.NAME)
        return _models(place, version, predictor, _by_split(champion.scores if champion else ()))
    told = json.loads(note.read_text())
    if told["predictor"] != training.NAME:
        raise PredictionRefused(
            f"it holds a predictor {told['predictor']!r}, and {training.NAME!r} is what this version reads",
            where=str(note),
            hint="Train again",
        )
    origin = Home(Path(told["home"]))
    folder = store.find(place, training.NAME, told["version"], told["weights_digest"])
    kind = type(training.serving(origin)[1])
    return _models(origin, told["version"], kind.load(folder), told["metrics"])


def _models(home: Home, version: str, predictor: Any, metrics: Mapping[str, Any]) -> Models:
    return {"predictor": predictor, "version": version, "home": home, "metrics": metrics}


def _by_split(scores: Iterable[SplitScore]) -> dict[str, dict[str, Any]]:
    rows = [asdict(score) for score in scores]
    return {row.pop("split"): row for row in rows}
