"""What asymmetries, distortions and thickened skin look like."""

from __future__ import annotations

from collections.abc import Mapping

from domain.finding import FindingKind
from domain.lexicon import DescriptorAxis
from domain.view_position import HangFamily
from phantom.lesions.lesion import BOTH_FAMILIES
from phantom.lesions.likelihood import Look, drawn
from phantom.space.streams import stream

ASYMMETRIES: Mapping[str, tuple[float, tuple[float, float]]] = {
    "asymmetry": (0.45, (9.0, 28.0)),
    "focal": (0.29, (9.0, 28.0)),
    "developing": (0.16, (8.0, 24.0)),
    "global": (0.10, (40.0, 75.0)),
}
"""Share of all asymmetries, and the range of their longest extents in mm."""


def plan_asymmetry(seed: int) -> Look:
    """Draw an asymmetry of 8 to 75 mm; the plain one is seen in one view only."""
    draws = stream(seed, "asymmetry")
    code = drawn({name: share for name, (share, _) in ASYMMETRIES.items()}, draws)
    low, high = ASYMMETRIES[code][1]
    place, side = draws.random(2)
    family = HangFamily.CC if side < 0.5 else HangFamily.MLO
    return Look(
        FindingKind.ASYMMETRY,
        low + (high - low) * float(place) ** 1.4,
        ((DescriptorAxis.ASYMMETRY, code),),
        families=frozenset({family}) if code == "asymmetry" else BOTH_FAMILIES,
    )


def plan_distortion(seed: int) -> Look:
    """Draw an architectural distortion of 12 to 40 mm, without a mass."""
    draws = stream(seed, "distortion")
    return Look(
        FindingKind.ARCHITECTURAL_DISTORTION, 12.0 + 28.0 * float(draws.random()) ** 1.4, ()
    )


def plan_other(seed: int) -> Look:
    """Draw thickened skin of 20 to 60 mm, often over oedema (thickened trabeculae)."""
    draws = stream(seed, "other")
    oedema, extent = draws.random(2)
    codes = ["skin-thickening"] + (["trabecular-thickening"] if oedema < 0.6 else [])
    size_mm = 20.0 + 40.0 * float(extent)
    return Look(
        FindingKind.OTHER,
        size_mm,
        tuple((DescriptorAxis.ASSOCIATED_FEATURE, code) for code in codes),
        skin_mm=1.5 if len(codes) == 1 else 0.2 * size_mm,
    )
