"""What a warehouse and the package know of models and devices, as predictors ask for it."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import duckdb

from benchmart.errors import PredictionRefused, UsageError
from benchmart.queries.names import resolve, resolve_among
from predictors.borrowing import Lenders
from predictors.contract import HardwareFacts, ModelProfile, Operator
from predictors.performance.hardware import load_hardware
from predictors.profiles import Profiles, all_profiles

_STATED = """
    with works as (
        select
            event_id,
            max(value) filter (where metric = 'macs_per_item') as macs,
            max(value) filter (where metric = 'activations_per_item') as activations
        from fct_measurements
        where metric in ('macs_per_item', 'activations_per_item') and model_id is not null
            and ($model_id is null or model_id = $model_id)
        group by event_id
    )

    select
        results.model_id, results.image_size, results.sequence_length,
        median(works.macs) as macs, median(works.activations) as activations,
        max(results.parameter_count) as parameter_count, max(results.family) as family
    from works
    inner join performance as results using (event_id)
    where works.macs > 0
    group by results.model_id, results.image_size, results.sequence_length
    order by results.model_id, count(*) desc, results.image_size, results.sequence_length
"""
_ALIAS = """
    select hardware_id
    from reference.hardware_aliases
    where
        regexp_replace(lower(alias), '[^a-z0-9]', '', 'g') = regexp_replace(lower($name), '[^a-z0-9]', '', 'g')
    order by hardware_id
"""
Size = tuple[str, int | None, int | None]
"""Model, image size, sequence length."""


class Facts:
    """Looked up by name; what is read from the warehouse is read once.

    Args:
        connection: A built warehouse.
        whole: Read all profiles at once, for who asks for many models; one by one each costs a query.
        traced: Profiles known from elsewhere.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        *,
        whole: bool = False,
        traced: Sequence[ModelProfile] = (),
    ) -> None:
        self._connection = connection
        self._whole = whole
        self._more = traced
        self._found: dict[tuple[Size, float | None], ModelProfile] = {}

    @cached_property
    def hardware(self) -> Mapping[str, HardwareFacts]:
        """Every device of the catalogue or with results, by its id."""
        return load_hardware(self._connection)

    def device(self, hardware_id: str) -> HardwareFacts:
        """Raises PredictionRefused for a device nothing is known of."""
        if hardware_id not in self.hardware:
            raise PredictionRefused(
                f"nothing is known of the device {hardware_id!r}",
                hint="Give --memory-bandwidth and --peak-flops by hand",
            )
        return self.hardware[hardware_id]

    def device_named(self, name: str) -> HardwareFacts:
        """The device that a person means: one with results before others of the catalogue.

        Raises UsageError with the nearest names when it means none.
        """
        try:
            [hardware_id] = resolve(self._connection, "hardware", [name])
        except UsageError:
            other = self._connection.execute(_ALIAS, {"name": name}).fetchone()
            hardware_id = other[0] if other else resolve_among("hardware", name, self.hardware)
        return self.device(hardware_id)

    @cached_property
    def traced(self) -> Sequence[ModelProfile]:
        """All profiles with operators, of the warehouse and of the package."""
        return (*all_profiles(self._connection), *self._more)

    def profile(
        self,
        name: str,
        image_size: int | None = None,
        sequence_length: int | None = None,
        parameter_count: float | None = None,
    ) -> ModelProfile:
        """The traced profile of a model; without one, its stated sums with borrowed operators.

        Raises PredictionRefused when nothing tells how much work the model is.
        """
        key = ((name, image_size, sequence_length), parameter_count)
        if key not in self._found:
            self._found[key] = self._look_up(*key[0], parameter_count)
        return self._found[key]

    def lend(self, profile: ModelProfile) -> ModelProfile:
        """The profile with the operators of the traced model most like it."""
        return self._lenders.lend(profile)

    def _look_up(
        self, name: str, image_size: int | None, sequence_length: int | None, parameter_count: float | None
    ) -> ModelProfile:
        known = self._all if self._whole else Profiles((*all_profiles(self._connection, [name]), *self._more))
        try:
            return known.find(name, image_size, sequence_length, parameter_count)
        except PredictionRefused:
            stated = self._stated if self._whole else stated_profiles(self._connection, name)
            return self.lend(_of_size(stated, name, image_size, sequence_length))

    @cached_property
    def _all(self) -> Profiles:
        return Profiles(self.traced)

    @cached_property
    def _stated(self) -> Mapping[Size, ModelProfile]:
        return stated_profiles(self._connection)

    @cached_property
    def _lenders(self) -> Lenders:
        return Lenders.of(self.traced)


def stated_profiles(
    connection: duckdb.DuckDBPyConnection, model_id: str | None = None
) -> dict[Size, ModelProfile]:
    """Profiles from the work that results state of their model: multiply-accumulates, and activations where given."""
    rows = connection.execute(_STATED, {"model_id": model_id}).fetchall()
    return {
        (row[0], row[1], row[2]): coarse_profile(
            row[0],
            flops_per_item=2 * row[3],
            parameter_count=row[5] or 0,
            activations=row[4] or 0,
            family=row[6],
            image_size=row[1],
            sequence_length=row[2],
        )
        for row in rows
    }


def coarse_profile(
    model_id: str,
    *,
    flops_per_item: float,
    parameter_count: float,
    activations: float = 0.0,
    family: str | None = None,
    image_size: int | None = None,
    sequence_length: int | None = None,
) -> ModelProfile:
    """A model of which only sums are known, as one operator that writes all activations and reads them again."""
    operator = Operator("other", "all", (), 1, flops_per_item, activations, activations, parameter_count)
    return ModelProfile(
        subject=model_id,
        model_id=model_id,
        family=family,
        image_size=image_size,
        sequence_length=sequence_length,
        parameter_count=parameter_count,
        flops_per_item=flops_per_item,
        operators=(operator,),
    )


def _of_size(
    stated: Mapping[Size, ModelProfile], name: str, image_size: int | None, sequence_length: int | None
) -> ModelProfile:
    """What is stated at this size; else at the nearest size of image, which `lend` does not change, or at any."""
    if (name, image_size, sequence_length) in stated:
        return stated[name, image_size, sequence_length]
    known = {size: profile for size, profile in stated.items() if size[0] == name}
    if not known:
        raise PredictionRefused(
            f"nothing tells how much work {name!r} is",
            hint=f"Trace it with `benchmart profile {name}`, or give --flops and --parameters by hand",
        )
    sized = {size[1]: profile for size, profile in known.items() if size[1]}
    if image_size is None or not sized:
        return next(iter(known.values()))
    nearest = min(sized, key=lambda size: (abs(size - image_size), size))
    return _by_area(sized[nearest], image_size)


def _by_area(profile: ModelProfile, image_size: int) -> ModelProfile:
    """Its sums at another size of image: work and activations grow with the area."""
    factor = (image_size / (profile.image_size or image_size)) ** 2
    [sums] = profile.operators
    return coarse_profile(
        profile.subject,
        flops_per_item=profile.flops_per_item * factor,
        parameter_count=profile.parameter_count,
        activations=sums.written_elements * factor,
        family=profile.family,
        image_size=image_size,
        sequence_length=profile.sequence_length,
    )
