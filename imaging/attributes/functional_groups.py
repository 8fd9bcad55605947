"""Finds attributes that enhanced multi-frame objects keep in functional groups, PS3.3 C.7.6.16."""

from __future__ import annotations

from pydicom.dataset import Dataset

from imaging.attributes.tags import items

KEYWORDS = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")


def group_items(ds: Dataset, sequence: str) -> tuple[Dataset, ...]:
    """Items of one functional group macro: the shared ones, else those of the first frame.

    One frame speaks for all: what is read here (side, spacing, orientation) can't change within
    a compression.
    """
    for keyword in KEYWORDS:
        groups = items(ds, keyword)
        found = items(groups[0], sequence) if groups else ()
        if found:
            return found
    return ()
