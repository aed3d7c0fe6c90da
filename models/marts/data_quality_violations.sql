{{ config(materialized='view') }}

with acknowledged as (

    -- the last word on a result and a rule, or on all rules it breaks
    select
        target_event_id,
        rule,
        reason,
        author,
        action = 'acknowledge' as is_acknowledged
    from {{ ref('int_acknowledgements_deduplicated') }}
    where target_event_id is not null
    qualify row_number() over (
        partition by target_event_id, rule order by recorded_at desc, event_id desc
    ) = 1

)

select
    -- what is wrong with what
    violations.rule,
    rules.severity,
    rules.holds,
    violations.event_id,
    violations.metric,
    violations.value,
    violations.expected,

    -- whose it is
    violations.subject,
    violations.model_id,
    violations.hardware_id,
    violations.collector,
    violations.source_uri,
    violations.source_locator,
    violations.batch_id,

    -- what was said about it
    coalesce(of_rule.is_acknowledged, of_result.is_acknowledged, false) as is_acknowledged,
    case
        when of_rule.is_acknowledged then of_rule.reason
        when of_rule.is_acknowledged is null and of_result.is_acknowledged then of_result.reason
    end as acknowledged_because,
    case
        when of_rule.is_acknowledged then of_rule.author
        when of_rule.is_acknowledged is null and of_result.is_acknowledged then of_result.author
    end as acknowledged_by,

    -- timestamps
    violations.first_seen_at
from {{ ref('int_quality_violations') }} as violations
inner join {{ ref('quality_rules') }} as rules
    on violations.rule = rules.rule
left join acknowledged as of_rule
    on
        violations.event_id = of_rule.target_event_id
        and violations.rule = of_rule.rule
left join acknowledged as of_result
    on
        violations.event_id = of_result.target_event_id
        and of_result.rule is null
where violations.event_id not in (select event_id from {{ ref('int_results_retracted') }})
