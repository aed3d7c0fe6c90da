"""`performance_test_results_*.json`: skill tests, a block for each platform they tried, and the examples of a block.

Times are in seconds, `*_mb` megabytes, `*_gb` gigabytes, `*_tokens_per_second` tokens a second.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, shown
from collectors.adapters.legacy import outcome
from collectors.adapters.legacy.record import (
    Part,
    adapter,
    an_object,
    entries,
    has_keys,
    members,
    metric,
    simulated,
    step,
)


def _recognises(document: Document) -> bool:
    value = document.json
    if not has_keys(value, "metadata", "results") or not isinstance(value["results"], dict):
        return False
    return any(has_keys(one, "status", "performance_metrics") for one in value["results"].values())


def _parts(document: Any) -> Iterator[Part]:
    when = members(document["metadata"]).get("timestamp")
    for test, value in document["results"].items():
        where = step("$.results", test)
        yield Part(where, value, partial(_test, test, value, when))
        for platform, block in members(members(value).get("performance_metrics")).items():
            if not isinstance(block, dict):  # `error` beside the blocks: the test's own record has it
                continue
            place = step(f"{where}.performance_metrics", platform)
            yield Part(place, block, partial(_block, test, platform, block, when))
            for number, one in enumerate(entries(block.get("examples"))):
                yield Part(f"{place}.examples[{number}]", one, partial(_example, test, platform, one, when))


def _test(test: str, value: Any, when: object) -> dict[str, Any]:
    record = an_object(value)
    status = outcome.status(record.get("status"))
    if status is None:
        raise ValueError(f"status: {shown(record.get('status'))} says nothing")
    fields: dict[str, Any] = {"status": status, "basis": "measured"}
    if status == "failed":
        fields |= outcome.error(record.get("error"), record.get("traceback"))
    fields["metrics"] = metric(record, "execution_time", "duration", "second")
    return fields | _common(test, None, "test", record.get("timestamp"), when)


def _common(test: str, platform: object, level: str, *times: object) -> dict[str, Any]:
    time = outcome.time(*times)
    return {
        "subject_kind": "test",
        "subject": test,
        "condition": {"level": level},
        "attributes": dict(time.attributes),
        **outcome.hardware(platform).fields,
        **time.fields,
    }


def _block(test: str, platform: str, block: Mapping[str, Any], when: object) -> dict[str, Any]:
    prefix = f"{platform}_"
    fields = _block_outcome(block, prefix)
    if fields["status"] == "ok":
        fields["metrics"] = (
            *metric(block, f"{prefix}tokens_per_second", "token_throughput", "token/second"),
            *metric(block, f"{prefix}total_time", "duration", "second"),
            *metric(block, f"{prefix}memory_allocated_gb", "memory_allocated", "gigabyte"),
        )
    common = _common(test, platform, "platform", block.get(f"{prefix}timestamp"), when)
    common["attributes"] |= as_attributes(block, "implementation_type", f"{prefix}init", f"{prefix}handler")
    return simulated(fields, outcome.declared_simulation(block, platform) or _nested(block)) | common


def _nested(block: Mapping[str, Any]) -> str | None:
    """A declaration inside a value of the block that is no example of its own."""
    inner = (one for key, one in block.items() if isinstance(one, dict) and not key.endswith("_example"))
    return next((said for one in inner if (said := outcome.declared_simulation(one, None))), None)


def _block_outcome(block: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    words = [
        block[key]
        for key in (f"{prefix}tests", f"{prefix}init", f"{prefix}handler", "error")
        if isinstance(block.get(key), str)
    ]
    told = {word: outcome.status(word) for word in words}
    if failed := [word for word, status in told.items() if status == "failed"]:
        return {"status": "failed", "basis": "measured"} | outcome.error(*failed)
    if skipped := [word for word, status in told.items() if status == "skipped"]:
        return {
            "status": "skipped",
            "basis": "untested",
            "basis_reason": skipped[0],
            "error_class": outcome.error(skipped[0])["error_class"],
        }
    if "ok" in told.values():
        return {"status": "ok", "basis": "measured"}
    return outcome.untested("the block does not say what became of it")


def _example(test: str, platform: str, value: Any, when: object) -> dict[str, Any]:
    record = an_object(value)
    hardware = record.get("platform") or platform
    said = record.get("output")
    failed = isinstance(said, str) and said.startswith("Error")
    fields: dict[str, Any] = {"status": "failed" if failed else "ok", "basis": "measured"}
    if failed:
        fields |= outcome.error(said)
    else:
        fields["metrics"] = metric(record, "elapsed_time", "duration", "second")
    common = _common(test, hardware, "example", record.get("timestamp"), when)
    common["attributes"] |= as_attributes(record, "implementation_type", "implementation")
    return simulated(fields, outcome.declared_simulation(record, hardware)) | common


ADAPTERS = (adapter("legacy_perf_test_results", _recognises, _parts),)
