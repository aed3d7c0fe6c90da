"""Result files as measurements, by way of a home of their own."""

from collections.abc import Sequence
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
from predictors.measured import Measured, read_measured


def measured_in(paths: Sequence[Path], mappings: Sequence[Path] = ()) -> Measured:
    """The rates measured in files of any format that can be imported, or that a mapping explains.

    Raises UsageError when there are none, and BuildFailed when the results cannot be built.
    """
    adapters = (*(read_mapping(path) for path in mappings), *all_adapters())
    with TemporaryDirectory(prefix="benchmart-score-") as folder:
        home = Home(Path(folder))
        import_paths(EventLog(home.events), list(paths), adapters=adapters)
        build(home)
        with open_warehouse(home) as connection:
            measured = read_measured(connection)
    if not measured.questions:
        raise UsageError(
            f"no rate can be predicted: {measured.skipped} results, of models or devices of which too little is known",
            where=", ".join(map(str, paths)),
            hint="Import them with `benchmart import --dry-run` to see what they hold",
        )
    return measured
