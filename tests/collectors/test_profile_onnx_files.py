"""ONNX files as other tools make them: quantised, with operators of ONNX Runtime, damaged, without shapes."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("onnx")

import onnx
from onnx import TensorProto, helper

from benchmart.config import Home
from benchmart.event_log.events import ModelProfiled
from benchmart.event_log.log import EventLog
from collectors.profiles import onnx_files
from collectors.profiles.collecting import collect_profiles
from collectors.profiles.onnx_graphs.skeleton import skeleton
from collectors.profiles.profiling import profile
from collectors.profiles.wanted import CannotProfile, Wanted

_FLOAT, _BYTE = TensorProto.FLOAT, TensorProto.INT8
_RUNTIME = "com.microsoft"


def _write(
    path: Path,
    nodes: Sequence[Any],
    *,
    inputs: Sequence[tuple[str, Any]] = (("x", ["n", 4, 8, 8]),),
    weights: Sequence[tuple[str, int, tuple[int, ...]]] = (),
    told: Sequence[Any] = (),
) -> Path:
    """A file whose last node gives the output; weights are zeros."""
    graph = helper.make_graph(
        nodes,
        "made",
        [helper.make_tensor_value_info(name, _FLOAT, shape) for name, shape in inputs],
        [onnx.ValueInfoProto(name=nodes[-1].output[0])],
        [_weight(*each) for each in weights],
        value_info=told,
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_RUNTIME, 1)]
    path.write_bytes(helper.make_model(graph, opset_imports=opsets).SerializeToString())
    return path


def _weight(name: str, dtype: int, shape: tuple[int, ...]) -> Any:
    count = 1
    for length in shape:
        count *= length
    return helper.make_tensor(name, dtype, shape, bytes(count * (4 if dtype == _FLOAT else 1)), raw=True)


def _profiled(path: Path, **sizes: int) -> ModelProfiled:
    [event] = profile(Wanted(str(path), **sizes), run_id="r")
    return event


def _told(event: ModelProfiled) -> list[tuple[Any, ...]]:
    return [
        (each.category, tuple(each.shape), each.flops, each.weight_elements) for each in event.operators or ()
    ]


_CONVOLUTION = ("conv", (4, 6, 3, 3, 1, 1, 6, 6), 2.0 * 36 * 6 * 4 * 9, 6 * 4 * 9)
_KERNEL = (6, 4, 3, 3)


def test_a_net_with_quantised_weights_is_the_net_itself(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "s", "z"], ["xq"]),
        helper.make_node("DequantizeLinear", ["xq", "s", "z"], ["xd"]),
        helper.make_node("DequantizeLinear", ["w", "s", "z"], ["wd"]),
        helper.make_node("Conv", ["xd", "wd"], ["y"]),
    ]
    weights = [("w", _BYTE, _KERNEL), ("s", _FLOAT, ()), ("z", _BYTE, ())]
    event = _profiled(_write(tmp_path / "net.onnx", nodes, weights=weights))
    assert _told(event) == [_CONVOLUTION]
    assert (event.parameter_count, event.attributes["quantised"]) == (6 * 4 * 9, "QDQ")


def test_operators_on_integers_are_the_products_they_compute(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "s", "z"], ["xq"]),
        helper.make_node("QLinearConv", ["xq", "s", "z", "w", "s", "z", "s", "z", "b"], ["c"]),
        helper.make_node("Flatten", ["c"], ["f"]),
        helper.make_node("QLinearMatMul", ["f", "s", "z", "m", "s", "z", "s", "z"], ["y"]),
    ]
    weights = [("w", _BYTE, _KERNEL), ("m", _BYTE, (216, 5)), ("s", _FLOAT, ()), ("z", _BYTE, ())]
    path = _write(tmp_path / "net.onnx", nodes, weights=weights)
    model = onnx.load(path)
    model.graph.initializer.append(helper.make_tensor("b", TensorProto.INT32, (6,), [0] * 6))
    onnx.save(model, path)
    event = _profiled(path)
    assert [each[:3] for each in _told(event)] == [_CONVOLUTION[:3], ("matmul", (1, 5, 216), 2.0 * 5 * 216)]
    assert event.parameter_count == 6 * 4 * 9 + 6 + 216 * 5


def _attention_of_runtime(path: Path) -> Path:
    node = helper.make_node("Attention", ["x", "w", "b"], ["y"], domain=_RUNTIME, num_heads=2)
    weights = [("w", _FLOAT, (8, 24)), ("b", _FLOAT, (24,))]
    return _write(path, [node], inputs=[("x", ["n", "length", 8])], weights=weights)


def test_attention_of_onnx_runtime_is_a_product_and_attention(tmp_path: Path) -> None:
    event = _profiled(_attention_of_runtime(tmp_path / "net.onnx"), sequence_length=7)
    assert _told(event) == [
        ("matmul", (7, 24, 8), 2.0 * 7 * 24 * 8, 8 * 24 + 24),
        ("attention", (2, 7, 7, 4), 2.0 * 2 * 7 * 7 * 8, 0),
    ]
    assert (event.sequence_length, event.parameter_count) == (7, 8 * 24 + 24)


def test_attention_of_many_heads_reads_a_cache_only_where_there_is_one(tmp_path: Path) -> None:
    shapes = [(name, ["n", "length", 8]) for name in "qkv"]
    caches = [(name, ["n", 2, 5, 4]) for name in ("past_key", "past_value")]
    for cache, keys in (([], 7), (caches, 12)):
        names = ["q", "k", "v", *([""] * 3 if cache else []), *(name for name, _ in cache)]
        node = helper.make_node("MultiHeadAttention", names, ["y"], domain=_RUNTIME, num_heads=2)
        event = _profiled(_write(tmp_path / "net.onnx", [node], inputs=[*shapes, *cache]), sequence_length=7)
        assert _told(event) == [("attention", (2, 7, keys, 4), 2.0 * 2 * 7 * keys * 8, 0)]


def test_weights_of_few_bits_count_as_the_elements_they_stand_for(tmp_path: Path) -> None:
    node = helper.make_node(
        "MatMulNBits", ["x", "w", "s"], ["y"], domain=_RUNTIME, N=16, K=32, bits=4, block_size=16
    )
    weights = [("w", TensorProto.UINT8, (16, 2, 8)), ("s", _FLOAT, (32,))]
    event = _profiled(_write(tmp_path / "net.onnx", [node], inputs=[("x", ["n", 3, 32])], weights=weights))
    assert _told(event) == [("matmul", (3, 16, 32), 2.0 * 3 * 16 * 32, 16 * 32)]
    assert event.parameter_count == 16 * 32


def test_a_product_by_einsum_is_a_product(tmp_path: Path) -> None:
    node = helper.make_node("Einsum", ["q", "k"], ["y"], equation="bqhd,bkhd->bhqk")
    inputs = [("q", ["n", 5, 2, 4]), ("k", ["n", 6, 2, 4])]
    event = _profiled(_write(tmp_path / "net.onnx", [node], inputs=inputs))
    assert _told(event) == [("batched_matmul", (2, 5, 6, 4), 2.0 * 2 * 5 * 6 * 4, 0)]


def test_queries_that_share_keys_have_the_attention_of_all_their_heads(tmp_path: Path) -> None:
    inputs = [("q", ["n", "length", 16]), ("k", ["n", "length", 8]), ("v", ["n", "length", 8])]
    caches = [("past_key", ["n", 2, "past", 4]), ("past_value", ["n", 2, "past", 4])]
    names = [name for name, _ in (*inputs, *caches)]
    node = helper.make_node(
        "GroupQueryAttention", names, ["y", "k2", "v2"], domain=_RUNTIME, num_heads=4, kv_num_heads=2
    )
    path = _write(tmp_path / "net.onnx", [node], inputs=[*inputs, *caches])
    event = _profiled(path, sequence_length=7)
    assert _told(event) == [("attention", (4, 7, 7, 4), 2.0 * 4 * 7 * 7 * 8, 0)]
    assert [each.written_elements for each in event.operators or ()] == [7 * 16]


def test_operators_that_onnx_runtime_joined_are_one_each(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("FusedConv", ["x", "w"], ["c"], domain=_RUNTIME, activation="Relu"),
        helper.make_node("SkipLayerNormalization", ["c", "c", "g"], ["s", "", "", "sum"], domain=_RUNTIME),
        helper.make_node("BiasGelu", ["sum", "g"], ["b"], domain=_RUNTIME),
        helper.make_node("FusedMatMul", ["b", "s"], ["y"], domain=_RUNTIME, transB=1),
    ]
    weights = [("w", _FLOAT, _KERNEL), ("g", _FLOAT, (6,))]
    event = _profiled(_write(tmp_path / "net.onnx", nodes, weights=weights))
    assert _told(event) == [
        _CONVOLUTION,
        ("norm", (2 * 216,), 0, 6),
        ("activation", (216,), 0, 6),
        ("batched_matmul", (6, 6, 6, 6), 2.0 * 6**4, 0),
    ]


def test_a_branch_is_followed_where_its_condition_follows_from_shapes(tmp_path: Path) -> None:
    def branch(operator: str) -> Any:
        node = helper.make_node(operator, ["x"], [f"of_{operator}"])
        return helper.make_graph([node], operator, [], [onnx.ValueInfoProto(name=f"of_{operator}")])

    nodes = [
        helper.make_node("Shape", ["x"], ["shape"]),
        helper.make_node("Size", ["shape"], ["rank"]),
        helper.make_node("Constant", [], ["four"], value_int=4),
        helper.make_node("Equal", ["rank", "four"], ["is_image"]),
        helper.make_node("If", ["is_image"], ["r"], then_branch=branch("Relu"), else_branch=branch("Exp")),
        helper.make_node("Sqrt", ["r"], ["y"]),
    ]
    event = _profiled(_write(tmp_path / "net.onnx", nodes))
    assert [each.operator for each in event.operators or ()] == ["onnx.Relu", "onnx.Sqrt"]
    nodes[3] = helper.make_node("Greater", ["x", "x"], ["is_image"])
    with pytest.raises(CannotProfile, match="If chooses by values"):
        _profiled(_write(tmp_path / "net.onnx", nodes))


def test_functions_of_a_file_are_read_as_what_they_are_made_of(tmp_path: Path) -> None:
    path = _write(tmp_path / "net.onnx", _tail("Twice", "mine"))
    model = onnx.load(path)
    body = [helper.make_node("Relu", ["a"], ["b"]), helper.make_node("Tanh", ["b"], ["c"])]
    model.functions.append(
        helper.make_function("mine", "Twice", ["a"], ["c"], body, [helper.make_opsetid("", 17)])
    )
    model.opset_import.append(helper.make_opsetid("mine", 1))
    onnx.save(model, path)
    assert [each.operator for each in _profiled(path).operators or ()] == ["onnx.Relu", "onnx.Tanh"]


def test_channels_that_are_free_are_those_of_the_convolution_that_reads_them(tmp_path: Path) -> None:
    nodes = [helper.make_node("Conv", ["x", "w"], ["y"])]
    inputs = [("x", ["n", "channels", "height", "width"]), ("w", list(_KERNEL))]
    # Older files list weights among the inputs.
    path = _write(tmp_path / "net.onnx", nodes, inputs=inputs, weights=[("w", _FLOAT, _KERNEL)])
    assert _told(_profiled(path, image_size=8)) == [_CONVOLUTION]


def test_an_operator_nobody_knows_is_counted_by_what_it_moves_where_the_file_tells_its_shape(
    tmp_path: Path,
) -> None:
    node = helper.make_node("Sparkle", ["x"], ["y"], domain="mine")
    told = [helper.make_tensor_value_info("y", _FLOAT, ["n", 4, 2, 2])]
    tail = helper.make_node("Relu", ["y"], ["z"])
    event = _profiled(_write(tmp_path / "net.onnx", [node, tail], told=told))
    assert [(each.category, each.operator, each.written_elements) for each in event.operators or ()] == [
        ("other", "mine.Sparkle", 16),
        ("activation", "onnx.Relu", 16),
    ]
    assert event.attributes["operators_not_known"] == "mine.Sparkle"


def _tail(operator: str, domain: str = "", **attributes: Any) -> list[Any]:
    return [helper.make_node(operator, ["x"], ["y"], name="here", domain=domain, **attributes)]


_TOLD = [helper.make_tensor_value_info("y", _FLOAT, ["n", 4])]


@pytest.mark.parametrize(
    ("nodes", "options", "reason"),
    [
        (_tail("Sparkle", "mine"), {}, r"mine.Sparkle 'here' gives 'y', whose shape .*module:factory"),
        (
            _tail("LongformerAttention", _RUNTIME),
            {"told": _TOLD},
            "com.microsoft.LongformerAttention 'here' cannot be read: how much it computes is not known",
        ),
        (_tail("Loop"), {}, "Loop 'here' repeats a part of the graph"),
        ([helper.make_node("Add", ["x", "gone"], ["y"])], {}, "Add reads 'gone', which nothing gives"),
        (
            [helper.make_node("MatMul", ["x", "w"], ["y"], name="here")],
            {"weights": [("w", _FLOAT, (3, 3))]},
            "MatMul 'here' does not fit what it reads: .*[Ii]ncompatible",
        ),
        (_tail("Relu"), {"inputs": [("x", None)]}, "its input 'x' has no shape"),
        (_tail("Relu"), {"inputs": [("x", ["n", 3, "h", "w"])]}, "images of any size in 'x'.*--image-size"),
        (_tail("Relu"), {"inputs": [("x", ["n", "channels", 8, 8])]}, "does not tell the channels of 'x'"),
        (_tail("Relu"), {"inputs": []}, "has no inputs"),
        (
            [helper.make_node("NonZero", ["x"], ["i"]), helper.make_node("Cast", ["i"], ["y"], to=_FLOAT)],
            {},
            "NonZero gives 'i', whose shape",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(
    tmp_path: Path, nodes: Sequence[Any], options: dict[str, Any], reason: str
) -> None:
    path = _write(tmp_path / "net.onnx", nodes, **options)
    with pytest.raises(CannotProfile, match=f"^{path}: .*{reason}"):
        _profiled(path)


@pytest.mark.parametrize(
    ("sizes", "reason"),
    [({"image_size": 16}, "made for images of 8, not 16"), ({"sequence_length": 9}, None)],
)
def test_a_size_that_the_file_fixes_is_not_another(
    tmp_path: Path, sizes: dict[str, int], reason: str | None
) -> None:
    path = _write(tmp_path / "net.onnx", _tail("Relu"))
    if reason is None:
        assert _profiled(path, **sizes).sequence_length is None
        return
    with pytest.raises(CannotProfile, match=reason):
        _profiled(path, **sizes)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is no ONNX file, or not a whole one: it is empty"),
        (b"<!DOCTYPE html><html>", "is no ONNX file"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "pointer of Git LFS.*git lfs pull"),
        (b"\x08\x0a", "is no ONNX file, or has no operators"),
    ],
)
def test_what_is_no_onnx_file_is_said(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(content)
    with pytest.raises(CannotProfile, match=reason):
        _profiled(path)


def test_a_file_cut_anywhere_is_refused_or_has_lost_nothing_that_counts(tmp_path: Path) -> None:
    path = _attention_of_runtime(tmp_path / "net.onnx")
    whole, content = _told(_profiled(path)), path.read_bytes()
    refused = 0
    for length in range(0, len(content), 7):
        path.write_bytes(content[:length])
        try:
            assert _told(_profiled(path)) == whole
        except CannotProfile:
            refused += 1
    assert refused > len(content) // 7 * 0.9


def test_weights_are_passed_over(tmp_path: Path) -> None:
    nodes = [helper.make_node("Gemm", ["x", "w"], ["y"])]
    weights = [("w", _FLOAT, (2000, 1000))]
    path = _write(tmp_path / "net.onnx", nodes, inputs=[("x", ["n", 2000])], weights=weights)
    assert path.stat().st_size > 8_000_000
    kept = skeleton(path)
    assert len(kept) < 1000
    [weight] = onnx.ModelProto.FromString(kept).graph.initializer
    assert (weight.name, list(weight.dims), weight.raw_data) == ("w", [2000, 1000], b"")
    event = _profiled(path)
    assert (event.parameter_count, event.flops_per_item) == (2_000_000, 4_000_000)


def test_weights_in_another_file_need_not_be_there(tmp_path: Path) -> None:
    nodes = [helper.make_node("Conv", ["x", "w"], ["y"])]
    path = _write(tmp_path / "net.onnx", nodes, weights=[("w", _FLOAT, _KERNEL)])
    onnx.save(onnx.load(path), path, save_as_external_data=True, location="net.data", size_threshold=0)
    (tmp_path / "net.data").unlink()
    assert _told(_profiled(path)) == [_CONVOLUTION]


def test_the_same_graph_is_read_once_whatever_its_weights(tmp_path: Path) -> None:
    log, path = EventLog(Home(tmp_path).events), tmp_path / "net.onnx"

    def status(**options: bool) -> str:
        [done] = collect_profiles(log, [Wanted(str(path))], run_id="r", **options)
        return done.status

    def written(kernel: tuple[int, ...], fill: bytes) -> None:
        _write(path, [helper.make_node("Conv", ["x", "w"], ["y"])], weights=[("w", _FLOAT, kernel)])
        model = onnx.load(path)
        model.graph.initializer[0].raw_data = fill * len(model.graph.initializer[0].raw_data)
        onnx.save(model, path)

    written((60, 4, 3, 3), b"\0")
    assert [status(), status(), status(again=True)] == ["new", "known", "new"]
    written((60, 4, 3, 3), b"\1")
    assert status() == "known"
    written((61, 4, 3, 3), b"\0")
    assert status() == "new"


def test_without_onnx_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _write(tmp_path / "net.onnx", _tail("Relu"))
    monkeypatch.setattr(onnx_files, "find_spec", lambda _: None)
    with pytest.raises(CannotProfile, match=r"not installed.*benchmart\[onnx\]"):
        _profiled(path)


def test_a_graph_is_read_without_torch(tmp_path: Path) -> None:
    path = _write(tmp_path / "net.onnx", _tail("Relu"))
    code = (
        "import sys; from collectors.profiles.profiling import profile; from collectors.profiles.wanted import Wanted; "
        f"assert profile(Wanted({str(path)!r}), run_id='r'); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
