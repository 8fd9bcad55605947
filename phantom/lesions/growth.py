"""What was there at an older exam.

Volume doubling times of cancers: median 157 days at 50 to 70 years, 188 beyond, 80 before (Peer et
al., Age-dependent growth rate of primary breast cancer, Cancer 1993); 167 days on average among
interval cancers (PMC7375675, 2020).
"""

from __future__ import annotations

import math
from dataclasses import replace

from domain.finding import FindingKind
from domain.lexicon import DescriptorAxis
from phantom.lesions.lesion import Lesion
from phantom.space.streams import stream

DAYS_PER_YEAR = 365.25
_DOUBLING_DAYS = 160.0
_SHORTEST_DAYS, _LONGEST_DAYS = 100.0, 300.0
_SMALLEST_MM = {
    FindingKind.MASS: 4.0,
    FindingKind.CALCIFICATION: 0.1,
    FindingKind.CALCIFICATION_GROUP: 2.5,
    FindingKind.ASYMMETRY: 6.0,
    FindingKind.ARCHITECTURAL_DISTORTION: 7.0,
    FindingKind.OTHER: 12.0,
}
"""What was smaller was not there to be seen."""


def interval_days(seed: int, exam: int) -> int:
    """Days from an exam to the current one: 0 for exam 0, more for each older one.

    seed: the patient's. One or two years go by between exams, never to the day.
    """
    days = 0
    for each in range(1, exam + 1):
        draws = stream(seed, "interval", each)
        years = 1 if draws.random() < 0.55 else 2
        days += round(years * DAYS_PER_YEAR + float(draws.uniform(-20, 60)))
    return days


def at_exam(
    lesions: tuple[Lesion, ...], exam: int, years_between: float = 1.0
) -> tuple[Lesion, ...]:
    """The lesions as they were at an exam: 0 the current one, 1 the newest prior and so on.

    years_between: mean time from one exam to the next; ``interval_days(seed, exam) / exam /
    DAYS_PER_YEAR`` for a patient. Malignant lesions and developing asymmetries were smaller and
    harder to see, or not there; all others were the same. Number, seed, place, assessment and
    outcome are those of the current exam.
    """
    if exam == 0:
        return lesions
    days = exam * years_between * DAYS_PER_YEAR
    older = [_older(lesion, days) for lesion in lesions]
    return _without_lost_calcifications(tuple(each for each in older if each is not None))


def without_prior(lesions: tuple[Lesion, ...]) -> tuple[Lesion, ...]:
    """The lesions as read without any prior: nothing is known to develop, so it is focal."""
    return tuple(_renamed(lesion) for lesion in lesions)


def doubling_days(lesion: Lesion) -> float:
    """Days in which the lesion's volume doubles, 100 to 300."""
    days = _DOUBLING_DAYS * math.exp(0.4 * float(stream(lesion.seed, "growth").normal()))
    return min(max(days, _SHORTEST_DAYS), _LONGEST_DAYS)


def _older(lesion: Lesion, days: float) -> Lesion | None:
    if not lesion.malignant and lesion.term(DescriptorAxis.ASYMMETRY) != "developing":
        return lesion
    # The diameter goes with the cube root of the volume. Calcified ducts and distorted tissue
    # extend more slowly than a mass.
    pace = 1.0 if lesion.kind in {FindingKind.MASS, FindingKind.ASYMMETRY} else 0.6
    share = 2.0 ** (-pace * days / (3.0 * doubling_days(lesion)))
    subtlety = lesion.subtlety + 0.9 * (1.0 - share)
    size_mm = lesion.size_mm * share
    if size_mm < _SMALLEST_MM[lesion.kind] or subtlety > 1.0:
        return None
    return _renamed(replace(lesion, size_mm=size_mm, subtlety=subtlety))


def _renamed(lesion: Lesion) -> Lesion:
    """The lesion with "focal" for "developing"."""
    developing = (DescriptorAxis.ASYMMETRY, "developing")
    terms = tuple(
        (DescriptorAxis.ASYMMETRY, "focal") if term == developing else term
        for term in lesion.descriptors.terms
    )
    return replace(lesion, descriptors=replace(lesion.descriptors, terms=terms))


def _without_lost_calcifications(lesions: tuple[Lesion, ...]) -> tuple[Lesion, ...]:
    """Masses whose own group was not there yet are not described as calcified."""
    groups = {
        (each.laterality, each.at)
        for each in lesions
        if each.kind is FindingKind.CALCIFICATION_GROUP
    }
    calcified = (DescriptorAxis.ASSOCIATED_FEATURE, "calcifications")
    return tuple(
        each
        if each.kind is not FindingKind.MASS or (each.laterality, each.at) in groups
        else replace(
            each,
            descriptors=replace(
                each.descriptors,
                terms=tuple(term for term in each.descriptors.terms if term != calcified),
            ),
        )
        for each in lesions
    )
