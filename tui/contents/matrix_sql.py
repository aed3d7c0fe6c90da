"""What the grid of the compatibility matrix asks: its devices, and the cells of so many lines."""

DEVICES_SQL = """
    with kept as (
        select {line} as line, {device} as device, sum(evidence_count) as results from {relation} {where} group by all
    ),
    top as (select line as on_top from kept group by line order by sum(results) desc, line limit 100)
    select device, count(on_top) as lines_on_top, count(*) as line_count
    from kept left join top on line = on_top
    group by device order by lines_on_top desc, line_count desc, device
"""
_STATUS = """
    case
        when {success} > 0 and {failure} = 0 then 'verified'
        when {success} > 0 then 'partial'
        when {failure} > 0 then 'failed'
        when {simulated} > 0 then 'simulated_only'
        else 'untested'
    end
"""
_MODEL_STATUS = _STATUS.format(success="successes", failure="failures", simulated="simulated")
_LINE_STATUS = _STATUS.format(
    success="count(*) filter (where status in ('verified', 'partial'))",
    failure="count(*) filter (where status in ('failed', 'partial'))",
    simulated="count(*) filter (where status = 'simulated_only')",
)
CELLS_SQL = f"""
    with kept as (
        select
            {{line}} as line, {{device}} as device, model_id, evidence_count, success_count, failure_count,
            simulated_count, suspect_count, estimated_count, predicted_count
        from {{relation}} {{where}}
    ),
    lines as (
        select line, row_number() over (order by {{order}}) as place
        from kept group by line order by place limit $count offset $first
    ),
    models as (
        select
            line, device, model_id, sum(success_count) as successes, sum(failure_count) as failures,
            sum(simulated_count) as simulated, sum(suspect_count) as suspect, sum(estimated_count) as estimated,
            sum(predicted_count) as predicted, {_MODEL_STATUS} as status
        from kept where line in (select line from lines)
        group by line, device, model_id
    )
    select
        place, line, device, {_LINE_STATUS} as status,
        case
            when sum(successes) + sum(failures) > 0 then 'measured'
            when sum(simulated) > 0 then 'simulated'
            when sum(suspect) > 0 then 'suspect'
            when sum(estimated) > 0 then 'estimated'
            when sum(predicted) > 0 then 'predicted'
            else 'untested'
        end as basis,
        count(*) as model_count, count(*) filter (where status = 'verified') as verified_count,
        sum(successes) as success_count, sum(successes) + sum(failures) as evidence_count
    from models inner join lines using (line)
    group by place, line, device
    order by place, device
"""  # noqa: S608 -- words are bound
"""The verdicts of a model's cells on a device added up as the mart adds up those of families: see
`macros/compatibility.sql`."""
