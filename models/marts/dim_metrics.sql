{{ config(materialized='table') }}

select
    metric,
    unit,
    direction,
    is_headline,
    description
from {{ ref('metrics') }}
