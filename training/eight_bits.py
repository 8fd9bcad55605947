"""Convolutions that count in whole numbers of 8 bits: static quantisation of an exported network.

Ranges are taken from pictures like those that the network will see, lowest to highest: what a
calcification is told by are the largest numbers, and cutting off a ten-thousandth of them lost
half of all calcified pixels.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)

LEAST_CHANNELS = 8
"""Of the input: the first convolution, which sees the picture itself, stays as it is."""

_AT_A_TIME = 16


def to_eight_bits(path: Path, pictures: npt.NDArray[np.float32], name: str = "image") -> int:
    """Rewrite an ONNX file in place; gives the number of convolutions that count in 8 bits.

    pictures: float32 (n, 1, rows, columns), what the input ``name`` may be fed. Convolutions of
    one pixel, of groups, and of few channels keep their numbers, as do all norms and the result.
    """
    model = onnx.load(str(path))
    for number, node in enumerate(model.graph.node):
        node.name = f"{number}.{node.op_type}"
    chosen = _convolutions(model)
    with TemporaryDirectory() as folder, _quiet():
        named, made = Path(folder) / "named.onnx", Path(folder) / "made.onnx"
        onnx.save(model, str(named))
        quantize_static(
            str(named),
            str(made),
            _Pictures(name, pictures),
            quant_format=QuantFormat.QDQ,
            nodes_to_quantize=chosen,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
        )
        onnx.save(onnx.load(str(made)), str(path))
    return len(chosen)


def _convolutions(model: onnx.ModelProto) -> list[str]:
    shapes = {one.name: tuple(one.dims) for one in model.graph.initializer}
    chosen = []
    for node in model.graph.node:
        weight = shapes.get(node.input[1], ()) if node.op_type == "Conv" else ()
        groups = next((one.i for one in node.attribute if one.name == "group"), 1)
        if len(weight) == 4 and weight[1] >= LEAST_CHANNELS and weight[2] > 1 and groups == 1:
            chosen.append(node.name)
    return chosen


class _Pictures(CalibrationDataReader):  # type: ignore[misc]
    """Hands pictures to the calibration, some at a time."""

    def __init__(self, name: str, pictures: npt.NDArray[np.float32]) -> None:
        self._parts: Iterator[dict[str, Any]] = iter(
            {name: pictures[first : first + _AT_A_TIME]}
            for first in range(0, len(pictures), _AT_A_TIME)
        )

    def get_next(self) -> dict[str, Any] | None:
        """As ``CalibrationDataReader.get_next``."""
        return next(self._parts, None)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the library's advice on how to prepare a file, which is not ours to follow."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
