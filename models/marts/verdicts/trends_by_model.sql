{{ config(materialized='view') }}

{{ trends_rolled_up('model_id') }}
