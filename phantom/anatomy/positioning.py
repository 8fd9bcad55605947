"""How a breast is laid on the detector for one exposure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.view_position import HangFamily
from phantom.anatomy.breast import Breast
from phantom.anatomy.implant import Implant
from phantom.anatomy.lattice import Plane
from phantom.anatomy.muscle import Muscle
from phantom.anatomy.outline import Outline, OutlineShape, draw_outline
from phantom.space.projection import Projection


@dataclass(frozen=True)
class Pose:
    """How a view asks for the breast: the beam's angle in degrees, and where the nipple lies.

    nipple_rows: range of the nipple's height on the field, as shares from the top. implant: the
    breast has one; displaced: it is pushed back. squeeze: thickness against that of a full view.
    """

    family: HangFamily
    angle: float
    nipple_rows: tuple[float, float]
    implant: bool = False
    displaced: bool = False
    squeeze: float = 1.0


@dataclass(frozen=True)
class Position:
    """One breast on the detector.

    nipple_row: its height on the field, as a share from the top. nipple_u: u of its tip.
    """

    projection: Projection
    outline: Outline
    muscle: Muscle | None
    implant: Implant | None
    nipple_u: float
    nipple_row: float


def lay_breast(breast: Breast, pose: Pose, random: np.random.Generator, plane: Plane) -> Position:
    """Compress a breast; the plane must reach beyond the detector's field."""
    spread = random.uniform(1.02, 1.14)
    stretch = random.uniform(1.04, 1.12)
    thickness = pose.squeeze * breast.compressed_mm * random.normal(1.0, 0.04)
    projection = Projection(
        pose.family, pose.angle, spread, stretch, thickness, 2 * breast.half_width_mm / 1.1
    )
    reach = breast.depth_mm * stretch
    width = breast.half_width_mm * spread
    shaped = _cc_shape if pose.family is HangFamily.CC else _mlo_shape
    outline = draw_outline(shaped(reach, width, random), random, plane)
    return Position(
        projection=projection,
        outline=outline,
        muscle=_muscle(pose.family, reach, width, random, plane),
        implant=_implant(pose, reach, width, random),
        nipple_u=outline.skin_u(0.0),
        nipple_row=random.uniform(*pose.nipple_rows),
    )


def _implant(pose: Pose, reach: float, width: float, random: np.random.Generator) -> Implant | None:
    if not pose.implant:
        return None
    return Implant(
        u=reach * (-0.32 if pose.displaced else random.uniform(0.12, 0.2)),
        v=width * random.uniform(-0.08, 0.08),
        reach=reach * random.uniform(0.46, 0.52),
        half_width=width * random.uniform(0.66, 0.74),
    )


def _cc_shape(reach: float, width: float, random: np.random.Generator) -> OutlineShape:
    return OutlineShape(
        HangFamily.CC,
        reach=reach,
        above=width * random.uniform(1.02, 1.16),
        below=width * random.uniform(0.9, 1.04),
        roundness=random.uniform(1.75, 2.3),
        fullness=random.uniform(0.52, 0.75),
        nipple_mm=_nipple(random),
    )


def _mlo_shape(reach: float, width: float, random: np.random.Generator) -> OutlineShape:
    return OutlineShape(
        HangFamily.MLO,
        reach=reach,
        above=width * random.uniform(1.6, 2.2),
        below=width * random.uniform(0.82, 0.98),
        roundness=random.uniform(1.75, 2.1),
        fullness=random.uniform(0.55, 0.8),
        nipple_mm=_nipple(random),
        axilla_mm=max(38.0, reach * random.uniform(0.36, 0.58)),
        axilla_slope=random.uniform(-0.05, 0.12),
        fold_mm=random.uniform(6, 26) if random.random() < 0.25 else 0.0,
    )


def _nipple(random: np.random.Generator) -> float:
    """How far the nipple stands out, in mm; in one of four it is not in profile."""
    return random.uniform(3.0, 8.0) if random.random() < 0.75 else random.uniform(0.0, 1.0)


def _muscle(
    family: HangFamily, reach: float, width: float, random: np.random.Generator, plane: Plane
) -> Muscle | None:
    thickness = random.uniform(7.5, 13)
    if family is HangFamily.CC:
        if random.random() > 0.25:
            return None
        return Muscle(
            top_u=random.uniform(2, 9),
            top_v=-width * 0.7,
            foot_v=width * random.uniform(0.2, 0.6),
            bow_mm=random.uniform(3, 7),
            thickness_mm=thickness * 0.7,
        )
    return Muscle(
        top_u=reach * random.uniform(0.42, 0.72),
        top_v=plane.v0,
        foot_v=random.uniform(-0.15, 0.35) * width,
        bow_mm=random.uniform(-3, 7),
        thickness_mm=thickness,
    )
