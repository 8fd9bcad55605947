"""Weights in half the bytes give the same answers as torch with rounded weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="export needs the train extra")
onnx = pytest.importorskip("onnx", reason="export needs the train extra")
onnxruntime = pytest.importorskip("onnxruntime", reason="answers need onnxruntime")

from onnx import TensorProto, helper, numpy_helper

from training.half import LEAST_WEIGHTS, halve, rounded


def one_layer(path: Path, weights) -> None:
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "one",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, len(weights)])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, weights.shape[1]])],
        [numpy_helper.from_array(weights, "w")],
    )
    opset = [helper.make_opsetid("", 20)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=10), str(path))


def test_a_halved_file_is_half_as_large_and_answers_as_the_rounded_network(tmp_path: Path) -> None:
    torch.manual_seed(1)
    network = torch.nn.Linear(200, 50, bias=False)
    own = rounded(network)
    path = tmp_path / "model.onnx"
    one_layer(path, own.weight.detach().numpy().T.copy())
    before = path.stat().st_size
    halve(path)
    assert path.stat().st_size < 0.55 * before
    x = torch.randn(1, 200)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    found = session.run(None, {"x": x.numpy()})[0]
    np.testing.assert_allclose(found, own(x).detach().numpy(), atol=1e-5)


def test_rounding_leaves_the_network_itself_alone_and_small_parts_exact() -> None:
    torch.manual_seed(1)
    network = torch.nn.Linear(LEAST_WEIGHTS, 3)
    before = network.weight.detach().clone()
    own = rounded(network)
    assert torch.equal(network.weight, before)
    assert torch.equal(own.bias, network.bias)
    assert not torch.equal(own.weight, network.weight)
    assert torch.equal(own.weight, own.weight.half().float())
