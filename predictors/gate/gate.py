"""The gate: every series by itself, then all together, so that many series do not make an alarm by chance.

series -> same environment -> paired, or against the level before -> p-values, held together (Holm 1979) -> rulings.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scipy.special import pdtrc

from predictors.gate.against_level import against, at_baseline, level_of, level_of_history
from predictors.gate.contract import (
    FEWEST_BEFORE,
    FEWEST_OF_BASE,
    Compared,
    Evidence,
    Mode,
    Point,
    Ruling,
)
from predictors.gate.paired import of_pairs, pairs_of
from predictors.gate.sessions import Sides, by_session

ALARMS = 0.01
"""Chance that a gate in which nothing changed says that something did, whatever the number of its series."""
THRESHOLD = 0.05
"""Relative: smaller changes pass."""
_ACCIDENTS = 0.05
"""Chance of an accident among all series up to which what looks like a change is told, for more runs to confirm."""


@dataclass(frozen=True, slots=True)
class _Heard:
    compared: Compared
    evidence: Evidence | None
    reason: str


def rule(series: Sequence[Compared], threshold: float = THRESHOLD, alarms: float = ALARMS) -> list[Ruling]:
    """What the gate says of each series, in their order.

    Args:
        series: All that are judged together.
        threshold: Relative effect that matters; smaller ones are no change, however sure.
        alarms: Chance of any alarm where nothing changed.
    """
    sure = alarms / max(1, len(series))
    heard = [_hear(each, threshold, sure) for each in series]
    found = [one.evidence for one in heard]
    by_level = _together([one.p_value if one else 1.0 for one in found])
    held = _together([max(one.p_value, one.accident) if one else 1.0 for one in found])
    limit = math.log1p(threshold)
    looks = [
        one is not None and chance <= alarms and abs(math.log1p(one.effect)) >= limit
        for one, chance in zip(found, by_level, strict=True)
    ]
    is_common = _more_than_accidents(sum(looks), [one.accident for one in found if one]) <= alarms
    rulings = []
    for one, evidence, looks_so, level, both in zip(heard, found, looks, by_level, held, strict=True):
        runs, accident = (evidence.runs, evidence.accident) if evidence else (0, 1.0)
        # Runs of one session may be slowed by what else the machine did: one of each is no proof, however many series.
        is_no_accident = looks_so and is_common and runs > 1
        is_doubtful = looks_so and (is_common or len(series) * accident <= _ACCIDENTS)
        chance = level if is_no_accident else both
        rulings.append(_ruling(one, chance, is_doubtful=is_doubtful, threshold=threshold, alarms=alarms))
    return rulings


def _more_than_accidents(count: int, accidents: Sequence[float]) -> float:
    """Chance that so many series are off for no reason at once: accidents of few are rare, of many do not happen."""
    return float(pdtrc(count - 1, sum(accidents))) if count else 1.0


def _hear(series: Compared, threshold: float, sure: float) -> _Heard:
    candidate, before, other = _same_environment(series)
    if not series.candidate:
        return _Heard(series, None, "the candidate has no run of it")
    if any(
        not (math.isfinite(point.value) and point.value > 0)
        for point in (*series.candidate, *series.before, *(series.baseline or ()))
    ):
        return _Heard(series, None, "values that are not positive have no relative change")
    if not series.before:
        return _Heard(series, None, "nothing before was measured")
    if not candidate:
        where = f" ({other})" if other else ""
        return _Heard(series, None, f"nothing before was measured in the candidate's environment{where}")
    fewest = FEWEST_OF_BASE if series.is_base else FEWEST_BEFORE
    if len(before) < fewest:
        return _Heard(series, None, f"{len(before)} runs before, at least {fewest} tell how much runs differ")
    if series.is_base and (pairs := pairs_of(candidate, before)) is not None:
        return _Heard(series, of_pairs(pairs, level_of_base(before)), "")
    if series.is_base:
        sides = Sides([point.value for point in candidate], [point.value for point in before])
        return _Heard(series, against(level_of(sides.before), sides, threshold, "base", sure), "")
    marked = None if series.baseline is None else _in_environment(series.baseline, candidate[0].environment)
    if marked is not None and not marked:
        return _Heard(series, None, "no baseline is marked for it in the candidate's environment")
    return _against_history(series, by_session(candidate, before), marked, threshold, sure)


def _in_environment(points: Sequence[Point], environment: str | None) -> list[float]:
    return [point.value for point in points if point.environment == environment]


def _against_history(
    series: Compared, sides: Sides, marked: Sequence[float] | None, threshold: float, sure: float
) -> _Heard:
    what = "runs" if sides.runs_a_session == 1 else "sessions"
    if len(sides.before) < FEWEST_BEFORE:
        reason = f"{len(sides.before)} {what} before, at least {FEWEST_BEFORE} tell how much they differ"
        return _Heard(series, None, reason)
    level = level_of_history(sides.before, longest=marked is not None)
    if level.count < FEWEST_BEFORE:
        reason = f"{level.count} {what} since its level last changed, at least {FEWEST_BEFORE} are needed"
        return _Heard(series, None, reason)
    if marked is not None:
        level = at_baseline(level, marked, is_one=sides.runs_a_session > 1)
    mode: Mode = "history" if marked is None else "baseline"
    return _Heard(series, against(level, sides, threshold, mode, sure), "")


def level_of_base(before: Sequence[Point]) -> float:
    """The median of its runs."""
    ordered = sorted(point.value for point in before)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _same_environment(series: Compared) -> tuple[list[Point], list[Point], str | None]:
    """Runs of the candidate's environment on both sides: of the one that most runs before are of, if it has several."""
    named = Counter(point.environment for point in series.before)
    here = {point.environment for point in series.candidate}
    shared = [name for name, _ in named.most_common() if name in here]
    if not shared:
        return [], [], next(iter(sorted(filter(None, here))), None)
    candidate = [point for point in series.candidate if point.environment == shared[0]]
    return candidate, [point for point in series.before if point.environment == shared[0]], None


