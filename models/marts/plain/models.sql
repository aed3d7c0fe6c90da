{{ config(materialized='view') }}

select * from {{ ref('dim_models') }}
