"""The marks that editing tools work on, and what comes of a changed shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from annotations.commands.applying import apply
from annotations.commands.command import Command, Together
from annotations.errors import CommandError
from annotations.intents.drawing import remove, reshape
from annotations.intents.revising import heir_of, is_own
from domain.finding import Contour, Finding, FindingKind, FindingStatus, Geometry
from domain.geometry import Box, ImagePoint
from domain.mask import RleMask
from viewing.tools.finishing import box_around
from viewing.tools.hits import hits
from viewing.tools.tool import Answer, Canvas

OF_DOTS = (FindingKind.CALCIFICATION, FindingKind.CALCIFICATION_GROUP)

OTHER_SIZE = (
    "The mark's mask belongs to an image of another size, so it can't be painted here. "
    "Remove the mark and draw it anew"
)
CHANGED = "Nothing done: the mark was changed meanwhile. Begin again"
NOTHING_LEFT_OF_OTHERS = "Nothing of the mark would be left. Reject it instead"


@dataclass(frozen=True)
class Marked:
    """A finding and which of its geometries lies on the image that is worked on."""

    finding: Finding
    index: int

    @property
    def geometry(self) -> Geometry:
        """On this image."""
        return self.finding.geometries[self.index]

    @property
    def holds_dots(self) -> bool:
        """Whether its mask is of calcifications, beside whatever says where they lie."""
        return self.finding.kind in OF_DOTS

    def is_as_it_was(self, canvas: Canvas) -> bool:
        """Whether the finding is still what a gesture began on: undo may come in between."""
        return canvas.document.by_id.get(self.finding.id) is self.finding

    def is_own(self, reader: str) -> bool:
        """Whether it is the reader's, so that a change replaces it and makes no child."""
        return is_own(self.finding, reader)


Wanted = Callable[[Geometry], bool]


def anything(_geometry: Geometry) -> bool:
    """Every geometry will do."""
    return True


def live_here(canvas: Canvas) -> tuple[Finding, ...]:
    """Findings that nothing replaces and nobody rejected, on any image."""
    rejected = FindingStatus.REJECTED
    return tuple(one for one in canvas.document.live if one.status is not rejected)


def marked(canvas: Canvas, finding_id: UUID, wanted: Wanted = anything) -> Marked | None:
    """A live finding's geometry on the canvas's image and frame, if it is such as wanted."""
    finding = canvas.document.by_id.get(finding_id)
    if finding is None or not any(one is finding for one in canvas.document.live):
        return None
    for index, geometry in enumerate(finding.geometries):
        shown = geometry.frame <= canvas.frame <= geometry.last_frame
        if geometry.sop_instance_uid == canvas.uid and shown and wanted(geometry):
            return Marked(finding, index)
    return None


def all_selected(canvas: Canvas, wanted: Wanted = anything) -> Iterator[Marked]:
    """The selected findings' geometries on this image, the leading first."""
    for one in canvas.selected:
        found = marked(canvas, one, wanted)
        if found is not None:
            yield found


def leading(canvas: Canvas, wanted: Wanted = anything) -> Marked | None:
    """The first selected finding on this image."""
    return next(all_selected(canvas, wanted), None)


def meant(canvas: Canvas, at: ImagePoint, wanted: Wanted) -> Marked | None:
    """The selected finding, or without one the nearest under the pointer."""
    selected = leading(canvas, wanted)
    if selected is not None:
        return selected
    for one in hits(live_here(canvas), canvas.uid, canvas.frame, at, canvas.reach):
        found = marked(canvas, one.finding, wanted)
        if found is not None:
            return found
    return None


def outline_under(canvas: Canvas, at: ImagePoint) -> Marked | None:
    """Which outline a press begins on: the selected one, else the nearest."""
    return meant(canvas, at, lambda geometry: geometry.contour is not None)


def points_of(one: Marked) -> tuple[ImagePoint, ...]:
    """The outline's points; none where it has no outline."""
    contour = one.geometry.contour
    return contour.points if contour is not None else ()


