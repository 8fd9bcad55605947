"""Tells whether shown images are still those that marks were drawn on."""

from __future__ import annotations

from collections.abc import Iterable

from annotations.commands.command import (
    AddFindings,
    AddProposals,
    Command,
    ReplaceFindings,
    StampImages,
    Together,
)
from annotations.document.document import Document, ImageStamp
from annotations.document.stamps import stamp_of
from domain.finding import Finding
from viewing.opened import OpenedImage


def replaced_images(document: Document, images: Iterable[OpenedImage]) -> frozenset[str]:
    """Uids of images that are not those that marks were drawn on. Stacks are not compared."""
    return frozenset(
        one.view.ref.uid
        for one in images
        if (known := document.stamp(one.view.ref.uid)) is not None
        and one.view.frames == 1
        and known != _stamp(one)
    )


def stamped(command: Command, document: Document, images: Iterable[OpenedImage]) -> Command:
    """With stamps of the images that carry their first mark now."""
    uids = {mark.sop_instance_uid for one in _findings(command) for mark in one.geometries}
    fresh = tuple(
        _stamp(one)
        for one in images
        if one.view.ref.uid in uids
        and one.view.frames == 1
        and document.stamp(one.view.ref.uid) is None
    )
    return Together((StampImages(fresh), command), command.title) if fresh else command


def stamps_anew(document: Document, images: Iterable[OpenedImage]) -> tuple[ImageStamp, ...]:
    """Of shown images that were stamped otherwise."""
    known = (one for one in images if document.stamp(one.view.ref.uid) is not None)
    return tuple(stamp for one in known if (stamp := _stamp(one)) not in document.stamps)


def _stamp(image: OpenedImage) -> ImageStamp:
    return stamp_of(image.view.ref.uid, image.image.raster.pixels)


def _findings(command: Command) -> tuple[Finding, ...]:
    if isinstance(command, AddFindings | AddProposals | ReplaceFindings):
        return command.findings
    if isinstance(command, Together):
        return tuple(one for part in command.commands for one in _findings(part))
    return ()
