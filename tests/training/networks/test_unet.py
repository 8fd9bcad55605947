"""The U-Net as DeepLIMa draws it, its norms, and its losses' worked examples."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="networks need the train extra")

from training.losses.segmentation import dice_loss, weighted_cross_entropy
from training.networks.unet import ExportedUNet, Norm, UNet, UNetSize

SMALL = UNetSize(4, groups=2)


@pytest.mark.parametrize("norm", list(Norm))
@pytest.mark.parametrize("contrast", [0, 7])
def test_each_pixel_gets_a_logit_at_any_size_of_whole_strides(norm: Norm, contrast: int) -> None:
    network = UNet(replace(SMALL, norm=norm, contrast=contrast)).eval()
    for rows, columns in ((32, 32), (16, 40)):
        assert network(torch.rand(2, 1, rows, columns)).shape == (2, 1, rows, columns)


def test_there_are_three_stages_down_and_up_with_two_normed_convolutions_each() -> None:
    network = UNet(UNetSize(8))
    assert (len(network.down), len(network.up), len(network.rise)) == (4, 3, 3)
    for stage in (*network.down, *network.up):
        kinds = [type(layer).__name__ for layer in stage]
        assert kinds == ["Conv2d", "GroupNorm", "ReLU"] * 2


def test_layer_norm_takes_all_channels_together_and_group_norm_some() -> None:
    groups = {
        norm: {
            part.num_groups for part in UNet(UNetSize(32, norm=norm)).modules() if is_group(part)
        }
        for norm in (Norm.LAYER, Norm.GROUP)
    }
    assert groups == {Norm.LAYER: {1}, Norm.GROUP: {8}}
    assert not any(is_group(part) for part in UNet(UNetSize(32, norm=Norm.BATCH)).modules())


def is_group(part: torch.nn.Module) -> bool:
    return isinstance(part, torch.nn.GroupNorm)


def test_the_contrast_channel_is_tenfold_what_lies_above_the_mean_around() -> None:
    network = UNet(replace(SMALL, contrast=5))
    image = torch.rand(1, 1, 16, 16)
    seen = network._seen(image)
    mean = image[0, 0, 4:9, 6:11].mean()
    assert seen[0, 1, 6, 8] == pytest.approx(float(10 * (image[0, 0, 6, 8] - mean)), abs=1e-4)
    corner = image[0, 0, :3, :3].mean()
    assert seen[0, 1, 0, 0] == pytest.approx(float(10 * (image[0, 0, 0, 0] - corner)), abs=1e-4)


def test_an_image_is_answered_alike_whatever_lies_beside_it_in_the_batch() -> None:
    network = UNet(SMALL).eval()
    images = torch.rand(3, 1, 32, 32)
    with torch.no_grad():
        together, alone = network(images)[1:2], network(images[1:2])
    assert torch.allclose(together, alone, atol=1e-5)


def test_exported_answers_are_probabilities_and_small_before_training() -> None:
    with torch.no_grad():
        chance = ExportedUNet(UNet(SMALL)).eval()(torch.rand(1, 1, 32, 32))[0]
    assert float(chance.min()) >= 0
    assert float(chance.mean()) < 0.3


def test_a_u_net_learns_to_mark_a_bright_dot() -> None:
    torch.manual_seed(1)
    network = UNet(replace(SMALL, stages=1, contrast=7))
    images, targets = torch.full((8, 1, 16, 16), 0.4), torch.zeros(8, 1, 16, 16)
    images += 0.02 * torch.randn_like(images)
    for number in range(8):
        images[number, 0, number + 2 : number + 4, 5:7] += 0.3
        targets[number, 0, number + 2 : number + 4, 5:7] = 1
    weights = list(network.parameters())
    for _ in range(40):
        loss = weighted_cross_entropy(network(images), targets, 10.0)
        for weight, slope in zip(weights, torch.autograd.grad(loss, weights), strict=True):
            weight.data -= 0.3 * slope
    found = network(images).detach()
    assert found[targets > 0].min() > found[targets == 0].max()


def test_weighted_cross_entropy_of_a_worked_example() -> None:
    logits, targets = torch.zeros(1, 1, 2, 2), torch.tensor([[[[1.0, 0.0], [0.0, 0.0]]]])
    assert weighted_cross_entropy(logits, targets, 5.0) == pytest.approx(math.log(2))
    sure = torch.tensor([[[[2.0, 0.0], [0.0, 0.0]]]])
    expected = (5 * math.log(1 + math.exp(-2)) + 3 * math.log(2)) / 8
    assert float(weighted_cross_entropy(sure, targets, 5.0)) == pytest.approx(expected)


def test_pixels_that_are_not_counted_change_nothing() -> None:
    logits, targets = torch.randn(2, 1, 4, 4), (torch.rand(2, 1, 4, 4) > 0.5).float()
    counted = torch.ones_like(targets)
    counted[..., 0] = 0
    kept = weighted_cross_entropy(logits[..., 1:], targets[..., 1:], 3.0)
    assert weighted_cross_entropy(logits, targets, 3.0, counted) == pytest.approx(float(kept))
    assert float(weighted_cross_entropy(logits, targets, 3.0, 0 * counted)) == 0


def test_dice_of_worked_examples() -> None:
    targets = torch.tensor([[[[1.0, 1.0], [0.0, 0.0]]]])
    sure = 100 * (2 * targets - 1)
    assert float(dice_loss(sure, targets)) == pytest.approx(0, abs=1e-6)
    half = torch.zeros_like(targets)  # sum p t = 1, sum p^2 = 1, sum t^2 = 2
    assert float(dice_loss(half, targets)) == pytest.approx(1 - 3 / 4)
    assert float(dice_loss(-sure, targets)) == pytest.approx(1 - 1 / 5)


def test_sizes_that_make_no_network_are_refused() -> None:
    for size in ({"width": 0}, {"stages": 0}, {"contrast": 4}):
        with pytest.raises(ValueError, match=r"U-Net|odd"):
            UNetSize(**size)
