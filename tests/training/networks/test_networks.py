"""The detector's parts fit together, at any size that a breast may have."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="networks need the train extra")

from hypothesis import given
from hypothesis import strategies as st

from training.networks.anchors import AnchorPlan, decode, encode, make_anchors, shapes_at
from training.networks.fpn import Fpn
from training.networks.resnet import ResNet, ResNetSize

EDGES = st.floats(-200, 200, width=32)
SIDES = st.floats(2, 100, width=32)


@st.composite
def boxes(draw, count: int = 5):
    corners = torch.tensor([[draw(EDGES), draw(EDGES)] for _ in range(count)])
    sides = torch.tensor([[draw(SIDES), draw(SIDES)] for _ in range(count)])
    return torch.cat((corners, corners + sides), 1)


@given(boxes(), boxes())
def test_a_box_told_by_its_anchor_is_the_box_again(wanted, anchors) -> None:
    back = decode(encode(wanted, anchors), anchors)
    torch.testing.assert_close(back, wanted, atol=0.02, rtol=1e-3)


def test_deltas_of_any_size_overflow_nothing() -> None:
    anchor = torch.tensor([[0.0, 0, 8, 8]])
    assert torch.isfinite(decode(torch.full((1, 4), 1e6), anchor)).all()


def test_trunk_and_pyramid_have_the_strides_they_state() -> None:
    trunk = ResNet(ResNetSize((2, 2, 2, 2), 8))
    maps = trunk(torch.zeros(2, 1, 96, 64))
    assert [tuple(one.shape) for one in maps] == [(2, 16, 12, 8), (2, 32, 6, 4), (2, 64, 3, 2)]
    levels = Fpn(trunk.channels, 10)(maps)
    assert [one.shape[1:] for one in levels] == [(10, 12, 8), (10, 6, 4), (10, 3, 2)]


def test_the_papers_trunk_has_as_many_weights_as_resnet_18() -> None:
    trunk = ResNet(ResNetSize(channels=3))
    assert sum(one.numel() for one in trunk.parameters()) == 11_689_512 - 513_000  # its classifier


def test_a_pixel_far_away_changes_no_anchor_order() -> None:
    plan = AnchorPlan()
    maps = [torch.zeros(1, 1, 4, 3), torch.zeros(1, 1, 2, 2), torch.zeros(1, 1, 1, 1)]
    anchors = make_anchors(maps, plan)
    assert anchors.shape == ((12 + 4 + 1) * plan.per_place, 4)
    second = anchors[plan.per_place]  # one column to the right of the first place
    width, height = shapes_at(plan, 8)[0]
    expected = torch.tensor([8 - width / 2, -height / 2, 8 + width / 2, height / 2])
    torch.testing.assert_close(second, expected)
