"""Which breast an image shows."""

from __future__ import annotations

from enum import Enum


class Laterality(Enum):
    """Side of the imaged breast, from the patient's point of view.

    Values are those of Image Laterality (0020,0062), PS3.3 C.8.11.7: R, L, B.
    An unknown side is ``None`` wherever a laterality is optional, never a member.
    """

    RIGHT = "R"
    LEFT = "L"
    BOTH = "B"

    @property
    def opposite(self) -> Laterality:
        """The other breast; both stay both."""
        return _OPPOSITE[self]

    @classmethod
    def parse(cls, text: str) -> Laterality | None:
        """Read one enumerated value exactly; anything else, "unpaired" too, is ``None``."""
        return _BY_VALUE.get(text.strip().upper())


_OPPOSITE = {
    Laterality.RIGHT: Laterality.LEFT,
    Laterality.LEFT: Laterality.RIGHT,
    Laterality.BOTH: Laterality.BOTH,
}
_BY_VALUE = {side.value: side for side in Laterality}
