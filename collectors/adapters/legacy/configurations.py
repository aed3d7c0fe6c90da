"""Documents beside the results that hold none: what was to be run, and summaries of files that are read themselves."""

from collections.abc import Callable

from collectors.adapters.contract import Adapter, Findings, NotResults
from collectors.adapters.document import Document
from collectors.adapters.legacy.record import VERSION, has_keys

_STAMPS = {"simulated_hardware", "warnings", "WARNING", "timestamp"}
_AGGREGATED = {"inference", "training", "hardware_compatibility"}
"""What the upstream predictor gathered out of all result files it found."""


def _is_run_config(document: Document) -> bool:
    value = document.json
    return (
        has_keys(value, "hardware_types", "batch_sizes")
        and isinstance(value["batch_sizes"], list)
        and ("model_families" in value or "models" in value)
        and not has_keys(value, "results")
    )


def _is_model_catalogue(document: Document) -> bool:
    value = document.json
    if not isinstance(value, dict):
        return False
    models = [one for key, one in value.items() if key not in _STAMPS]
    return bool(models) and all(has_keys(one, "name", "family") for one in models)


def _is_gui_task_fixture(document: Document) -> bool:
    return has_keys(document.json, "benchmark_id", "tasks", "schema_version")


def _is_benchmark_summary(document: Document) -> bool:
    return has_keys(document.json, "model_families", "performance_comparison")


def _is_aggregated(document: Document) -> bool:
    value = document.json
    if not isinstance(value, dict):
        return False
    told = any(key.startswith("aggregated_") for key in value)
    is_of_predictor = value.keys() >= _AGGREGATED and all(isinstance(value[key], dict) for key in _AGGREGATED)
    return told or is_of_predictor or document.name.startswith("aggregated_benchmark")


def _is_empty(document: Document) -> bool:
    return document.json in ({}, []) and isinstance(document.json, dict | list)


def _without_results(name: str, recognises: Callable[[Document], bool], reason: str) -> Adapter:
    def read(_document: Document) -> Findings:
        raise NotResults(reason)

    return Adapter(name, VERSION, recognises, read)


ADAPTERS = (
    _without_results("legacy_run_config", _is_run_config, "configuration: what a benchmark run is to do"),
    _without_results("legacy_model_catalogue", _is_model_catalogue, "configuration: models to choose from"),
    _without_results(
        "legacy_gui_task_fixture", _is_gui_task_fixture, "configuration: tasks for a user interface"
    ),
    _without_results(
        "legacy_benchmark_summary",
        _is_benchmark_summary,
        "derived summary of the benchmark results beside it",
    ),
    _without_results(
        "legacy_aggregated_benchmarks", _is_aggregated, "derived summary of benchmark results in other files"
    ),
    _without_results("legacy_empty", _is_empty, "empty: the document holds nothing"),
)
