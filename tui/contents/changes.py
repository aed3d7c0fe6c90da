"""Changes of level, and the series of one as a picture."""

from uuid import UUID

import duckdb

from interfaces.series_picture.picture import SeriesPicture
from tui.contents.listing import Listing

_VERSIONS = """
    case
        when runtime_version is not distinct from previous_runtime_version
            then concat_ws(' ', runtime, runtime_version)
        else concat_ws(' ', runtime, previous_runtime_version, '->', runtime_version)
    end
"""

CHANGES = Listing(
    name="changes",
    title="Changes of level",
    relation="series_changes",
    columns={
        "verdict": "verdict",
        "effect": "effect",
        "subject": "subject",
        "hardware": "hardware_id",
        "metric": "metric",
        "software": _VERSIONS,
        "changed_at": "coalesce(committed_at, occurred_at)",
        "points_after": "points_after",
        "acknowledged": "acknowledged_as",
        "issue": "issue",
        "change_id": "change_id",
        "series_id": "series_id",
    },
    searched=[
        *(
            f"contains(lower({column}), {{word}})"
            for column in ("verdict", "subject", "hardware_id", "metric", "acknowledged_as", "issue")
        ),
        f"contains(lower({_VERSIONS}), {{word}})",
    ],
    sort="worst first",
    # What nobody acknowledged, of that regressions, as people lose most by them, and of these the largest.
    order="""
        cast(not is_acknowledged as integer) * 4 + cast(verdict = 'regression' as integer) * 2
        + abs(effect) / (1 + abs(effect))
    """,
    key="change_id",
    measures={"worst": "max(abs(effect))", "regressions": "count(*) filter (where verdict = 'regression')"},
    empty="no change of level",
)


def picture(connection: duckdb.DuckDBPyConnection, series_id: UUID) -> SeriesPicture:
    """The series of a change, with its levels, outliers and what was acknowledged."""
    from interfaces.reports.change_pictures import (
        picture_of_change,
    )  # needs numpy, which the first screen does not

    return picture_of_change(connection, series_id)
