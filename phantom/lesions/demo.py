"""Three lesions plain to see, for demonstrations and screenshots."""

from __future__ import annotations

from collections.abc import Mapping

from domain.finding import Descriptors, FindingKind
from domain.laterality import Laterality
from domain.lexicon import Assessment, DescriptorAxis
from phantom.lesions.body import Ball, Body, Shell, largest_mm, place_inside
from phantom.lesions.lesion import Lesion
from phantom.lesions.likelihood import Look
from phantom.lesions.plan_calcifications import group_look
from phantom.recipe import Composition
from phantom.space.points import BreastPoint
from phantom.space.streams import stream, subseed

_AWAY = Shell(nearest=0.3, farthest=0.7, spread=1.5)
"""Neither behind the nipple nor at the chest wall, so that both views show them whole."""
_CLEAR_MM = 6.0


def demo_lesions(
    seed: int, density: Composition, bodies: Mapping[Laterality, Body]
) -> tuple[Lesion, ...]:
    """A malignant spiculated mass, a benign mass and a group of calcifications, numbered 1 to 3.

    The masses lie in different breasts where there are two. They lie well inside; in a breast with
    too little room, in its middle.
    """
    sides = sorted(bodies, key=lambda side: side.value)
    first = int(stream(seed, "demo side").integers(len(sides)))
    order = (first, first + 1, first + int(stream(seed, "demo group").integers(2)))
    lesions: list[Lesion] = []
    for index, (look, assessment, probability) in enumerate(_looks(seed, density)):
        side = sides[order[index] % len(sides)]
        own = subseed(seed, "demo", index)
        size_mm = min(look.size_mm, largest_mm(bodies[side]))
        taken = tuple(
            Ball(each.at, each.size_mm / 2) for each in lesions if each.laterality is side
        )
        lesions.append(
            Lesion(
                index + 1,
                look.kind,
                side,
                _place(bodies[side], own, size_mm / 2, taken),
                size_mm,
                Descriptors(terms=look.terms),
                assessment,
                probability,
                malignant=index != 1,
                subtlety=0.35,
                seed=own,
            )
        )
    return tuple(lesions)


def _place(body: Body, seed: int, radius_mm: float, taken: tuple[Ball, ...]) -> BreastPoint:
    for clear_mm in (_CLEAR_MM, 0.0):
        for attempt in range(8):
            at = place_inside(
                body, subseed(seed, "try", attempt), radius_mm + clear_mm, taken, _AWAY
            )
            if at is not None:
                return at
    return BreastPoint(body.depth_mm / 2, 0.0, 0.0)


def _looks(seed: int, density: Composition) -> tuple[tuple[Look, Assessment, float], ...]:
    draws = stream(seed, "demo looks")
    spiculated_mm, oval_mm, group_mm, known = draws.random(4)
    # A denser breast needs a larger mass to be as plain.
    larger_mm = 0.5 * list(Composition).index(density)
    spiculated = _mass(14.0 + 4.5 * spiculated_mm + larger_mm, "irregular", "spiculated", "high")
    oval = _mass(10.0 + 4.5 * oval_mm + larger_mm, "oval", "circumscribed", "equal")
    group = group_look("fine-pleomorphic", "grouped", 9.0 + 6.0 * float(group_mm))
    benign = (Assessment.BENIGN, 0.0) if known < 0.5 else (Assessment.PROBABLY_BENIGN, 0.01)
    return (
        (spiculated, Assessment.HIGHLY_SUGGESTIVE, 0.97),
        (oval, *benign),
        (group, Assessment.HIGH_SUSPICION, 0.6),
    )


def _mass(size_mm: float, shape: str, margin: str, density: str) -> Look:
    return Look(
        FindingKind.MASS,
        float(size_mm),
        (
            (DescriptorAxis.MASS_SHAPE, shape),
            (DescriptorAxis.MASS_MARGIN, margin),
            (DescriptorAxis.MASS_DENSITY, density),
        ),
    )
