"""Choices scored on result files, by way of a home of their own."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmart.build import build
from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.errors import UsageError
from benchmart.event_log.log import EventLog
from collectors.adapters.mapping import read_mapping
from collectors.adapters.registry import all_adapters
from collectors.importing import import_paths
from predictors.contract import HardwareFacts
from predictors.selector.devices import load_devices
from predictors.selector.knowledge import Knowledge
from predictors.selector.rates import Pool, read_pools
from predictors.selector.regret import Score, across_software, choices, foretold_by, scores


def scores_of(
    home: Home, paths: Sequence[Path], mappings: Sequence[Path] = ()
) -> Iterator[tuple[str, Score]]:
    """Names of pools and scores of the choices in them.

    Raises UsageError when no model ran on two devices under one condition, BuildFailed when the files cannot be built.
    """
    pools, hardware = measured_in(paths, mappings)
    wider = across_software(pools)
    with closing(Knowledge(home)) as known:
        same = choices(pools, hardware, known.pools, foretold_by(known))
        own = choices(wider, hardware, across_software(known.pools))
    if not same and not own:
        raise UsageError(
            "no model ran on two devices under one condition, so there is nothing to choose between",
            where=", ".join(map(str, paths)),
            hint="Give files of several devices together",
        )
    for name, found in (("same condition", same), ("own software", own)):
        for each in scores(found):
            yield name, each


def measured_in(
    paths: Sequence[Path], mappings: Sequence[Path] = ()
) -> tuple[list[Pool], dict[str, HardwareFacts]]:
    """Pools of files of any format that can be imported, or that a mapping explains, and what is known of devices."""
    adapters = (*(read_mapping(path) for path in mappings), *all_adapters())
    with TemporaryDirectory(prefix="benchmart-score-") as folder:
        place = Home(Path(folder))
        import_paths(EventLog(place.events), list(paths), adapters=adapters)
        build(place)
        with open_warehouse(place) as connection:
            hardware = {name: each.facts for name, each in load_devices(connection).items()}
            return read_pools(connection), hardware
