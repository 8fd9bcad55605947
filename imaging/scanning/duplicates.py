"""Deals with images of the same SOP Instance UID: leaves copies out, flags contradictions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import replace

from domain.study import Flag, ImageRef, View
from imaging.attributes.tags import label_of
from imaging.scanning.pixel_digest import pixel_digest

_NO_REF = ImageRef("")


def settle_duplicates(
    studies: Sequence[list[View]], cancelled: Callable[[], bool]
) -> Sequence[list[View]]:
    """The views of each study, each image once, in the order they came in.

    A view whose header says the same and whose pixels are the same is a copy and left out, which
    a flag on the first one says. Others of the same UID stay, all of them flagged, whether in one
    study or in two. Pixels are read only where a UID occurs twice. Raises CancelledError.
    """
    counts = Counter(view.ref.sop_instance_uid for views in studies for view in views)
    repeated = {uid for uid, count in counts.items() if count > 1 and uid}
    if not repeated:
        return studies
    settled = [_settle_study(views, repeated, cancelled) for views in studies]
    return _flag_shared(settled)


def _settle_study(
    views: list[View], repeated: Set[str], cancelled: Callable[[], bool]
) -> list[View]:
    same: dict[str, list[View]] = defaultdict(list)
    for view in views:
        if view.ref.sop_instance_uid in repeated:
            same[view.ref.sop_instance_uid].append(view)
    settled = {
        view.ref: view
        for group in same.values()
        for view in (_settle(group, cancelled) if len(group) > 1 else group)
    }
    return [
        settled.get(view.ref, view)
        for view in views
        if view.ref.sop_instance_uid not in repeated or view.ref in settled
    ]


def _flag_shared(studies: Iterable[list[View]]) -> list[list[View]]:
    """Flag images whose UID also occurs in another study."""
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
