"""Names of hardware in historical documents."""

import pytest

from collectors.adapters.legacy.devices import hardware, only_name


@pytest.mark.parametrize(
    ("spelling", "kind"),
    [
        ("cpu", "cpu"),
        ("CPU", "cpu"),
        ("cuda:0", "cuda"),
        ("cuda:0 (mock)", "cuda"),
        ("NVIDIA CUDA", "cuda"),
        ("OPENVINO", "openvino"),
        ("Intel OpenVINO", "openvino"),
        ("Apple MPS", "mps"),
        ("AMD ROCm", "rocm"),
        ("qnn", "qualcomm"),
        ("Qualcomm", "qualcomm"),
        ("WebGPU", "webgpu"),
        ("Example GPU 9", None),
    ],
)
def test_a_spelling_stands_for_a_kind_and_is_kept_as_it_is(spelling: str, kind: str | None) -> None:
    assert (hardware(spelling).device, hardware(spelling).kind) == (spelling, kind)


@pytest.mark.parametrize("nothing", [None, "", "  ", 3, ["cpu"]])
def test_what_is_no_text_names_no_hardware(nothing: object) -> None:
    assert hardware(nothing).fields == {"device": None, "device_kind": None}


@pytest.mark.parametrize(
    ("names", "name"),
    [
        (["Example GPU 9", None, " Example GPU 9 "], "Example GPU 9"),
        (["Example GPU 9", "Example GPU 8"], None),
        ([None, 3, ""], None),
    ],
)
def test_a_name_counts_where_all_that_is_told_agrees(names: list[object], name: str | None) -> None:
    assert only_name(names) == name
