"""Small real ONNX files and packages around them, good and bad."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CELL = 8
"""Side in prepared pixels of the cells that the bright-cell network scores."""

FLOAT, WHOLE = TensorProto.FLOAT, TensorProto.INT64


def model(
    nodes: list[onnx.NodeProto],
    constants: dict[str, np.ndarray] | None = None,
    outputs: dict[str, list[Any]] | None = None,
    *,
    opset: int = 17,
    domains: tuple[str, ...] = (),
    shape: tuple[Any, ...] = (1, 1, "rows", "columns"),
) -> onnx.ModelProto:
    """A network with the input ``image``."""
    told = outputs or {"boxes": [1, "k", 4], "scores": [1, "k"]}
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("image", FLOAT, list(shape))],
        [helper.make_tensor_value_info(name, FLOAT, sides) for name, sides in told.items()],
        [numpy_helper.from_array(value, name) for name, value in (constants or {}).items()],
    )
    opsets = [helper.make_opsetid("", opset), *(helper.make_opsetid(d, 1) for d in domains)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def bright_cells(last: list[onnx.NodeProto] | None = None, **others: Any) -> onnx.ModelProto:
    """Marks each cell of 8 x 8 pixels with its mean brightness as the score.

    last: what makes ``scores`` of ``flat`` (1, k), by default nothing but a name.
    """
    node = helper.make_node
    nodes = [
        node("AveragePool", ["image"], ["means"], kernel_shape=[CELL] * 2, strides=[CELL] * 2),
        node("Greater", ["means", "below"], ["all"]),
        node("NonZero", ["all"], ["places"]),
        node("Gather", ["places", "two"], ["rows"], axis=0),
        node("Gather", ["places", "three"], ["columns"], axis=0),
        node("Concat", ["columns", "rows", "columns", "rows"], ["cells"], axis=0),
        node("Transpose", ["cells"], ["turned"], perm=[1, 0]),
        node("Cast", ["turned"], ["floats"], to=FLOAT),
        node("Mul", ["floats", "side"], ["corners"]),
        node("Add", ["corners", "reach"], ["edges"]),
        node("Unsqueeze", ["edges", "zero"], ["boxes"]),
        node("Reshape", ["means", "row"], ["flat"]),
        *(last or [node("Clip", ["flat", "least", "most"], ["scores"])]),
    ]
    constants: dict[str, np.ndarray] = {
        "below": np.array(-1, np.float32),
        "two": np.array([2], np.int64),
        "three": np.array([3], np.int64),
        "side": np.array(CELL, np.float32),
        "reach": np.array([-0.5, -0.5, CELL - 0.5, CELL - 0.5], np.float32),
        "zero": np.array([0], np.int64),
        "row": np.array([1, -1], np.int64),
        "least": np.array(0, np.float32),
        "most": np.array(1, np.float32),
    }
    return model(nodes, constants, **others)


def nan_scores() -> onnx.ModelProto:
    """Boxes as they should be; each score is 0 / 0."""
    node = helper.make_node
    last = [node("Sub", ["flat"] * 2, ["none"]), node("Div", ["none"] * 2, ["scores"])]
    return bright_cells(last)


def score_of_two() -> onnx.ModelProto:
    """Scores above 1."""
    return bright_cells([helper.make_node("Add", ["flat", "side"], ["scores"])])


def wrong_shape() -> onnx.ModelProto:
    """Scores of one dimension too many."""
    return bright_cells(
        [helper.make_node("Unsqueeze", ["flat", "zero"], ["scores"])],
        outputs={"boxes": [1, "k", 4], "scores": [1, 1, "k"]},
    )


def slow(layers: int) -> onnx.ModelProto:
    """A chain of convolutions of 16 channels, then scores; each takes some ms on 512 x 512."""
    node = helper.make_node
    random = np.random.default_rng(0)
    constants: dict[str, np.ndarray] = {
        "widen": random.normal(size=(16, 1, 3, 3)).astype(np.float32),
        "kernel": (random.normal(size=(16, 16, 3, 3)) / 12).astype(np.float32),
    }
    nodes = [node("Conv", ["image", "widen"], ["x0"], pads=[1] * 4)]
    nodes += [
        node("Conv", [f"x{at}", "kernel"], [f"x{at + 1}"], pads=[1] * 4) for at in range(layers)
    ]
    nodes.append(node("ReduceMean", [f"x{layers}"], ["scores"], axes=[1, 2, 3], keepdims=0))
    return model(nodes, constants, {"scores": [1]}, opset=13)


def endless() -> onnx.ModelProto:
    """A loop that ends after 2**62 rounds."""
    kept = helper.make_tensor_value_info("kept", FLOAT, None)
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["before"], ["kept"]),
            helper.make_node("Identity", ["going"], ["goes"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("round", WHOLE, []),
            helper.make_tensor_value_info("going", TensorProto.BOOL, []),
            helper.make_tensor_value_info("before", FLOAT, None),
        ],
        [helper.make_tensor_value_info("goes", TensorProto.BOOL, []), kept],
    )
    last = [helper.make_node("Loop", ["rounds", "", "flat"], ["scores"], body=body)]
    made = bright_cells(last)
    made.graph.initializer.append(numpy_helper.from_array(np.array(2**62), "rounds"))
    return made


def external_data() -> onnx.ModelProto:
    """Weights that are to be read from a file beside it."""
    made = bright_cells()
    tensor = next(one for one in made.graph.initializer if one.name == "reach")
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in (("location", "../../secret.bin"), ("offset", "0"), ("length", "16")):
        entry = tensor.external_data.add()
        entry.key, entry.value = key, value
    return made


def custom_operator() -> onnx.ModelProto:
    """An operator of somebody's own library."""
    last = [helper.make_node("Sharpen", ["flat"], ["scores"], domain="com.example")]
    return bright_cells(last, domains=("com.example",))


def manifest_for(network: bytes, **changed: Any) -> dict[str, Any]:
    """A manifest as it should be, changed at the top level as asked."""
    told: dict[str, Any] = {
        "format": "fourview-model",
        "version_of_format": 1,
        "id": "bright-cells",
        "version": "1.0",
        "title": "Marks what is bright",
        "system": "rpn",
        "stage": "detect",
        "inputs": {"preparing": {"pixel_mm": 0.5, "margin_mm": 3.0}, "multiple": 32},
        "outputs": {"boxes": "left, top, right, bottom", "scores": "0 to 1"},
        "operating_points": [
            {
                "threshold": 0.5,
                "sensitivity": 0.6,
                "false_positives_per_image": 1.0,
                "low": 0.5,
                "high": 0.7,
                "measured_on": "nothing at all",
            }
        ],
        "training": {"data": "none", "licence": "Apache-2.0", "images": 0},
        "intended_use": "Tests. Research use only, not a medical device.",
        "kinds": ["mass"],
        "files": {"network.onnx": hashlib.sha256(network).hexdigest()},
    }
    return told | changed


def write_package(
    folder: Path, network: onnx.ModelProto | bytes | None = None, **changed: Any
) -> Path:
    """A package folder with ``network.onnx``; the bright-cell network unless given."""
    made = network if network is not None else bright_cells()
    content = made if isinstance(made, bytes) else made.SerializeToString()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "network.onnx").write_bytes(content)
    told = {name: one for name, one in manifest_for(content, **changed).items() if one is not None}
    (folder / "manifest.json").write_text(json.dumps(told))
    return folder


def zip_package(folder: Path, path: Path, prefix: str = "") -> Path:
    """The package zipped, its names with a prefix."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, prefix + file.name)
    return path
