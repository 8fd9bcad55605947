"""Area means of a picture that becomes much smaller, in less time than OpenCV's own way takes."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import ImageSize

Bytes = npt.NDArray[np.uint8]

_LEAST = 2
"""Pixels that become one, along each side, from which this is quicker."""
_CHANNELS = 4
_BAND = 128
"""Rows handled at a time, so that intermediate arrays stay in the processor's cache."""


def averaged(shown: Bytes, size: ImageSize) -> Bytes:
    """As ``cv2.resize`` with ``INTER_AREA``, pixel by pixel the same; a new array.

    OpenCV looks up each pixel's share anew. Four rows as the channels of one picture are averaged
    along with one look, and then four columns of what results.
    """
    rows, columns = shown.shape
    shrinks = rows > _LEAST * size.rows and columns > _LEAST * size.columns
    # By whole numbers OpenCV goes another, quicker way, which rounds otherwise.
    if not shrinks or rows % size.rows == 0 or columns % size.columns == 0:
        whole = (size.columns, size.rows)
        return np.asarray(cv2.resize(shown, whole, interpolation=cv2.INTER_AREA), np.uint8)
    room = (rows + -rows % _CHANNELS, size.columns + -size.columns % _CHANNELS)
    narrow = np.zeros(room, np.float32)
    for first in range(0, rows, _BAND):
        _narrow(shown[first : first + _BAND], size.columns, narrow[first : first + _BAND])
    four = narrow[:rows].reshape(rows, -1, _CHANNELS)
    low = cv2.resize(four, (four.shape[1], size.rows), interpolation=cv2.INTER_AREA)
    levels = np.asarray(low).reshape(size.rows, -1)[:, : size.columns]
    return np.rint(levels).astype(np.uint8)


def _narrow(band: Bytes, columns: int, out: npt.NDArray[np.float32]) -> None:
    """Average along rows alone. out: as many rows as the band, or up to three more."""
    full = cv2.copyMakeBorder(band, 0, len(out) - len(band), 0, 0, cv2.BORDER_REPLICATE)
    parts = [full[number::_CHANNELS] for number in range(_CHANNELS)]
    four = cv2.merge(parts).astype(np.float32)
    found = cv2.resize(four, (columns, len(four)), interpolation=cv2.INTER_AREA)
    for number in range(_CHANNELS):
        cv2.extractChannel(found, number, out[number::_CHANNELS, :columns])
