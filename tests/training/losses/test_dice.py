"""Dice loss against the paper's formula."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="losses need the train extra")

from training.losses.dice import dice_loss, edge_weights, supervised_loss

SURE = 30.0


def picture(*columns: int) -> torch.Tensor:
    made = torch.zeros(1, 1, 4, 8)
    made[..., list(columns)] = 1
    return made


def test_it_is_one_less_twice_the_overlap_over_both_areas() -> None:
    target, found = picture(0, 1, 2), picture(1, 2, 3, 4)
    true, false, missed = 8, 8, 4
    expected = 1 - 2 * true / (2 * true + false + missed)
    loss = dice_loss((found - 0.5) * SURE * 2, target, smooth=0.0)
    assert loss.item() == pytest.approx(expected, abs=1e-5)


def test_a_right_answer_and_an_empty_one_to_nothing_cost_nothing() -> None:
    for target in (picture(2, 3), picture()):
        assert dice_loss((target - 0.5) * SURE * 2, target).item() == pytest.approx(0, abs=1e-4)


def test_each_image_of_a_batch_has_its_own() -> None:
    targets = torch.cat((picture(0), picture(0)))
    found = torch.cat((picture(0), picture(7)))
    losses = dice_loss((found - 0.5) * SURE * 2, targets)
    assert losses[0] < 0.01
    assert losses[1] > 0.8


def test_deep_supervision_is_the_mean_over_heads() -> None:
    target = picture(1, 2)
    heads = [torch.randn(1, 1, 4, 8) for _ in range(3)]
    alone = [supervised_loss([one], target)["dice_loss"] for one in heads]
    together = supervised_loss(heads, target)["dice_loss"]
    assert together.item() == pytest.approx(torch.stack(alone).mean().item(), abs=1e-6)


def test_bfloat16_logits_are_counted_in_float32() -> None:
    parts = supervised_loss([torch.zeros(1, 1, 4, 8, dtype=torch.bfloat16)], picture(1))
    assert all(one.dtype == torch.float32 for one in parts.values())


def test_pixels_near_an_edge_weigh_more_and_all_together_as_before() -> None:
    target = torch.zeros(1, 1, 16, 32)
    target[..., 16:] = 1
    weights = edge_weights(target, 4.0, 2)
    assert weights.mean().item() == pytest.approx(1)
    near, far = weights[0, 0, 8, 14:18], weights[0, 0, 8, [0, 8, 13, 18, 31]]
    assert torch.allclose(near, near[0])
    assert torch.allclose(far * 5, near[0])
    nothing = edge_weights(torch.zeros(1, 1, 8, 8), 4.0, 2)
    assert torch.equal(nothing, torch.ones(1, 1, 8, 8))


def test_a_mistake_at_the_edge_costs_more_with_weights_and_one_elsewhere_less() -> None:
    target = torch.zeros(1, 1, 16, 32)
    target[..., 16:] = 1
    for columns, dearer in ((slice(14, 16), True), (slice(0, 2), False)):
        logits = (target - 0.5) * 8
        logits[..., columns] = 4
        plain, weighted = (
            supervised_loss([logits], target, edge=edge, reach=3)["cross_entropy"].item()
            for edge in (0.0, 4.0)
        )
        assert (weighted > plain) == dearer
