"""Puts a study's views into the four slots of screening, ranked, with a reason for each place.

Everything that arrives comes out exactly once: in a slot, beside the slots as an additional view
that hangs like them, or apart because it is no screening view at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import chain

from domain.laterality import Laterality
from domain.study import ImageKind, PresentationIntent, View
from domain.view_position import ViewModifier, ViewPosition
from imaging.slot_order import slot_order, why_behind


class FourViewSlot(Enum):
    """The places of a four-on-one, by the name readers give them."""

    RCC = "RCC"
    LCC = "LCC"
    RMLO = "RMLO"
    LMLO = "LMLO"

    @property
    def laterality(self) -> Laterality:
        """The breast shown there."""
        return Laterality.RIGHT if self.value.startswith("R") else Laterality.LEFT

    @property
    def position(self) -> ViewPosition:
        """The view shown there."""
        return ViewPosition(self.value[1:])


@dataclass(frozen=True)
class RankedView:
    """A view with its place in line (0 is shown first) and a sentence that says why."""

    view: View
    rank: int
    reason: str


@dataclass(frozen=True)
class SlotAssignment:
    """Where each view of a study went; every view is in exactly one of the four collections.

    slots: all four slots, best view first, maybe empty. implant_displaced: the second set of a
    breast with an implant, by the slot it belongs to; it never stands in for the full set.
    additional: other projections and special views (XCC, ML, magnification, spot ...).
    apart: never to be read as a screening view.
    """

    slots: Mapping[FourViewSlot, tuple[RankedView, ...]]
    implant_displaced: Mapping[FourViewSlot, tuple[RankedView, ...]]
    additional: tuple[RankedView, ...]
    apart: tuple[RankedView, ...]

    def best(self, slot: FourViewSlot) -> View | None:
        """The view shown in the slot before the reader picks another."""
        ranked = self.slots[slot]
        return ranked[0].view if ranked else None

    @property
    def extras(self) -> tuple[RankedView, ...]:
        """Everything that is in no slot."""
        displaced = chain.from_iterable(self.implant_displaced.values())
        return (*displaced, *self.additional, *self.apart)


_SLOTS: dict[tuple[Laterality | None, ViewPosition | None], FourViewSlot] = {
    (slot.laterality, slot.position): slot for slot in FourViewSlot
}
# These make another image out of a standard view; rolled, nipple in profile and the like leave it
# one, behind the unmodified.
_SPECIAL = frozenset(
    {
        ViewModifier.MAGNIFICATION,
        ViewModifier.SPOT,
        ViewModifier.TANGENTIAL,
        ViewModifier.CLEAVAGE,
        ViewModifier.AXILLARY_TAIL,
    }
)
_APART = {
    ImageKind.TOMOSYNTHESIS: "Tomosynthesis, read beside the flat views",
    ImageKind.CONTRAST: "Contrast-enhanced, read beside the plain views",
    ImageKind.STEREOTACTIC: "A stereotactic frame of a biopsy, no screening view",
    ImageKind.SPECIMEN: "A specimen taken out of the breast, no view of it",
    ImageKind.MOSAIC: "One part of a mosaic, no whole view",
    ImageKind.OTHER: "No mammogram of a breast",
}


def assign_slots(views: Iterable[View]) -> SlotAssignment:
    """Sort views into slots; the order in which they come doesn't matter.

    In a slot: unmodified first, For Presentation before unstated, full-field digital before
    synthetic before film and pictures, full before partial, then the newest, then the highest
    instance number: a repeated exposure is the one to read.
    """
    slots: dict[FourViewSlot, list[View]] = {slot: [] for slot in FourViewSlot}
    displaced: dict[FourViewSlot, list[View]] = {slot: [] for slot in FourViewSlot}
    additional: list[tuple[View, str]] = []
    apart: list[tuple[View, str]] = []
    for view in sorted(views, key=slot_order):
        excluded = _exclusion(view)
        slot = _SLOTS.get((view.laterality, view.position))
        if excluded:
            apart.append((view, excluded))
        elif slot is None or view.modifiers & _SPECIAL:
            additional.append((view, _additional_reason(view)))
        elif ViewModifier.IMPLANT_DISPLACED in view.modifiers:
            displaced[slot].append(view)
        else:
            slots[slot].append(view)
    return SlotAssignment(
        {slot: _ranked(found, slot.value) for slot, found in slots.items()},
        {slot: _ranked(found, f"{slot.value} ID") for slot, found in displaced.items()},
        _numbered(additional),
        _numbered(apart),
    )


def _exclusion(view: View) -> str:
    if not view.kind.fills_slots:
        return _APART.get(view.kind, f"Fills no slot: {view.kind.value}")
    if view.intent is PresentationIntent.FOR_PROCESSING:
        return "For Processing: raw detector values never stand for a finished image"
    if view.laterality is Laterality.BOTH:
        return "Shows both breasts, which no slot does"
    if view.laterality is None:
        return "Nothing says which breast it shows"
    if view.position is None and not view.modifiers & _SPECIAL:
        return "Nothing says which view it shows"
    return ""


def _additional_reason(view: View) -> str:
    special, position = view.modifiers & _SPECIAL, view.position
    if special or position is None:
        return f"Special view ({_named(special)}), additional to the four"
    return f"{position.value} is additional to the four; it hangs like the {position.family.value}"


def _named(modifiers: Iterable[ViewModifier]) -> str:
    return ", ".join(sorted(modifier.name.lower().replace("_", " ") for modifier in modifiers))


def _numbered(found: Sequence[tuple[View, str]]) -> tuple[RankedView, ...]:
    return tuple(RankedView(view, rank, reason) for rank, (view, reason) in enumerate(found))


def _ranked(found: Sequence[View], name: str) -> tuple[RankedView, ...]:
    ranked: list[RankedView] = []
    for rank, view in enumerate(found):
        if rank:
            reason = f"Behind another {name}: {why_behind(found[rank - 1], view)}"
        elif len(found) == 1:
            reason = f"The only {name}"
        else:
            reason = f"First of {len(found)} {name}; the next is {why_behind(view, found[1])}"
        ranked.append(RankedView(view, rank, reason))
    return tuple(ranked)
