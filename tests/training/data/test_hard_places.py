"""What a network took for a lesion is drawn again, and cut around."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="batches need the train extra")

from hypothesis import given
from hypothesis import strategies as st

from domain.finding import FindingKind
from domain.geometry import Box, ImageSize
from domain.turn import Turn
from inference.preparing.frame import PreparedFrame
from training.data.augment import Augmentation
from training.data.batches import BatchPlan, Source, batch_at
from training.data.prepared import PreparedSample
from training.data.sample import SampleInfo, TrueFinding
from training.recipes.deeplima_mass.mining import hard_places

SIZE = ImageSize(128, 96)
MASS = frozenset({FindingKind.MASS})


def sample(bright: tuple[int, int], *boxes: Box) -> PreparedSample:
    """A black picture with one bright pixel at (x, y)."""
    pixels = np.zeros((SIZE.rows, SIZE.columns), np.uint8)
    pixels[bright[1], bright[0]] = 255
    found = tuple(TrueFinding(FindingKind.MASS, one, size_mm=9.0) for one in boxes)
    frame = PreparedFrame(SIZE, Turn(), 0, 0, SIZE, SIZE)
    return PreparedSample(SampleInfo("1-0", "phantom-1", findings=found), pixels, frame)


def around(x: int, y: int) -> np.ndarray:
    return np.array([[x - 3, y - 3, x + 3, y + 3]], np.float32)


STILL = Augmentation(flip=0, zoom=1, degrees=0, shift=0, gamma=1, gain=1, noise=0)


@given(step=st.integers(0, 2**32), x=st.integers(6, 90), y=st.integers(6, 120))
def test_a_picture_with_a_hard_place_is_cut_around_it_and_not_around_its_lesion(
    step: int, x: int, y: int
) -> None:
    one = sample((x, y), Box(2, 2, 12, 12))
    source = Source("a set", [one], MASS, hard=[around(x, y)])
    plan = BatchPlan(size=1, crop=(32, 32), augmentation=STILL, hard=1.0)
    batch = batch_at([source], plan, 1, step)
    assert batch.images.max() == 1


def test_a_place_on_a_lesion_is_none_that_was_marked_wrongly() -> None:
    one = sample((40, 40), Box(30, 30, 50, 50))
    boxes = np.array([[29, 31, 51, 49], [70, 70, 90, 90]], np.float32)
    assert hard_places(one, boxes, Source("a set", [one], MASS)).tolist() == [[70, 70, 90, 90]]


def test_without_hard_places_nothing_is_drawn_otherwise() -> None:
    one = sample((40, 40), Box(30, 30, 50, 50))
    none = [np.zeros((0, 4), np.float32)]
    seldom, often = BatchPlan(size=2, hard=0.0), BatchPlan(size=2, hard=1.0)
    plain = batch_at([Source("a set", [one], MASS)], often, 1, 5)
    empty = batch_at([Source("a set", [one], MASS, hard=none)], often, 1, 5)
    assert torch.equal(plain.images, batch_at([Source("a set", [one], MASS)], seldom, 1, 5).images)
    assert all(len(one) == 1 for one in empty.truths)
