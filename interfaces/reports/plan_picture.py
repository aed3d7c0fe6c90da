"""The picture of a training plan: memory by part, and efficiency by devices."""

from html import escape
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
_MARGIN = 20
"""Pixels around the charts."""
_HEADING = 34
"""Pixels of a line of words above a chart."""


def plan_picture(plan: "Plan") -> str:
    """One SVG with both charts under their headings; it carries its style and follows the reader's theme."""
    memory, scaling = memory_chart(plan, WIDE), scaling_chart(plan, WIDE)
    upper = _MARGIN + 2 * _HEADING
    lower = upper + _height(memory) + _HEADING
    width, height = WIDE + 2 * _MARGIN, lower + _height(scaling) + _MARGIN
    words = (
        _words(_MARGIN + _HEADING / 2, _title(plan), "700"),
        _words(upper - 12, "Memory of one device by part, predicted"),
        _words(lower - 12, f"Scaling: up to {plan.worthwhile_devices} devices are worth it, estimated"),
    )
    charts = (_at(memory, upper), _at(scaling, lower))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:g}" class="chart">'
    return f"{head}<style>{style()}{_ALONE}</style>{''.join((*words, *charts))}</svg>\n"


def _title(plan: "Plan") -> str:
    devices = plan.request.devices
    return (
        f"{plan.request.architecture.name}: {plan.setup.strategy}, {plan.setup.precision}, "
        f"{_devices(devices.count)} of {devices.memory_bytes / 1e9:.0f} GB"
    )


def _words(y: float, text: str, weight: str = "400") -> str:
    return f'<text x="{_MARGIN}" y="{y:g}" font-weight="{weight}" fill="var(--ink)">{escape(text)}</text>'


def _at(chart: str, y: float) -> str:
    return chart.replace("<svg ", f'<svg x="{_MARGIN}" y="{y:g}" ', 1)


def _devices(count: int) -> str:
    return f"{count} device{'' if count == 1 else 's'}"


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
        Spread(_devices(each.devices), each.efficiency, note=f"{each.efficiency:.0%}")
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