def _together(chances: Sequence[float]) -> list[float]:
    """Holm's p-values: that of any false alarm among all series, whatever they have to do with each other."""
    order = sorted(range(len(chances)), key=chances.__getitem__)
    held, least = [1.0] * len(chances), 0.0
    for rank, place in enumerate(order):
        least = max(least, min(1.0, (len(chances) - rank) * chances[place]))
        held[place] = least
    return held


def _ruling(heard: _Heard, chance: float, *, is_doubtful: bool, threshold: float, alarms: float) -> Ruling:
    name, evidence = heard.compared.name, heard.evidence
    if evidence is None:
        return Ruling(name, "insufficient data", heard.reason, None)
    told = replace(evidence, p_value=chance)
    worse = evidence.effect < 0 if heard.compared.direction == "higher" else evidence.effect > 0
    # As far as a factor and its inverse: of a rate 4.8 % less is what of a time is 5 % more.
    limit = math.log1p(threshold)
    matters = abs(math.log1p(evidence.effect)) >= limit
    if chance <= alarms and matters:
        return Ruling(
            name, "regression" if worse else "improvement", f"beyond {threshold:.3g} and beyond chance", told
        )
    if chance <= alarms:
        return Ruling(name, "no change", f"changed by less than {threshold:.3g}", told)
    if matters and is_doubtful:
        return Ruling(
            name,
            "insufficient data",
            "looks like a change; more runs have to confirm it",
            told,
            is_doubtful=True,
        )
    worst = math.log1p(evidence.high) if heard.compared.direction == "lower" else -math.log1p(evidence.low)
    if worst >= limit:
        return Ruling(name, "insufficient data", f"runs differ too much to exclude {threshold:.3g}", told)
    return Ruling(name, "no change", "within what runs differ by", told)
