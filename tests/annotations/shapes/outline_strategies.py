"""Outlines as a hand draws them, for property tests."""

from __future__ import annotations

import math

from hypothesis import strategies as st

from domain.geometry import ImagePoint

Points = tuple[ImagePoint, ...]


def ring(
    radius: float, count: int = 60, middle: tuple[float, float] = (100.0, 100.0), flat: float = 1.0
) -> Points:
    angles = (2 * math.pi * one / count for one in range(count))
    return tuple(
        ImagePoint(
            middle[0] + radius * math.cos(angle), middle[1] + flat * radius * math.sin(angle)
        )
        for angle in angles
    )


def at(*places: tuple[float, float]) -> Points:
    return tuple(ImagePoint(x, y) for x, y in places)


_coordinates = st.floats(-50, 250, allow_nan=False, width=32)
_whole = st.integers(0, 6).map(float)

any_point = st.builds(ImagePoint, _coordinates, _coordinates)
_grid_point = st.builds(ImagePoint, _whole, _whole)

any_outline = st.lists(any_point, min_size=3, max_size=24).map(tuple)
"""Anything at all: mostly tangled."""

grid_outline = st.lists(_grid_point, min_size=3, max_size=14).map(tuple)
"""On few places, so that points repeat and edges run along each other."""


@st.composite
def blobs(draw: st.DrawFn, smallest: float = 20.0, largest: float = 90.0) -> Points:
    """Simple outlines: one distance from the middle for each direction."""
    count = draw(st.integers(8, 60))
    base = draw(st.floats(smallest, largest))
    shares = draw(st.lists(st.floats(0.6, 1.0), min_size=count, max_size=count))
    middle = draw(st.tuples(st.floats(95, 105), st.floats(95, 105)))
    return tuple(
        ImagePoint(
            middle[0] + base * share * math.cos(2 * math.pi * index / count),
            middle[1] + base * share * math.sin(2 * math.pi * index / count),
        )
        for index, share in enumerate(shares)
    )
