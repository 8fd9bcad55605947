"""The contour networks have the parts of their papers and answer at the size of the image."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="networks need the train extra")

from training.networks.encoders import Folded, narrow_encoder, vgg19_encoder
from training.networks.plain_unet import CascadedUNet, UNet
from training.networks.unetpp import MeanChance, UNetPlusPlus


def test_unetpp_has_a_head_for_each_nested_skip_and_a_node_for_each_step_of_it() -> None:
    network = UNetPlusPlus(narrow_encoder(1, 4, 5))
    assert len(network.heads) == 4
    assert len(network.nodes) == 4 + 3 + 2 + 1
    heads = network(torch.rand(1, 1, 32, 48))
    assert [tuple(one.shape) for one in heads] == [(1, 1, 32, 48)] * 4


def test_a_shallow_head_does_not_wait_for_the_deep_nodes() -> None:
    network = UNetPlusPlus(narrow_encoder(1, 4, 5))
    network(torch.rand(2, 1, 32, 32))[0].sum().backward()
    reached = {name for name, one in network.nodes.named_parameters() if one.grad is not None}
    assert {name.split(".")[0] for name in reached} == {"x0_1"}


def test_the_deepest_head_sees_every_node() -> None:
    network = UNetPlusPlus(narrow_encoder(1, 4, 4))
    network(torch.rand(2, 1, 32, 32))[-1].sum().backward()
    assert all(one.grad is not None for one in network.nodes.parameters())


def test_the_papers_encoder_has_the_sixteen_convolutions_of_vgg19() -> None:
    encoder = vgg19_encoder(width=4)
    convolutions = [one for one in encoder.modules() if isinstance(one, torch.nn.Conv2d)]
    assert len(convolutions) == 16
    assert encoder.widths == (4, 8, 16, 32, 32)
    assert vgg19_encoder().widths == (64, 128, 256, 512, 512)


@pytest.mark.parametrize(
    "inner",
    [
        UNetPlusPlus(narrow_encoder(16, 4, 3), 16),
        UNet(narrow_encoder(16, 4, 3), 16),
        CascadedUNet(16, 4, 16),
    ],
)
def test_folded_networks_answer_with_chances_at_the_images_size(inner: torch.nn.Module) -> None:
    network = MeanChance(Folded(inner, 4)).eval()
    with torch.no_grad():
        (chance,) = network(torch.rand(2, 1, 64, 128))
    assert chance.shape == (2, 1, 64, 128)
    assert chance.min() >= 0
    assert chance.max() <= 1


def test_folding_keeps_each_pixel_in_its_place() -> None:
    class Same(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
            return [x]

    image = torch.rand(1, 1, 8, 8)
    assert torch.equal(Folded(Same(), 4)(image)[0], image)


def test_each_link_of_the_cascade_is_given_what_the_one_before_found() -> None:
    network = CascadedUNet(1, 4)
    first, second = network(torch.rand(2, 1, 32, 32))
    second.sum().backward()
    assert first.shape == second.shape
    assert network.links[0].head.weight.grad is not None
