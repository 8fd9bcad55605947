"""Intents on where findings lie: reshape, remove, duplicate, group, slice range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from annotations.commands.command import (
    AddFindings,
    Command,
    RemoveFindings,
    ReplaceFindings,
    Together,
)
from annotations.document.document import Document
from annotations.errors import CommandError
from annotations.intents.revising import alone, finding_of, is_own, partner_of, revised
from annotations.shapes.contours import moved
from annotations.shapes.outlines import mask_of
from annotations.shapes.strokes import painted
from domain.finding import (
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    ReaderProvenance,
)
from domain.geometry import Box, ImagePoint, ImageSize
from domain.mask import RleMask

_CALCIFICATIONS = (FindingKind.CALCIFICATION, FindingKind.CALCIFICATION_GROUP)


def reshape(
    document: Document,
    finding_id: UUID,
    geometries: Sequence[Geometry],
    reader: str,
    *,
    what: str = "reshape",
) -> Command:
    """Give a finding other geometries; what: the first word of the title, as "move" or "push".

    Another's finding gets a child; ask ``heir_of(command, finding_id)`` which one to select.
    Raises CommandError where the finding is not there or no geometry is given.
    """
    finding = finding_of(document, finding_id)
    if not geometries:
        raise CommandError(
            "nothing is left of the finding's shape", remedy="Remove the finding instead"
        )
    changed = replace(finding, geometries=tuple(geometries), location=None)
    return revised(document, (changed,), reader, f"{what} {finding.kind.value}")


def remove(document: Document, finding_id: UUID, reader: str) -> Command:
    """Take a reader's own finding out as if it had not been drawn, and its link with it.

    Where it replaced a model's, the model's is there again. Raises CommandError for a finding of
    another: that one is rejected.
    """
    finding = finding_of(document, finding_id)
    if not is_own(finding, reader):
        raise CommandError(
            "a finding of a model or of another reader can't be removed",
            remedy="Reject it and say why",
        )
    title = f"remove {finding.kind.value}"
    gone = RemoveFindings((finding_id,), title)
    partner = partner_of(document, finding)
    if partner is None:
        return gone
    parted = ReplaceFindings((alone(document, partner.id),), title)
    return Together((parted, gone), title)


def duplicate(
    document: Document,
    finding_id: UUID,
    offset: tuple[float, float],
    sizes: Mapping[str, ImageSize],
    reader: str,
) -> Command:
    """A copy of a finding beside it, of the reader's own; ``added_ids(command)`` says its id.

    offset: (x, y) in stored pixels; less where the copy would leave the image. sizes: of the
    finding's images by uid. The copy keeps kind, words and assessment, but neither link nor proof.
    Raises CommandError where the finding is not there or an image's size is not known.
    """
    finding = finding_of(document, finding_id)
    marks = tuple(
        moved(one, *offset, _size_of(sizes, one.sop_instance_uid)) for one in finding.geometries
    )
    copy = _fresh(finding, marks, reader)
    return AddFindings((copy,), title=f"duplicate {finding.kind.value}")


def group(
    document: Document,
    ids: Sequence[UUID],
    sizes: Mapping[str, ImageSize],
    reader: str,
) -> Command:
    """One group of calcifications from several findings on one image; ids: the leading one first.

    Its mask holds the pixels of all; what was said of the leading one is kept. The reader's own
    are taken up into it. One finding of another at most may be among them: it becomes the parent.
    Raises CommandError for other kinds, several images or several findings of others.
    """
    findings = [finding_of(document, one) for one in dict.fromkeys(ids)]
    _check_group(findings, reader)
    place = findings[0].geometries[0]
    size = _size_of(sizes, place.sop_instance_uid)
    mask = RleMask(size)
    for finding in findings:
        for mark in finding.geometries:
            mask = painted(mask, _pixels_of(mark, size))
    marks = [mark for finding in findings for mark in finding.geometries]
    whole = Geometry(
        place.sop_instance_uid,
        min(mark.frame for mark in marks),
        max(mark.last_frame for mark in marks),
        mask=mask,
    )
    return _grouped(document, findings, whole, reader)


def set_frames(document: Document, finding_id: UUID, first: int, last: int, reader: str) -> Command:
    """Give a tomosynthesis finding its slice range: 0-based frames, both included.

    Raises CommandError where the range ends before it starts.
    """
    finding = finding_of(document, finding_id)
    if not 0 <= first <= last:
        raise CommandError(
            "a slice range ends before it starts", remedy="Give the first slice, then the last"
        )
    marks = tuple(replace(one, frame=first, last_frame=last) for one in finding.geometries)
    title = f"slices {first + 1} to {last + 1} of {finding.kind.value}"
    return revised(document, (replace(finding, geometries=marks),), reader, title)


def _fresh(finding: Finding, marks: tuple[Geometry, ...], reader: str) -> Finding:
    return replace(
        finding,
        id=uuid4(),
        geometries=marks,
        provenance=ReaderProvenance(reader),
        status=FindingStatus.ACCEPTED,
        rejection=None,
        location=None,
        malignancy=None,
        pathology=None,
        parent_id=None,
        counterpart_id=None,
    )


def _size_of(sizes: Mapping[str, ImageSize], uid: str) -> ImageSize:
    try:
        return sizes[uid]
    except KeyError:
        raise CommandError(
            "the size of the finding's image is not known", remedy="Open the image first"
        ) from None


def _check_group(findings: Sequence[Finding], reader: str) -> None:
    if len(findings) < 2:
        raise CommandError("a group is made of two findings or more", remedy="Select more of them")
    if any(finding.kind not in _CALCIFICATIONS for finding in findings):
        raise CommandError(
            "only calcifications can be grouped", remedy="Select calcifications alone"
        )
    places = {mark.sop_instance_uid for finding in findings for mark in finding.geometries}
    if len(places) > 1:
        raise CommandError(
            "the calcifications lie on several images",
            remedy="Group them on each image, then link the groups",
        )
    if sum(not is_own(finding, reader) for finding in findings) > 1:
        raise CommandError(
            "several of the calcifications are a model's or another reader's",
            remedy="Group your own with one of those at most",
        )


def _pixels_of(mark: Geometry, size: ImageSize) -> RleMask:
    """The mark's pixels; the pixel in its middle where it holds no pixel's centre."""
    if mark.mask is not None:
        if mark.mask.size != size:
            raise CommandError(
                f"the mask is of an image of {mark.mask.size.columns}x{mark.mask.size.rows} "
                f"pixels, the image has {size.columns}x{size.rows}",
                remedy="Remove the mask and draw it anew on this image",
            )
        return mark.mask
    middle = mark.point
    mask = RleMask(size)
    if mark.contour is not None:
        mask, middle = mask_of(mark.contour.points, size), mark.contour.points[0]
    elif mark.box is not None:
        mask, middle = mask_of(_corners(mark.box), size), mark.box.centre
    if not mask.empty or middle is None:
        return mask
    at = middle.pixel()
    return mask_of(
        _corners(Box(at.column - 0.5, at.row - 0.5, at.column + 0.5, at.row + 0.5)), size
    )


def _corners(box: Box) -> tuple[ImagePoint, ...]:
    return (
        ImagePoint(box.left, box.top),
        ImagePoint(box.right, box.top),
        ImagePoint(box.right, box.bottom),
        ImagePoint(box.left, box.bottom),
    )


def _grouped(
    document: Document, findings: Sequence[Finding], whole: Geometry, reader: str
) -> Command:
    title = f"group {len(findings)} calcifications"
    leading = next((one for one in findings if not is_own(one, reader)), findings[0])
    rest = [one for one in findings if one is not leading]
    made = replace(
        findings[0],
        id=leading.id,
        kind=FindingKind.CALCIFICATION_GROUP,
        geometries=(whole,),
        provenance=leading.provenance,
        parent_id=leading.parent_id,
        counterpart_id=leading.counterpart_id,
        location=None,
    )
    gone = {one.id for one in rest}
    parted = tuple(
        alone(document, partner.id)
        for partner in (partner_of(document, one) for one in rest)
        if partner is not None and partner.id not in gone and partner.id != leading.id
    )
    steps: list[Command] = [ReplaceFindings(parted, title)] if parted else []
    steps += [
        revised(document, (made,), reader, title),
        RemoveFindings(tuple(one.id for one in rest), title),
    ]
    return Together(tuple(steps), title)
