"""Decides how an image is turned so that it lies as a reader expects it.

Right breast: chest wall at the right edge; left breast: at the left edge. CC and its kin:
lateral side up; MLO and its kin: head up (IHE Mammography Image profile, RAD TF-2
4.16.4.2.2.1.1.2). Tags decide; pixels stand in where tags are missing, and are heard where
they contradict them: then the image hangs by its tags and is flagged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.laterality import Laterality
from domain.orientation import Direction, PatientOrientation
from domain.side import Side
from domain.study import Flag, ImageKind, Reason, View
from domain.turn import Turn
from domain.view_position import HangFamily, ViewPosition
from viewing.hanging.evidence import NO_EVIDENCE, PixelEvidence

PATIENT_ORIENTATION = "Patient Orientation (0020,0020)"

_TRUE_LATERALS = frozenset({ViewPosition.ML, ViewPosition.LM})


@dataclass(frozen=True)
class HungTurn:
    """How an image is turned, why, and what a reader must be told about it."""

    turn: Turn
    reasons: tuple[Reason, ...] = ()
    flags: tuple[Flag, ...] = ()


def decide_turn(view: View, evidence: PixelEvidence = NO_EVIDENCE) -> HungTurn:
    """Find the turn from stored to hung; never raises.

    Without a laterality of one breast nothing says how to hang: the image stays as stored.
    """
    side = view.laterality
    if side is None or side is Laterality.BOTH:
        flag = Flag("Shown as stored: the image is of no single breast or its side is unknown")
        return HungTurn(Turn(), flags=(flag,))
    if view.kind is ImageKind.SPECIMEN:
        return HungTurn(Turn(), flags=(Flag("Shown as stored: a specimen has no anatomic side"),))
    turn = None if view.orientation is None else _turn_by_tags(view.orientation, side)
    if turn is None or view.orientation is None:
        return _turn_by_pixels(view, side, evidence)
    odd = _odd_axis(view, view.orientation)
    if odd:
        # What such a tag says of up and down means nothing in this view.
        turn = replace(turn, flip_rows=False)
    reason = Reason(
        f"turned so that the chest wall lies {_wall(side).value} and {_up(view)} is up",
        PATIENT_ORIENTATION,
        str(view.orientation),
    )
    return HungTurn(turn, (reason,), (*odd, *_contradictions(turn, side, evidence)))


def _wall(side: Laterality) -> Side:
    return Side.RIGHT if side is Laterality.RIGHT else Side.LEFT


def _up(view: View) -> str:
    position = view.position
    return "lateral" if position and position.family is HangFamily.CC else "head"


def _turn_by_tags(orientation: PatientOrientation, side: Laterality) -> Turn | None:
    row, column = _screen_axis(orientation.row, side), _screen_axis(orientation.column, side)
    transpose = row[0] == "vertical"
    if transpose:
        row, column = column, row
    if (row[0], column[0]) != ("horizontal", "vertical"):
        return None
    wall_follows_rows = side is Laterality.RIGHT
    return Turn(transpose, flip_rows=not column[1], flip_columns=row[1] != wall_follows_rows)


def _screen_axis(direction: Direction, side: Laterality) -> tuple[str, bool]:
    """The hung axis that a direction lies on, and whether it points to chest wall or down.

    Down is the foot, and medial: an MLO's lower edge is both, a CC's is medial.
    """
    if direction in (Direction.ANTERIOR, Direction.POSTERIOR):
        return "horizontal", direction is Direction.POSTERIOR
    medial = Direction.LEFT if side is Laterality.RIGHT else Direction.RIGHT
    return "vertical", direction in (Direction.FOOT, medial)


def _odd_axis(view: View, orientation: PatientOrientation) -> tuple[Flag, ...]:
    if view.position is None:
        return ()
    upright = {orientation.row, orientation.column} & {Direction.HEAD, Direction.FOOT}
    odd_cc = view.position.family is HangFamily.CC and upright
    odd_lateral = view.position in _TRUE_LATERALS and not upright
    if not (odd_cc or odd_lateral):
        return ()
    message = f"{orientation} does not fit a {view.position.value} view; up and down are as stored"
    return (Flag(message, PATIENT_ORIENTATION),)


def _contradictions(turn: Turn, side: Laterality, evidence: PixelEvidence) -> tuple[Flag, ...]:
    said = []
    if evidence.certain and evidence.chest_wall is not None:
        shown = evidence.chest_wall.after(turn)
        if shown is not _wall(side):
            where = f"{_wall(side).value}, the pixels show it {shown.value}"
            said.append(f"the tags put the chest wall {where}")
    if evidence.head is not None and evidence.head.after(turn) is not Side.TOP:
        said.append("the tags put the head up, the pixels show the pectoral muscle elsewhere")
    return tuple(Flag(message, PATIENT_ORIENTATION) for message in said)


def _turn_by_pixels(view: View, side: Laterality, evidence: PixelEvidence) -> HungTurn:
    stated = "does not tell" if view.orientation else "is missing"
    if not evidence.usable or evidence.chest_wall is None:
        message = f"shown as stored: {PATIENT_ORIENTATION} {stated} and the pixels do not tell"
        return HungTurn(Turn(), flags=(Flag(message),))
    turn = _bring(evidence.chest_wall, _wall(side))
    found = [f"chest wall {evidence.chest_wall.value}"]
    doubt = "up and down may be swapped"
    if evidence.head is not None:
        found.append(f"pectoral muscle {evidence.head.value}")
        doubt = "up is where the pectoral muscle is"
        if evidence.head.after(turn) is Side.BOTTOM:
            turn = turn.then(Turn(flip_rows=True))
    conclusion = f"turned so that the chest wall lies {_wall(side).value}"
    reason = Reason(conclusion, "pixels", ", ".join(found))
    flag = Flag(f"turned by the pixels, {doubt}: {PATIENT_ORIENTATION} {stated}")
    return HungTurn(turn, (reason,), (flag,))


def _bring(found: Side, wanted: Side) -> Turn:
    """Mirror where found is opposite, a quarter turn (never mirrored) where it is beside."""
    if found is wanted:
        return Turn()
    if found in (Side.LEFT, Side.RIGHT):
        return Turn(flip_columns=True)
    quarter = Turn(transpose=True, flip_columns=True)
    if found.after(quarter) is wanted:
        return quarter
    return Turn(transpose=True, flip_rows=True)
