"""The parts of the second stage do what their papers and ONNX say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="networks need the train extra")
onnx = pytest.importorskip("onnx", reason="the operator's reference comes with the train extra")

from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from inference.boxes.suppression import SuppressionRule, keep_best
from training.networks.anchors import AnchorPlan
from training.networks.faster_rcnn import (
    ExportedFasterRcnn,
    FasterRcnn,
    FasterRcnnSize,
    ProposalPlan,
    level_of,
)
from training.networks.non_local import NonLocalBlock
from training.networks.resnet import ResNet, ResNetSize
from training.networks.roi_align import roi_align, roi_align_op
from training.networks.suppression import nms, nms_op

TINY = FasterRcnnSize(
    ResNetSize((1, 1, 1, 1), 4),
    channels=8,
    hidden=16,
    bin=3,
    proposals=ProposalPlan(before=40, after=6),
)
SEEDS = st.integers(0, 2**31)


def drawn_boxes(seed: int, count: int, side: float = 60.0):
    draws = np.random.default_rng(seed)
    low = draws.uniform(0, side, (count, 2))
    return torch.tensor(
        np.concatenate((low, low + draws.uniform(1, side / 2, (count, 2))), 1), dtype=torch.float32
    )


def onnx_roi_align(features, boxes, stride: int, size: int):
    """What the ONNX operator's own reference gives."""
    node = helper.make_node(
        "RoiAlign",
        ["x", "rois", "batch"],
        ["y"],
        coordinate_transformation_mode="output_half_pixel",
        output_height=size,
        output_width=size,
        sampling_ratio=2,
        spatial_scale=1 / stride,
    )
    free = helper.make_tensor_value_info
    graph = helper.make_graph(
        [node],
        "one",
        [
            free("x", TensorProto.FLOAT, None),
            free("rois", TensorProto.FLOAT, None),
            free("batch", TensorProto.INT64, None),
        ],
        [free("y", TensorProto.FLOAT, None)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)])
    feeds = {
        "x": features.numpy(),
        "rois": boxes.numpy(),
        "batch": np.zeros(len(boxes), np.int64),
    }
    return ReferenceEvaluator(model).run(None, feeds)[0]


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.sampled_from([4, 8]))
def test_pooling_is_that_of_the_onnx_operator(seed: int, stride: int) -> None:
    features = torch.randn(1, 2, 90 // stride + 4, 90 // stride + 2)
    boxes = drawn_boxes(seed, 4)
    expected = onnx_roi_align(features, boxes, stride, 3)
    np.testing.assert_allclose(roi_align_op(features, boxes, stride, 3), expected, atol=1e-4)


def test_pooling_a_slope_gives_the_places_of_the_bins() -> None:
    slope = (torch.arange(20.0) * 8).expand(1, 20, 20)
    found = roi_align(slope, torch.tensor([[16.0, 0, 80, 64]]), 8, 4)
    torch.testing.assert_close(found[0, 0, 0], torch.tensor([24.0, 40, 56, 72]))


def test_gradients_flow_through_pooling() -> None:
    features = torch.randn(3, 12, 12, requires_grad=True)
    roi_align(features, torch.tensor([[10.0, 10, 50, 60]]), 8, 3).sum().backward()
    assert features.grad is not None
    assert float(features.grad[:, 2:6, 2:6].abs().sum()) > 0
    assert float(features.grad[:, 9:, 9:].abs().sum()) == 0


@given(SEEDS, st.floats(0.1, 0.9), st.integers(1, 8))
def test_suppression_keeps_what_the_reader_would_keep(seed: int, iou: float, most: int) -> None:
    boxes = drawn_boxes(seed, 12)
    scores = torch.rand(12, generator=torch.Generator().manual_seed(seed))
    rule = SuppressionRule(iou, most, 0.0)
    expected = keep_best(boxes.numpy().astype(float), scores.numpy().astype(float), rule)
    found = nms(boxes, scores, iou, most)
    assert found.tolist() == expected.tolist()
    padded = nms_op(boxes, scores, iou, most)
    assert padded.tolist()[: len(found)] == found.tolist()
    assert len(padded) == most
    assert set(padded.tolist()) == set(found.tolist())


def test_the_non_local_block_is_the_papers_sum_over_all_places() -> None:
    block = NonLocalBlock(4)
    torch.nn.init.normal_(block.out.weight)
    x = torch.randn(2, 4, 3, 5)
    theta, phi, g = (part(x).flatten(2) for part in (block.theta, block.phi, block.g))
    expected = torch.zeros_like(theta)
    places = theta.shape[-1]
    for image in range(2):
        for i in range(places):
            for j in range(places):
                alike = theta[image, :, i] @ phi[image, :, j]  # equation 4
                expected[image, :, i] += alike * g[image, :, j] / places  # equation 3
    wanted = x + block.out(expected.unflatten(2, (3, 5)))
    torch.testing.assert_close(block(x), wanted, atol=1e-4, rtol=1e-4)


def test_a_new_non_local_block_changes_nothing() -> None:
    x = torch.randn(1, 8, 4, 4)
    torch.testing.assert_close(NonLocalBlock(8)(x), x)


def test_larger_regions_are_pooled_from_coarser_maps() -> None:
    sides = torch.tensor([4.0, 60, 100, 200, 900])
    regions = torch.stack((sides * 0, sides * 0, sides, sides), 1)
    assert level_of(regions, (8, 16, 32)).tolist() == [0, 0, 1, 2, 2]
    assert level_of(regions, (16,)).tolist() == [0] * 5


def test_the_papers_trunk_has_as_many_weights_as_resnet_50() -> None:
    trunk = ResNet(ResNetSize((3, 4, 6, 3), channels=3, bottleneck=True))
    classifier = 2048 * 1000 + 1000
    assert sum(one.numel() for one in trunk.parameters()) == 25_557_032 - classifier
    assert trunk.channels == (512, 1024, 2048)


@pytest.mark.parametrize("pyramid", [True, False])
def test_boxes_lie_in_the_picture_and_scores_are_chances(pyramid: bool) -> None:
    anchors = AnchorPlan() if pyramid else AnchorPlan((16,), 0.75, (1.0, 2.0))
    network = FasterRcnn(replace(TINY, pyramid=pyramid, anchors=anchors)).eval()
    with torch.no_grad():
        boxes, scores = ExportedFasterRcnn(network)(torch.rand(1, 1, 96, 64))
    assert boxes.shape == (1, 6, 4)
    assert scores.shape == (1, 6)
    assert boxes[..., :2].min() >= -0.5
    assert boxes[..., 2].max() <= 63.5
    assert boxes[..., 3].max() <= 95.5
    assert 0 <= float(scores.min()) <= float(scores.max()) <= 0.2
