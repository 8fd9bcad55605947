"""A model's mark that nobody has judged gets what a later reading says more of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from annotations.document.document import Document
from domain.finding import Descriptors, Finding, FindingStatus, ModelProvenance


def completions(document: Document, fresh: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those of a document's findings that a later reading has more to say of, completed.

    fresh: what it found. A mark of which a reader made another is left as it is.
    """
    revised = {one.parent_id for one in document.findings}
    known = document.by_id
    pairs = ((known[one.id], one) for one in fresh if one.id in known and one.id not in revised)
    return tuple(whole for there, one in pairs if (whole := completed(there, one)) is not None)


def completed(there: Finding, fresh: Finding) -> Finding | None:
    """The proposal with what it lacked; ``None`` where it is no such mark, or lacks nothing.

    there: in the document; fresh: of a later reading, under the same id. Only what was missing is
    added: outline, mask, judgement, descriptors. Nothing that was said is changed, and nothing is
    said of a mark that a reader has judged, or that lies elsewhere.
    """
    if not _same_mark(there, fresh):
        return None
    marks = tuple(
        replace(old, contour=old.contour or new.contour, mask=old.mask or new.mask)
        for old, new in zip(there.geometries, fresh.geometries, strict=True)
    )
    more = replace(there, geometries=marks)
    if there.malignancy is None and there.assessment is None:
        more = replace(more, malignancy=fresh.malignancy, assessment=fresh.assessment)
    if there.descriptors == Descriptors():
        more = replace(more, descriptors=fresh.descriptors)
    return more if more != there else None


def _same_mark(there: Finding, fresh: Finding) -> bool:
    """Whether both are one model's untouched mark at one place."""
    if there.id != fresh.id or there.kind is not fresh.kind:
        return False
    if there.status is not FindingStatus.PROPOSED or fresh.status is not FindingStatus.PROPOSED:
        return False
    maker = _maker(there)
    return maker is not None and maker == _maker(fresh) and _places(there) == _places(fresh)


def _maker(finding: Finding) -> tuple[str, str] | None:
    made = finding.provenance
    return (made.package_id, made.version) if isinstance(made, ModelProvenance) else None


def _places(finding: Finding) -> tuple[object, ...]:
    marks = finding.geometries
    return tuple(replace(one, contour=None, mask=None) for one in marks)
