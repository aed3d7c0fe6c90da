# ruff: noqa: INP001 - dbt loads it by its path
"""How far results are from what the other results of their model, and models like it, let expect."""


def model(dbt, session):  # noqa: ANN001, ANN201, ARG001, D103 - dbt decides how it looks
    dbt.config(
        materialized="incremental",
        incremental_strategy="delete+insert",
        unique_key="event_id",
    )
    from predictors.outliers.results import scored

    return scored(dbt.ref("int_outlier_candidates").to_arrow_table())
