"""From a request to a plan, or to the reason why there is none."""

from collections.abc import Sequence

from predictors.training_plan.known_rates import rates_for
from predictors.training_plan.optimisations import optimisations_of
from predictors.training_plan.options import Option, smallest
from predictors.training_plan.plan import DoesNotFit, Plan
from predictors.training_plan.request import Request
from predictors.training_plan.scaling import scaling_curve, worthwhile
from predictors.training_plan.search import at_the_bound, fitting, nearest, safer
from predictors.training_plan.suggestions import suggestions_for
from predictors.training_plan.words import reason_of_bound, reasons_of, warnings_of


def make_plan(request: Request) -> Plan | DoesNotFit:
    """The plan for a request: of the ways that are predicted to fit, the smallest set of optimisations.

    Raises UsageError and PredictionRefused for what cannot be planned at all: unknown kinds of devices, kinds that do
    not train, models whose layers are not known.
    """
    options = fitting(request)
    if options:
        return _plan(request, options)
    setup, memory = nearest(request)
    return DoesNotFit(request, setup, memory, suggestions_for(request, memory))


def _plan(request: Request, options: Sequence[Option]) -> Plan:
    chosen, said = _chosen(request, options)
    rates_at, per_node = rates_for(request), request.devices.per_node
    rates = rates_at(chosen.setup)
    points = scaling_curve(chosen.setup, rates, per_node, request.devices.count)
    return Plan(
        request=request,
        setup=chosen.setup,
        memory=chosen.memory,
        step=chosen.time,
        optimisations=optimisations_of(chosen.setup, rates_at, per_node),
        scaling=points,
        worthwhile_devices=worthwhile(points),
        reasons=(*reasons_of(request, chosen.setup), *said),
        warnings=warnings_of(request, chosen, options, points),
        assumptions=(*rates.assumptions, *chosen.memory.assumptions),
    )


def _chosen(request: Request, options: Sequence[Option]) -> tuple[Option, tuple[str, ...]]:
    """The smallest; in its place one whose upper bound fits where that costs little, and then why."""
    least = smallest(options)
    if at_the_bound(request, least.memory):
        return least, ()
    other = safer(request, least)
    return (least, ()) if other is None else (other, (reason_of_bound(least, other),))
