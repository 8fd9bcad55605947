"""Places that an earlier network took for lesions: the hardest pictures to learn from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from inference.boxes.suppression import SuppressionRule
from training.data.augment import Floats
from training.data.batches import Source
from training.data.prepared import PreparedSample
from training.losses.boxes import pairwise_iou
from training.networks.faster_rcnn import FasterRcnn
from training.recipes.deeplima_mass.seeing import boxes_and_scores
from training.recipes.recipe import Tell

MINED = "mined.npz"

_LEAST, _MOST = 0.2, 6
"""Score from which a place counts as taken for a lesion; places of an image, surest first."""
_APART = 0.1
"""IoU with a lesion from which a mark is said to be on it."""
_RULE = SuppressionRule()


def mine(network: FasterRcnn, sources: Sequence[Source], out: Path, tell: Tell) -> None:
    """Give each source the hard places of its images.

    Kept in the run folder ``out``, so that a run that goes on goes on with the same.
    """
    kept = out / MINED
    if not kept.exists():
        tell(f"looking for false marks on {sum(len(one.samples) for one in sources)} images")
        found = {
            f"{number}-{at}": places
            for number, source in enumerate(sources)
            for at, places in enumerate(_mined(network, source))
            if len(places)
        }
        partial = kept.with_name(f"mined.partial{os.getpid()}.npz")
        out.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(partial, allow_pickle=False, **found)
        partial.replace(kept)
    none = np.zeros((0, 4), np.float32)
    with np.load(kept, allow_pickle=False) as places:
        known = {name: places[name] for name in places.files}
    for number, source in enumerate(sources):
        source.hard = [known.get(f"{number}-{at}", none) for at in range(len(source.samples))]
    tell(f"{sum(len(one) for one in known.values())} places are marked wrongly")


def _mined(network: FasterRcnn, source: Source) -> Iterator[Floats]:
    for sample, boxes, scores in boxes_and_scores(network, source.samples, _RULE):
        yield hard_places(sample, boxes[scores >= _LEAST], source)


def hard_places(sample: PreparedSample, boxes: Floats, source: Source) -> Floats:
    """Of boxes (n, 4), surest first, those that lie on no lesion of the source: (m, 4)."""
    truths = sample.boxes(source.kinds)
    if len(truths) and len(boxes):
        overlap = pairwise_iou(torch.from_numpy(boxes), torch.from_numpy(truths)).numpy()
        boxes = boxes[overlap.max(1) < _APART]
    return boxes[:_MOST]
