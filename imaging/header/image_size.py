"""How large an image is, how many frames and bits it has; absurd demands are refused.

A damaged header may ask for 100 GB: that is found here, before any memory is reserved.
"""

from __future__ import annotations

from pydicom.dataset import Dataset

from domain.errors import HeaderError
from domain.geometry import ImageSize
from imaging.attributes.conclusion import Concluded, doubt
from imaging.attributes.tags import integer, label_of, text

KEYWORDS = ("BitsAllocated", "BitsStored", "Columns", "NumberOfFrames", "Rows")
# The largest mammography detectors have 16 megapixels, film digitisers 100.
_LONGEST_SIDE = 200_000
_MOST_PIXELS = 512 * 2**20
_MOST_FRAMES = 10_000
_DAMAGED = "The header is damaged; ask the sender for the image again"


def read_size(ds: Dataset, where: str) -> ImageSize:
    """Rows (0028,0010) and Columns (0028,0011). Raises HeaderError if missing or absurd."""
    rows, columns = _side(ds, "Rows", where), _side(ds, "Columns", where)
    if rows * columns > _MOST_PIXELS:
        what = f"asks for {rows} x {columns} pixels, more than any mammogram has"
        raise HeaderError(what, where=where, tag=label_of("Rows"), remedy=_DAMAGED)
    return ImageSize(rows, columns)


def _side(ds: Dataset, keyword: str, where: str) -> int:
    length = integer(ds, keyword)
    if length is not None and 0 < length <= _LONGEST_SIDE:
        return length
    raw = text(ds, keyword)
    what = f"{keyword} is {raw[:20]!r}, no usable length" if raw else f"{keyword} is missing"
    raise HeaderError(what, where=where, tag=label_of(keyword), remedy=_DAMAGED)


def read_frames(ds: Dataset, where: str) -> Concluded[int]:
    """Number of Frames (0028,0008), 1 if absent. Raises HeaderError if absurdly many."""
    raw = text(ds, "NumberOfFrames")
    frames = integer(ds, "NumberOfFrames") if raw else 1
    if frames is None or frames < 1:
        message = f"Number of Frames is {raw[:20]!r}; one is assumed"
        return Concluded(1, (), (doubt(message, "NumberOfFrames"),))
    if frames > _MOST_FRAMES:
        what = f"asks for {frames} frames, more than any tomosynthesis has"
        raise HeaderError(what, where=where, tag=label_of("NumberOfFrames"), remedy=_DAMAGED)
    return Concluded(frames)


def read_bits(ds: Dataset) -> Concluded[int]:
    """Bits Stored (0028,0101), else Bits Allocated; flagged where it isn't 1 to 16."""
    raw = text(ds, "BitsStored")
    allocated = integer(ds, "BitsAllocated")
    stored = integer(ds, "BitsStored")
    if stored is not None and 1 <= stored <= min(16, allocated or 16):
        return Concluded(stored)
    message = f"Bits Stored is {raw[:20]!r}" if raw else "Bits Stored is missing"
    assumed = allocated if allocated in (8, 16) else 16
    return Concluded(assumed, (), (doubt(f"{message}; {assumed} are assumed", "BitsStored"),))
