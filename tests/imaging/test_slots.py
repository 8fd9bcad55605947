"""Four slots, their rank and reason; each view ends in exactly one place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread

from domain.geometry import ImageSize, PixelSpacing
from domain.laterality import Laterality
from domain.study import ImageKind, ImageRef, PresentationIntent, View
from domain.view_position import ViewModifier, ViewPosition
from imaging.header.header import read_view
from imaging.slots import FourViewSlot, SlotAssignment, assign_slots
from tests.support.real_data import GE_RMLO, HOLOGIC_TRUNCATED, SIEMENS_STEREO, needs_real_data

R, L, B = Laterality.RIGHT, Laterality.LEFT, Laterality.BOTH
CC, MLO = ViewPosition.CC, ViewPosition.MLO
ID, SPOT, ROLLED = (
    ViewModifier.IMPLANT_DISPLACED,
    ViewModifier.SPOT,
    ViewModifier.ROLLED_LATERAL,
)
RCC = FourViewSlot.RCC
NOON = datetime.fromisoformat("2026-01-02T12:00:00")
LATER = datetime.fromisoformat("2026-01-02T12:05:00")


def view(name: str = "a", **changes: Any) -> View:
    """A plain right CC under a path of its own."""
    plain = View(
        ref=ImageRef(f"/exam/{name}.dcm", None, name),
        size=ImageSize(10, 10),
        frames=1,
        kind=ImageKind.FFDM,
        intent=PresentationIntent.FOR_PRESENTATION,
        laterality=R,
        position=CC,
        modifiers=frozenset(),
        spacing=PixelSpacing.unknown(),
        acquired=NOON,
        instance_number=1,
    )
    return replace(plain, **changes)


def places(found: SlotAssignment) -> list[View]:
    in_slots = [ranked.view for ranked_views in found.slots.values() for ranked in ranked_views]
    return in_slots + [ranked.view for ranked in found.extras]


def names(found: Iterable[Any]) -> list[str]:
    return [ranked.view.ref.sop_instance_uid for ranked in found]


@pytest.mark.parametrize("slot", FourViewSlot)
def test_each_screening_view_has_its_slot(slot: FourViewSlot) -> None:
    one = view(laterality=slot.laterality, position=slot.position)
    found = assign_slots([one])
    assert found.best(slot) is one
    assert found.slots[slot][0].reason == f"The only {slot.value}"
    assert [other for other in FourViewSlot if found.slots[other]] == [slot]


def test_a_study_without_views_has_four_empty_slots() -> None:
    found = assign_slots([])
    assert set(found.slots) == set(FourViewSlot)
    assert all(found.best(slot) is None for slot in FourViewSlot)


BETTER_AND_WORSE = [
    ({}, {"modifiers": frozenset({ROLLED})}, "modified (RCC RL)"),
    ({}, {"intent": PresentationIntent.UNSTATED}, "presentation not stated"),
    ({}, {"kind": ImageKind.SYNTHETIC}, "synthetic 2D"),
    ({"kind": ImageKind.SYNTHETIC}, {"kind": ImageKind.FILM}, "film scan"),
    ({"kind": ImageKind.FILM}, {"kind": ImageKind.PICTURE}, "picture file"),
    ({}, {"partial": True}, "a partial view"),
    ({"acquired": LATER}, {}, "older"),
    ({}, {"acquired": None}, "without a time of acquisition"),
    ({"instance_number": 2}, {}, "a lower instance number"),
    ({}, {"instance_number": None}, "a lower instance number"),
]


@pytest.mark.parametrize(("better", "worse", "why"), BETTER_AND_WORSE)
@pytest.mark.parametrize("names_of", ["ab", "ba"])
def test_the_better_image_comes_first_and_the_other_says_why(
    better: dict[str, Any], worse: dict[str, Any], why: str, names_of: str
) -> None:
    first, second = view(names_of[0], **better), view(names_of[1], **worse)
    ranked = assign_slots([second, first]).slots[RCC]
    assert [one.view for one in ranked] == [first, second]
    assert [one.rank for one in ranked] == [0, 1]
    assert ranked[0].reason == f"First of 2 RCC; the next is {why}"
    assert ranked[1].reason == f"Behind another RCC: {why}"


BEST = {
    "modifiers": frozenset(),
    "intent": PresentationIntent.FOR_PRESENTATION,
    "kind": ImageKind.FFDM,
    "partial": False,
    "acquired": LATER,
    "instance_number": 9,
}
WORST = {
    "modifiers": frozenset({ROLLED}),
    "intent": PresentationIntent.UNSTATED,
    "kind": ImageKind.PICTURE,
    "partial": True,
    "acquired": NOON,
    "instance_number": 1,
}


@pytest.mark.parametrize("place", range(len(BEST) - 1))
def test_a_criterion_outweighs_all_after_it_together(place: int) -> None:
    criteria = list(BEST)
    first = view("z", **WORST | {criteria[place]: BEST[criteria[place]]})
    second = view("a", **WORST | {name: BEST[name] for name in criteria[place + 1 :]})
    assert names(assign_slots([second, first]).slots[RCC]) == ["z", "a"]


@pytest.mark.parametrize(
    "kind",
    [
        ImageKind.TOMOSYNTHESIS,
        ImageKind.CONTRAST,
        ImageKind.STEREOTACTIC,
        ImageKind.SPECIMEN,
        ImageKind.MOSAIC,
        ImageKind.OTHER,
    ],
)
def test_what_is_no_whole_plain_view_fills_no_slot(kind: ImageKind) -> None:
    found = assign_slots([view(kind=kind)])
    assert found.best(RCC) is None
    assert names(found.apart) == ["a"]
    assert found.apart[0].reason


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"intent": PresentationIntent.FOR_PROCESSING}, "For Processing"),
        ({"laterality": None}, "which breast"),
        ({"position": None}, "which view"),
        ({"laterality": B}, "both breasts"),
    ],
)
def test_what_cant_be_placed_says_why(changes: dict[str, Any], words: str) -> None:
    found = assign_slots([view(**changes)])
    assert found.best(RCC) is None
    assert words in found.apart[0].reason


@pytest.mark.parametrize(
    "modifier",
    [
        ViewModifier.MAGNIFICATION,
        SPOT,
        ViewModifier.TANGENTIAL,
        ViewModifier.CLEAVAGE,
        ViewModifier.AXILLARY_TAIL,
    ],
)
def test_special_views_are_additional(modifier: ViewModifier) -> None:
    found = assign_slots([view(modifiers=frozenset({modifier}))])
    assert found.best(RCC) is None
    assert modifier.name.lower().replace("_", " ") in found.additional[0].reason


def test_a_tangential_view_needs_no_other_name() -> None:
    tangential = view(position=None, modifiers=frozenset({ViewModifier.TANGENTIAL}))
    assert names(assign_slots([tangential]).additional) == ["a"]


@pytest.mark.parametrize("position", [one for one in ViewPosition if one not in (CC, MLO)])
def test_other_projections_are_additional_and_say_how_they_hang(position: ViewPosition) -> None:
    found = assign_slots([view(position=position)])
    assert found.additional[0].reason == (
        f"{position.value} is additional to the four; it hangs like the {position.family.value}"
    )


def test_implant_displaced_views_are_a_set_of_their_own() -> None:
    full = view("full", acquired=NOON, implant=True)
    displaced = view("displaced", acquired=LATER, implant=True, modifiers=frozenset({ID}))
    found = assign_slots([displaced, full])
    assert names(found.slots[RCC]) == ["full"]
    assert names(found.implant_displaced[RCC]) == ["displaced"]
    assert found.implant_displaced[RCC][0].reason == "The only RCC ID"


def test_an_implant_displaced_view_never_stands_in_for_the_full_one() -> None:
    found = assign_slots([view(modifiers=frozenset({ID}))])
    assert found.best(RCC) is None
    assert names(found.extras) == ["a"]


def test_a_magnified_implant_displaced_view_is_special_first() -> None:
    found = assign_slots([view(modifiers=frozenset({ID, SPOT}))])
    assert names(found.additional) == ["a"]


@st.composite
def studies(draw: st.DrawFn) -> list[View]:
    return [
        view(
            str(number),
            kind=draw(st.sampled_from(ImageKind)),
            intent=draw(st.sampled_from(PresentationIntent)),
            laterality=draw(st.none() | st.sampled_from(Laterality)),
            position=draw(st.none() | st.sampled_from(ViewPosition)),
            modifiers=draw(st.frozensets(st.sampled_from(ViewModifier), max_size=2)),
            acquired=draw(st.none() | st.datetimes()),
            implant=draw(st.booleans()),
            partial=draw(st.booleans()),
            instance_number=draw(st.none() | st.integers(-3, 9)),
        )
        for number in range(draw(st.integers(0, 8)))
    ]


@given(studies())
def test_every_view_is_placed_exactly_once(views: list[View]) -> None:
    found = assign_slots(views)
    assert sorted(one.ref.path for one in places(found)) == sorted(one.ref.path for one in views)
    for ranked in (*found.slots.values(), *found.implant_displaced.values(), found.additional):
        assert [one.rank for one in ranked] == list(range(len(ranked)))
        assert all(one.reason for one in ranked)


@given(st.data(), studies())
def test_the_order_of_arrival_changes_nothing(data: st.DataObject, views: list[View]) -> None:
    assert assign_slots(data.draw(st.permutations(views))) == assign_slots(views)


@given(studies())
def test_a_slot_holds_only_its_own_finished_images(views: list[View]) -> None:
    for slot, ranked in assign_slots(views).slots.items():
        for one in ranked:
            assert (one.view.laterality, one.view.position) == (slot.laterality, slot.position)
            assert one.view.kind.fills_slots
            assert one.view.intent is not PresentationIntent.FOR_PROCESSING
            assert ID not in one.view.modifiers


@needs_real_data
def test_of_the_real_files_only_the_ge_image_fills_a_slot() -> None:
    paths = (GE_RMLO, SIEMENS_STEREO, HOLOGIC_TRUNCATED)
    views = [
        read_view(dcmread(path, stop_before_pixels=True), ImageRef(str(path))) for path in paths
    ]
    found = assign_slots(views)
    assert found.best(FourViewSlot.RMLO) is views[0]
    assert found.best(FourViewSlot.LCC) is None
    assert len(found.slots[FourViewSlot.RMLO]) == 1
    assert len(found.apart) == 2
