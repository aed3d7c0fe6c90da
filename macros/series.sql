{#
    What the points of a series are ordered by. A history that is measured afterwards is in the order of its commits, not in
    that of its measurements, which often go back in time. Times that are not known come first; then versions, so that
    undated results of other tools are in order.
#}
{% macro place_in_series(measurements, version_order) -%}
    coalesce({{ measurements }}.committed_at, {{ measurements }}.occurred_at, timestamptz '-infinity'),
    coalesce({{ measurements }}.occurred_at, timestamptz '-infinity'),
    coalesce({{ version_order }}, ''),
    {{ measurements }}.event_id,
    {{ measurements }}.metric_position
{%- endmacro %}
