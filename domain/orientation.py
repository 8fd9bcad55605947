"""Which anatomical direction an image's rows and columns run to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from domain.laterality import Laterality
from domain.view_position import HangFamily


class Direction(Enum):
    """Anatomical directions of Patient Orientation (0020,0020), PS3.3 C.7.6.1.1.1."""

    ANTERIOR = "A"
    POSTERIOR = "P"
    RIGHT = "R"
    LEFT = "L"
    HEAD = "H"
    FOOT = "F"

    @property
    def opposite(self) -> Direction:
        """The direction pointing the other way."""
        return _OPPOSITE[self]


_OPPOSITE = {
    Direction.ANTERIOR: Direction.POSTERIOR,
    Direction.POSTERIOR: Direction.ANTERIOR,
    Direction.RIGHT: Direction.LEFT,
    Direction.LEFT: Direction.RIGHT,
    Direction.HEAD: Direction.FOOT,
    Direction.FOOT: Direction.HEAD,
}


@dataclass(frozen=True)
class PatientOrientation:
    """Principal direction of increasing columns (``row``) and of increasing rows (``column``).

    Oblique values such as ``FL`` keep their first letter: the principal one by C.7.6.1.1.1.
    """

    row: Direction
    column: Direction

    @classmethod
    def parse(cls, row: str, column: str) -> PatientOrientation | None:
        """Read the two values; ``None`` where either is empty, unknown, or both share an axis."""
        first, second = _leading(row), _leading(column)
        if first is None or second is None or first in (second, second.opposite):
            return None
        return cls(first, second)

    def __str__(self) -> str:
        return f"{self.row.value}\\{self.column.value}"


def _leading(text: str) -> Direction | None:
    letters = text.strip().upper()
    if not letters or any(letter not in _LETTERS for letter in letters):
        return None
    return Direction(letters[0])


_LETTERS = frozenset(direction.value for direction in Direction)


def hung_orientation(laterality: Laterality, family: HangFamily) -> PatientOrientation:
    """The orientation a reader expects on the screen.

    Right breast: chest wall at the right edge; left breast: at the left edge. CC: lateral up;
    MLO: head up (IHE Mammography Image profile, RAD TF-2 4.16.4.2.2.1.1.2).

    Raises ValueError for an image of both breasts: nothing tells how to hang it.
    """
    if laterality is Laterality.BOTH:
        raise ValueError("an image of both breasts has no hung orientation")
    right = laterality is Laterality.RIGHT
    row = Direction.POSTERIOR if right else Direction.ANTERIOR
    if family is HangFamily.MLO:
        return PatientOrientation(row, Direction.FOOT)
    return PatientOrientation(row, Direction.LEFT if right else Direction.RIGHT)
