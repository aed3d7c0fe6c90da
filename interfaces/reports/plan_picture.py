"""The picture of a training plan: memory by part, and efficiency by devices."""

from typing import TYPE_CHECKING

from interfaces.reports.charts.bars import Shares, share_bars
from interfaces.reports.charts.spreads import Spread, spread_bars
from interfaces.reports.charts.svg import Caption
from interfaces.reports.render import WIDE, style

if TYPE_CHECKING:
    from predictors.training_plan.plan import Plan

_ALONE = 'svg { font-family: system-ui, "Segoe UI", Roboto, Arial, sans-serif; background: var(--page); }'
_CLASSES = {
    "weights": "compute",
    "gradients": "memory",
    "optimizer": "launch",
    "activations": "heat-2",
    "logits": "heat-3",
    "buffers": "heat-4",
    "fragmentation": "heat-5",
    "context": "failed",
    "free": "software",
}
_GAP = 24
"""Pixels between the two charts."""


def plan_picture(plan: "Plan") -> str:
    """One SVG with both charts, one below the other; it carries its style and follows the reader's theme."""
    memory, scaling = memory_chart(plan, WIDE), scaling_chart(plan, WIDE)
    lower = _height(memory) + _GAP
    shifted = scaling.replace("<svg ", f'<svg y="{lower:g}" ', 1)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {lower + _height(scaling):g}" class="chart">'
    return f"{head}<style>{style()}{_ALONE}</style>{memory}{shifted}</svg>\n"


def memory_chart(plan: "Plan", width: int) -> str:
    """Parts of the predicted peak, beside what stays free."""
    whole, peak = plan.request.devices.memory_bytes, plan.memory.device_bytes
    parts = {name: size / 1e9 for name, size in plan.memory.device_parts.items() if size}
    row = Shares(
        "one device",
        parts | {"free": max(whole - peak, 0.0) / 1e9},
        f"{peak / 1e9:.1f} of {whole / 1e9:.1f} GB",
    )
    caption = Caption(
        "Memory by part", f"Predicted peak of {peak / 1e9:.1f} GB on a device of {whole / 1e9:.1f} GB"
    )
    return share_bars("plan-memory", caption, [row], _CLASSES, width, shown="{:.1f} GB".format)


def scaling_chart(plan: "Plan", width: int) -> str:
    """Estimated efficiency at each number of devices."""
    rows = [
        Spread(f"{each.devices} devices", each.efficiency, note=f"{each.efficiency:.0%}")
        for each in plan.scaling
    ]
    caption = Caption(
        "Scaling efficiency", f"Estimated; up to {plan.worthwhile_devices} devices are worth it"
    )
    return spread_bars(
        "plan-scaling",
        caption,
        rows,
        axis="scaling efficiency, estimated",
        width=width,
        shown="{:.0%}".format,
    )


def _height(svg: str) -> float:
    return float(svg.split('viewBox="', 1)[1].split('"', 1)[0].split()[3])
