"""All that is known of one model: where it was run, how fast, and how it ended."""

import duckdb

from benchmart.errors import UsageError
from benchmart.queries.evidence import literal
from benchmart.queries.rows import fetch
from tui.contents.content import Section
from tui.contents.listing import Listing
from tui.contents.matrix import DEVICE, NO_FAMILY


def model_cells(model_id: str) -> Listing:
    """A row a device, runtime, mode and precision, with the fastest result of each; the fastest first."""
    return Listing(
        name="cells",
        title=f"Where {model_id} was run",
        relation=f"({_CELLS.format(model=literal(model_id))})",
        columns={
            name: f'"{name}"'
            for name in (
                *(
                    "device",
                    "precision",
                    "mode",
                    "items/s",
                    "tokens/s",
                    "latency_ms",
                    "batch",
                    "status",
                    "basis",
                ),
                *("results", "newest", "runtime", "image", "sequence", "phase", "error"),
                *("compatibility_id", "event_id"),
            )
        },
        searched=[
            f"contains(lower({column}), {{word}})"
            for column in (
                "device",
                "hardware_name",
                "precision",
                "mode",
                "runtime",
                "status",
                "basis",
                "error",
            )
        ],
        sort="fastest first",
        order="-place",
        key="compatibility_id",
        measures={"best items/s": 'max("items/s")', "fewest latency_ms": "min(latency_ms)"},
        empty="no cell fits",
    )


def about_model(connection: duckdb.DuckDBPyConnection, model_id: str) -> Section:
    """What the model is. Raises UsageError for one that there is none of."""
    found = fetch(connection, _ABOUT, {"model": model_id, "none": NO_FAMILY})
    if not found.rows:
        raise UsageError(
            f"no model {model_id!r}", hint="Look for it: ctrl+p, or / in the matrix of its family"
        )
    return Section("model", "Model", found.columns, found.rows)


_ABOUT = """
    select
        model_name as model, coalesce(family, $none) as family, architecture, parameter_count as parameters, model_id
    from dim_models where model_id = $model
"""
_CELLS = f"""
    with numbers as (
        select
            results.compatibility_id, results.basis, results.status, results.event_id, numbers.items_per_second,
            numbers.tokens_per_second, numbers.latency_mean_seconds, results.batch_size, results.image_size,
            results.sequence_length, results.phase, coalesce(results.occurred_at, results.recorded_at) as seen_at
        from fct_results as results left join performance as numbers using (event_id)
        where results.model_id = {{model}} and results.attributes['derived_from'] is null
    ),
    counts as (
        select compatibility_id, count(*) as results, max(seen_at) as newest from numbers group by 1
    ),
    fastest as (
        select numbers.* from numbers inner join compatibility_matrix as cells using (compatibility_id)
        where
            numbers.status = 'ok' and numbers.basis = cells.basis
            and coalesce(items_per_second, tokens_per_second, latency_mean_seconds) is not null
        qualify row_number() over (
            partition by compatibility_id
            order by items_per_second desc nulls last, tokens_per_second desc nulls last,
                latency_mean_seconds nulls last, event_id
        ) = 1
    )
    select
        {DEVICE.format(table="cells.")} as device, cells.hardware_name, cells.precision, cells.mode,
        fastest.items_per_second as "items/s", fastest.tokens_per_second as "tokens/s",
        fastest.latency_mean_seconds * 1e3 as latency_ms, fastest.batch_size as batch, cells.status, cells.basis,
        counts.results, counts.newest, cells.runtime, fastest.image_size as image,
        fastest.sequence_length as sequence, fastest.phase, cells.error_class as error, cells.compatibility_id,
        fastest.event_id,
        row_number() over (
            order by fastest.items_per_second desc nulls last, fastest.tokens_per_second desc nulls last,
                fastest.latency_mean_seconds nulls last, cells.evidence_count desc, cells.compatibility_id
        ) as place
    from compatibility_matrix as cells
    left join counts using (compatibility_id)
    left join fastest using (compatibility_id)
    where cells.model_id = {{model}}
"""  # noqa: S608 -- the model is quoted
"""A number is of the basis that its cell says: an estimate never stands in a row that says `measured`."""
