from __future__ import annotations

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from inference.packages.onnx_file import refusal
from tests.support.small_networks import bright_cells, model, slow

WHOLE = bright_cells().SerializeToString()


def branch(node: onnx.NodeProto, *tensors: TensorProto) -> onnx.GraphProto:
    told = [helper.make_tensor_value_info("inner", TensorProto.FLOAT, None)]
    return helper.make_graph([node], "branch", [], told, list(tensors))


def with_branch(graph: onnx.GraphProto, depth: int = 0) -> onnx.ModelProto:
    for _ in range(depth):
        node = helper.make_node("If", ["c"], ["inner"], then_branch=graph, else_branch=graph)
        graph = branch(node)
    node = helper.make_node("If", ["c"], ["scores"], then_branch=graph, else_branch=graph)
    return model([node], {"c": np.array(True)}, {"scores": [1]})


def outside(name: str) -> TensorProto:
    tensor = numpy_helper.from_array(np.zeros(4, np.float32), name)
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    return tensor


def test_whole_networks_are_taken() -> None:
    assert refusal(WHOLE) == ""
    assert refusal(slow(3).SerializeToString()) == ""


def test_custom_operators_and_outside_data_are_found_inside_branches() -> None:
    own = branch(helper.make_node("Own", [], ["inner"], domain="com.example"))
    assert "com.example::Own" in refusal(with_branch(own).SerializeToString())
    data = branch(helper.make_node("Identity", ["weights"], ["inner"]), outside("weights"))
    assert "external data" in refusal(with_branch(data, depth=2).SerializeToString())
    held = branch(helper.make_node("Constant", [], ["inner"], value=outside("weights")))
    assert "external data" in refusal(with_branch(held).SerializeToString())


def length_told(key: bytes, content: bytes) -> bytes:
    size, told = len(content), b""
    while size >= 0x80:
        told, size = told + bytes([size & 0x7F | 0x80]), size >> 7
    return key + told + bytes([size]) + content


def test_graphs_too_deep_in_each_other_are_refused() -> None:
    # Deeper than onnx itself can write: a model's graph, its node, its attribute, its graph ...
    graph = b""
    for _ in range(5000):
        graph = length_told(b"\x0a", length_told(b"\x2a", length_told(b"\x32", graph)))
    assert "too deep" in refusal(length_told(b"\x3a", graph))


def test_a_location_that_only_wraps_around_to_external_is_refused() -> None:
    # An enum is cut to 32 bits by parsers: 2**32 + 1 is read as 1.
    honest, wrapped = b"\x70\x01", b"\x70\x81\x80\x80\x80\x10"
    tensor = outside("weights").SerializeToString().replace(honest, wrapped)
    assert wrapped in tensor
    assert TensorProto.FromString(tensor).data_location == TensorProto.EXTERNAL
    hand = b"\x0a\x00" + b"\x2a" + bytes([len(tensor)]) + tensor
    assert "external data" in refusal(b"\x3a" + bytes([len(hand)]) + hand)


def test_local_functions_count_as_known_and_what_they_hold_is_looked_at() -> None:
    opset = [helper.make_opsetid("", 17)]
    fine = helper.make_function(
        "own", "F", ["a"], ["b"], [helper.make_node("Relu", ["a"], ["b"])], opset
    )
    made = model([helper.make_node("F", ["image"], ["scores"], domain="own")], domains=("own",))
    assert "own::F" in refusal(made.SerializeToString())
    made.functions.append(fine)
    assert refusal(made.SerializeToString()) == ""
    fine.node.append(helper.make_node("G", ["b"], ["c"], domain="com.example"))
    made.functions[0].CopyFrom(fine)
    assert "com.example::G" in refusal(made.SerializeToString())


def test_only_named_contributed_operators_are_taken() -> None:
    for name, taken in (("FusedConv", True), ("Attention", False)):
        node = helper.make_node(name, ["image"], ["scores"], domain="com.microsoft")
        made = model([node], domains=("com.microsoft",)).SerializeToString()
        assert (refusal(made) == "") is taken


def test_instructions_for_training_and_no_opset_are_refused() -> None:
    made = bright_cells()
    made.training_info.add()
    assert "training" in refusal(made.SerializeToString())
    made = bright_cells()
    del made.opset_import[:]
    assert "no opset" in refusal(made.SerializeToString())


@pytest.mark.parametrize("content", [b"", b"not onnx", b"\x80" * 40, b"PK\x03\x04", WHOLE[:-3]])
def test_what_is_no_onnx_file_is_refused(content: bytes) -> None:
    assert refusal(content)


@given(st.data())
def test_a_damaged_file_never_raises(data: st.DataObject) -> None:
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    refusal(bytes(content[: data.draw(st.integers(0, len(content)))]))


@given(st.binary(max_size=300))
def test_any_bytes_are_answered(content: bytes) -> None:
    assert isinstance(refusal(content), str)
