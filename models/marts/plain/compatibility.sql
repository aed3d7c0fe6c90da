{{ config(materialized='view') }}

select * from {{ ref('compatibility_matrix') }}
