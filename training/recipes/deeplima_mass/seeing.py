"""What a mass detector in torch makes of prepared images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import torch

from inference.boxes.suppression import SuppressionRule, keep_best
from training.data.augment import Example, Floats
from training.data.batches import collated
from training.data.prepared import PreparedSample
from training.networks.faster_rcnn import ExportedFasterRcnn, FasterRcnn


def boxes_and_scores(
    network: FasterRcnn, samples: Iterable[PreparedSample], rule: SuppressionRule | None = None
) -> Iterator[tuple[PreparedSample, Floats, Floats]]:
    """Each sample with boxes (k, 4) in prepared pixels and scores (k,), 0 to 1.

    rule: by which doubles are suppressed, surest first; ``None`` leaves them.
    """
    exported = ExportedFasterRcnn(network).eval()
    device = next(network.parameters()).device
    with torch.no_grad():
        for sample in samples:
            pixels = sample.pixels.astype(np.float32) / np.float32(255)
            example = Example(pixels, np.zeros((0, 4), np.float32))
            found = exported(collated([example], 32).images.to(device))
            boxes, scores = (one[0].cpu().numpy() for one in found)
            if rule is not None:
                best = keep_best(boxes.astype(np.float64), scores.astype(np.float64), rule)
                boxes, scores = boxes[best], scores[best]
            yield sample, boxes, scores
