"""Average precision beside pycocotools, and by hand."""

from __future__ import annotations

import contextlib
import io
import math

import numpy as np
import pytest

from domain.geometry import Box
from training.metrics.froc import Mark
from training.metrics.precision import BoxedImage, Style, average_precision


def drawn_images(seed: int) -> list[BoxedImage]:
    random = np.random.default_rng(seed)

    def boxes(count: int) -> list[Box]:
        at, side = random.uniform(0, 60, (count, 2)), random.uniform(8, 30, (count, 2))
        return [
            Box(x, y, x + w, y + h)
            for (x, y), (w, h) in zip(at.tolist(), side.tolist(), strict=True)
        ]

    images = []
    for _ in range(12):
        truths, ignored = boxes(int(random.integers(0, 4))), boxes(int(random.integers(0, 2)))
        near = [
            Box(b.left + s, b.top - s, b.right + s, b.bottom - s)
            for b in (*truths, *ignored)
            for s in random.uniform(-6, 6, 2).tolist()
        ]
        marks = [Mark(float(random.random()), box) for box in (*near, *boxes(4))]
        images.append(BoxedImage(tuple(marks), tuple(truths), tuple(ignored)))
    return images


def coco_ap(images: list[BoxedImage], least_iou: float) -> float:
    coco = pytest.importorskip("pycocotools.coco")
    evaluation = pytest.importorskip("pycocotools.cocoeval")

    def plain(box: Box) -> list[float]:
        return [box.left, box.top, box.width, box.height]

    truths, marks = [], []
    for at, image in enumerate(images):
        for crowd, boxes in ((0, image.truths), (1, image.ignored)):
            for box in boxes:
                truths.append(
                    {
                        "id": len(truths) + 1,
                        "image_id": at,
                        "category_id": 1,
                        "bbox": plain(box),
                        "area": box.area,
                        "iscrowd": crowd,
                    }
                )
        marks += [
            {"image_id": at, "category_id": 1, "bbox": plain(mark.box), "score": mark.score}
            for mark in image.marks
        ]
    with contextlib.redirect_stdout(io.StringIO()):
        known = coco.COCO()
        known.dataset = {
            "info": {},
            "images": [{"id": at} for at in range(len(images))],
            "categories": [{"id": 1}],
            "annotations": truths,
        }
        known.createIndex()
        run = evaluation.COCOeval(known, known.loadRes(marks), "bbox")
        run.params.iouThrs = np.array([least_iou])
        run.evaluate()
        run.accumulate()
    return float(run.eval["precision"][0, :, 0, 0, 2].mean())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("least", [0.2, 0.5, 0.75])
def test_average_precision_is_that_of_pycocotools(seed, least) -> None:
    images = drawn_images(seed)
    assert average_precision(images, least) == pytest.approx(coco_ap(images, least), abs=1e-9)


def test_the_area_under_the_curve_is_counted_as_voc_does() -> None:
    hit, miss = Box(0, 0, 10, 10), Box(50, 50, 60, 60)
    marks = (Mark(0.9, hit), Mark(0.8, miss), Mark(0.7, Box(20, 0, 30, 10)))
    image = BoxedImage(marks, (hit, Box(20, 0, 30, 10)))
    # Precision 1 up to a recall of 1/2, then 2/3 up to 1.
    assert average_precision([image], style=Style.VOC) == pytest.approx(0.5 + 0.5 * 2 / 3)


def test_a_second_mark_on_a_truth_is_false() -> None:
    box = Box(0, 0, 10, 10)
    other = Box(30, 0, 40, 10)
    doubled = BoxedImage((Mark(0.9, box), Mark(0.8, box), Mark(0.7, other)), (box, other))
    once = BoxedImage((Mark(0.9, box), Mark(0.7, other)), (box, other))
    assert average_precision([doubled], style=Style.VOC) < 1
    assert average_precision([once], style=Style.VOC) == 1


def test_without_truths_there_is_no_precision() -> None:
    assert math.isnan(average_precision([BoxedImage((Mark(0.5, Box(0, 0, 1, 1)),), ())]))
