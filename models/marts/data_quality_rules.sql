{{ config(materialized='view') }}

select
    rules.rule,
    rules.severity,
    rules.holds,
    count(violations.event_id) as violation_count,
    count(distinct violations.event_id) as result_count,
    count(violations.event_id) filter (where not violations.is_acknowledged) as open_count,
    min(violations.first_seen_at) as first_seen_at,
    max(violations.first_seen_at) as last_seen_at
from {{ ref('quality_rules') }} as rules
left join {{ ref('data_quality_violations') }} as violations
    on rules.rule = violations.rule
group by rules.rule, rules.severity, rules.holds
