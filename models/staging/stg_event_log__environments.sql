with events as (

    select * from {{ read_events('environment_observed') }}

),

renamed as (

    select
        -- ids
        cast(event_id as uuid) as event_id,
        batch_id,
        run_id,
        machine_id,

        -- what was seen
        python_version,
        python_implementation,
        os_name,
        os_version,
        kernel_version,
        container,
        git_commit,
        git_branch,
        git_is_dirty,
        packages,
        attributes,

        -- timestamps
        occurred_at,
        recorded_at
    from events

)

select * from renamed
