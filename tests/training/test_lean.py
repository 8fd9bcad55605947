"""A lightened file answers as before, with what it was to be rid of gone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="export needs the train extra")
onnx = pytest.importorskip("onnx", reason="export needs the train extra")
onnxruntime = pytest.importorskip("onnxruntime", reason="answers need onnxruntime")

from onnx import helper, numpy_helper

from training.lean import lighten

SHAPE = (2, 8, 12, 20)


def save(path: Path, nodes: list, constants: dict[str, np.ndarray], rows: int | str = 12) -> None:
    shape = ["n", 8, rows, 20]
    graph = helper.make_graph(
        nodes,
        "one",
        [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, list("nchw"))],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    opset = [helper.make_opsetid("", 20)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=10), str(path))


def answer(path: Path) -> np.ndarray:
    x = np.random.default_rng(1).normal(3, 1, SHAPE).astype(np.float32)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"x": x})[0])


def lightened(path: Path) -> Counter:
    """Nodes by kind of what came of a file; its answer is the same."""
    before = answer(path)
    lighten(path)
    model = onnx.load(str(path))
    onnx.checker.check_model(model, full_check=True)
    np.testing.assert_allclose(answer(path), before, rtol=1e-5, atol=2e-4)
    return Counter(node.op_type for node in model.graph.node)


def pool(kernel: list[int], pads: list[int], **others: int) -> list:
    told = {"kernel_shape": kernel, "pads": pads, **others}
    return [helper.make_node("AveragePool", ["x"], ["y"], **told)]


def random(*shape: int) -> np.ndarray:
    return np.random.default_rng(2).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize(("kernel", "pads"), [([5, 1], [2, 0, 2, 0]), ([1, 31], [0, 15, 0, 15])])
def test_a_mean_along_an_axis_becomes_a_product(
    tmp_path: Path, kernel: list[int], pads: list[int]
) -> None:
    path = tmp_path / "model.onnx"
    save(path, pool(kernel, pads), {})
    assert lightened(path) == {"MatMul": 1}


@pytest.mark.parametrize(
    ("nodes", "rows"),
    [
        (pool([3, 3], [1, 1, 1, 1]), 12),
        (pool([5, 1], [2, 0, 2, 0], count_include_pad=1), 12),
        (pool([5, 1], [0, 0, 0, 0]), 12),
        (pool([5, 1], [2, 0, 2, 0], strides=[2, 1]), 12),
        (pool([5, 1], [2, 0, 2, 0]), "rows"),
    ],
)
def test_other_means_stay_as_they_are(tmp_path: Path, nodes: list, rows: int | str) -> None:
    path = tmp_path / "model.onnx"
    save(path, nodes, {}, rows)
    assert lightened(path) == {"AveragePool": 1}


def test_a_convolution_of_two_joined_inputs_becomes_two_and_nothing_is_joined(
    tmp_path: Path,
) -> None:
    path = tmp_path / "model.onnx"
    nodes = [
        helper.make_node("Relu", ["x"], ["up"]),
        helper.make_node("Concat", ["x", "up"], ["both"], axis=1),
        helper.make_node("Conv", ["both", "w", "b"], ["y"], kernel_shape=[3, 3], pads=[1] * 4),
    ]
    save(path, nodes, {"w": random(4, 16, 3, 3), "b": random(4)})
    assert lightened(path) == {"Relu": 1, "Conv": 2, "Add": 1}


def test_a_join_along_rows_stays(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    nodes = [
        helper.make_node("Concat", ["x", "x"], ["both"], axis=2),
        helper.make_node("Conv", ["both", "w"], ["y"], kernel_shape=[3, 3]),
    ]
    save(path, nodes, {"w": random(4, 8, 3, 3)})
    assert lightened(path) == {"Concat": 1, "Conv": 1}


def test_a_factor_and_a_term_of_each_channel_become_one_convolution(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    nodes = [
        helper.make_node("Mul", ["x", "f"], ["m"]),
        helper.make_node("Add", ["m", "t"], ["a"]),
        helper.make_node("Relu", ["a"], ["y"]),
    ]
    save(path, nodes, {"f": random(8, 1, 1), "t": random(8, 1, 1)})
    assert lightened(path) == {"Conv": 1, "Relu": 1}


def test_a_product_that_something_else_needs_too_stays(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    nodes = [
        helper.make_node("Mul", ["x", "f"], ["m"]),
        helper.make_node("Add", ["m", "t"], ["a"]),
        helper.make_node("Sub", ["m", "a"], ["y"]),
    ]
    save(path, nodes, {"f": random(8, 1, 1), "t": random(8, 1, 1)})
    assert lightened(path) == {"Mul": 1, "Add": 1, "Sub": 1}
