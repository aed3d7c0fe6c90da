"""Networks on a GPU that was left out, on the published tables of NeuSight, beside a roofline and published rivals."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from predictors.kernels.evaluation import NetworkScore, evaluate
from predictors.suites.line import Line
from predictors.suites.setting import Setting

SUITE = "kernels"
PARTS = ("",)
FOLDER = "neusight"
_MEMBERS = 2
"""Of the ensemble."""
_WORST = 8
_OURS = "benchmart"
_RIVALS = {"neusight": "NeuSight", "li_et_al": "Li et al.", "habitat": "Habitat"}


def lines(setting: Setting, part: str) -> Iterator[Line]:  # noqa: ARG001 - as all suites are called
    """Lines by device, mode, in all, and by option; then the networks that are worst.

    Published rivals stand on the rows they predicted, with our number on the same rows; their authors trained on some
    of the devices. Compiled networks and those split over devices count apart. Raises PredictionRefused without tables.
    """
    folder = setting.table(FOLDER)
    *_, scores = evaluate(folder, range(setting.seed, setting.seed + _MEMBERS))
    plain = [score for score in scores if not score.label.option]
    for device in dict.fromkeys(score.label.device for score in plain):
        yield from _lines(device, [score for score in plain if score.label.device == device])
    for mode in ("inference", "training"):
        yield from _lines(f"all, {mode}", [score for score in plain if score.label.workload.mode == mode])
    yield from _lines("all", plain)
    for option in dict.fromkeys(score.label.option for score in scores if score.label.option):
        yield from _lines(option, [score for score in scores if score.label.option == option])
    for score in sorted(plain, key=lambda score: -score.error)[:_WORST]:
        yield _network(score)


def _lines(split: str, scores: Sequence[NetworkScore]) -> Iterator[Line]:
    yield _line(split, _OURS, scores, lambda score: score.seconds)
    yield _line(split, "roofline", scores, lambda score: score.roofline_seconds)
    for rival, name in _RIVALS.items():
        shared = [score for score in scores if score.label.rivals[rival] is not None]
        if shared:
            yield _line(f"{split}, rows of {name}", _OURS, shared, lambda score: score.seconds)
            yield _line(
                f"{split}, rows of {name}",
                f"{name}, as published",
                shared,
                lambda score, rival=rival: score.label.rivals[rival],  # type: ignore[misc]
            )


def _line(
    split: str, method: str, scores: Sequence[NetworkScore], seconds: Callable[[NetworkScore], float]
) -> Line:
    errors = [abs(seconds(score) / score.label.seconds - 1) for score in scores]
    held = [score.is_inside for score in scores if score.is_inside is not None]
    widths = [score.interval_log for score in scores if score.interval_log is not None]
    is_ours = method == _OURS
    return Line(
        SUITE,
        split,
        method,
        len(scores),
        float(np.median(errors)),
        float(np.mean(errors)),
        float(np.mean(held)) if held and is_ours else None,
        {"factor": float(np.exp(np.mean(widths)))} if widths and is_ours else {},
        is_ours=is_ours,
    )


def _network(score: NetworkScore) -> Line:
    label = score.label
    name = f"{label.device} {label.model} {label.workload.mode} batch {label.workload.batch}"
    seconds = {"measured_seconds": label.seconds, "predicted_seconds": score.seconds}
    return Line(SUITE, f"worst: {name}", _OURS, 1, score.error, score.error, others=seconds, is_detail=True)
