"""A second reading of the historical JSON, from the description of its shapes and without the adapters' help.

For each shape: by which keys a document is known, and every record in it, as its JSON path and what stands there. One
record is one outcome that the source states about one subject under one condition.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Record = tuple[str, Any]
"""The JSON path of an outcome, and the part of the document that tells it."""

Records = Callable[[Any], Iterator[Record]]

_STAMPS = ("simulated_hardware", "warnings", "WARNING")
"""Keys that were added to files of any shape later."""
_PLATFORMS = ("cpu", "cuda", "openvino", "apple", "mps", "rocm", "qualcomm", "webnn", "webgpu")


@dataclass(frozen=True)
class Shape:
    """One shape of document."""

    name: str
    keys: frozenset[str]
    """A document with all of these keys is of the shape, unless a shape before it claims it."""
    records: Records


def shape_of(value: Any) -> Shape | None:
    """The shape of a document; None for one the description does not know."""
    if isinstance(value, list):
        return _shape_of_list(value)
    if not isinstance(value, dict):
        return None
    value = without(value, *_STAMPS)
    if not value:
        return Shape("empty", frozenset(), _none)
    for shape in SHAPES:
        if shape.keys <= value.keys():
            return shape
    return _shape_without_fixed_keys(value)


def _shape_of_list(value: list[Any]) -> Shape | None:
    keys = set(value[0]) if value and isinstance(value[0], dict) else set()
    for name, telling in _LISTS.items():
        if telling <= keys:
            return Shape(name, frozenset(), _items())
    return None


def _shape_without_fixed_keys(value: dict[str, Any]) -> Shape | None:
    if {"metadata", "results"} <= value.keys():
        return _shape_of_results(value["results"])
    if all(key.startswith("test_") for key in value):
        return Shape("collected_skills", frozenset(), _collected)
    if any(re.fullmatch(r"(?:[a-z]+_)?(init|tests|handler|test_error)", key) for key in value):
        return Shape("skill_status_flat", frozenset(), lambda document: _skill("$", document))
    entries = [one for one in value.values() if isinstance(one, dict)]
    if entries and all({"name", "family"} <= one.keys() for one in entries):
        return Shape("model_catalogue", frozenset(), _none)
    return None


def _shape_of_results(results: dict[str, Any]) -> Shape:
    if any(
        isinstance(one, dict) and {"status", "performance_metrics"} <= one.keys() for one in results.values()
    ):
        return Shape("perf_test_results", frozenset(), _performance_tests)
    if results.keys() <= {"pipeline", "from_pretrained"}:
        return Shape("simple_test", frozenset(), _members("results"))
    return Shape("skill_perf", frozenset(), lambda document: _skill("$.results", document["results"]))


def at(path: str, *keys: str) -> str:
    """The JSON path below `path`."""
    return path + "".join(f".{key}" if key.isidentifier() else f"[{json.dumps(key)}]" for key in keys)


def without(value: Any, *keys: str) -> Any:
    """An object without some of its members: those that are records of their own."""
    return {key: one for key, one in value.items() if key not in keys} if isinstance(value, dict) else value


def _none(_document: Any) -> Iterator[Record]:
    return iter(())


def _whole(document: Any) -> Iterator[Record]:
    yield "$", document


def _items(*keys: str) -> Records:
    """Every item of the list at `keys`."""

    def records(document: Any) -> Iterator[Record]:
        value = document
        for key in keys:
            value = value[key]
        yield from ((f"{at('$', *keys)}[{number}]", one) for number, one in enumerate(value))

    return records


def _members(key: str) -> Records:
    """Every member of the object at `key`."""
    return lambda document: ((at("$", key, name), one) for name, one in document[key].items())


def _all(*parts: Records) -> Records:
    return lambda document: (record for part in parts for record in part(document))


def _runs(path: str, block: Any) -> Iterator[Record]:
    for family, models in block["benchmarks"].items():
        for model, devices in models.items():
            for device, entry in devices.items():
                for key, run in entry["benchmark_results"].items():
                    yield at(path, "benchmarks", family, model, device, "benchmark_results", key), run


def _suite(document: Any) -> Iterator[Record]:
    for key, block in document["functionality_verification"].items():
        place = at("$", "functionality_verification", key, "detailed_results")
        yield from ((f"{place}[{number}]", one) for number, one in enumerate(block["detailed_results"]))
    for family, block in document["performance_benchmarks"].items():
        place = at("$", "performance_benchmarks", family)
        yield from _runs(place, block) if "benchmarks" in block else iter([(place, block)])


def _matrix(document: Any) -> Iterator[Record]:
    for family, block in document["model_families"].items():
        for hardware, cell in block["hardware_compatibility"].items():
            place = at("$", "model_families", family, "hardware_compatibility", hardware)
            yield place, without(cell, "benchmark_results")
            for number, one in enumerate(cell.get("benchmark_results") or []):
                yield f"{place}.benchmark_results[{number}]", one


def _performance_tests(document: Any) -> Iterator[Record]:
    for test, value in document["results"].items():
        yield at("$", "results", test), without(value, "performance_metrics")
        for platform, block in value["performance_metrics"].items():
            place = at("$", "results", test, "performance_metrics", platform)
            if isinstance(block, dict):
                yield place, _platform(platform, without(block, "examples"))
                yield from (
                    (f"{place}.examples[{number}]", one)
                    for number, one in enumerate(block.get("examples", []))
                )


def _platform(platform: str, told: Any) -> dict[str, Any]:
    """What is told of a platform under keys that begin with its name, without the name and without examples."""
    return {
        re.sub(rf"^{platform}_?", "", key): value
        for key, value in told.items()
        if not (key.endswith("_example") and isinstance(value, dict))
    }


def _skill(path: str, document: Any) -> Iterator[Record]:
    """Platforms by the beginnings of keys, and examples; at least the test itself."""
    inner = isinstance(document.get("status"), dict)
    status, place = (document["status"], at(path, "status")) if inner else (document, path)
    found = []
    for platform in _PLATFORMS:
        told = {key: one for key, one in status.items() if re.fullmatch(rf"{platform}(_.*)?", key)}
        if told:
            found.append((f"{place}.{platform}*", _platform(platform, told)))
    for key, one in status.items():
        if key.endswith("_example") and isinstance(one, dict):
            found.append((at(place, key), one))
    listed = document.get("examples")
    for number, one in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(one, dict):
            found.append((f"{path}.examples[{number}]", one))
    yield from found or [(path, {})]


def _run(path: str, test: Any) -> Iterator[Record]:
    yield path, without(test, "json_result")
    if isinstance(test.get("json_result"), dict):
        yield from _skill(at(path, "json_result"), test["json_result"])


def _skill_tests(document: Any) -> Iterator[Record]:
    for test, value in document["skill_tests"].items():
        yield from _run(at("$", "skill_tests", test), value)


def _collected(document: Any) -> Iterator[Record]:
    for test, value in document.items():
        if isinstance(value, dict):
            yield from _skill(at("$", test), value)
        elif isinstance(value, str):
            yield at("$", test), value


def _requests(path: str, value: Any) -> Iterator[Record]:
    if isinstance(value, list):
        yield from ((f"{path}[{number}]", one) for number, one in enumerate(value))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _requests(at(path, key), inner)


def _exits(path: str, value: Any) -> Iterator[Record]:
    if isinstance(value, dict) and "exit_code" in value:
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _exits(at(path, key), inner)


def _pipeline_times(document: Any) -> Iterator[Record]:
    for key, value in document["results"].items():
        if isinstance(value, dict):
            yield at("$", "results", key), document["performance"].get(key, {}) | value


def _batches(document: Any) -> Iterator[Record]:
    for model, value in document["results"].items():
        batches = value.get("benchmark_data", {}).get("batch_results", {})
        place = at("$", "results", model)
        for key, one in batches.items():
            yield at(place, "benchmark_data", "batch_results", key), one
        if not batches:
            yield place, without(value, "benchmark_data")
    for number, model in enumerate(document["models"]):
        if model not in document["results"]:
            yield f"$.models[{number}]", model


def _comparison(document: Any) -> Iterator[Record]:
    for modality, listed in document["results_by_modality"].items():
        for number, item in enumerate(listed):
            for platform in ("webnn", "webgpu"):
                yield f"{at('$', 'results_by_modality', modality)}[{number}].{platform}", item[platform]


def _coverage(document: Any) -> Iterator[Record]:
    models = document["model_results"]
    entries = models.items() if isinstance(models, dict) else enumerate(models)
    for key, value in entries:
        place = at("$.model_results", key) if isinstance(key, str) else f"$.model_results[{key}]"
        for platform in document["platform_coverage"]:
            yield at(place, platform), value


def _exploration(document: Any) -> Iterator[Record]:
    for key in ("temperature_results", "system_prompt_results", "model_comparison"):
        yield from _members(key)(document)
    yield "$.streaming_results", document["streaming_results"]


def _known_by(name: str, keys: str, records: Records) -> Shape:
    return Shape(name, frozenset(keys.split()), records)


_LISTS = {
    "perf_list": {"model_name", "average_latency_ms"},
    "model_access_list": {"name", "exists"},
    "validation_list": {"model", "platform", "success"},
    "fix_list": {"model", "fixed_file"},
}
"""Documents that are lists, by keys of their first item; a record each item."""

SHAPES = (
    _known_by(
        "suite_results",
        "functionality_verification performance_benchmarks models hardware_detected",
        _suite,
    ),
    _known_by("model_functionality", "detailed_results model_results stats", _items("detailed_results")),
    _known_by(
        "benchmark_results", "benchmarks hardware_info system_info", lambda document: _runs("$", document)
    ),
    _known_by(
        "benchmark_progress",
        "completed_benchmarks failed_benchmarks skipped_benchmarks",
        _all(_items("completed_benchmarks"), _items("failed_benchmarks"), _items("skipped_benchmarks")),
    ),
    _known_by("hw_benchmark", "hardware_key batch_sizes model_path", _members("batch_sizes")),
    _known_by("direct_benchmark", "batch_results", _members("batch_results")),
    _known_by("batch_benchmarks", "models hardware batch_sizes results", _batches),
    _known_by("benchmark_summary", "model_families performance_comparison", _none),
    _known_by("run_config", "hardware_types batch_sizes", _none),
    _known_by("compat_matrix", "model_families hardware_types", _matrix),
    _known_by("gui_task_fixture", "benchmark_id tasks", _none),
    _known_by("aggregated_benchmarks", "inference training hardware_compatibility", _none),
    _known_by("web_result", "model_key platform metrics is_simulation", _whole),
    _known_by("web_batch", "models_tested results", _items("results")),
    _known_by("web_comparison", "results_by_modality", _comparison),
    _known_by("skill_perf_results", "examples hardware metadata performance results", _pipeline_times),
    _known_by("hw_test", "results examples metadata", _members("results")),
    _known_by("skill_status_ems", "status examples", lambda document: _skill("$", document)),
    _known_by("skill_tests", "skill_tests", _skill_tests),
    _known_by("skill_test_run", "return_code stdout test_file", lambda document: _run("$", document)),
    _known_by("queue_requests", "total_requests results", lambda d: _requests("$.results", d["results"])),
    _known_by(
        "backoff_queue_test", "backoff_test queue_test", _all(_items("backoff_test"), _items("queue_test"))
    ),
    _known_by("queue_backoff", "tests success_count", lambda document: _exits("$.tests", document["tests"])),
    _known_by("api_status", "apis", _members("apis")),
    _known_by(
        "api_model_check",
        "invalid_models undocumented_models",
        _all(_items("invalid_models"), _items("undocumented_models")),
    ),
    _known_by(
        "api_model_exploration",
        "known_models discovered_models",
        _all(_members("model_details"), _members("performance_metrics")),
    ),
    _known_by("api_exploration", "temperature_results model_comparison", _exploration),
    _known_by("critical_models", "model_results test_timestamp", _members("model_results")),
    _known_by("coverage_report", "platform_coverage model_results", _coverage),
    _known_by("fix_analysis", "files_analyzed", _items("files_analyzed")),
    _known_by("fix_report", "files_details", _items("files_details")),
    _known_by(
        "generation_summary",
        "generation_results execution_results",
        _all(_items("generation_results"), _items("execution_results")),
    ),
    _known_by("skill_platform_tests", "model summary tests", _members("tests")),
    _known_by("new_models", "summary tests", _items("tests")),
    _known_by("browser_compare", "model tests", _items("tests")),
    _known_by("real_vs_sim", "model platform success", _whole),
    _known_by("api_model_perf", "models", _items("models")),
)
"""The first that fits holds."""
