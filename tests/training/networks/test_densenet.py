"""Dense trunks: as wide and deep as the paper's table, and learning from what they see."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="networks need the train extra")

from training.networks.densenet import DENSENET_121, DenseLayer, DenseNet, DenseNetSize


def test_densenet_121_has_the_papers_weights() -> None:
    trunk = DenseNet(DenseNetSize(**{**DENSENET_121.__dict__, "channels": 3}))
    assert trunk.features == 2 * 1024
    assert sum(one.numel() for one in trunk.parameters()) == 6_953_856
    convolutions = [one for one in trunk.modules() if isinstance(one, torch.nn.Conv2d)]
    assert len(convolutions) == 120  # the classifier is the 121st layer


def test_a_layer_keeps_what_came_in_and_adds_growth_channels() -> None:
    layer = DenseLayer(10, 4, 2).eval()
    x = torch.rand(2, 10, 6, 5)
    out = layer(x)
    assert out.shape == (2, 14, 6, 5)
    assert torch.equal(out[:, :10], x)


@pytest.mark.parametrize("pooled", [True, False])
def test_a_trunk_takes_any_number_of_cuts(pooled: bool) -> None:
    trunk = DenseNet(DenseNetSize((2, 2), 4, 8, 4, pooled=pooled)).eval()
    some = torch.rand(3, 4, 64, 64)
    features = trunk(some)
    assert features.shape == (3, trunk.features)
    assert torch.allclose(trunk(some[1:2]), features[1:2], atol=1e-5)
