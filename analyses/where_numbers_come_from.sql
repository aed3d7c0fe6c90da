-- How much of what is there was measured: results by collector, basis and outcome.

select
    collector,
    basis,
    status,
    count(*) as results,
    count(distinct model_id) as models,
    count(distinct hardware_id) as devices,
    min(recorded_at) as first_recorded_at,
    max(recorded_at) as last_recorded_at
from fct_results
group by collector, basis, status
order by collector asc, results desc, basis asc, status asc
