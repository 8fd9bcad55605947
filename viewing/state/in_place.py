"""Another exam's images in the places of those shown: as large, lying alike, in the same window.

So an eye that rests on one spot of the screen sees what has changed there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from domain.geometry import ImagePoint
from domain.laterality import Laterality
from domain.study import ImageRef
from domain.view_position import HangFamily
from imaging.grey.presentation import default_voi
from imaging.grey.voi import VoiFunction, WindowVoi
from viewing.hanging.placement import Placement
from viewing.hanging.scale import Subject
from viewing.opened import OpenedImage
from viewing.state.greys import window_like
from viewing.state.laying import justified
from viewing.state.lying import millimetres, subject_of
from viewing.state.screen import GreyState, PaneState, ScreenState

Images = Mapping[ImageRef, OpenedImage]


Heights = Mapping[ImageRef, float]
"""Rows of the shown images that lie at one height of the screen, from one exam to another."""


def common_heights(
    hung: ScreenState,
    before: ScreenState,
    known: Heights,
    nipples: Mapping[ImageRef, ImagePoint],
) -> dict[ImageRef, float]:
    """``known`` and what follows for the images that come: nipple by nipple where both have one.

    Else by the breast's outline. An image keeps its height once it has one, so that going through
    all exams leads back to where it began. nipples: stored-image positions, where they were found.
    """
    heights = dict(known)
    for new, old in zip(hung.panes, before.panes, strict=False):
        one, other = subject_of(old, old.plan.rect), subject_of(new, new.plan.rect)
        if one is None or other is None or one.view.ref == other.view.ref:
            continue
        was, comes = one.view.ref, other.view.ref
        level, other_level = _nipple_level(one, nipples), _nipple_level(other, nipples)
        if was not in heights:
            found = level is not None and other_level is not None and comes not in heights
            heights[was] = level if found and level is not None else _anchor(one).y
        if comes not in heights:
            if other_level is not None and heights[was] == level:
                heights[comes] = other_level
            else:
                beside = (heights[was] - _anchor(one).y) / _enlarged(one, other)
                heights[comes] = _anchor(other).y + beside
    return heights


def _nipple_level(one: Subject, nipples: Mapping[ImageRef, ImagePoint]) -> float | None:
    at = nipples.get(one.view.ref)
    return None if at is None else one.turn.to_shown(at, one.view.size).y


def put_in_place(
    hung: ScreenState, before: ScreenState, images: Images, heights: Heights | None = None
) -> ScreenState:
    """A step that has just been hung with other exams' images, made to lie as it did before.

    Panes whose image is the same keep everything; an image whose pane was empty gets the scale of
    the others. images: those of both, by reference. heights: see ``common_heights``.
    """
    if [pane.plan.rect for pane in hung.panes] != [pane.plan.rect for pane in before.panes]:
        return hung
    common = _common_scale(before.panes)
    panes = tuple(
        _in_place(new, old, images, common, heights or {})
        for new, old in zip(hung.panes, before.panes, strict=True)
    )
    state = replace(hung, panes=panes, active=before.active, size_mode=before.size_mode)
    if before.alone is None or before.among_others is None:
        return state
    among = before.among_others
    new, old = hung.panes[before.alone], before.panes[before.alone]
    if new.placement is not None and among.placement is not None:
        old = replace(old, placement=among.placement)
        resting = _in_place(new, old, images, common, heights or {})
        among = replace(among, placement=resting.placement)
    return replace(state, alone=before.alone, among_others=among)


def _common_scale(panes: Iterable[PaneState]) -> float | None:
    return next((mm for pane in panes if (mm := millimetres(pane)) is not None), None)


def _in_place(
    new: PaneState, old: PaneState, images: Images, scale: float | None, heights: Heights
) -> PaneState:
    if new.plan.view is None or new.placement is None:
        return new
    if old.plan.view is None or old.placement is None:
        return replace(new, placement=_at_scale(new, scale))
    if new.plan.view.ref == old.plan.view.ref:
        return replace(old, plan=new.plan, content=new.content)
    one, other = images.get(old.plan.view.ref), images.get(new.plan.view.ref)
    return replace(
        new,
        placement=_lying_like(new, old, heights),
        grey=_grey_like(new.grey, old.grey, one, other),
        frame=_frame_like(new, old),
    )


def _at_scale(pane: PaneState, scale: float | None) -> Placement | None:
    one = subject_of(pane, pane.plan.rect)
    if one is None or scale is None or not one.measured:
        return pane.placement
    return justified(one, one.x_unit / scale, one.y_unit / scale)


def _lying_like(new: PaneState, old: PaneState, heights: Heights) -> Placement | None:
    """As many mm per screen pixel; chest wall and nipple as they were.

    For want of a nipple the axilla or the breast's middle.
    """
    here, there = subject_of(old, old.plan.rect), subject_of(new, new.plan.rect)
    if here is None or there is None or old.placement is None or new.placement is None:
        return new.placement
    y_scale = old.placement.y_scale * _enlarged(here, there)
    x_scale = y_scale / there.y_unit * there.x_unit
    at, to = _anchor(here), _anchor(there)
    rows = heights.get(here.view.ref), heights.get(there.view.ref)
    if rows[0] is not None and rows[1] is not None:
        at, to = ImagePoint(at.x, rows[0]), ImagePoint(to.x, rows[1])
    return replace(
        new.placement,
        x_scale=x_scale,
        y_scale=y_scale,
        left=old.placement.left + (at.x + 0.5) * old.placement.x_scale - (to.x + 0.5) * x_scale,
        top=old.placement.top + (at.y + 0.5) * old.placement.y_scale - (to.y + 0.5) * y_scale,
    )


def _enlarged(one: Subject, other: Subject) -> float:
    """How much larger a pixel of the other is drawn, where both are drawn as large."""
    if one.measured and other.measured:
        return other.y_unit / one.y_unit
    return one.content.height / other.content.height


def _anchor(one: Subject) -> ImagePoint:
    """What stays where it is, in pixels of the shown image."""
    content = one.content
    walls = {Laterality.RIGHT: content.right, Laterality.LEFT: content.left}
    middle = (content.left + content.right) / 2
    x = middle if one.view.laterality is None else walls.get(one.view.laterality, middle)
    if one.view.position is not None and one.view.position.family is HangFamily.MLO:
        return ImagePoint(x, content.top)
    return ImagePoint(x, (content.top + content.bottom) / 2)


def _frame_like(new: PaneState, old: PaneState) -> int:
    """As far through the stack."""
    if new.plan.view is None or old.plan.view is None or old.plan.view.frames < 2:
        return new.frame
    last = max(new.plan.view.frames - 1, 0)
    return round(old.frame / (old.plan.view.frames - 1) * last)


def _grey_like(
    new: GreyState, old: GreyState, was: OpenedImage | None, comes: OpenedImage | None
) -> GreyState:
    """Inversion and aids alike; a window changed by hand is changed by as much."""
    if was is None or comes is None:
        return replace(old, voi=new.voi)
    if old.voi is None:
        return replace(old, voi=new.voi if new.voi is not None and new.voi.explanation else None)
    named = (voi for voi in comes.vois if voi.explanation)
    same = next((voi for voi in named if voi.explanation == old.voi.explanation), None)
    if same is not None or not isinstance(old.voi, WindowVoi):
        return replace(old, voi=same)  # a table belongs to its image alone
    own, other = default_voi(was.image.grey), default_voi(comes.image.grey)
    return replace(old, voi=_changed_alike(old.voi, window_like(own), window_like(other)))


def _changed_alike(present: WindowVoi, own: WindowVoi, other: WindowVoi) -> WindowVoi:
    """Another image's own window, changed as ``own`` was to make ``present`` of it."""
    least = 1.0 if present.function is VoiFunction.LINEAR else 1e-6
    width = max(other.width * present.width / own.width, least)
    # How far it was moved counts in widths, of which the mean is taken: see ``greys``.
    moved = (present.centre - own.centre) / math.sqrt(present.width * own.width)
    centre = other.centre + moved * math.sqrt(width * other.width)
    return WindowVoi(centre, width, present.function)
