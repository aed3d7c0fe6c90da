"""Pictures of series to test with: unmistakable changes, judged by the detectors, or any verdict at all."""

import math
import random
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from interfaces.series_picture.picture import SeriesPicture
from predictors.detection.contract import ChangePoint, Series, Trend, Verdict
from predictors.detection.judge import judge

START = 1_767_225_600.0
"""2026-01-01, seconds since 1970."""
DAY = 86_400.0


def noisy(count: int, level: float, seed: int = 0) -> list[float]:
    """Values around a level, at 1 % of noise."""
    chance = random.Random(seed)
    return [level * math.exp(chance.gauss(0, 0.01)) for _ in range(count)]


def judged(values: Sequence[float], environments: Sequence[str] | None = None, **more: Any) -> SeriesPicture:
    verdict = judge(Series("s", values, "lower", environments))
    return SeriesPicture("resnet50 & more", "latency, ms", values, verdict, environments=environments, **more)


def change(index: int, effect: float | None = 0.2, **more: Any) -> ChangePoint:
    usual = {
        "previous": index - 1, "before": 10.0, "after": 12.0, "low": 0.19, "high": 0.21, "p_value": 1e-9,
        "points_before": 20, "points_after": 20, "verdict": "regression",
    }  # fmt: skip
    return ChangePoint(index=index, effect=effect, **(usual | more))


def told(
    values: Sequence[float],
    changes: Sequence[ChangePoint] = (),
    outliers: Sequence[int] = (),
    insufficient: str | None = None,
    **more: Any,
) -> SeriesPicture:
    """A picture with this verdict, whoever may have come to it."""
    trend = Trend("stable", 0.0, -0.1, 0.1)
    verdict = Verdict("s", "d 1", len(values), insufficient, tuple(changes), tuple(outliers), trend, 0.01)
    return SeriesPicture("a series", "latency, ms", values, verdict, **more)


@st.composite
def pictures(draw: st.DrawFn) -> SeriesPicture:
    """Any series of finite values, with any verdict on it, and whatever marks."""
    finite = st.floats(allow_nan=False, allow_infinity=False)
    values = draw(
        st.lists(draw(st.sampled_from([finite, st.floats(0.5, 2), st.just(5.0)])), min_size=1, max_size=60)
    )
    places = st.integers(0, len(values) - 1)
    cuts = sorted(draw(st.sets(st.integers(1, len(values) - 1), max_size=6))) if len(values) > 1 else []
    effects = st.one_of(st.none(), st.floats(-0.99, 1e6))
    changes = [
        change(cut, draw(effects), verdict=draw(st.sampled_from(["regression", "improvement", "change"])))
        for cut in cuts
    ]
    moments = st.one_of(st.none(), st.floats(-1e14, 1e14), st.just(START))
    names = st.sampled_from([None, "a", "py-3", "\N{CJK UNIFIED IDEOGRAPH-65E5}"])

    def one_each(of_what: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
        return st.lists(of_what, min_size=len(values), max_size=len(values))

    return told(
        values,
        changes,
        sorted(draw(st.sets(places, max_size=4))),
        seconds=draw(st.one_of(st.none(), one_each(moments).map(_forward))),
        environments=draw(st.one_of(st.none(), one_each(names))),
        acknowledged=dict.fromkeys(cuts[::2], "known"),
        baseline=draw(st.one_of(st.none(), finite)),
    )


def _forward(moments: list[float | None]) -> list[float | None]:
    return moments if None in moments else sorted(moments)  # type: ignore[type-var]
