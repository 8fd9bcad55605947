"""A small real network that takes what is bright in a region for the lesion, as a package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper

from tests.support.small_networks import model, write_package


def bright_is_lesion(least: float = 0.0, scale: float = 6.0) -> onnx.ModelProto:
    """Chance: half at a grey of 0.9, steeper by ``scale``; at least ``least``."""
    node = helper.make_node
    nodes = [
        node("Sub", ["image", "middle"], ["above"]),
        node("Mul", ["above", "scale"], ["steep"]),
        node("Add", ["steep", "half"], ["open"]),
        node("Clip", ["open", "low", "high"], ["chance"]),
    ]
    constants = {
        "middle": np.array(0.9, np.float32),
        "scale": np.array(scale, np.float32),
        "half": np.array(0.5, np.float32),
        "low": np.array(least, np.float32),
        "high": np.array(1, np.float32),
    }
    return model(nodes, constants, {"chance": [1, 1, "rows", "columns"]})


def no_number() -> onnx.ModelProto:
    """0 / 0 everywhere."""
    node = helper.make_node
    nodes = [node("Sub", ["image"] * 2, ["none"]), node("Div", ["none"] * 2, ["chance"])]
    return model(nodes, {}, {"chance": [1, 1, "rows", "columns"]})


def other_size() -> onnx.ModelProto:
    """Half as many rows and columns as it should give."""
    pool = helper.make_node(
        "AveragePool", ["image"], ["chance"], kernel_shape=[2, 2], strides=[2, 2]
    )
    return model([pool], {}, {"chance": [1, 1, "rows", "columns"]})


def contour_package(folder: Path, network: onnx.ModelProto | None = None, **changed: Any) -> Path:
    """A package of the stage ``contour``."""
    told: dict[str, Any] = {
        "id": "bright-is-lesion",
        "title": "Outlines what is bright",
        "system": "contour-unet",
        "stage": "contour",
        "inputs": {"preparing": {"pixel_mm": 0.2, "margin_mm": 0.0}, "multiple": 32},
        "outputs": {"chance": "0 to 1"},
        "operating_points": [],
    }
    return write_package(folder, network or bright_is_lesion(), **(told | changed))
