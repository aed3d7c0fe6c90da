{#
    What a result was measured with: the machine, its driver, its operating system and its interpreter, as readable text.
    Results of one condition that differ in it are points of one series, and the step from one to the other is a switch, not
    a change of what is under test.

    Not part of it: the version of the runtime and the commit, which are under test, and with the runtime the version of the
    compute platform it brings along; what the condition says, for that makes a series of its own; the device, unless its
    name is not resolved, for then the condition does not tell it either; and what differs from run to run without meaning
    anything, such as free memory. Of Python and of the system the first two numbers count, because patches come weekly.
    What is not told is not guessed: a result that does not tell its driver is not of the environment of one that does.
#}
{% macro environment_of(results, observed) -%}
    nullif(concat_ws(
        ', ',
        -- part of the condition already, and said here because it is what a reader looks for
        'env_name ' || {{ results }}.condition['env_name'],
        {%- for name in machine_attributes() %}
        '{{ name }} ' || {{ results }}.attributes['{{ name }}'],
        {%- endfor %}
        'machine ' || {{ observed }}.machine_id,
        'container ' || {{ observed }}.container,
        'device ' || case when {{ results }}.hardware_id is null then {{ results }}.device end,
        'driver ' || {{ results }}.driver_version,
        {%- for name in system_attributes() %}
        '{{ name }} ' || {{ first_two_numbers(results ~ ".attributes['" ~ name ~ "']") }},
        {%- endfor %}
        {{ observed }}.os_name || coalesce(' ' || {{ first_two_numbers(observed ~ '.os_version') }}, ''),
        'kernel ' || {{ first_two_numbers(observed ~ '.kernel_version') }},
        'python ' || {{ first_two_numbers(observed ~ '.python_version') }}
    ), '')
{%- endmacro %}


{# The attributes by which sources tell machines, and who measured on them, apart. #}
{% macro machine_attributes() -%}
    {{ return([
        'arch', 'cpu', 'cpu_info', 'host_name', 'host_processor', 'machine', 'number_of_nodes', 'submitter', 'system',
    ]) }}
{%- endmacro %}


{# The attributes that tell which system and interpreter a machine had, each with its version. #}
{% macro system_attributes() -%}
    {{ return([
        'cuda_version', 'numpy_version', 'operating_system', 'os', 'platform', 'python', 'python_compiler', 'python_version',
        'release',
    ]) }}
{%- endmacro %}


{# Text up to the second number of the version in it; all of it when there is no number. #}
{% macro first_two_numbers(version) -%}
    coalesce(nullif(regexp_extract({{ version }}, '^\D*\d+(\.\d+)?'), ''), {{ version }})
{%- endmacro %}


{# What each run was measured with. A run that was observed several times began in the first of them. #}
{% macro environments_of_runs() -%}
    select
        run_id,
        arg_min(
            struct_pack(
                machine_id := machine_id,
                container := container,
                os_name := os_name,
                os_version := os_version,
                kernel_version := kernel_version,
                python_version := python_version,
                git_commit := git_commit,
                git_branch := git_branch
            ),
            (coalesce(occurred_at, timestamptz 'infinity'), event_id)
        ) as environment
    from {{ ref('environment_observations') }}
    where run_id is not null
    group by run_id
{%- endmacro %}

{# The commit that a result was measured at, as it or its run tells it. #}
{% macro commit_of(results, observed) -%}
    coalesce(
        {{ results }}.attributes['commit'], {{ results }}.attributes['build_commit'], {{ observed }}.git_commit
    )
{%- endmacro %}