def with_outline(one: Marked, points: tuple[ImagePoint, ...]) -> Geometry:
    """The mark led by its outline: a box beside it goes along, a mask would disagree.

    A group of dots keeps its mask: the outline says where the group lies, the mask its dots.
    """
    box = box_around(points) if one.geometry.box is not None else None
    mask = one.geometry.mask if one.holds_dots else None
    return replace(one.geometry, contour=Contour(points), mask=mask, box=box)


def with_mask(one: Marked, mask: RleMask) -> Geometry:
    """The mark led by its mask; other outlines would disagree, unless the mask is of dots."""
    if one.holds_dots:
        return replace(one.geometry, mask=mask)
    return replace(one.geometry, mask=mask, contour=None, box=None)


def with_box(one: Marked, geometry: Geometry) -> Geometry:
    """The mark with another box; a finer shape that reaches out of it is let go, but no dots.

    geometry: the mark's with the new box.
    """
    contour, mask, box = geometry.contour, geometry.mask, geometry.box
    if box is None:
        return geometry
    if contour is not None and not _within(box_around(contour.points), box):
        contour = None
    if mask is not None and mask.box is not None and not one.holds_dots:
        mask = mask if _within(mask.box, box) else None
    return replace(geometry, contour=contour, mask=mask)


def _within(inner: Box, outer: Box) -> bool:
    across = outer.left <= inner.left and inner.right <= outer.right
    return across and outer.top <= inner.top and inner.bottom <= outer.bottom


def reshaped(
    canvas: Canvas, one: Marked, geometry: Geometry, what: str, message: str = ""
) -> Answer:
    """The finding with another geometry on this image, selected where it was not.

    what: the first word of the step's title, as "move".
    """
    return all_reshaped(canvas, ((one, geometry),), what, message)


def all_reshaped(
    canvas: Canvas, changed: tuple[tuple[Marked, Geometry], ...], what: str, message: str = ""
) -> Answer:
    """Several findings with other geometries, as one step. What stays as it was is left alone.

    A mark that can't be changed gives its reason as message, and nothing is done.
    """
    if not all(one.is_as_it_was(canvas) for one, _ in changed):
        return Answer(message=CHANGED)
    commands: list[Command] = []
    document, selected = canvas.document, list(canvas.selected)
    try:
        for one, geometry in changed:
            if geometry == one.geometry:
                continue
            command = reshape(
                document, one.finding.id, _put(one, geometry), canvas.reader, what=what
            )
            document = apply(document, command).document
            heir = heir_of(command, one.finding.id)
            selected = [heir if chosen == one.finding.id else chosen for chosen in selected]
            selected += [] if heir in selected else [heir]
            commands.append(command)
    except CommandError as error:
        return Answer(message=str(error))
    if not commands:
        return Answer(message=message)
    together = Together(tuple(commands), f"{what} {len(commands)} findings")
    return Answer(commands[0] if len(commands) == 1 else together, tuple(selected), message)


def without_shape(canvas: Canvas, one: Marked) -> Answer:
    """A finding whose shape here was taken away whole: gone, unless it lies elsewhere too."""
    left = tuple(
        geometry for index, geometry in enumerate(one.finding.geometries) if index != one.index
    )
    if not left and not one.is_own(canvas.reader):
        return Answer(message=NOTHING_LEFT_OF_OTHERS)
    try:
        if left:
            command = reshape(
                canvas.document, one.finding.id, left, canvas.reader, what="erase a part of"
            )
        else:
            command = remove(canvas.document, one.finding.id, canvas.reader)
    except CommandError as error:
        return Answer(message=str(error))
    heir = heir_of(command, one.finding.id) if left else None
    chosen = (heir if other == one.finding.id else other for other in canvas.selected)
    return Answer(command, tuple(other for other in chosen if other is not None))


def _put(one: Marked, geometry: Geometry) -> tuple[Geometry, ...]:
    geometries = list(one.finding.geometries)
    geometries[one.index] = geometry
    return tuple(geometries)
