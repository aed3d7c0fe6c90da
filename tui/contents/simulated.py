"""A device that nobody has, as a person types it and as a link has it."""

from typing import TYPE_CHECKING

from benchmart.errors import UsageError
from tui.contents.typed import FieldError, positive

if TYPE_CHECKING:
    from predictors.selector.devices import Device

SIMULATED = "simulated/"
"""What ids of such devices begin with."""


def simulated_device(text: str) -> "Device":
    """A device from `name,memory,bandwidth,TFLOP/s in half precision[,price an hour]`, sizes as in 48GB.

    Raises FieldError, whose field is one of name, memory, bandwidth, tflops and price.
    """
    from predictors.contract import HardwareFacts
    from predictors.selector.devices import Device
    from predictors.training_plan.asking import parse_bytes

    name, memory, bandwidth, tflops, price = [
        each.strip() for each in [*text.split(","), "", "", "", "", ""][:5]
    ]
    if not name:
        raise FieldError("name", "the device has no name")
    sizes = []
    for which, size in (("memory", memory), ("bandwidth", bandwidth)):
        try:
            sizes.append(parse_bytes(which, size))
        except UsageError as error:
            raise FieldError(which, error.what, error.hint) from error
    peak = positive("tflops", tflops, "Give a number above 0, such as 180") * 1e12
    cost = positive("price", price, "Give a number above 0, or leave it empty") if price else None
    facts = HardwareFacts(
        SIMULATED + text,
        None,
        "gpu",
        sizes[0],
        sizes[1],
        {"fp16": peak, "bf16": peak},
        {},
        confidence="simulated",
    )
    return Device(facts, f"{name} (simulated)", "cuda", None, cost, "as typed" if cost else "")
