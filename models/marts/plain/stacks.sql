{{ config(materialized='view') }}

select * from {{ ref('dim_software_stacks') }}
