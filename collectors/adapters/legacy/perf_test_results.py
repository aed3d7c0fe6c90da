"""`performance_test_results_*.json`: skill tests, a block for each platform they tried, and the examples of a block.

What a block and an example tell is named as in the skill tests' own files: see `skill_numbers` for the units.
`execution_time` of a test is in seconds.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from collectors.adapters.document import Document
from collectors.adapters.legacy import devices, outcome
from collectors.adapters.legacy.record import (
    Part,
    adapter,
    an_object,
    entries,
    event_fields,
    has_keys,
    members,
    metric,
    step,
)
from collectors.adapters.legacy.skill_blocks import block_of, card_name, example_fields, platform_fields


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
            told = block_of(platform, block)
            yield Part(place, block, partial(_block, test, platform, told, when))
            for number, one in enumerate(entries(block.get("examples"))):
                make = partial(_example, test, platform, one, card_name(told), when)
                yield Part(f"{place}.examples[{number}]", one, make)


def _test(test: str, value: Any, when: object) -> dict[str, Any]:
    record = an_object(value)
    status = outcome.claimed("status", record.get("status"))
    failed = outcome.error(record.get("error"), record.get("traceback")) if status == "failed" else {}
    return _common(test, "test", {}, record.get("timestamp"), when) | {
        "status": status,
        "basis": "measured",
        "metrics": metric(record, "execution_time", "duration", "second"),
        **failed,
    }


def _block(test: str, platform: str, told: Mapping[str, Any], when: object) -> dict[str, Any]:
    times = [one for key, one in told.items() if key.endswith("timestamp")]
    return _common(test, "platform", platform_fields(platform, told, None), *times, when)


def _example(test: str, platform: str, value: Any, card: str | None, when: object) -> dict[str, Any]:
    record = an_object(value)
    hardware = record.get("platform") or platform
    if devices.hardware(hardware).kind != devices.hardware(platform).kind:
        card = None
    return _common(
        test, "example", example_fields(record, hardware, None, card), record.get("timestamp"), when
    )


def _common(test: str, level: str, told: Mapping[str, Any], *times: object) -> dict[str, Any]:
    about = event_fields("test", test, *times, condition={"level": level}, attributes=told.get("attributes"))
    return {**about, **told, "attributes": about["attributes"]}


ADAPTERS = (adapter("legacy_perf_test_results", _recognises, _parts),)
