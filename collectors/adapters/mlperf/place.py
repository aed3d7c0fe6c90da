"""Where a log lies tells what it is about: `<division>/<submitter>/results/<system>/<benchmark>/<scenario>/...`."""

import re
from dataclasses import dataclass
from pathlib import PurePath

_RUN = re.compile(r"run_\d+|ranging|power")
_TEST = re.compile(r"TEST\d+")
_ROUND = re.compile(r"(?:inference|training)(?:_results)?_(v\d+(?:\.\d+)+)")
_RESULTS = {"results", "compliance", "measurements"}
_SCENARIOS = {"offline", "server", "singlestream", "multistream", "interactive"}


@dataclass(frozen=True, slots=True)
class Place:
    """Parts of a path; None for what it does not tell."""

    division: str | None = None
    submitter: str | None = None
    system: str | None = None
    benchmark: str | None = None
    scenario: str | None = None
    run: str | None = None
    compliance_test: str | None = None
    """`TEST01` and the like: runs under conditions that shall show whether a submission keeps the rules."""
    version: str | None = None
    """The round, such as `v4.1`: MLPerf keeps each in a repository `inference_results_v4.1`."""

    @property
    def attributes(self) -> dict[str, str]:
        """Of a record whose log lies here."""
        told = {
            "submitter": self.submitter,
            "system": self.system,
            "run": self.run,
            "mlperf_version": self.version,
        }
        return {name: value for name, value in told.items() if value}


def place_of_inference(path: str) -> Place:
    """Read `.../<system>/<benchmark>/<scenario>/[TEST01/]performance/run_1/mlperf_log_summary.txt`."""
    folders = list(PurePath(path).parts[:-1])
    run = folders.pop() if folders and _RUN.fullmatch(folders[-1]) else None
    if folders and folders[-1] in {"performance", "accuracy"}:
        folders.pop()
    test = folders.pop() if folders and _TEST.fullmatch(folders[-1]) else None
    if not folders or folders[-1].lower().replace("-", "") not in _SCENARIOS:
        return Place(run=run, compliance_test=test)
    version = _round(folders)
    scenario = folders.pop()
    benchmark = folders.pop() if folders else None
    system = folders.pop() if folders else None
    division, submitter = _owner(folders)
    return Place(division, submitter, _named(system), _named(benchmark), scenario, run, test, version)


def place_of_training(path: str) -> Place:
    """Read `.../<submitter>/results/<system>/<benchmark>/result_1.txt`; the division is said elsewhere."""
    file = PurePath(path)
    folders = list(file.parts[:-1])
    run = match[1] if (match := re.fullmatch(r"result_(\d+)\.\w+", file.name)) else None
    if run is None or len(folders) < 3 or folders[-3] not in _RESULTS:  # noqa: PLR2004 - results/system/benchmark
        return Place(run=run)
    _, submitter = _owner(folders[:-2])
    return Place(None, submitter, folders[-2], folders[-1], None, run, version=_round(folders))


def _round(folders: list[str]) -> str | None:
    found = (match[1] for folder in reversed(folders) if (match := _ROUND.search(folder)))
    return next(found, None)


def _owner(folders: list[str]) -> tuple[str | None, str | None]:
    """Division and submitter above a folder of results."""
    if not folders or folders[-1] not in _RESULTS:
        return None, None
    submitter = _named(folders[-2]) if len(folders) > 1 else None
    division = folders[-3] if len(folders) > 2 else None  # noqa: PLR2004 - division/submitter/results
    return (division if division in {"closed", "open", "network"} else None), submitter


def _named(folder: str | None) -> str | None:
    return None if folder in {None, "", "/", ".", ".."} else folder
