"""Pooling of boxes from a map (He et al., "Mask R-CNN", section 3: RoIAlign).

``roi_align`` is trained through; ``roi_align_op`` is the same thing as one operator that exports as
ONNX RoiAlign (mode avg, coordinate_transformation_mode output_half_pixel).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

SAMPLES = 2
"""Samples along each side of a bin."""


def roi_align(features: Tensor, boxes: Tensor, stride: int, size: int) -> Tensor:
    """Means of bilinear samples in a grid over each box of one image: (k, c, size, size).

    features: float (c, h, w), whose pixel i lies at the input position i * stride. boxes: (k, 4),
    left top right bottom in input pixels; a box of less than one pixel of the map counts as one.
    """
    rows, columns = features.shape[-2], features.shape[-1]
    low = boxes[:, :2] / stride
    sides = (boxes[:, 2:] / stride - low).clamp(min=1.0)
    count = size * SAMPLES
    steps = (torch.arange(count, device=boxes.device, dtype=boxes.dtype) + 0.5) / count
    x = low[:, 0:1] + sides[:, 0:1] * steps
    y = low[:, 1:2] + sides[:, 1:2] * steps
    # grid_sample counts from -1 at the first pixel's centre to 1 at the last one's.
    across = 2 * x / max(1, columns - 1) - 1
    down = 2 * y / max(1, rows - 1) - 1
    grid = torch.stack(
        (across[:, None, :].expand(-1, count, -1), down[:, :, None].expand(-1, -1, count)), -1
    )
    sampled = functional.grid_sample(
        features[None].float(),
        grid.reshape(1, -1, count, 2),
        mode="bilinear",
        padding_mode="border",
        align_corners=True,
    )
    pooled = functional.avg_pool2d(sampled, SAMPLES)[0]
    return pooled.reshape(features.shape[0], -1, size, size).permute(1, 0, 2, 3)


@torch.library.custom_op("fourview::roi_align", mutates_args=())
def roi_align_op(features: Tensor, boxes: Tensor, stride: int, size: int) -> Tensor:
    """``roi_align`` as one operator. features: (1, c, h, w)."""
    return roi_align(features[0], boxes, stride, size).contiguous()


@roi_align_op.register_fake
def _shape(features: Tensor, boxes: Tensor, stride: int, size: int) -> Tensor:  # noqa: ARG001
    return features.new_empty((boxes.shape[0], features.shape[1], size, size), dtype=torch.float32)
