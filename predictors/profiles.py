"""Profiles of models by name and size of input, for the questions predictors are asked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache

import duckdb

from benchmart.errors import PredictionRefused
from benchmart.queries.profiles import StoredProfile, profiles
from predictors.contract import ModelProfile, Operator
from predictors.packaged_profiles import packaged_profiles
from predictors.profile_scaling import scaled

_HINT = "Trace it with `benchmart profile` and build, or give its operations and parameters by hand"
_OTHER_BYTES = "saved_other_bytes_per_item"
_PEAK_LIVE = "peak_live_elements_per_item"


class Profiles:
    """All profiles there are, looked up by what a result tells of its model."""

    def __init__(self, known: Iterable[ModelProfile]) -> None:
        self._by_subject: dict[str, list[ModelProfile]] = defaultdict(list)
        self._by_model_id: dict[str, list[ModelProfile]] = defaultdict(list)
        for each in known:
            self._by_subject[each.subject].append(each)
            if each.model_id is not None:
                self._by_model_id[each.model_id].append(each)

    def __len__(self) -> int:
        return sum(map(len, self._by_subject.values()))

    def find(
        self,
        name: str,
        image_size: int | None = None,
        sequence_length: int | None = None,
        parameter_count: float | None = None,
    ) -> ModelProfile:
        """The profile of a subject or model at these sizes; without sizes, at the model's own.

        A model that is run in several forms has one profile for each; the number of parameters tells which is meant,
        else it is the one that is trained. Where only another size was traced, its operators are scaled, and the
        attribute `scaled` says from what to what.
        Raises PredictionRefused when the model has no profile, with the names that are near.
        """
        found = self._by_subject.get(name) or self._by_model_id.get(name)
        if not found:
            raise PredictionRefused("has no profile", where=name, hint=self._hint(name))
        at_size = _nearest_in_size(found, image_size, sequence_length)
        best = min(at_size, key=lambda each: _distance_in_parameters(each, parameter_count))
        return scaled(best, image_size=image_size, sequence_length=sequence_length)

    def _hint(self, name: str) -> str:
        near = get_close_matches(name, [*self._by_subject, *self._by_model_id], n=3)
        return f"Did you mean: {', '.join(dict.fromkeys(near))}? {_HINT}" if near else _HINT


def profiles_in(connection: duckdb.DuckDBPyConnection, names: Sequence[str] | None = None) -> Profiles:
    """The profiles of a warehouse and of the package: all, or those of some subjects and models."""
    return Profiles(all_profiles(connection, names))


def all_profiles(
    connection: duckdb.DuckDBPyConnection, names: Sequence[str] | None = None
) -> list[ModelProfile]:
    """The same as a list. A model that was traced here counts before what the package tells of it."""
    own = [profile_from(each) for each in profiles(connection, names)]
    traced = {_traced_as(each) for each in own}
    packaged = _all_packaged() if names is None else map(profile_from, packaged_profiles(names))
    return [*own, *(each for each in packaged if _traced_as(each) not in traced)]


@cache
def _all_packaged() -> tuple[ModelProfile, ...]:
    """Reading them takes more than a second, and they change with the package only."""
    return tuple(map(profile_from, packaged_profiles()))


def _traced_as(profile: ModelProfile) -> tuple[str, int | None, int | None]:
    return profile.subject, profile.image_size, profile.sequence_length


def profile_from(stored: StoredProfile) -> ModelProfile:
    """What predictors read; what has no field there stands in the attributes, as text."""
    return ModelProfile(
        subject=stored.subject,
        model_id=stored.model_id,
        family=stored.family,
        image_size=stored.image_size,
        sequence_length=stored.sequence_length,
        parameter_count=float(stored.parameter_count),
        flops_per_item=stored.flops_per_item,
        operators=tuple(
            Operator(**{**operator, "shape": tuple(operator["shape"])}) for operator in stored.operators
        ),
        saved_elements_per_item=stored.saved_elements_per_item,
        attributes={**stored.attributes, **_as_text(stored)},
    )


def _as_text(stored: StoredProfile) -> Mapping[str, str]:
    numbers = {
        _OTHER_BYTES: stored.saved_other_bytes_per_item,
        _PEAK_LIVE: stored.peak_live_elements_per_item,
    }
    return {name: repr(value) for name, value in numbers.items() if value is not None}


def _nearest_in_size(
    found: Sequence[ModelProfile], image_size: int | None, sequence_length: int | None
) -> Sequence[ModelProfile]:
    """Those of the size asked for, else of the next larger, else of the largest; without one, the model's own."""
    own = [each for each in found if each.attributes.get("default_image_size") == str(each.image_size)]
    if image_size is None and sequence_length is None:
        found = own or found
    size = _next_size([each.image_size for each in found], image_size)
    at_size = [each for each in found if each.image_size == size]
    length = _next_size([each.sequence_length for each in at_size], sequence_length)
    return [each for each in at_size if each.sequence_length == length]


def _next_size(there: Iterable[int | None], asked: int | None) -> int | None:
    sizes = sorted({size for size in there if size is not None})
    if not sizes:
        return None
    if asked is None:
        return sizes[0]
    return next((size for size in sizes if size >= asked), sizes[-1])


def _distance_in_parameters(profile: ModelProfile, parameter_count: float | None) -> float:
    """Forms have fewer parameters than what is trained."""
    if parameter_count is None:
        return -profile.parameter_count
    return abs(profile.parameter_count - parameter_count)
