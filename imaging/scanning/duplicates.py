"""Deals with images of the same SOP Instance UID: leaves copies out, flags contradictions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from domain.study import Flag, ImageRef, View
from imaging.attributes.tags import label_of
from imaging.scanning.pixel_digest import pixel_digest

_NO_REF = ImageRef("")


def settle_duplicates(views: Sequence[View], cancelled: Callable[[], bool]) -> list[View]:
    """The views of one study, each image once.

    A view whose header says the same and whose pixels are the same is a copy and left out, which
    a flag on the first one says. Others of the same UID stay, all of them flagged. Pixels are read
    only where a UID occurs twice. Raises CancelledError.
    """
    counts = Counter(view.ref.sop_instance_uid for view in views)
    same: dict[str, list[View]] = defaultdict(list)
    settled: list[View] = []
    for view in views:
        uid = view.ref.sop_instance_uid
        if uid and counts[uid] > 1:
            same[uid].append(view)
        else:
            settled.append(view)
    for group in same.values():
        settled.extend(_settle(group, cancelled))
    return settled


def flag_shared(studies: Iterable[list[View]]) -> list[list[View]]:
    """The same views; images whose UID also occurs in another study are flagged."""
    groups = list(studies)
    counts = Counter(
        uid for group in groups for uid in {view.ref.sop_instance_uid for view in group} - {""}
    )
    message = "same SOP Instance UID as an image of another study"
    return [
        [
            _flagged(view, message) if counts[view.ref.sop_instance_uid] > 1 else view
            for view in group
        ]
        for group in groups
    ]


def _settle(group: list[View], cancelled: Callable[[], bool]) -> list[View]:
    pixels = [pixel_digest(view.ref, cancelled) for view in group]
    kept: dict[tuple[View, bytes | None, str], list[View]] = defaultdict(list)
    for view, digest in zip(group, pixels, strict=True):
        unreadable = view.ref.where if digest is None else ""
        kept[replace(view, ref=_NO_REF), digest, unreadable].append(view)
    message = ""
    if len(kept) > 1:
        differing = "other pixels" if len(set(pixels)) > 1 else "another header"
        message = f"same SOP Instance UID as another image, but {differing}"
    return [_flagged(_without_copies(copies), message) for copies in kept.values()]


def _without_copies(copies: list[View]) -> View:
    if len(copies) == 1:
        return copies[0]
    number = len(copies) - 1
    return _flagged(copies[0], f"{number} identical cop{'y' if number == 1 else 'ies'} left out")


def _flagged(view: View, message: str) -> View:
    if not message:
        return view
    return replace(view, flags=(*view.flags, Flag(message, label_of("SOPInstanceUID"))))
