"""The state of one screen: panes, how each is seen, and what all share."""

from __future__ import annotations

from dataclasses import dataclass

from domain.geometry import Box
from imaging.grey.voi import VoiChoice
from viewing.hanging.placement import Placement
from viewing.hanging.plan import PanePlan
from viewing.hanging.protocol import SizeMode
from viewing.slabs import SINGLE, Slab


@dataclass(frozen=True)
class Aids:
    """Display aids that neither measurements nor networks ever see."""

    local_contrast: bool = False
    sharpening: bool = False


PLAIN = Aids()
"""Without any."""


@dataclass(frozen=True)
class GreyState:
    """How stored values become grey. voi: ``None`` for the image's own first choice.

    invert: the breast is inverted, air stays black.
    """

    voi: VoiChoice | None = None
    invert: bool = False
    aids: Aids = PLAIN


@dataclass(frozen=True)
class PaneState:
    """One pane. plan: what hangs here and how it was laid at first, with its place on the screen.

    placement: how it lies now, in pixels of the pane; ``None`` where nothing hangs.
    frame: shown frame of a stack, from 0. content: the part that must be seen whole, in pixels of
    the shown image; ``None`` for all of it. slab: how many slices are merged around ``frame``.
    """

    plan: PanePlan
    placement: Placement | None = None
    grey: GreyState = GreyState()
    frame: int = 0
    content: Box | None = None
    slab: Slab = SINGLE


@dataclass(frozen=True)
class AmongOthers:
    """How the pane that fills the screen lay before, and the size mode then."""

    placement: Placement | None
    size_mode: SizeMode


@dataclass(frozen=True)
class ScreenState:
    """A step of a protocol on the screen.

    step, steps: index of the step shown, and all steps' titles in reading order. active: index of
    the pane that keys go to. alone: index of the pane that fills the screen, if one does. linked:
    gestures reach the panes that belong together. text: corner text is shown (laterality and view
    always are). overlays: findings and measurements are shown.
    """

    step: int
    steps: tuple[str, ...]
    size_mode: SizeMode
    panes: tuple[PaneState, ...]
    active: int = 0
    alone: int | None = None
    linked: bool = True
    text: bool = True
    overlays: bool = True
    among_others: AmongOthers | None = None


EMPTY_SCREEN = ScreenState(0, (), SizeMode.SAME, ())
"""Before any study is open."""
