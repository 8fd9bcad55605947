"""What a mass looks like: first what it is, then the BI-RADS terms that such a mass has."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from domain.finding import FindingKind
from domain.lexicon import DescriptorAxis
from phantom.lesions.likelihood import Look, drawn
from phantom.lesions.plan_calcifications import calcifications_within
from phantom.recipe import Composition
from phantom.space.streams import stream

SMALLEST_MM, LARGEST_MM = 4.0, 40.0
_OBSCURED = {Composition.A: 0.06, Composition.B: 0.14, Composition.C: 0.28, Composition.D: 0.40}
"""Share of rims that would be circumscribed but are hidden by the tissue around."""


@dataclass(frozen=True)
class MassType:
    """What a mass is made of decides its terms; whether it is malignant is drawn later.

    share: of all masses. shapes, margins, densities: shares of the terms. median_mm: of its longest
    extent. calcified: share with calcifications of its own. distorting: share that distorts the
    tissue around.
    """

    share: float
    shapes: Mapping[str, float]
    margins: Mapping[str, float]
    densities: Mapping[str, float]
    median_mm: float
    calcified: float = 0.0
    distorting: float = 0.0
    diffuse: bool = False


MASS_TYPES: Mapping[str, MassType] = {
    "fibroadenoma": MassType(
        0.19,
        {"oval": 0.8, "round": 0.12, "irregular": 0.08},
        {"circumscribed": 0.78, "microlobulated": 0.12, "indistinct": 0.10},
        {"equal": 0.7, "low": 0.2, "high": 0.1},
        12.5,
        calcified=0.12,
    ),
    "cyst": MassType(
        0.13,
        {"oval": 0.55, "round": 0.45},
        {"circumscribed": 0.92, "indistinct": 0.08},
        {"equal": 0.75, "low": 0.25},
        11.5,
    ),
    "hamartoma": MassType(
        0.03, {"oval": 0.85, "round": 0.15}, {"circumscribed": 1.0}, {"fat-containing": 1.0}, 22.0
    ),
    "oil cyst": MassType(
        0.02, {"oval": 0.4, "round": 0.6}, {"circumscribed": 1.0}, {"fat-containing": 1.0}, 9.0
    ),
    "fat necrosis or sclerosing adenosis": MassType(
        0.08,
        {"irregular": 0.6, "round": 0.2, "oval": 0.2},
        {"indistinct": 0.5, "microlobulated": 0.25, "spiculated": 0.2, "obscured": 0.05},
        {"equal": 0.6, "low": 0.25, "high": 0.15},
        9.5,
        calcified=0.1,
        distorting=0.15,
    ),
    "stromal fibrosis": MassType(
        0.05,
        {"irregular": 0.5, "oval": 0.5},
        {"indistinct": 0.7, "obscured": 0.3},
        {"equal": 0.6, "low": 0.4},
        16.0,
        diffuse=True,
    ),
    "invasive ductal": MassType(
        0.33,
        {"irregular": 0.75, "round": 0.14, "oval": 0.11},
        {"spiculated": 0.5, "indistinct": 0.33, "microlobulated": 0.12, "obscured": 0.05},
        {"high": 0.7, "equal": 0.27, "low": 0.03},
        13.0,
        calcified=0.25,
        distorting=0.25,
    ),
    "invasive lobular": MassType(
        0.11,
        {"irregular": 0.9, "oval": 0.1},
        {"indistinct": 0.75, "obscured": 0.25},
        {"equal": 0.65, "low": 0.2, "high": 0.15},
        16.0,
        calcified=0.04,
        distorting=0.3,
        diffuse=True,
    ),
    "medullary or mucinous": MassType(
        0.06,
        {"round": 0.5, "oval": 0.4, "irregular": 0.1},
        {"circumscribed": 0.35, "microlobulated": 0.4, "indistinct": 0.25},
        {"equal": 0.5, "high": 0.4, "low": 0.1},
        13.0,
    ),
}


def plan_mass(seed: int, density: Composition) -> Look:
    """Draw one mass of 4 to 40 mm; some have calcifications within."""
    draws = stream(seed, "mass")
    kind = MASS_TYPES[drawn({name: each.share for name, each in MASS_TYPES.items()}, draws)]
    shape, margin = drawn(kind.shapes, draws), drawn(kind.margins, draws)
    thickness = drawn(kind.densities, draws)
    hidden, calcified, distorting = draws.random(3)
    if margin == "circumscribed" and thickness != "fat-containing" and hidden < _OBSCURED[density]:
        margin = "obscured"
    size_mm = _size_mm(kind.median_mm, draws)
    look = Look(
        FindingKind.MASS,
        size_mm,
        (
            (DescriptorAxis.MASS_SHAPE, shape),
            (DescriptorAxis.MASS_MARGIN, margin),
            (DescriptorAxis.MASS_DENSITY, thickness),
        ),
        diffuse=kind.diffuse,
    )
    if distorting < kind.distorting:
        look = with_feature(look, "architectural-distortion")
    if calcified < kind.calcified:
        popcorn = margin in {"circumscribed", "obscured"}
        inner = calcifications_within(seed, size_mm, benign=popcorn)
        look = replace(with_feature(look, "calcifications"), within=inner)
    return look


def with_feature(look: Look, code: str) -> Look:
    """The look with one more associated feature."""
    return replace(look, terms=(*look.terms, (DescriptorAxis.ASSOCIATED_FEATURE, code)))


def _size_mm(median_mm: float, draws: np.random.Generator) -> float:
    size = math.exp(draws.normal(math.log(median_mm), 0.45))
    return float(min(max(size, SMALLEST_MM), LARGEST_MM))
