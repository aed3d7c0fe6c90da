"""Profiles of models with their operators, as the marts hold them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from benchmart.queries.rows import fetch

_NEWEST = """
    select
        profiles.subject, profiles.model_id, coalesce(models.family, profiles.architecture) as family,
        profiles.image_size, profiles.sequence_length, profiles.parameter_count, profiles.flops_per_item,
        profiles.saved_elements_per_item, profiles.saved_other_bytes_per_item, profiles.peak_live_elements_per_item,
        coalesce(profiles.attributes, map {}) as attributes, profiles.operators
    from model_profiles as profiles
    left join dim_models as models using (model_id)
    where
        profiles.operators is not null
        and ($names is null or list_contains($names, profiles.subject) or list_contains($names, profiles.model_id))
    qualify
        row_number() over (
            partition by profiles.subject, profiles.image_size, profiles.sequence_length, profiles.attributes['form']
            order by profiles.recorded_at desc, profiles.occurred_at desc nulls last, profiles.event_id
        ) = 1
    order by profiles.subject, profiles.image_size, profiles.sequence_length, profiles.parameter_count desc
"""


@dataclass(frozen=True, slots=True)
class StoredProfile:
    """What a model is made of at one size of input, for one item of a batch."""

    subject: str
    model_id: str
    family: str | None
    """As results tell it; without any, the class of the model."""
    image_size: int | None
    sequence_length: int | None
    parameter_count: int
    flops_per_item: float
    saved_elements_per_item: float | None
    saved_other_bytes_per_item: float | None
    peak_live_elements_per_item: float | None
    attributes: Mapping[str, str]
    operators: Sequence[Mapping[str, Any]]
    """As the column `operators` of `model_profiles` has them: category, operator, shape, count, flops, read_elements,
    written_elements, weight_elements."""


def profiles(
    connection: duckdb.DuckDBPyConnection, names: Sequence[str] | None = None
) -> list[StoredProfile]:
    """The newest profile with operators of each model, form and size of input; of all, or of these names only.

    A name is a subject as sources spell it, or a model's id. Names without a profile are not among the answers.
    """
    found = fetch(connection, _NEWEST, {"names": None if names is None else list(names)})
    return [StoredProfile(**row) for row in found.as_dicts()]
