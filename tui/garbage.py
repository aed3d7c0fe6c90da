"""Python's search for garbage, kept from stalling keys: a full one takes a tenth of a second here."""

import gc


def put_off() -> None:
    """Search for nothing while the first screen is made: hardly any of it is garbage."""
    gc.disable()


def set_apart() -> None:
    """Search once, then never again in what is left: modules, styles and screens, which stay for as long as it runs."""
    gc.enable()
    gc.collect()
    gc.freeze()


def take_back() -> None:
    """Search in all again, as what was set apart is no longer used."""
    gc.enable()
    gc.unfreeze()
