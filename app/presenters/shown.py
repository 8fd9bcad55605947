"""What the window shows of a case, in one piece: banner and panes are never of two patients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.exams import Exams
from domain.errors import FourviewError
from domain.study import ImageRef
from viewing.hanging.choosing import Chosen
from viewing.opened import OpenedImage
from viewing.state.screen import PaneState, ScreenState


@dataclass(frozen=True, eq=False)
class Shown:
    """One frozen picture of a case. Nothing of another case is ever in it.

    number: differs for each opening of a case; 0 where none is open. place, count: where in the
    list, from 0; ``None`` for a study that is not listed. steps: of the protocol. images: as
    ``viewing.state.resolve`` takes them; of a stack the frame at hand, which may not yet be the
    one asked for. priors: images of older exams that are open, shown or not. failures: why an
    image could not be opened.
    loading: what is still being opened; late: it takes unusually long. prior_in_place: some panes
    show an older exam in the place of their own. message: why there is nothing to show.
    """

    number: int = 0
    exams: Exams | None = None
    place: int | None = None
    count: int = 0
    steps: tuple[Chosen, ...] = ()
    state: ScreenState | None = None
    images: Mapping[ImageRef, OpenedImage] = field(default_factory=dict)
    priors: Mapping[ImageRef, OpenedImage] = field(default_factory=dict)
    failures: Mapping[ImageRef, FourviewError] = field(default_factory=dict)
    loading: frozenset[ImageRef] = frozenset()
    late: bool = False
    prior_in_place: bool = False
    message: str = ""

    def image_of(self, pane: PaneState) -> OpenedImage | None:
        """What a pane paints. Of a stack it may be another frame than asked for: it says which."""
        return self.images.get(pane.plan.view.ref) if pane.plan.view is not None else None

    def message_of(self, pane: PaneState) -> str:
        """What stands in a pane without an image; empty where the image is there or missing."""
        view = pane.plan.view
        if view is None or self.image_of(pane) is not None:
            return ""
        error = self.failures.get(view.ref)
        if error is not None:
            return str(error)
        return "Still opening: the drive answers slowly, or not at all" if self.late else "Opening"


NOTHING = Shown(message="Open a study")
