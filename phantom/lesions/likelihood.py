"""What a lesion looks like in BI-RADS terms, and how likely such a look is malignant.

Log-odds of the terms add up. Sources: positive predictive values of calcifications as given in the
ACR BI-RADS Atlas, 5th edition (2013): coarse heterogeneous 13 %, amorphous 21 %, fine pleomorphic
29 %, fine linear 70 %; regional 26 %, grouped 31 %, linear 60 %, segmental 62 %. Masses: spiculated
81 %, irregular 73 % (Liberman et al., AJR 171:35, 1998). Asymmetry and distortion at screening:
one view 3.6 %, focal 3.7 %, developing 7.4 %, distortion 10.2 % (Venkatesan et al., Radiology
250:648, 2009); distortion is set higher, as biopsied ones are. Weights without a source are chosen
so that the assessments that the atlas advises come out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from domain.finding import FindingKind
from domain.lexicon import Assessment, DescriptorAxis
from domain.view_position import HangFamily
from phantom.lesions.lesion import BOTH_FAMILIES

Terms = tuple[tuple[DescriptorAxis, str], ...]

INCOMPLETE_BOUNDS = (0.02, 0.30)
"""Likelihood of cancer of what is recalled without a category; the atlas gives none."""
_SPREAD = 0.55
"""Deviation of the log-odds among lesions with the same terms."""
_LADDER = (
    Assessment.PROBABLY_BENIGN,
    Assessment.LOW_SUSPICION,
    Assessment.MODERATE_SUSPICION,
    Assessment.HIGH_SUSPICION,
    Assessment.HIGHLY_SUGGESTIVE,
)
_MARGINS = {
    "circumscribed": -4.3,
    "obscured": -2.7,
    "microlobulated": -0.7,
    "indistinct": 0.0,
    "spiculated": 1.3,
}
_SHAPES = {"oval": -0.3, "round": 0.0, "irregular": 1.0}
_DENSITIES = {"high": 0.7, "equal": -0.1, "low": -0.9, "fat-containing": -5.0}
_MORPHOLOGIES = {
    "coarse-heterogeneous": 0.13,
    "amorphous": 0.21,
    "fine-pleomorphic": 0.29,
    "fine-linear": 0.70,
}
_DISTRIBUTIONS = {"regional": 0.26, "grouped": 0.31, "linear": 0.60, "segmental": 0.62}


@dataclass(frozen=True)
class Look:
    """A lesion without a place or an outcome.

    size_mm: longest extent. skin_mm: how far its centre lies below the skin; ``None`` for what
    lies anywhere inside. within: a second lesion at the same place, as calcifications in a mass.
    """

    kind: FindingKind
    size_mm: float
    terms: Terms
    families: frozenset[HangFamily] = BOTH_FAMILIES
    diffuse: bool = False
    skin_mm: float | None = None
    within: Look | None = None

    def term(self, axis: DescriptorAxis) -> str:
        """The first code chosen on an axis, empty where none was."""
        return next((code for other, code in self.terms if other is axis), "")


@dataclass(frozen=True)
class Suspicion:
    """How terms are read.

    log_odds: of malignancy, in the middle. least, most: assessments they are kept between.
    benign, incomplete: shares (0 to 1) that are assessed 2 and 0 instead.
    """

    log_odds: float
    least: Assessment
    most: Assessment
    benign: float = 0.0
    incomplete: float = 0.0


@dataclass(frozen=True)
class Judgement:
    """Assessment, likelihood of cancer within its bounds (0 to 1), and the outcome drawn so."""

    assessment: Assessment
    probability: float
    malignant: bool


def drawn(shares: Mapping[str, float], draws: np.random.Generator) -> str:
    """One of the keys, as often as its share of the sum; takes one number from the stream."""
    limits = np.cumsum(list(shares.values()))
    index = int(np.searchsorted(limits, draws.random() * limits[-1], side="right"))
    return list(shares)[min(index, len(shares) - 1)]


def judge(look: Look, draws: np.random.Generator) -> Judgement:
    """Assess a look (with what lies within it), draw its likelihood and then its outcome.

    Takes three numbers from the stream, whatever comes out.
    """
    suspicion = suspicion_of(look)
    category, place, outcome = draws.random(3)
    if category < suspicion.benign:
        return Judgement(Assessment.BENIGN, 0.0, malignant=False)
    if category < suspicion.benign + suspicion.incomplete:
        probability = _within(suspicion.log_odds, INCOMPLETE_BOUNDS, place)
        return Judgement(Assessment.INCOMPLETE, probability, malignant=bool(outcome < probability))
    bounds = (_bounds(suspicion.least)[0], _bounds(suspicion.most)[1])
    probability = _within(suspicion.log_odds, bounds, place)
    return Judgement(_category(probability), probability, malignant=bool(outcome < probability))


def suspicion_of(look: Look) -> Suspicion:
    """How a look is read; calcifications within a mass make it as suspicious as they are."""
    own = _READERS[look.kind](look)
    if look.within is None:
        return own
    inner = suspicion_of(look.within)
    if inner.benign == 1.0:
        return inner
    return Suspicion(
        max(own.log_odds, inner.log_odds) + 0.3,
        max(own.least, inner.least, key=_rank),
        max(own.most, inner.most, key=_rank),
    )


def _mass(look: Look) -> Suspicion:
    margin = look.term(DescriptorAxis.MASS_MARGIN)
    density = look.term(DescriptorAxis.MASS_DENSITY)
    odds = _MARGINS[margin] + _SHAPES[look.term(DescriptorAxis.MASS_SHAPE)] + _DENSITIES[density]
    if density == "fat-containing":
        return Suspicion(odds, Assessment.BENIGN, Assessment.BENIGN, benign=1.0)
    if margin == "circumscribed":
        benign = 0.0 if density == "high" else 0.45
        return Suspicion(odds, _LADDER[0], Assessment.LOW_SUSPICION, benign)
    if margin == "spiculated":
        return Suspicion(odds, Assessment.HIGH_SUSPICION, Assessment.HIGHLY_SUGGESTIVE)
    least = _LADDER[0] if margin == "obscured" else Assessment.LOW_SUSPICION
    return Suspicion(odds, least, Assessment.HIGH_SUSPICION)


def _group(look: Look) -> Suspicion:
    morphology = look.term(DescriptorAxis.CALCIFICATION_MORPHOLOGY)
    distribution = look.term(DescriptorAxis.CALCIFICATION_DISTRIBUTION)
    if morphology not in _MORPHOLOGIES:
        grouped = morphology == "round" and distribution == "grouped"
        return Suspicion(-4.6, _LADDER[0], _LADDER[0], benign=0.3 if grouped else 1.0)
    weight = _log_odds(_DISTRIBUTIONS[distribution]) - _log_odds(_DISTRIBUTIONS["grouped"])
    # Morphology and distribution go together, so that the second adds less than it does alone.
    odds = _log_odds(_MORPHOLOGIES[morphology]) + 0.6 * weight
    least, most = {
        "fine-linear": (Assessment.HIGH_SUSPICION, Assessment.HIGHLY_SUGGESTIVE),
        "fine-pleomorphic": (Assessment.MODERATE_SUSPICION, Assessment.HIGH_SUSPICION),
    }.get(morphology, (Assessment.MODERATE_SUSPICION, Assessment.MODERATE_SUSPICION))
    return Suspicion(odds, least, most)


def _asymmetry(look: Look) -> Suspicion:
    low = Assessment.LOW_SUSPICION
    return {
        "asymmetry": Suspicion(_log_odds(0.036), _LADDER[0], low, benign=0.05, incomplete=0.6),
        "focal": Suspicion(_log_odds(0.037), _LADDER[0], low, benign=0.05, incomplete=0.3),
        "developing": Suspicion(_log_odds(0.10), low, Assessment.MODERATE_SUSPICION),
        "global": Suspicion(_log_odds(0.01), _LADDER[0], _LADDER[0], benign=0.6),
    }[look.term(DescriptorAxis.ASYMMETRY)]


def _calcification(_look: Look) -> Suspicion:
    return Suspicion(-5.0, Assessment.BENIGN, Assessment.BENIGN, benign=1.0)


def _distortion(_look: Look) -> Suspicion:
    return Suspicion(_log_odds(0.4), Assessment.MODERATE_SUSPICION, Assessment.HIGH_SUSPICION)


def _other(_look: Look) -> Suspicion:
    low, moderate = Assessment.LOW_SUSPICION, Assessment.MODERATE_SUSPICION
    return Suspicion(_log_odds(0.12), low, moderate, benign=0.4, incomplete=0.2)


_READERS = {
    FindingKind.MASS: _mass,
    FindingKind.CALCIFICATION: _calcification,
    FindingKind.CALCIFICATION_GROUP: _group,
    FindingKind.ASYMMETRY: _asymmetry,
    FindingKind.ARCHITECTURAL_DISTORTION: _distortion,
    FindingKind.OTHER: _other,
}


def _rank(assessment: Assessment) -> int:
    return _LADDER.index(assessment) if assessment in _LADDER else -1


def _bounds(assessment: Assessment) -> tuple[float, float]:
    bounds = assessment.likelihood
    if bounds is None:
        return INCOMPLETE_BOUNDS
    return bounds


def _category(probability: float) -> Assessment:
    return next(step for step in _LADDER if probability <= _bounds(step)[1])


def _log_odds(probability: float) -> float:
    return math.log(probability / (1.0 - probability))


def _within(log_odds: float, bounds: tuple[float, float], place: float) -> float:
    """Likelihood at a place (0 to 1) of the logit-normal distribution cut off at the bounds."""
    middle = NormalDist(log_odds, _SPREAD)
    low, high = (middle.cdf(_log_odds(min(max(bound, 0.001), 0.997))) for bound in bounds)
    level = low + (high - low) * place
    if not 1e-9 < level < 1.0 - 1e-9:  # the terms lie far outside: the nearer bound
        level = min(max(level, 1e-9), 1.0 - 1e-9)
    value = 1.0 / (1.0 + math.exp(-middle.inv_cdf(level)))
    return min(max(value, bounds[0]), bounds[1])
