"""Whether the marts depend on the order in which files arrive, or on batches that come twice.

python benchmarks/replay.py [--json] [--events 1000000] [--orders 3]
"""

import argparse
import random
import tempfile
from pathlib import Path

from _home import fill
from _report import Figure, show

from benchmart.build import build
from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.digests import mart_digests
from benchmart.event_log.files import LogFile, list_files, new_batch_id

_STEPS = 4
"""Builds that a log arrives in."""
_OF_ARRIVAL = frozenset({"event_batches"})
"""Marts that tell of the batches themselves: of a copy they tell as well."""


def main() -> None:
    """Build one log from nothing, then the same files in other orders and with copies, and count the equal marts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--orders", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        fill(home, asked.events)
        build(home)
        expected = digests(home)
        equal = 0
        for number in range(asked.orders):
            again = Home(Path(folder) / f"order-{number}")
            replay(home, again, chance)
            found = digests(again)
            equal += sum(found[mart] == digest for mart, digest in expected.items())
    count = len(expected) * asked.orders
    what = f"marts of {asked.events:,} events, in {asked.orders} orders over {_STEPS} builds, a third of files twice"
    show([Figure(what, f"{equal} of {count} digests equal", "", equal / count, 1.0, is_upper_bound=False)])


def replay(home: Home, again: Home, chance: random.Random) -> None:
    """The files of `home` in any order, a third of them under a second name as well, in several builds."""
    files = list_files(home.events)
    arrivals = [(file, False) for file in files] + [
        (file, True) for file in chance.sample(files, len(files) // 3)
    ]
    chance.shuffle(arrivals)
    for step in range(_STEPS):
        for file, is_copy in arrivals[step::_STEPS]:
            _arrive(home, again, file, is_copy=is_copy)
        build(again)


def _arrive(home: Home, again: Home, file: LogFile, *, is_copy: bool) -> None:
    path = file.below(again.events)
    path = path.with_name(f"{new_batch_id()}-{file.digest}.parquet") if is_copy else path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.hardlink_to(file.below(home.events))


def digests(home: Home) -> dict[str, str]:
    """The digest of each mart that does not tell of arrival."""
    with open_warehouse(home) as connection:
        return {one.mart: one.digest for one in mart_digests(connection) if one.mart not in _OF_ARRIVAL}


if __name__ == "__main__":
    main()
