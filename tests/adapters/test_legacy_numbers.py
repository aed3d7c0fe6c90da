"""Numbers of skill tests: which become metrics, and what is kept of the others."""

from typing import Any

import pytest

from collectors.adapters.legacy.skill_blocks import block_of, example_fields, platform_fields


def _numbers(fields: dict[str, Any]) -> dict[str, tuple[str, float]]:
    return {one.name: (one.unit, one.value) for one in fields.get("metrics", ())}


def test_the_second_telling_of_a_time_is_kept_as_an_attribute() -> None:
    fields = example_fields({"elapsed_time": 0.25, "timing": {"total_time": 0.5}}, "CPU", None)
    assert _numbers(fields) == {"duration": ("second", 0.25)}
    assert fields["attributes"] == {"total_time": "0.5"}


def test_what_failed_keeps_its_time_and_what_its_working_parts_took() -> None:
    told = {
        "cuda_init": "Success (REAL)",
        "cuda_tests": "Error: out of memory",
        "cuda_memory_allocated_gb": 1.5,
    }
    fields = platform_fields("cuda", block_of("cuda", told), None)
    assert (fields["status"], fields["error_class"]) == ("failed", "out_of_memory")
    assert _numbers(fields) == {"memory_allocated": ("gigabyte", 1.5)}


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 0, -1, "0.5", None, True, [0.5]])
def test_what_failed_has_no_metric_of_a_number_that_is_none(number: object) -> None:
    fields = example_fields({"output": "Error: no", "elapsed_time": number}, "CPU", None)
    assert fields["status"] == "failed"
    assert _numbers(fields) == {}


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -1, "0.5", True, [0.5]])
def test_what_works_is_refused_with_a_number_that_is_none(number: object) -> None:
    with pytest.raises(ValueError, match="elapsed_time"):
        example_fields({"elapsed_time": number}, "CPU", None)


def test_a_time_of_zero_means_that_nothing_ran() -> None:
    fields = example_fields({"elapsed_time": 0}, "CPU", None)
    assert (fields["status"], fields["basis"]) == ("untested", "untested")


@pytest.mark.parametrize(
    ("own", "of_the_file", "device"),
    [
        ({"device_name": "Example GPU 9"}, None, "Example GPU 9"),
        ({"cuda_device": "cuda:0"}, None, "CUDA"),
        ({"cuda_device": "cuda:0"}, "Example GPU 9", "Example GPU 9"),
        ({"is_simulated": True}, "Example GPU 9", "CUDA"),
        ({}, None, "CUDA"),
    ],
)
def test_a_card_is_named_where_the_example_or_the_whole_file_names_one_and_something_ran_on_it(
    own: dict[str, Any], of_the_file: str | None, device: str
) -> None:
    fields = example_fields({"elapsed_time": 0.5, **own}, "CUDA", None, of_the_file)
    assert (fields["device"], fields["device_kind"]) == (device, "cuda")


@pytest.mark.parametrize(
    ("told", "device"),
    [
        ({"cuda_init": "Success (REAL)"}, "Example GPU 9"),
        ({"cuda_init": "Success (REAL)", "cuda_device": "cuda:0"}, "Example GPU 9"),
        ({"cuda_init": "Success (REAL)", "cuda_metrics": {"device_name": "Example GPU 8"}}, "Example GPU 8"),
        ({"cuda_init": "Success (MOCK)"}, "cuda"),
    ],
)
def test_a_platform_is_filed_under_its_own_card_before_that_of_the_file(
    told: dict[str, Any], device: str
) -> None:
    fields = platform_fields("cuda", block_of("cuda", told), None, "Example GPU 9")
    assert (fields["device"], fields["device_kind"]) == (device, "cuda")
