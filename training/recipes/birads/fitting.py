"""Calibration on validation findings: temperature, bias, the second head's weight, categories.

Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, section 4.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch

from domain.errors import BadInputError
from domain.lexicon import Assessment
from inference.systems.classify_calibration import Calibration

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_PENALTY = 1e-3
"""Keeps weights finite where outcomes can be parted without error."""
_LEAST_TEMPERATURE = 0.05


def fitted(
    log_odds: Floats,
    scale: Floats | None,
    outcome: Bools,
    assessed: Sequence[Assessment | None],
) -> Calibration:
    """The calibration with the least cross entropy on validation findings, (n,) each.

    The likelihoods of the atlas stay the categories' bounds, as probabilities are calibrated; what
    parts 2 from 3 is fitted. Raises BadInputError where only one outcome occurs.
    """
    if outcome.all() or not outcome.any():
        raise BadInputError(
            "calibration needs malignant and benign findings", remedy="Draw more studies"
        )
    weights = _logistic(log_odds, scale, outcome)
    slope = max(weights[0], 1e-3)
    plain = Calibration(
        temperature=max(1 / slope, _LEAST_TEMPERATURE), birads_weight=weights[1], bias=weights[2]
    )
    if scale is None:
        return plain
    return replace(plain, benign_below=_parting(scale, assessed))


def _logistic(log_odds: Floats, scale: Floats | None, outcome: Bools) -> tuple[float, float, float]:
    """Weights of log-odds and scale, and the bias, by Newton-like steps."""
    rows = [log_odds, np.zeros_like(log_odds) if scale is None else scale, np.ones_like(log_odds)]
    features = torch.from_numpy(np.stack(rows, 1))
    truth = torch.from_numpy(outcome.astype(np.float64))
    weights = torch.tensor([1.0, 0.0, 0.0], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(features @ weights, truth)
        loss = loss + _PENALTY * (weights[:2] ** 2).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    one, two, three = weights.detach().tolist()
    return one, two, three


def _parting(scale: Floats, assessed: Sequence[Assessment | None]) -> float:
    """The place on the scale that parts categories 2 and 3 with the fewest errors of either."""
    two = np.array([one is Assessment.BENIGN for one in assessed])
    three = np.array([one is Assessment.PROBABLY_BENIGN for one in assessed])
    if not (two.any() and three.any()):
        return 0.0
    tried = np.unique(scale[two | three])
    errors = [
        float((scale[two] >= place).mean() + (scale[three] < place).mean()) for place in tried
    ]
    return float(tried[int(np.argmin(errors))])
