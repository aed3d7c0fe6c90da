{{ config(materialized='view') }}

{{ trends_rolled_up('hardware_id') }}
