"""What each kind of view asks of the breast's position."""

from __future__ import annotations

from domain.view_position import HangFamily, ViewModifier, ViewPosition
from phantom.anatomy.positioning import Pose
from phantom.recipe import Exposure

_STRAIGHT_DOWN = 0.0
_FROM_THE_SIDE = 90.0
_LOCAL_SQUEEZE = 0.78
"""A spot paddle presses the tissue under it thinner than a full paddle does."""


def pose_of(exposure: Exposure, oblique_degrees: float, *, implant: bool) -> Pose:
    """The pose of an exposure; oblique_degrees: the beam's angle in this patient's MLO."""
    position = exposure.position
    return Pose(
        family=position.family,
        angle=_angle(position, oblique_degrees),
        nipple_rows=_nipple_rows(position),
        implant=implant,
        displaced=ViewModifier.IMPLANT_DISPLACED in exposure.modifiers,
        squeeze=_LOCAL_SQUEEZE if ViewModifier.SPOT in exposure.modifiers else 1.0,
    )


def exposure_name(exposure: Exposure, exam: int) -> str:
    """Names an exposure for random numbers: two shots of one view are laid differently."""
    modifiers = sorted(modifier.value for modifier in exposure.modifiers)
    return "-".join([exposure.position.value, *modifiers, str(exam)])


def _angle(position: ViewPosition, oblique_degrees: float) -> float:
    if position.family is HangFamily.CC:
        return _STRAIGHT_DOWN
    if position in (ViewPosition.ML, ViewPosition.LM):
        return _FROM_THE_SIDE
    return oblique_degrees


def _nipple_rows(position: ViewPosition) -> tuple[float, float]:
    """An exaggerated CC brings the outer or inner part onto the field, away from the middle."""
    if position in (ViewPosition.XCCL, ViewPosition.XCC):
        return (0.66, 0.74)
    if position is ViewPosition.XCCM:
        return (0.26, 0.34)
    return (0.46, 0.54) if position.family is HangFamily.CC else (0.56, 0.66)
