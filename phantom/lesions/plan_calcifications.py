"""What calcifications look like: a morphology, then a distribution that it occurs in."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from domain.finding import FindingKind
from domain.lexicon import DescriptorAxis
from phantom.lesions.likelihood import Look, drawn
from phantom.space.streams import stream

DERMIS_MM = 1.0
"""Depth of calcifications of the skin below its surface."""

GROUPS: Mapping[str, tuple[float, Mapping[str, float]]] = {
    "amorphous": (
        0.20,
        {"grouped": 0.6, "regional": 0.22, "segmental": 0.1, "linear": 0.08},
    ),
    "coarse-heterogeneous": (
        0.12,
        {"grouped": 0.75, "regional": 0.15, "segmental": 0.06, "linear": 0.04},
    ),
    "fine-pleomorphic": (
        0.21,
        {"grouped": 0.7, "segmental": 0.15, "linear": 0.12, "regional": 0.03},
    ),
    "fine-linear": (0.11, {"linear": 0.4, "segmental": 0.35, "grouped": 0.25}),
    "round": (0.12, {"grouped": 0.4, "regional": 0.3, "diffuse": 0.3}),
    "coarse": (0.05, {"grouped": 1.0}),
    "large-rod-like": (0.04, {"segmental": 0.4, "regional": 0.3, "diffuse": 0.3}),
    "rim": (0.03, {"grouped": 0.6, "regional": 0.4}),
    "dystrophic": (0.035, {"grouped": 0.7, "regional": 0.3}),
    "milk-of-calcium": (0.035, {"grouped": 0.7, "regional": 0.3}),
    "suture": (0.02, {"linear": 0.7, "grouped": 0.3}),
    "skin": (0.03, {"grouped": 0.8, "regional": 0.2}),
}
"""Share of all groups and shares of the distributions. Vascular ones are decoys, not lesions: were
some of them truths and the others not, a detector could not learn either."""

_EXTENTS_MM = {
    "grouped": (4.0, 20.0),
    "linear": (8.0, 30.0),
    "segmental": (14.0, 30.0),
    "regional": (21.0, 40.0),
    "diffuse": (40.0, 70.0),
}
"""Atlas: grouped ones span at most 2 cm, regional ones more."""

SINGLES: Mapping[str, tuple[float, tuple[float, float]]] = {
    "round": (0.45, (0.15, 0.5)),
    "coarse": (0.18, (0.5, 1.0)),
    "rim": (0.12, (0.4, 1.0)),
    "dystrophic": (0.1, (0.5, 1.0)),
    "skin": (0.15, (0.3, 0.9)),
}
"""Share of all single calcifications, and the range of their diameters in mm."""


def plan_group(seed: int) -> Look:
    """Draw a group of 4 to 30 mm (grouped, linear, segmental) or up to 70 mm (diffuse)."""
    draws = stream(seed, "calcification group")
    morphology = drawn({code: share for code, (share, _) in GROUPS.items()}, draws)
    distribution = drawn(GROUPS[morphology][1], draws)
    size_mm = _between(_EXTENTS_MM[distribution], draws)
    return group_look(morphology, distribution, size_mm)


def plan_single(seed: int) -> Look:
    """Draw a single calcification of 0.15 to 1 mm; it is typically benign."""
    draws = stream(seed, "single calcification")
    morphology = drawn({code: share for code, (share, _) in SINGLES.items()}, draws)
    return Look(
        FindingKind.CALCIFICATION,
        _between(SINGLES[morphology][1], draws),
        ((DescriptorAxis.CALCIFICATION_MORPHOLOGY, morphology),),
        skin_mm=DERMIS_MM if morphology == "skin" else None,
    )


def calcifications_within(seed: int, mass_mm: float, *, benign: bool) -> Look:
    """Calcifications in a mass of this extent: coarse in a benign one, else suspicious ones."""
    draws = stream(seed, "calcifications within")
    suspicious = {"fine-pleomorphic": 0.6, "amorphous": 0.2, "fine-linear": 0.2}
    morphology = drawn({"coarse": 1.0} if benign else suspicious, draws)
    share = 0.4 + 0.5 * draws.random()
    return group_look(morphology, "grouped", min(max(3.0, mass_mm * share), mass_mm, 20.0))


def group_look(morphology: str, distribution: str, size_mm: float) -> Look:
    """A group with these terms; those of the skin lie at the surface."""
    return Look(
        FindingKind.CALCIFICATION_GROUP,
        size_mm,
        (
            (DescriptorAxis.CALCIFICATION_MORPHOLOGY, morphology),
            (DescriptorAxis.CALCIFICATION_DISTRIBUTION, distribution),
        ),
        skin_mm=DERMIS_MM if morphology == "skin" else None,
    )


def _between(bounds: tuple[float, float], draws: np.random.Generator) -> float:
    """Uniform in the logarithm: small ones are the more frequent."""
    low, high = bounds
    return float(low * math.exp(draws.random() * math.log(high / low)))
