"""Two revisions that were made from one are brought together; nothing of either is lost."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TypeVar
from uuid import uuid4

from annotations.document.document import Document, ImageStamp
from annotations.document.opinion import Opinion
from domain.finding import Finding

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class MergedDocument:
    """clashes: what both changed differently, in words; the first one's stands in the opinion,
    and a finding is there twice, for the reader to choose.
    """

    document: Document
    clashes: tuple[str, ...] = ()


def merge_documents(base: Document, first: Document, second: Document) -> MergedDocument:
    """Bring two documents together that were made from one.

    What one of them alone changed is taken; what both changed differently is kept twice where it
    is a finding (the second one's under a new id), and told in any case.
    """
    clashes: list[str] = []
    findings = _findings(base, first, second, clashes)
    opinion = _opinion(base.opinion, first.opinion, second.opinion, clashes)
    first_read = _one_of(
        base.first_read, first.first_read, second.first_read, "first read", clashes
    )
    stamps = _stamps(base, first, second, clashes)
    document = Document(base.study_uid, findings, opinion, stamps, first_read)
    return MergedDocument(document, tuple(clashes))


def _findings(
    base: Document, first: Document, second: Document, clashes: list[str]
) -> tuple[Finding, ...]:
    kept: list[Finding] = []
    for finding_id in dict.fromkeys((*first.by_id, *second.by_id)):
        was, mine, theirs = (one.by_id.get(finding_id) for one in (base, first, second))
        if theirs in (mine, was):
            kept += [mine] if mine is not None else []
        elif mine == was:
            kept += [theirs] if theirs is not None else []
        elif mine is None or theirs is None:
            kept += [one for one in (mine, theirs) if one is not None]
            clashes.append("a finding was deleted in one revision and changed in the other")
        else:
            kept += [mine, replace(theirs, id=uuid4())]
            clashes.append("a finding was changed in both revisions, and is there twice")
    gone = (first.by_id.keys() | second.by_id.keys()) - {one.id for one in kept}
    return tuple(
        replace(one, counterpart_id=None) if one.counterpart_id in gone else one for one in kept
    )


def _opinion(base: Opinion, first: Opinion, second: Opinion, clashes: list[str]) -> Opinion:
    values = {
        field.name: _one_of(
            getattr(base, field.name),
            getattr(first, field.name),
            getattr(second, field.name),
            field.name,
            clashes,
        )
        for field in fields(Opinion)
    }
    return Opinion(**values)


def _one_of(was: _Value, mine: _Value, theirs: _Value, name: str, clashes: list[str]) -> _Value:
    if theirs in (was, mine):
        return mine
    if mine != was:
        clashes.append(f"the {name} was changed in both revisions; the first one's stands")
        return mine
    return theirs


def _stamps(
    base: Document, first: Document, second: Document, clashes: list[str]
) -> tuple[ImageStamp, ...]:
    """Each image's stamp, in the order in which images were marked."""
    found: list[ImageStamp] = []
    for uid in dict.fromkeys(stamp.uid for one in (first, second) for stamp in one.stamps):
        was, mine, theirs = (one.stamp(uid) for one in (base, first, second))
        if mine is None or theirs is None:
            found += [one for one in (mine, theirs) if one is not None]
            continue
        found.append(theirs if mine == was else mine)
        if mine != theirs and was not in (mine, theirs):
            clashes.append("the revisions were drawn on different pixels of one image")
    return tuple(found)
