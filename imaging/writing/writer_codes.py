"""Code sequence items for views, modifiers and anatomy, in SNOMED CT."""

from __future__ import annotations

from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from domain.view_position import ViewModifier, ViewPosition
from imaging.header.view_codes import MODIFIER_CODES, VIEW_CODES

_MEANINGS = {
    code.value: code.meaning
    for group in (codes.cid4014, codes.cid4015)
    for code in group.concepts.values()
} | {"399265009": "exaggerated cranio-caudal"}  # no longer in CID 4014


def code_item(value: str, meaning: str, scheme: str = "SCT") -> Dataset:
    """One item of a code sequence (PS3.3 8.8)."""
    item = Dataset()
    item.CodeValue = value
    item.CodingSchemeDesignator = scheme
    item.CodeMeaning = meaning
    return item


def view_item(position: ViewPosition, modifiers: frozenset[ViewModifier]) -> Dataset:
    """The item of View Code Sequence, with its modifiers. ValueError for a view without code."""
    if position not in VIEW_CODES:
        raise ValueError(f"PS3.16 CID 4014 has no code for the view {position.value}")
    value, _ = VIEW_CODES[position]
    item = code_item(value, _MEANINGS[value])
    item.ViewModifierCodeSequence = [
        _modifier_item(modifier) for modifier in sorted(modifiers, key=lambda one: one.value)
    ]
    return item


def _modifier_item(modifier: ViewModifier) -> Dataset:
    value, _ = MODIFIER_CODES[modifier]
    return code_item(value, _MEANINGS[value])


def breast_item() -> Dataset:
    """Breast, the anatomic region of every mammogram (PS3.3 C.8.11.7)."""
    return code_item("76752008", "Breast")
