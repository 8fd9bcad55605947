"""Suppression of doubles in torch (Ren et al., "Faster R-CNN", section 3.3).

``nms_op`` gives a fixed number of indices, so that an exported network has fixed shapes; it exports
as ONNX NonMaxSuppression.
"""

from __future__ import annotations

import torch
from torch import Tensor

from training.losses.boxes import pairwise_iou


def nms(boxes: Tensor, scores: Tensor, iou: float, most: int) -> Tensor:
    """Indices of the boxes that are kept, surest first: int64 (at most ``most``,).

    boxes: (k, 4), left top right bottom; scores: (k,). A box goes whose IoU with a surer kept one
    is above ``iou``; of equal scores the first comes first.
    """
    order = torch.sort(scores, descending=True, stable=True).indices
    over = pairwise_iou(boxes[order], boxes[order]) > iou
    gone = torch.zeros(len(order), dtype=torch.bool, device=boxes.device)
    kept: list[int] = []
    for at in range(len(order)):
        if gone[at]:
            continue
        kept.append(at)
        if len(kept) == most:
            break
        gone |= over[at]
    return order[torch.tensor(kept, dtype=torch.int64, device=boxes.device)]


@torch.library.custom_op("fourview::nms", mutates_args=())
def nms_op(boxes: Tensor, scores: Tensor, iou: float, most: int) -> Tensor:
    """``nms``, its indices repeated from the first one where fewer are kept: int64 (most,)."""
    kept = nms(boxes, scores, iou, most)
    return torch.cat((kept, kept[:1].expand(most - len(kept))))


@nms_op.register_fake
def _shape(boxes: Tensor, scores: Tensor, iou: float, most: int) -> Tensor:  # noqa: ARG001
    return boxes.new_empty((most,), dtype=torch.int64)
