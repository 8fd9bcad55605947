"""Learned weights: equation 4 of MommiNet-v2 by hand, and where they settle."""

from __future__ import annotations

import math

import pytest

torch = pytest.importorskip("torch", reason="losses need the train extra")

from training.losses.uncertainty import LearnedWeights


def test_equation_four_by_hand() -> None:
    weights = LearnedWeights(["outcome"], ["scale"])
    one, two = 0.8, 1.7
    with torch.no_grad():
        weights.log_variance.copy_(torch.tensor([2 * math.log(one), 2 * math.log(two)]))
    told = weights({"outcome": torch.tensor(0.6), "scale": torch.tensor(0.2)})
    whole = 0.6 / one**2 + 0.2 / (2 * two**2) + math.log(one * two)
    assert sum(told.values()).item() == pytest.approx(whole, abs=1e-6)


def test_a_squared_error_settles_where_sigma_is_its_size() -> None:
    weights = LearnedWeights([], ["scale"])
    optimiser = torch.optim.Adam(weights.parameters(), 0.05)
    for _ in range(400):
        optimiser.zero_grad()
        weights({"scale": torch.tensor(0.04)})["scale"].backward()
        optimiser.step()
    assert math.exp(weights.log_variance[0].item()) == pytest.approx(0.04, rel=0.02)


def test_a_task_that_rests_in_a_batch_keeps_its_weight() -> None:
    weights = LearnedWeights(["outcome", "margin"])
    sum(weights({"outcome": torch.tensor(1.0)}).values()).backward()
    assert weights.log_variance.grad[0] != 0
    assert weights.log_variance.grad[1] == 0


def test_a_task_without_a_weight_is_refused() -> None:
    with pytest.raises(KeyError, match="shape"):
        LearnedWeights(["outcome"])({"shape": torch.tensor(1.0)})
