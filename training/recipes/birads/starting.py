"""The features' part of a classifier is learnt first: it is small, and takes seconds."""

from __future__ import annotations

import numpy as np
import torch

from inference.systems.classify_features import FEATURES
from inference.systems.classify_outputs import MALIGNANCY
from training.data.finding_crops import Jitter, drawn_outline, features_of
from training.recipes.birads.network import JudgeNetwork, plain_losses
from training.recipes.birads.task import BiradsTask

STEPS = 500
_RATE, _DECAY = 1e-2, 0.3


def start(network: JudgeNetwork, task: BiradsTask, jitter: Jitter) -> float:
    """Standardise the features and learn from them alone, all findings at once, each time with one
    of their outlines; gives the last cross entropy of malignancy. Convolutions then learn what the
    features leave open.
    """
    network.measured.standardise(
        torch.from_numpy(np.stack([features_of(one) for one in task.train]))
    )
    bare = np.zeros((1, FEATURES), np.float32)
    shown = [np.concatenate([one.features, bare]) for one in task.train]
    parts = [*network.measured.parameters(), *network.heads.parameters()]
    optimiser = torch.optim.AdamW(parts, _RATE, weight_decay=_DECAY)
    random = np.random.default_rng(0)
    network.train()
    loss = 0.0
    for step in range(STEPS):
        for group in optimiser.param_groups:
            group["lr"] = _RATE * (1 - step / STEPS)
        drawn = [drawn_outline(one, jitter, random) for one in task.train]
        told = [all_of[-1 if at is None else at] for all_of, at in zip(shown, drawn, strict=True)]
        outputs = network.by_features(torch.from_numpy(np.stack(told)))
        plain = plain_losses(outputs, task.targets)
        optimiser.zero_grad()
        torch.stack(list(plain.values())).sum().backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        loss = float(plain[MALIGNANCY].detach())
    return loss
