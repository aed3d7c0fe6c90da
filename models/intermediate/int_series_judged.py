"""What the detectors say of the series that this build has to judge; places count from 0."""

from typing import Any


def model(dbt: Any, session: Any) -> Any:
    """One row per series, as `predictors.detection.verdict_table` describes them."""
    dbt.config(materialized="table")
    series = dbt.ref("int_series_to_judge").order("series_id")

    # Imported here: dbt runs this file in every build, and most builds have few series to judge or none.
    from predictors.detection.verdict_table import judged

    return judged(series.to_arrow_table())
