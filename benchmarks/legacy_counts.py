"""Historical JSON against a second reading of the same files: records, values and what is not measured, by shape.

    python benchmarks/legacy_counts.py [FOLDER]

FOLDER is by default `legacy_json` in the folder that BENCHMART_TEST_DATA names. Values are times, throughputs and
amounts of memory: `28/30` means that 28 of 30 are metrics of their record, `+2` that two more are attributes of it, for
they are of what failed or told twice. Exit code 1 when a count or a value differs.
"""

import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from legacy_reading import shape_of
from legacy_values import KINDS, invented, is_kept, is_metric, told

from benchmart.event_log.events import BASES, ResultRecorded
from collectors.adapters.registry import ADAPTERS
from collectors.importing.reading import Reading, understand

_PREFIX = "legacy_"


@dataclass
class Comparison:
    """What became of the files of one shape."""

    files: int = 0
    by_rule: int = 0
    """Records by the second reading."""
    imported: int = 0
    """Records by the adapter."""
    told: Counter[str] = field(default_factory=Counter)
    """Numbers by kind."""
    metrics: Counter[str] = field(default_factory=Counter)
    """Those of them that are metrics of their record."""
    beside: Counter[str] = field(default_factory=Counter)
    """Those that are attributes of it."""
    bases: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        """Whether both readings agree."""
        return not self.differences and self.by_rule == self.imported


def compare(folder: Path) -> dict[str, Comparison]:
    """Read every file of `folder` both ways; by shape, `unknown` for what neither knows."""
    found: defaultdict[str, Comparison] = defaultdict(Comparison)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        _compare_file(str(path.relative_to(folder)), data, understand(path, data, ADAPTERS), found)
    return dict(sorted(found.items()))


def _compare_file(name: str, data: bytes, reading: Reading, found: defaultdict[str, Comparison]) -> None:
    adapter = reading.adapter.name.removeprefix(_PREFIX) if reading.adapter else "unknown"
    try:
        document = json.loads(data)
        shape = shape_of(document)
        expected = dict(shape.records(document)) if shape else {}
    except json.JSONDecodeError:
        shape, expected = None, {}
    except (AttributeError, KeyError, TypeError) as error:
        found[adapter].differences.append(f"{name}: the second reading fails: {error!r}")
        return
    comparison = found[shape.name if shape else "unknown"]
    comparison.files += 1
    if adapter != (shape.name if shape else "unknown"):
        comparison.differences.append(f"{name}: taken for {adapter}")
    comparison.differences += [
        f"{name} {difference}" for difference in _compare(expected, reading, comparison)
    ]


def _compare(expected: dict[str, Any], reading: Reading, comparison: Comparison) -> Iterator[str]:
    records = {one.source_locator: one for one in reading.records if isinstance(one, ResultRecorded)}
    comparison.by_rule += len(expected)
    comparison.imported += len(reading.records)
    comparison.bases.update(record.basis for record in records.values())
    if missing := sorted(expected.keys() - records.keys()):
        yield f"{missing[0]}: no record (and {len(missing) - 1} more)"
    for where, record in records.items():
        if where not in expected:
            yield f"{where}: a record that the second reading does not have"
        else:
            yield from (f"{where}: {what}" for what in _compare_values(expected[where], record, comparison))


def _compare_values(part: Any, record: ResultRecorded, comparison: Comparison) -> Iterator[str]:
    numbers = list(told(part))
    for number in numbers:
        comparison.told[number.kind] += 1
        if is_metric(number, record):
            comparison.metrics[number.kind] += 1
        elif is_kept(number, record):
            comparison.beside[number.kind] += 1
        else:
            yield f"{number.kind} {number.written} is lost"
    yield from (f"{value} stands nowhere in the file" for value in invented(record, numbers))


def default_folder() -> Path:
    """`legacy_json` of the folder that BENCHMART_TEST_DATA names, else of `shared/data` beside the checkout."""
    named = os.environ.get("BENCHMART_TEST_DATA")
    root = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    return root / "legacy_json"


def _print(found: dict[str, Comparison]) -> None:
    _print_row("shape", "files", "by the rule", "imported", "", *KINDS, *BASES)
    _print_row(*["---"] * (5 + len(KINDS) + len(BASES)))
    for shape, one in found.items():
        values = [_values(one, kind) for kind in KINDS]
        bases = [one.bases[basis] or "" for basis in BASES]
        verdict = "equal" if one.is_equal else "DIFFERS"
        _print_row(shape, one.files, one.by_rule, one.imported, verdict, *values, *bases)


def _print_row(*cells: object) -> None:
    print(f"| {' | '.join(map(str, cells))} |")


def _values(one: Comparison, kind: str) -> str:
    if not one.told[kind]:
        return ""
    beside = f" +{one.beside[kind]}" if one.beside[kind] else ""
    return f"{one.metrics[kind]}/{one.told[kind]}{beside}"


def _sum(found: dict[str, Comparison]) -> Comparison:
    total = Comparison()
    for one in found.values():
        total.files += one.files
        total.by_rule += one.by_rule
        total.imported += one.imported
        for mine, its in ((total.told, one.told), (total.metrics, one.metrics), (total.beside, one.beside)):
            mine.update(its)
        total.bases.update(one.bases)
        total.differences += one.differences
    return total


def main() -> None:
    """Print the table and the differences."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default_folder()
    if not folder.is_dir():
        sys.exit(f"{folder}: no such folder; name one, or set BENCHMART_TEST_DATA")
    found = compare(folder)
    total = _sum(found)
    _print(found | {"all": total})
    for difference in total.differences:
        print(difference)
    sys.exit(0 if all(one.is_equal for one in found.values()) else 1)


if __name__ == "__main__":
    main()
