"""From the screen's state to what each pane paints; a pane repaints only what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.errors import FourviewError
from domain.finding import Finding
from domain.laterality import Laterality
from domain.side import Side
from domain.study import ImageRef
from imaging.grey.display_table import DisplayTable, display_table
from imaging.grey.presentation import default_voi
from imaging.grey.voi import VoiChoice
from viewing.hanging.compose import PaneImage
from viewing.hanging.labels import corner_lines, text_at_bottom
from viewing.hanging.placement import PaneRect, Placement
from viewing.hanging.plan import PanePlan, parted
from viewing.opened import OpenedImage
from viewing.state.lying import millimetres, rect_of, zoom_of
from viewing.state.screen import PLAIN, Aids, PaneState, ScreenState

if TYPE_CHECKING:
    from imaging.grey.grey_header import GreyDescription

OPENING = "Opening"


@dataclass(frozen=True)
class GreyKey:
    """How stored values become grey; equal keys give equal tables. invert: the reader's wish."""

    grey: GreyDescription
    voi: VoiChoice
    invert: bool = False

    def table(self) -> DisplayTable:
        """The table; the same object for equal keys, as long as it is remembered."""
        return display_table(self.grey, self.voi, invert=self.invert)


@dataclass(frozen=True)
class PaneView:
    """All that one pane paints. Equal views paint the same.

    visible: whether another pane fills the screen instead. rect: on the screen. image, grey:
    ``None`` where there is nothing to paint. frame: the one that ``image`` holds, from 0.
    headline: laterality and view, or what is missing; always shown. more: further corner lines,
    none where the reader hides text. at_right: text stands at the right, away from the chest
    wall; at_bottom: below the tissue. message: why there is no image; failed: it is an error.
    findings: those on this image and frame. millimetres: mm of breast per screen pixel, zoom:
    screen pixels per image pixel, ``None`` where unknown. wall: the edge at which the chest wall
    lies. line_left, line_top: whether a line parts it from its neighbour.
    """

    rect: PaneRect
    visible: bool = True
    ref: ImageRef | None = None
    placement: Placement | None = None
    image: OpenedImage | None = None
    frame: int = 0
    grey: GreyKey | None = None
    aids: Aids = PLAIN
    headline: str = ""
    more: tuple[str, ...] = ()
    at_right: bool = False
    at_bottom: bool = False
    message: str = ""
    failed: bool = False
    active: bool = False
    wall: Side | None = None
    findings: tuple[Finding, ...] = ()
    millimetres: float | None = None
    zoom: float | None = None
    line_left: bool = False
    line_top: bool = False

    def pane_image(self) -> PaneImage | None:
        """What is painted, without display aids; a new object each time."""
        if self.image is None or self.grey is None:
            return None
        return PaneImage(self.image.image.pyramid.levels, self.grey.table().grey, self.image.air)


@dataclass(frozen=True)
class _Seen(PanePlan):
    """A pane with the frame that is on the screen, for its corner text."""

    shown_frame: int = 0

    @property
    def frame(self) -> int:
        return self.shown_frame


def resolve(
    state: ScreenState,
    images: Mapping[ImageRef, OpenedImage],
    findings: Sequence[Finding] = (),
    failures: Mapping[ImageRef, FourviewError | str] | None = None,
    where_missing: str = "",
) -> tuple[PaneView, ...]:
    """One view for each pane, in order.

    images: of a stack the frame that is at hand: its number, not the one asked for, is what the
    text says. failures: why an image can't be opened. where_missing: what is said where a view is
    missing, such as that files could not be opened.
    """
    views = []
    for index, pane in enumerate(state.panes):
        bare = _bare(state, index)
        if pane.plan.view is None or pane.placement is None:
            views.append(_missing(bare, pane.plan, where_missing, text=state.text))
            continue
        ref = pane.plan.view.ref
        image = images.get(ref)
        if image is not None and image.view.ref != ref:
            image = None  # never one image under another's name
        seen = _lined(_filled(bare, pane, pane.placement, image), pane.plan, text=state.text)
        error = (failures or {}).get(ref)
        if image is None:
            seen = replace(seen, message=str(error or OPENING), failed=error is not None)
        elif state.overlays:
            seen = replace(seen, findings=_on(findings, ref.uid, seen.frame))
        views.append(seen)
    return tuple(views)


