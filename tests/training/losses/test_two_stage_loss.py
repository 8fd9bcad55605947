"""Both stages learn from lesions, and from images without any."""

from __future__ import annotations

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="losses need the train extra")

from training.losses.two_stage import RegionPlan, TwoStageLoss
from training.networks.faster_rcnn import FasterRcnn, FasterRcnnSize, ProposalPlan
from training.networks.resnet import ResNetSize

SIZE = FasterRcnnSize(
    ResNetSize((1, 1, 1, 1), 4),
    channels=8,
    hidden=16,
    bin=3,
    proposals=ProposalPlan(before=60, after=12),
)
NONE = torch.zeros(0, 4)


def bright_square():
    images = torch.full((2, 1, 64, 64), 0.2)
    images[0, 0, 20:40, 24:44] = 0.8
    return images, [torch.tensor([[23.5, 19.5, 43.5, 39.5]]), NONE]


@pytest.mark.parametrize("focal", [True, False])
def test_the_first_stage_learns_one_bright_square(focal: bool) -> None:
    torch.manual_seed(1)
    network = FasterRcnn(replace(SIZE))
    loss = TwoStageLoss(focal=focal, second_weight=0.0)
    optimiser = torch.optim.AdamW(network.parameters(), 1e-2)
    images, truths = bright_square()
    first = []
    for _ in range(40):
        parts = loss(network, images, truths)
        optimiser.zero_grad()
        sum(parts.values()).backward()
        optimiser.step()
        first.append(float((parts["rpn_score"] + parts["rpn_box"]).detach()))
    assert first[-1] < 0.7 * first[0]


def test_images_without_lesions_give_no_box_loss() -> None:
    torch.manual_seed(1)
    parts = TwoStageLoss()(FasterRcnn(SIZE), torch.rand(2, 1, 64, 64), [NONE, NONE])
    assert float(parts["rpn_box"].detach()) == 0
    assert float(parts["box"].detach()) == 0
    assert float(parts["rpn_score"].detach()) > 0


def test_few_of_an_images_regions_are_lesions() -> None:
    torch.manual_seed(1)
    loss = TwoStageLoss(regions=RegionPlan(sample=10, share=0.4))
    truth = torch.tensor([[10.0, 10, 30, 30]])
    near = truth.repeat(20, 1) + torch.rand(20, 4)
    far = torch.tensor([[40.0, 40, 60, 60]]).repeat(20, 1) + torch.rand(20, 4)
    regions, on, wanted = loss._chosen(torch.cat((near, far)), truth)
    assert int(on.sum()) == 4
    assert len(regions) == 10
    assert (wanted[on] == truth).all()
