"""A finding copied to the mirrored place on the other breast."""

from __future__ import annotations

from uuid import uuid4

from annotations.errors import AnnotationError
from app.presenters.breasts import Breasts
from app.presenters.shown import Shown
from domain.finding import Finding, FindingStatus, ReaderProvenance
from domain.geometry import ImagePoint
from viewing.linking.relation import LinkedImage, Relation, followed, relation
from viewing.opened import OpenedImage
from viewing.tools.mirrored import mirrored_geometry


def mirrored_finding(finding: Finding, shown: Shown, breasts: Breasts, reader: str) -> Finding:
    """The same finding on the same view of the other breast, as a new one of the reader's.

    Raises AnnotationError where that view is not on the screen, or its breast was not made out.
    """
    mark = finding.geometries[0]
    images = tuple(shown.images.values())
    source = next((one for one in images if one.view.ref.uid == mark.sop_instance_uid), None)
    other = _other(source, images) if source is not None else None
    if source is None or other is None:
        raise AnnotationError(
            "the same view of the other breast is not on the screen",
            remedy="Go to a step that shows both breasts",
        )
    here = LinkedImage(source.view, breasts.of(source))
    there = LinkedImage(other.view, breasts.of(other))
    if here.frame is None or there.frame is None:
        raise AnnotationError(
            "the breast's outline or nipple was not made out on both images",
            remedy="Draw the finding there by hand",
        )

    def to_other(point: ImagePoint) -> ImagePoint | None:
        place = followed(point, here, there)
        return place if isinstance(place, ImagePoint) else None

    geometry = mirrored_geometry(mark, to_other, other.view.ref.uid, other.view.size)
    return Finding(
        id=uuid4(),
        kind=finding.kind,
        geometries=(geometry,),
        provenance=ReaderProvenance(reader),
        status=FindingStatus.ACCEPTED,
    )


def _other(source: OpenedImage, images: tuple[OpenedImage, ...]) -> OpenedImage | None:
    for one in images:
        mirrored = relation(source.view, one.view) is Relation.SAME_VIEW
        if mirrored and one.view.laterality is not source.view.laterality:
            return one
    return None
