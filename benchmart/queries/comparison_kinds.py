"""What can be held against what: for each kind of comparison its mart, what tells its sides, and what else is shown."""

from collections.abc import Mapping
from dataclasses import dataclass

_BOUGHT = """(
    select
        ours.* exclude (value, unit), theirs.hardware_id as baseline_hardware_id,
        theirs.comparability_id as baseline_comparability_id, theirs.point_count as baseline_point_count,
        ours.{bought} as value, theirs.{bought} as baseline_value,
        ours.{bought} / nullif(theirs.{bought}, 0) as advantage,
        split_part(ours.unit, '/', 1) || '/' || {unit} as unit
    from cost_and_energy as ours
    inner join cost_and_energy as theirs
        on ours.workload_id = theirs.workload_id and ours.metric = theirs.metric
        and ours.runtime_version is not distinct from theirs.runtime_version
        and ours.hardware_id != theirs.hardware_id
    where {alike}
)"""
_PER_JOULE = _BOUGHT.format(
    bought="items_per_joule", unit="'joule'", alike="ours.power_basis = theirs.power_basis"
)
"""Pairs of devices by what a joule buys; a measured power is never held against an estimated one."""
_PER_MONEY = _BOUGHT.format(
    bought="items_per_currency_unit",
    unit="ours.currency",
    alike="ours.currency = theirs.currency and ours.price_provider = theirs.price_provider",
)
"""Pairs of devices by what a unit of money buys; both at the list prices of one provider."""

_CONDITION = (
    "mode", "phase", "precision", "compiler", "memory_format", "batch_size", "sequence_length", "image_size",
    "runtime", "runtime_version",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of comparison."""

    name: str
    relation: str
    """The mart, or a query with the columns of one."""
    keys: tuple[str, ...]
    """Columns that tell one comparison from another; models are counted within each."""
    sides: tuple[str, str] | None = None
    """Columns by which the two things that are compared can be chosen; None where there is nothing to choose."""
    side: str = ""
    """What is chosen, in one word."""
    one_way: str = "true"
    """Of pairs that stand both ways round, the one that is told when nobody asks for a side."""
    extra: str | None = None
    """A further column whose median is told."""
    each: str = ""
    """What the metric is told by, when it is not told as it was measured."""
    condition: tuple[str, ...] = (*_CONDITION, "device_count")
    """Columns that tell under which condition a pair was measured."""
    place: tuple[str, ...] = ("comparability_id", "baseline_comparability_id", "runtime_version")
    """Columns that put pairs of equal advantage in order."""
    nothing: str = ""
    """What to say when there is no pair."""


_KINDS = (
    Kind(
        "hardware", "hardware_comparisons", ("hardware_id", "baseline_hardware_id"),
        sides=("hardware_id", "baseline_hardware_id"), side="hardware",
        one_way="hardware_id < baseline_hardware_id", condition=_CONDITION,
        nothing="no two devices have measured the same work under the same version of a runtime",
    ),
    Kind(
        "stack", "stack_comparisons",
        (
            "hardware_id", "runtime", "runtime_version", "baseline_runtime_version",
            "compute_platform_version", "baseline_compute_platform_version",
            "driver_version", "baseline_driver_version",
        ),
        sides=("software_stack_id", "baseline_software_stack_id"), side="stack", one_way="is_newer",
        place=("comparability_id", "software_stack_id", "baseline_software_stack_id"),
        nothing="no device has measured the same work under two software stacks",
    ),
    Kind(
        "compiler", "compiler_comparisons", ("hardware_id", "runtime_version", "compiler", "baseline_compiler"),
        sides=("compiler", "baseline_compiler"), side="compiler",
        one_way="(baseline_compiler = 'eager' or (compiler != 'eager' and compiler > baseline_compiler))",
        nothing="no device has measured the same work with two compilers",
    ),
    Kind(
        "precision", "precision_gains", ("hardware_id", "precision", "baseline_precision"),
        sides=("precision", "baseline_precision"), side="precision",
        nothing="no device has measured the same work in two precisions",
    ),
    Kind(
        "batch", "batch_scaling", ("hardware_id", "mode", "batch_size", "baseline_batch_size"),
        one_way="batch_size != baseline_batch_size", extra="efficiency",
        nothing="no device has measured the same work in two batch sizes",
    ),
    Kind(
        "sequence", "sequence_scaling", ("hardware_id", "phase", "sequence_length", "baseline_sequence_length"),
        one_way="sequence_length != baseline_sequence_length", extra="efficiency",
        nothing="no device has measured the same work in two lengths of sequence",
    ),
    Kind(
        "training", "training_against_inference", ("hardware_id", "mode", "baseline_mode"),
        nothing="no device has measured training and inference of a model under otherwise equal conditions",
    ),
    Kind(
        "energy", _PER_JOULE, ("hardware_id", "baseline_hardware_id", "power_basis"),
        sides=("hardware_id", "baseline_hardware_id"), side="hardware",
        one_way="hardware_id < baseline_hardware_id", each=" a joule", condition=_CONDITION,
        nothing="no two devices whose power is known on the same basis have measured the same work",
    ),
    Kind(
        "cost", _PER_MONEY, ("hardware_id", "baseline_hardware_id", "price_provider", "price_as_of"),
        sides=("hardware_id", "baseline_hardware_id"), side="hardware",
        one_way="hardware_id < baseline_hardware_id", each=" for the money", condition=_CONDITION,
        nothing="no two devices whose prices are known (seed `hardware_prices`) have measured the same work",
    ),
    Kind(
        "system", "system_comparisons",
        (
            "system", "hardware_id", "device_count", "baseline_system", "baseline_hardware_id",
            "baseline_device_count", "scenario", "benchmark_release",
        ),
        sides=("system", "baseline_system"), side="system", one_way="system < baseline_system",
        extra="advantage_per_device",
        condition=("mode", "phase", "precision", "batch_size", "condition", "submitter", "baseline_submitter"),
        place=("comparability_id", "baseline_comparability_id", "submitter", "baseline_submitter"),
        nothing="no two systems have measured the same work in the same release of a benchmark",
    ),
)  # fmt: skip

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _KINDS}
