"""How our own operators are written in ONNX."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import onnx
import torch
from onnxscript import opset20

from training.networks.roi_align import SAMPLES
from training.networks.suppression import nms_op  # noqa: F401 - registers the operator

op: Any = opset20
"""Its types know no constants of Python, which it takes."""


def _roi_align(features: Any, boxes: Any, stride: int, size: int) -> Any:
    """ONNX RoiAlign on the one image of a batch; its pixel i lies at i * stride."""
    first = op.Slice(op.Shape(boxes), [0], [1])
    images = op.Expand(op.Constant(value=onnx.helper.make_tensor("zero", 7, [1], [0])), first)
    return op.RoiAlign(
        features,
        boxes,
        images,
        coordinate_transformation_mode="output_half_pixel",
        mode="avg",
        output_height=size,
        output_width=size,
        sampling_ratio=SAMPLES,
        spatial_scale=1.0 / stride,
    )


def _nms(boxes: Any, scores: Any, iou: float, most: int) -> Any:
    """ONNX NonMaxSuppression; its indices repeated from the first one up to ``most``."""
    found = op.NonMaxSuppression(
        op.Unsqueeze(boxes, [0]),
        op.Unsqueeze(scores, [0, 1]),
        op.Constant(value_ints=[most]),
        op.Constant(value_floats=[iou]),
    )
    kept = op.Squeeze(op.Slice(found, [2], [3], [1]), [1])
    repeated = op.Expand(op.Slice(kept, [0], [1]), op.Constant(value_ints=[most]))
    return op.Slice(op.Concat(kept, repeated, axis=0), [0], [most])


OWN_OPERATORS: Mapping[Callable[..., Any], Callable[..., Any]] = {
    torch.ops.fourview.roi_align.default: _roi_align,
    torch.ops.fourview.nms.default: _nms,
}
"""For ``custom_translation_table`` of ``torch.onnx.export``."""
