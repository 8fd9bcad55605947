"""Which lesions a patient has, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from domain.finding import Descriptors, FindingKind
from domain.laterality import Laterality
from domain.lexicon import DescriptorAxis
from phantom.lesions.body import (
    Ball,
    Body,
    has_room,
    largest_mm,
    place_at_skin,
    place_inside,
)
from phantom.lesions.demo import demo_lesions
from phantom.lesions.lesion import Lesion
from phantom.lesions.likelihood import Look, drawn, judge
from phantom.lesions.plan_calcifications import plan_group, plan_single
from phantom.lesions.plan_masses import plan_mass, with_feature
from phantom.lesions.plan_others import plan_asymmetry, plan_distortion, plan_other
from phantom.recipe import Composition, Content
from phantom.space.points import BreastPoint
from phantom.space.streams import stream, subseed

_COUNTS = {"0": 0.25, "1": 0.31, "2": 0.24, "3": 0.14, "4": 0.06}
_KINDS = {
    FindingKind.MASS.value: 0.41,
    FindingKind.CALCIFICATION_GROUP.value: 0.21,  # more lie within masses
    FindingKind.CALCIFICATION.value: 0.105,
    FindingKind.ASYMMETRY.value: 0.13,
    FindingKind.ARCHITECTURAL_DISTORTION.value: 0.065,
    FindingKind.OTHER.value: 0.035,
}
_SOFT_KINDS = {
    FindingKind.MASS.value: 0.74,
    FindingKind.ASYMMETRY.value: 0.16,
    FindingKind.ARCHITECTURAL_DISTORTION.value: 0.08,
    FindingKind.OTHER.value: 0.02,
}
_CALCIFIED_KINDS = {
    FindingKind.CALCIFICATION_GROUP.value: 0.7,
    FindingKind.CALCIFICATION.value: 0.3,
}
_DRAWN: Mapping[Content, tuple[Mapping[str, float], Mapping[str, float]]] = {
    Content.MIXED: (_COUNTS, _KINDS),
    Content.MASSES: ({str(count): 1 / 6 for count in range(3, 9)}, _SOFT_KINDS),
    Content.CALCIFICATIONS: ({str(count): 0.2 for count in range(2, 7)}, _CALCIFIED_KINDS),
}
"""Shares of the numbers of lesions of a patient, and of their kinds."""
_RETRACTION_MM = 12.0
"""A spiculated mass this near to the skin may draw it in."""


def plan_lesions(
    seed: int, content: Content, density: Composition, bodies: Mapping[Laterality, Body]
) -> tuple[Lesion, ...]:
    """All lesions of a patient at the current exam, numbered from 1.

    bodies: the breasts that there are, by side. A lesion for which a small breast has no room left
    is not there. Asymmetries may be "developing", as the patient's course is, whether or not
    priors are drawn: see ``growth.without_prior``. Calcifications within a mass are a lesion of
    their own at the mass's place, with its assessment and outcome.
    """
    if content is Content.NORMAL or not bodies:
        return ()
    if content is Content.DEMO:
        return demo_lesions(seed, density, bodies)
    counts, kinds = _DRAWN[content]
    lesions: list[Lesion] = []
    for index in range(int(drawn(counts, stream(seed, "lesion count")))):
        own = subseed(seed, "lesion", index)
        sides = sorted(bodies, key=lambda side: side.value)
        side = sides[int(stream(own, "side").integers(len(sides)))]
        look = _fitted(_look(own, density, kinds), bodies[side])
        at = _place(look, own, bodies[side], _taken(lesions, side))
        if at is not None:
            placed = _Placed(_drawn_in(look, own, bodies[side], at), own, side, at)
            lesions += _lesions(placed, len(lesions) + 1, density)
    return tuple(lesions)


@dataclass(frozen=True)
class _Placed:
    look: Look
    seed: int
    side: Laterality
    at: BreastPoint


def _look(seed: int, density: Composition, kinds: Mapping[str, float]) -> Look:
    kind = FindingKind(drawn(kinds, stream(seed, "kind")))
    if kind is FindingKind.MASS:
        return plan_mass(seed, density)
    return {
        FindingKind.CALCIFICATION_GROUP: plan_group,
        FindingKind.CALCIFICATION: plan_single,
        FindingKind.ASYMMETRY: plan_asymmetry,
        FindingKind.ARCHITECTURAL_DISTORTION: plan_distortion,
        FindingKind.OTHER: plan_other,
    }[kind](seed)


def _fitted(look: Look, body: Body) -> Look:
    """The look, no larger than the breast has room for."""
    inner = None if look.within is None else _fitted(look.within, body)
    return replace(look, size_mm=min(look.size_mm, largest_mm(body)), within=inner)


def _place(look: Look, seed: int, body: Body, taken: tuple[Ball, ...]) -> BreastPoint | None:
    if look.skin_mm is not None:
        return place_at_skin(body, seed, look.size_mm / 2, look.skin_mm, taken)
    return place_inside(body, seed, look.size_mm / 2, taken)


def _taken(lesions: list[Lesion], side: Laterality) -> tuple[Ball, ...]:
    return tuple(Ball(each.at, each.size_mm / 2) for each in lesions if each.laterality is side)


def _drawn_in(look: Look, seed: int, body: Body, at: BreastPoint) -> Look:
    """The look with retracted skin, for some spiculated masses that lie near it."""
    spiculated = look.term(DescriptorAxis.MASS_MARGIN) == "spiculated"
    deep = has_room(body, Ball(at, look.size_mm / 2 + _RETRACTION_MM))
    if not spiculated or deep or stream(seed, "retraction").random() > 0.4:
        return look
    return with_feature(look, "skin-retraction")


def _lesions(placed: _Placed, number: int, density: Composition) -> list[Lesion]:
    """The lesion, and as a second one the calcifications within it."""
    look, seed = placed.look, placed.seed
    judgement = judge(look, stream(seed, "judgement"))
    outer = Lesion(
        number,
        look.kind,
        placed.side,
        placed.at,
        look.size_mm,
        Descriptors(terms=look.terms),
        judgement.assessment,
        judgement.probability,
        judgement.malignant,
        _subtlety(seed, density),
        seed,
        look.families,
        look.diffuse,
    )
    if look.within is None:
        return [outer]
    own = subseed(seed, "within")
    inner = replace(
        outer,
        number=number + 1,
        kind=look.within.kind,
        size_mm=look.within.size_mm,
        descriptors=Descriptors(terms=look.within.terms),
        subtlety=_subtlety(own, density),
        seed=own,
        diffuse=False,
    )
    return [outer, inner]


def _subtlety(seed: int, density: Composition) -> float:
    """Denser breasts hide a little more; every kind has plain and barely visible ones."""
    hiding = 0.12 * list(Composition).index(density)
    return float(stream(seed, "subtlety").beta(1.2 + hiding, 2.2))
