"""A device that nobody has, to be ranked among the others."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label, Static

from tui.contents.simulated import simulated_device
from tui.contents.typed import FieldError
from tui.screens.dialog import Dialog

_LINES = {
    "name": ("name", "such as NextGPU"),
    "memory": ("memory", "such as 48GB"),
    "bandwidth": ("bandwidth a second", "such as 900GB"),
    "tflops": ("TFLOP/s, 16 bits", "dense peak, such as 180"),
    "price": ("price an hour", "may be left empty"),
}


class SimulatedDialog(Dialog[str]):
    """Asked over the table. Answers with the device as links have it, an empty text to take simulated ones away."""

    def __init__(self, before: str = "") -> None:
        """With what was typed before."""
        super().__init__()
        self._before = before.split(",") if before else []

    def compose(self) -> ComposeResult:
        """A line for each number."""
        values = [*self._before, *[""] * len(_LINES)]
        with Vertical(classes="dialog"):
            yield Static(
                "A device that is not in the catalogue. enter ranks it; without a name none", markup=False
            )
            for (name, (label, example)), value in zip(_LINES.items(), values, strict=False):
                with Horizontal(classes="field"):
                    yield Label(label, markup=False)
                    yield Input(value, placeholder=example, id=f"device-{name}", compact=True)
            yield Static(id="device-wrong", markup=False)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        typed = [self.query_one(f"#device-{name}", Input).value.replace(",", " ").strip() for name in _LINES]
        text = ",".join(typed).rstrip(",")
        if not typed[0]:
            self.answer("")
            return
        try:
            simulated_device(text)
        except FieldError as error:
            self.query_one("#device-wrong", Static).update(f"! {_LINES[error.field][0]}: {error.told}")
            self.query_one(f"#device-{error.field}", Input).focus()
        else:
            self.answer(text)