def _bare(state: ScreenState, index: int) -> PaneView:
    """A pane without anything in it."""
    rect, plan = rect_of(state, index), state.panes[index].plan
    alone = state.alone == index
    return PaneView(
        rect,
        visible=alone or state.alone is None,
        at_right=_outer_is_right(plan),
        at_bottom=not alone and text_at_bottom(plan),
        active=state.active == index,
        wall=_wall(plan),
        line_left=not alone and parted(plan, [one.plan for one in state.panes]),
        line_top=not alone and rect.top > 0,
    )


def _filled(
    view: PaneView, pane: PaneState, placement: Placement, image: OpenedImage | None
) -> PaneView:
    grey = None
    if image is not None:
        description = image.image.grey
        voi = pane.grey.voi or default_voi(description)
        grey = GreyKey(description, voi, pane.grey.invert)
    return replace(
        view,
        ref=pane.plan.view.ref if pane.plan.view is not None else None,
        placement=placement,
        image=image,
        frame=pane.frame if image is None else image.frame,
        grey=grey,
        aids=pane.grey.aids,
        millimetres=millimetres(pane),
        zoom=zoom_of(placement),
    )


def _missing(view: PaneView, plan: PanePlan, where: str, *, text: bool) -> PaneView:
    lines = corner_lines(plan)
    told = bool(lines and where and text)
    return replace(view, headline="".join(lines[:1]), more=(f"Check: {where}",) if told else ())


def _lined(view: PaneView, plan: PanePlan, *, text: bool) -> PaneView:
    now = {**vars(plan), "millimetres": view.millimetres}
    lines = corner_lines(_Seen(**now, shown_frame=view.frame))
    slab = (view.image.slab.text,) if view.image is not None and view.image.slab.merges else ()
    told = (*slab, *lines[1:]) if text else ()
    return replace(view, headline=lines[0], more=(*_altered(view), *told))


def _altered(view: PaneView) -> tuple[str, ...]:
    """How the picture differs from what its file asks for; said even where text is hidden."""
    if view.grey is None:
        return ()
    name = view.grey.voi.name
    signs = (
        (name if name.startswith("window") else f"window {name}", _is_chosen(view.grey)),
        ("inverted", view.grey.invert),
        ("local contrast", view.aids.local_contrast),
        ("sharpened", view.aids.sharpening),
    )
    said = ", ".join(sign for sign, so in signs if so)
    return (said[0].upper() + said[1:],) if said else ()


def _is_chosen(grey: GreyKey) -> bool:
    """Whether the reader has chosen another window than the image's first."""
    return grey.voi != default_voi(grey.grey)


def _on(findings: Sequence[Finding], uid: str, frame: int) -> tuple[Finding, ...]:
    """Those with a mark on the image and frame."""
    return tuple(
        finding
        for finding in findings
        if any(
            mark.sop_instance_uid == uid and mark.frame <= frame <= mark.last_frame
            for mark in finding.geometries
        )
    )


def _outer_is_right(plan: PanePlan) -> bool:
    """Text stands away from the chest wall: at the right of a left breast."""
    if plan.view is not None:
        return plan.view.laterality is Laterality.LEFT
    return plan.title.startswith(Laterality.LEFT.value)


def _wall(plan: PanePlan) -> Side | None:
    if plan.view is None:
        return None
    right = Side.RIGHT if plan.view.laterality is Laterality.RIGHT else None
    return Side.LEFT if plan.view.laterality is Laterality.LEFT else right
