"""Asks the pixels which end is black, where the header's tags contradict each other."""

from __future__ import annotations

from dataclasses import replace

from imaging.anatomy.breast import find_breast
from imaging.grey.grey_header import GreyDescription
from imaging.grey.tissue import dark_padding
from imaging.raster import StoredPixels

_CLEARLY = 0.2
"""How much surer of a breast one polarity must be. Upside down, none of 326 digital mammograms
(CDD-CESM) was surer by as much; 12 were told apart by less."""


def settle_polarity(grey: GreyDescription, pixels: StoredPixels) -> GreyDescription:
    """Turn a disputed polarity round where only that shows a breast against air.

    pixels: any level of the pyramid, (rows, columns).
    """
    if not grey.disputed:
        return grey
    other = replace(grey, inverted=not grey.inverted)
    here, there = (find_breast(dark_padding(one, pixels)).confidence for one in (grey, other))
    return other if there > here + _CLEARLY else grey
