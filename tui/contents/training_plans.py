"""Ways to train a model on given devices: each strategy with what it needs and how fast it is estimated to be."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from benchmart.errors import PredictionRefused
from tui.contents.content import Content, Section

if TYPE_CHECKING:
    from predictors.training_plan.plan import DoesNotFit, Plan
    from predictors.training_plan.request import Request

_GB = 1e9
COLUMNS = ("chosen", "strategy", "fits", "needs_gb", "of_gb", "seconds", "items/s", "micro", "with")
"""Before the parts of memory."""


def plan_content(request: "Request") -> Content:
    """What is planned, then every strategy by itself. Memory is predicted, times are estimated.

    Raises PredictionRefused for what cannot be planned at all.
    """
    from predictors.training_memory.setup import PARTS
    from predictors.training_plan.planner import make_plan
    from predictors.training_plan.request import STRATEGIES

    best = make_plan(request)
    rows, refused = [], []
    for strategy in STRATEGIES:
        try:
            found = make_plan(replace(request, strategies=(strategy,)))
        except PredictionRefused as error:
            refused.append([strategy, error.what])
        else:
            rows.append(_row(found, best))
    told = [[*each] for each in _told(best)]
    columns = (*COLUMNS, *(f"{part}_gb" for part in PARTS), "host_gb")
    return Content(
        "select",
        [
            Section("strategies", "Strategies", columns, rows, empty="no strategy is for these devices"),
            Section("refused", "Not for these devices", ("strategy", "why"), refused),
            Section("why", "Why", ("kind", "explanation"), told),
        ],
    )


def _row(found: "Plan | DoesNotFit", best: "Plan | DoesNotFit") -> Sequence[Any]:
    from interfaces.cli.plan_tables import described
    from predictors.training_memory.setup import PARTS
    from predictors.training_plan.plan import Plan

    plan = found if isinstance(found, Plan) else None
    setup = plan.setup if plan else found.nearest  # type: ignore[union-attr]
    is_chosen = isinstance(best, Plan) and plan is not None and plan.setup == best.setup
    memory = found.memory
    return [
        "* plan" if is_chosen else "",
        setup.strategy,
        "fits" if plan else "too large",
        memory.device_bytes / _GB,
        found.request.devices.memory_bytes / _GB,
        plan.step.seconds if plan else None,
        found.request.global_batch / plan.step.seconds if plan else None,
        setup.micro_batch,
        described(setup),
        *(memory.device_parts.get(part, 0.0) / _GB for part in PARTS),
        memory.host_bytes / _GB,
    ]


def _told(best: "Plan | DoesNotFit") -> list[tuple[str, str]]:
    from predictors.training_plan.plan import DoesNotFit

    if isinstance(best, DoesNotFit):
        return [("too large", best.explanation), *(("would fit", each) for each in best.suggestions)]
    from predictors.training_plan.hyperparameters import hyperparameters_of

    return [
        *(("reason", each) for each in best.reasons),
        ("micro-batch", hyperparameters_of(best).micro_batch_reason),
        ("scaling", f"up to {best.worthwhile_devices} devices are worth it (estimated)"),
        *(("saves", f"{each.name}: {each.saved_bytes / _GB:.2f} GB, {each.cost_share:+.0%} time; {each.what}")
          for each in best.optimisations),
        *(("warning", each) for each in best.warnings),
        *(("assumed", each) for each in best.assumptions),
    ]  # fmt: skip


def parts_of(row: Mapping[str, Any]) -> dict[str, float]:
    """GB of a device by part, without those that need nothing."""
    from predictors.training_memory.setup import PARTS

    return {part: row[f"{part}_gb"] for part in PARTS if row[f"{part}_gb"] > 0}
