"""BI-RADS mammography terms by edition: what a reader may say of a finding.

Source: ACR BI-RADS Atlas, Mammography, 4th edition (2003) and 5th edition (2013). A term's
code is stable across editions; its label is the edition's own wording.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Edition(Enum):
    """Edition of the atlas that a descriptor's words are taken from."""

    FOURTH = "4"
    FIFTH = "5"


class DescriptorAxis(Enum):
    """The questions a lexicon asks about a finding or a breast."""

    MASS_SHAPE = "mass shape"
    MASS_MARGIN = "mass margin"
    MASS_DENSITY = "mass density"
    CALCIFICATION_MORPHOLOGY = "calcification morphology"
    CALCIFICATION_DISTRIBUTION = "calcification distribution"
    ASYMMETRY = "asymmetry"
    ASSOCIATED_FEATURE = "associated feature"
    SPECIAL_CASE = "special case"
    COMPOSITION = "composition"


@dataclass(frozen=True)
class Term:
    """One word of the lexicon: a stable code and the edition's label."""

    code: str
    label: str
    suspicious: bool = False


@dataclass(frozen=True)
class Lexicon:
    """The terms of one edition."""

    edition: Edition
    terms: Mapping[DescriptorAxis, tuple[Term, ...]]

    def term(self, axis: DescriptorAxis, code: str) -> Term:
        """Look a code up. Raises ValueError where the edition has no such term."""
        for term in self.terms.get(axis, ()):
            if term.code == code:
                return term
        raise ValueError(f"BI-RADS edition {self.edition.value} has no {axis.value} {code!r}")


def _terms(*labels: str, suspicious: bool = False) -> tuple[Term, ...]:
    return tuple(
        Term(label.replace(" ", "-").replace("/", "-"), label, suspicious) for label in labels
    )


_MARGINS = _terms("circumscribed", "obscured", "microlobulated", "indistinct", "spiculated")
_DENSITIES = _terms("high", "equal", "low", "fat-containing")
_SUSPICIOUS_MORPHOLOGIES = (
    *_terms("amorphous", "coarse heterogeneous", "fine pleomorphic", suspicious=True),
    Term("fine-linear", "fine linear or fine-linear branching", suspicious=True),
)
_ASSOCIATED_FEATURES = _terms(
    "skin retraction",
    "nipple retraction",
    "skin thickening",
    "trabecular thickening",
    "axillary adenopathy",
    "architectural distortion",
    "calcifications",
)

FIFTH_EDITION = Lexicon(
    Edition.FIFTH,
    {
        DescriptorAxis.MASS_SHAPE: _terms("oval", "round", "irregular"),
        DescriptorAxis.MASS_MARGIN: _MARGINS,
        DescriptorAxis.MASS_DENSITY: _DENSITIES,
        DescriptorAxis.CALCIFICATION_MORPHOLOGY: (
            *_terms("skin", "vascular", "coarse", "large rod-like", "round", "rim"),
            *_terms("dystrophic", "milk of calcium", "suture"),
            *_SUSPICIOUS_MORPHOLOGIES,
        ),
        DescriptorAxis.CALCIFICATION_DISTRIBUTION: _terms(
            "diffuse", "regional", "grouped", "linear", "segmental"
        ),
        DescriptorAxis.ASYMMETRY: _terms("asymmetry", "global", "focal", "developing"),
        DescriptorAxis.ASSOCIATED_FEATURE: _ASSOCIATED_FEATURES,
        DescriptorAxis.SPECIAL_CASE: _terms(
            "intramammary lymph node", "skin lesion", "solitary dilated duct"
        ),
        DescriptorAxis.COMPOSITION: (
            Term("a", "almost entirely fatty"),
            Term("b", "scattered areas of fibroglandular density"),
            Term("c", "heterogeneously dense"),
            Term("d", "extremely dense"),
        ),
    },
)

FOURTH_EDITION = Lexicon(
    Edition.FOURTH,
    {
        DescriptorAxis.MASS_SHAPE: _terms("round", "oval", "lobular", "irregular"),
        DescriptorAxis.MASS_MARGIN: _MARGINS,
        DescriptorAxis.MASS_DENSITY: _DENSITIES,
        DescriptorAxis.CALCIFICATION_MORPHOLOGY: (
            *_terms("skin", "vascular"),
            Term("coarse", "coarse or popcorn-like"),
            *_terms("large rod-like", "round", "lucent-centered"),
            Term("rim", "eggshell or rim"),
            *_terms("milk of calcium", "suture", "dystrophic"),
            *_SUSPICIOUS_MORPHOLOGIES,
        ),
        DescriptorAxis.CALCIFICATION_DISTRIBUTION: (
            Term("diffuse", "diffuse or scattered"),
            Term("regional", "regional"),
            Term("grouped", "grouped or clustered"),
            Term("linear", "linear"),
            Term("segmental", "segmental"),
        ),
        DescriptorAxis.ASYMMETRY: (
            Term("asymmetry", "asymmetry"),
            Term("global", "global asymmetry"),
            Term("focal", "focal asymmetry"),
        ),
        DescriptorAxis.ASSOCIATED_FEATURE: (
            *_ASSOCIATED_FEATURES,
            *_terms("skin lesion"),
        ),
        DescriptorAxis.SPECIAL_CASE: _terms(
            "asymmetric tubular structure", "intramammary lymph node"
        ),
        DescriptorAxis.COMPOSITION: (
            Term("a", "almost entirely fat (under 25 % glandular)"),
            Term("b", "scattered fibroglandular densities (25 to 50 %)"),
            Term("c", "heterogeneously dense (51 to 75 %)"),
            Term("d", "extremely dense (over 75 %)"),
        ),
    },
)

LEXICONS: Mapping[Edition, Lexicon] = {
    Edition.FOURTH: FOURTH_EDITION,
    Edition.FIFTH: FIFTH_EDITION,
}


class Assessment(Enum):
    """BI-RADS assessment categories; 4 without a letter occurs in older reports."""

    INCOMPLETE = "0"
    NEGATIVE = "1"
    BENIGN = "2"
    PROBABLY_BENIGN = "3"
    SUSPICIOUS = "4"
    LOW_SUSPICION = "4A"
    MODERATE_SUSPICION = "4B"
    HIGH_SUSPICION = "4C"
    HIGHLY_SUGGESTIVE = "5"
    PROVEN = "6"

    @property
    def likelihood(self) -> tuple[float, float] | None:
        """Bounds of the likelihood of cancer, 0 to 1; ``None`` for categories 0 and 6."""
        return _LIKELIHOODS.get(self)


_LIKELIHOODS = {
    Assessment.NEGATIVE: (0.0, 0.0),
    Assessment.BENIGN: (0.0, 0.0),
    Assessment.PROBABLY_BENIGN: (0.0, 0.02),
    Assessment.SUSPICIOUS: (0.02, 0.95),
    Assessment.LOW_SUSPICION: (0.02, 0.10),
    Assessment.MODERATE_SUSPICION: (0.10, 0.50),
    Assessment.HIGH_SUSPICION: (0.50, 0.95),
    Assessment.HIGHLY_SUGGESTIVE: (0.95, 1.0),
}
