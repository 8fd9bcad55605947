"""Everything that a pane shows, as one frozen record; an equal record paints nothing anew."""

from __future__ import annotations

from dataclasses import dataclass

from domain.side import Side
from viewing.hanging.compose import PaneImage
from viewing.hanging.placement import Placement
from widgets.pane.overlays import Overlay


@dataclass(frozen=True)
class PanePicture:
    """What one pane shows.

    image: ``None`` where there is none (yet); PaneImages are told apart by identity, and a window
    change keeps their ``levels`` and ``air`` the same objects. placement: in device-independent
    pixels of the pane. headline: always shown: laterality and view. more: further corner lines,
    empty where the reader hides text. at_right, at_bottom: corner text stands there. message: said
    in the middle of an empty pane, below the corner text where there is an image. failed: the
    message is an error. active: keys go to this pane, framed but for ``wall``, the pane's edge at
    which chest walls meet. overlays: findings and measurements; the same objects as before are not
    drawn anew. live: what a tool shows before its gesture is finished, over ``overlays``; a change
    of it alone repaints only where it was and is. moving: a gesture is under way. magnifier: the
    lens follows the cursor. line_left, line_top: a line parts it from its neighbour; none where
    chest walls meet.
    """

    image: PaneImage | None = None
    placement: Placement | None = None
    headline: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    at_right: bool = False
    at_bottom: bool = False
    message: str = ""
    failed: bool = False
    active: bool = False
    wall: Side | None = None
    overlays: tuple[Overlay, ...] = ()
    live: tuple[Overlay, ...] = ()
    moving: bool = False
    magnifier: bool = False
    line_left: bool = False
    line_top: bool = False


EMPTY = PanePicture()
