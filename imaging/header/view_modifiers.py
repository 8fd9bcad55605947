"""What was done to a standard view: magnified, spot-compressed, rolled, implant displaced ..."""

from __future__ import annotations

from collections.abc import Iterable

from pydicom.dataset import Dataset

from domain.study import Flag, Reason
from domain.view_position import ViewModifier
from imaging.attributes.conclusion import Concluded, because, doubt
from imaging.attributes.tags import items, number, text
from imaging.header.view_codes import modifier_of
from imaging.header.view_words import read_word, read_words

_SEQUENCE = "ViewModifierCodeSequence"
_FACTOR = "EstimatedRadiographicMagnificationFactor"
# A breast on the detector has 1.0 to 1.1, a magnification stand gives 1.5 to 2.
_MAGNIFIED = (1.4, 2.5)


def read_modifiers(
    ds: Dataset, view_items: Iterable[Dataset]
) -> Concluded[frozenset[ViewModifier]]:
    """Modifiers from codes, View Position, paddle and series text, and magnification factor."""
    found: dict[ViewModifier, Reason] = {}
    flags: list[Flag] = []
    _hear_codes((*view_items, ds), found, flags)
    _hear_words(ds, found)
    _hear_factor(ds, found, flags)
    return Concluded(frozenset(found), tuple(found.values()), tuple(flags))


def _hear_codes(
    holders: Iterable[Dataset], found: dict[ViewModifier, Reason], flags: list[Flag]
) -> None:
    for holder in holders:
        for item in items(holder, _SEQUENCE):
            raw = f"{text(item, 'CodeValue') or 'no code'} ({text(item, 'CodingSchemeDesignator')})"
            modifier = modifier_of(item)
            if modifier is None:
                flags.append(doubt(f"View Modifier Code Sequence names {raw}, unknown", _SEQUENCE))
            else:
                _add(found, modifier, _SEQUENCE, raw)


def _hear_words(ds: Dataset, found: dict[ViewModifier, Reason]) -> None:
    position = text(ds, "ViewPosition")
    words = read_word(position)
    for modifier in _sorted(words.modifiers if words else ()):
        _add(found, modifier, "ViewPosition", position)
    for keyword in ("PaddleDescription", "SeriesDescription"):
        raw = text(ds, keyword)
        for modifier in _sorted(read_words(raw).modifiers):
            _add(found, modifier, keyword, raw)


def _hear_factor(ds: Dataset, found: dict[ViewModifier, Reason], flags: list[Flag]) -> None:
    factor = number(ds, _FACTOR)
    if factor is None or not _MAGNIFIED[0] <= factor <= _MAGNIFIED[1]:
        return
    if ViewModifier.MAGNIFICATION not in found:
        flags.append(doubt("Magnified by its factor, though no modifier says so", _FACTOR))
        _add(found, ViewModifier.MAGNIFICATION, _FACTOR, f"{factor:g}")


def _add(found: dict[ViewModifier, Reason], modifier: ViewModifier, keyword: str, raw: str) -> None:
    name = modifier.name.lower().replace("_", " ")
    found.setdefault(modifier, because(f"{name} ({modifier.value})", keyword, raw))


def _sorted(modifiers: Iterable[ViewModifier]) -> list[ViewModifier]:
    return sorted(modifiers, key=lambda modifier: modifier.value)
