"""Profiles that come with the package, so that a home where nothing was traced knows the models of timm.

They were traced, never measured. `python -m predictors.packaged_profiles HOME` makes the file anew from a home where
`benchmart profile` traced them and `benchmart build` ran.
"""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

from benchmart.queries.profiles import StoredProfile, profiles

_FILE = Path(__file__).parent / "packaged" / "profiles.parquet"
_SOURCE = "timm "
_KEPT = ("default_image_size", "form", "source")
"""Attributes that predictors or people read."""
_TAG = re.compile(r"^.*/|\..*$")
"""What a hub's name has around the architecture's: `timm/` before and the weights' tag behind."""


def packaged_profiles(names: Sequence[str] | None = None) -> list[StoredProfile]:
    """All of them, or those of some subjects or models; empty when the package was built without the file."""
    import pyarrow.parquet as pq

    if not _FILE.exists():
        return []
    wanted = None if names is None else [[(name, "in", list(names))] for name in ("subject", "model_id")]
    table = pq.read_table(_FILE, filters=wanted)
    return [StoredProfile(**row) for row in table.to_pylist(maps_as_pydicts="strict")]


def profiles_of_images(name: str) -> Sequence[StoredProfile]:
    """Those of an architecture of timm, by its own or a hub's name, such as `timm/resnet50.a1_in1k`."""
    plain = _TAG.sub("", name)
    return packaged_profiles([plain]) or packaged_profiles([plain.replace("-", "_")])


def nearest_in_size(known: Sequence[StoredProfile], image_size: int | None) -> tuple[StoredProfile, float]:
    """The profile whose images are nearest in size, and how many times as large the area of those asked for is.

    Without a size, images are as the model is usually trained.
    """
    first = known[0]
    usual = int(first.attributes.get("default_image_size", 0))
    wanted = image_size or usual or first.image_size or 1
    nearest = min(known, key=lambda each: abs((each.image_size or wanted) - wanted))
    return nearest, (wanted / (nearest.image_size or wanted)) ** 2


@cache
def packaged_sizes() -> Mapping[str, tuple[int, int | None]]:
    """Parameters and image size of each subject, as it is trained at its own image size; without its operators."""
    import pyarrow.parquet as pq

    if not _FILE.exists():
        return {}
    columns = ["subject", "image_size", "parameter_count", "attributes"]
    found: dict[str, tuple[int, int | None]] = {}
    for row in pq.read_table(_FILE, columns=columns).to_pylist(maps_as_pydicts="strict"):
        attributes = row["attributes"]
        is_usual = attributes.get("default_image_size") == str(row["image_size"])
        if attributes.get("form") == "as trained" and (is_usual or row["subject"] not in found):
            found[row["subject"]] = (row["parameter_count"], row["image_size"])
    return found


def package(home: str) -> int:
    """Replaces the file by what was traced of timm in a home; returns how many profiles it has."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from benchmart.config import find_home
    from benchmart.connection import open_warehouse

    with open_warehouse(find_home(home)) as connection:
        traced = [
            each for each in profiles(connection) if each.attributes.get("source", "").startswith(_SOURCE)
        ]
    kept = [
        replace(each, attributes={name: each.attributes[name] for name in _KEPT if name in each.attributes})
        for each in traced
    ]
    rows = [{**asdict(each), "attributes": list(each.attributes.items())} for each in kept]
    table = pa.Table.from_pylist(rows)
    words = pa.array([row["attributes"] for row in rows], pa.map_(pa.string(), pa.string()))
    table = table.set_column(table.schema.get_field_index("attributes"), "attributes", words)
    pq.write_table(table, _FILE, compression="zstd", compression_level=19)
    return len(kept)


if __name__ == "__main__":
    sys.stdout.write(f"{package(sys.argv[1])}\n")
