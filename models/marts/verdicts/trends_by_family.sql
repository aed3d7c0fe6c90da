{{ config(materialized='view') }}

{{ trends_rolled_up('family') }}
