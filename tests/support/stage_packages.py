"""Packages of the later stages with small real networks."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from inference.systems.classify_crops import PLANES
from inference.systems.classify_features import FEATURES
from inference.systems.contour_region import REGION_SIDE
from tests.support.small_networks import model, write_package

COARSE = {"preparing": {"pixel_mm": 1.0, "margin_mm": 3.0}, "multiple": 32}


def disc_is_lesion() -> onnx.ModelProto:
    """A disc in the middle of the region belongs to the lesion, whatever is seen."""
    y, x = np.mgrid[:REGION_SIDE, :REGION_SIDE] - (REGION_SIDE - 1) / 2
    disc = np.clip((80 - np.hypot(x, y)) / 8 + 0.5, 0, 1).astype(np.float32)
    nodes = [
        helper.make_node("Mul", ["image", "none"], ["nothing"]),
        helper.make_node("Add", ["nothing", "disc"], ["chance"]),
    ]
    constants = {"none": np.array(0, np.float32), "disc": disc[None, None]}
    return model(nodes, constants, {"chance": [1, 1, "r", "c"]}, shape=(1, 1, "r", "c"))


def bright_is_bad() -> onnx.ModelProto:
    """Log-odds of malignancy are the mean of what is seen; measured features count for nothing."""
    nodes = [helper.make_node("ReduceMean", ["image"], ["malignancy"], axes=[1, 2, 3], keepdims=0)]
    made = model(nodes, {}, {"malignancy": ["n"]}, opset=13, shape=("n", PLANES, "r", "c"))
    measured = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", FEATURES])
    made.graph.input.append(measured)
    return made


def write_contourer(folder: Path) -> Path:
    """A package of the stage ``contour``."""
    outputs = {"chance": "0 to 1"}
    return write_package(folder, disc_is_lesion(), id="contour", stage="contour",
                         system="contour-unet", inputs=COARSE, outputs=outputs)  # fmt: skip


def write_classifier(folder: Path) -> Path:
    """A package of the stage ``classify``; its network has a name of its own."""
    made = bright_is_bad()
    outputs = {"malignancy": "log-odds"}
    inputs = COARSE | {"channels": PLANES}
    write_package(folder, made, id="judge", stage="classify", system="classify-densenet",
                  inputs=inputs, outputs=outputs)  # fmt: skip
    (folder / "network.onnx").rename(folder / "judge.onnx")
    told = json.loads((folder / "manifest.json").read_text())
    told["files"] = {"judge.onnx": hashlib.sha256(made.SerializeToString()).hexdigest()}
    (folder / "manifest.json").write_text(json.dumps(told))
    return folder
