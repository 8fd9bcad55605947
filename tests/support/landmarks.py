"""Images whose pixels say what they are: landmarks at chest wall, nipple, upper and lower side.

Everything here is worked out with numpy's own rotations and letters on edges, apart from the
program's code, so that the two can contradict each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

UPPER, LOWER, NIPPLE, WALL = 3600, 3200, 2800, 2400
TISSUE, AIR = 1200, 0
OPPOSITE = {"A": "P", "P": "A", "R": "L", "L": "R", "H": "F", "F": "H"}
EXPECTED = {
    # (laterality, hangs like): direction at the right edge and at the lower edge, as IHE has it
    ("R", "CC"): ("P", "L"),
    ("L", "CC"): ("A", "R"),
    ("R", "MLO"): ("P", "F"),
    ("L", "MLO"): ("A", "F"),
}


@dataclass(frozen=True)
class Stored:
    """One way to store an image: pixels, and Patient Orientation's two letters."""

    pixels: npt.NDArray[np.uint16]
    row: str
    column: str


def hung_picture(laterality: str, rows: int = 48, columns: int = 40) -> npt.NDArray[np.uint16]:
    """The picture as a reader expects it: each landmark is a 4x4 block of its own value."""
    picture = np.full((rows, columns), AIR, np.uint16)
    picture[4:-4, columns // 3 :] = TISSUE
    middle = rows // 2
    picture[middle - 2 : middle + 2, -5:-1] = WALL
    picture[middle - 2 : middle + 2, columns // 3 : columns // 3 + 4] = NIPPLE
    picture[6:10, -12:-8] = UPPER
    picture[-10:-6, -12:-8] = LOWER
    return picture if laterality == "R" else picture[:, ::-1].copy()


def stored_ways(laterality: str, family: str, rows: int = 48, columns: int = 40) -> list[Stored]:
    """All eight ways in which a detector may have put the picture into the file."""
    right, lower = EXPECTED[laterality, family]
    letters = np.array([["", OPPOSITE[lower], ""], [OPPOSITE[right], "", right], ["", lower, ""]])
    picture = hung_picture(laterality, rows, columns)
    ways = []
    for mirrored in (False, True):
        for quarters in range(4):
            pixels, edges = np.rot90(picture, quarters), np.rot90(letters, quarters)
            if mirrored:
                pixels, edges = np.fliplr(pixels), np.fliplr(edges)
            ways.append(Stored(np.ascontiguousarray(pixels), str(edges[1, 2]), str(edges[2, 1])))
    return ways
