"""Which models have results and no profile with operators at the size of their inputs."""

import duckdb

_MISSING = """
    with tried as (
        select distinct subject, image_size, sequence_length
        from fct_results
        where subject_kind = 'model' and status in ('ok', 'failed') and basis = 'measured'
    ),

    traced as (
        select
            subject, image_size, sequence_length,
            image_size::varchar = attributes['default_image_size'] as is_of_own_size
        from model_profiles
        where operators is not null
    )

    select tried.subject, tried.image_size, tried.sequence_length
    from tried
    where not exists (
        select 1 from traced
        where
            traced.subject = tried.subject
            and (tried.image_size is null or traced.image_size is not distinct from tried.image_size)
            and (tried.image_size is not null or traced.image_size is null or traced.is_of_own_size)
            and (
                tried.sequence_length is null
                or traced.sequence_length is null
                or traced.sequence_length = tried.sequence_length
            )
    )
    order by tried.subject, tried.image_size nulls first, tried.sequence_length nulls first
"""


def unprofiled(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int | None, int | None]]:
    """Subject, image size and sequence length of measured results without such a profile; None where not told.

    A result that does not tell the size of its images takes a profile at the model's own.
    """
    return connection.execute(_MISSING).fetchall()
