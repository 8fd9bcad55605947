"""How packages' thresholds move together: by as many times more or fewer false marks.

Scores of two packages are not of one scale. The slider, and ``analyze --threshold``, count in
those of the leading package; where it makes twice its usual false marks, so do the others, as far
as that was measured of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the window's first paint needs no models of files
    from inference.packages.package import ModelPackage
    from inference.pipeline.reader import ReaderPackages

Knot = tuple[float, float]


@dataclass(frozen=True)
class Scale:
    """Of one package. usual: its threshold where nobody moves it, 0 to 1.

    points: thresholds with the false marks an image that were measured there.
    """

    usual: float
    points: tuple[Knot, ...] = ()


def scale_of(package: ModelPackage, usual: float) -> Scale:
    """A package's, from the operating points that its manifest states."""
    points = package.manifest.operating_points
    return Scale(usual, tuple((one.threshold, one.false_positives_per_image) for one in points))


def moved_along(lead: Scale, own: Scale, threshold: float) -> float:
    """A package's threshold where the leading package's stands at ``threshold``.

    Beyond what was measured of both it goes straight on to the ends: at 0 all marks are shown, at
    1 only those that are quite sure.
    """
    if lead == own:
        return threshold
    if threshold == lead.usual:
        return own.usual
    return _between(_knots(lead, own), threshold)


def thresholds_at(reader: ReaderPackages, threshold: float) -> dict[str, float]:
    """Of all packages that look for findings, by id, where the leading one's is ``threshold``."""
    lead = scale_of(reader.lead, reader.threshold(reader.lead))
    return {
        one.manifest.id: moved_along(lead, scale_of(one, reader.threshold(one)), threshold)
        for one in reader.finders
    }


@lru_cache(maxsize=256)
def _knots(lead: Scale, own: Scale) -> tuple[Knot, ...]:
    """Thresholds of both that belong together, rising in both."""
    knots: dict[float, float] = {}
    usual_rate, own_rate = _rate(lead, lead.usual), _rate(own, own.usual)
    if usual_rate and own_rate:
        for threshold, rate in lead.points:
            there = _threshold(own, own_rate * rate / usual_rate)
            knots |= {} if there is None else {threshold: there}
        for threshold, rate in own.points:
            here = _threshold(lead, usual_rate * rate / own_rate)
            knots |= {} if here is None else {here: threshold}
    return _rising(sorted(knots.items()), (lead.usual, own.usual))


def _rising(knots: Sequence[Knot], usual: Knot) -> tuple[Knot, ...]:
    """Without those that would turn back on the way from the usual one to either end."""
    above = [usual]
    for knot in knots:
        if above[-1][0] < knot[0] < 1 and above[-1][1] < knot[1] < 1:
            above.append(knot)
    below = [usual]
    for knot in reversed(knots):
        if 0 < knot[0] < below[-1][0] and 0 < knot[1] < below[-1][1]:
            below.append(knot)
    return ((0.0, 0.0), *reversed(below), *above[1:], (1.0, 1.0))


def _rate(scale: Scale, threshold: float) -> float | None:
    """False marks an image at a threshold; ``None`` outside what was measured."""
    known = sorted(scale.points)
    if not known or not known[0][0] <= threshold <= known[-1][0]:
        return None
    return _between(known, threshold)


def _threshold(scale: Scale, rate: float) -> float | None:
    """The threshold of so many false marks; ``None`` outside what was measured."""
    known = sorted((rate, threshold) for threshold, rate in scale.points)
    if not known or not known[0][0] <= rate <= known[-1][0]:
        return None
    return _between(known, rate)


def _between(knots: Sequence[Knot], at: float) -> float:
    """The straight line from knot to knot; flat beyond the ends."""
    if at <= knots[0][0]:
        return knots[0][1]
    for (left, low), (right, high) in pairwise(knots):
        if at <= right:
            share = (at - left) / (right - left) if right > left else 1.0
            return low + (high - low) * share if share < 1 else high
    return knots[-1][1]
