"""Mammographic views and their modifiers by code, PS3.16 CID 4014 and CID 4015.

Three numberings are in use: SNOMED CT (scheme SCT), and the older SNOMED RT identifiers, which
vendors write under the designators SRT, SNM3 and 99SDM alike (CID 4014, note 2).
"""

from __future__ import annotations

from pydicom.dataset import Dataset

from domain.view_position import ViewModifier, ViewPosition
from imaging.attributes.tags import text

SPECIMEN_CODES = frozenset({("SCT", "127457009"), ("SRT", "G-8310")})
"""Tissue specimen from breast: a CID 4014 entry that is no view of a breast."""

_RT_DESIGNATORS = frozenset({"SRT", "SNM3", "99SDM"})

# View: (SNOMED CT, SNOMED RT). XCC was in CID 4014 once (note 3).
VIEW_CODES: dict[ViewPosition, tuple[str, str]] = {
    ViewPosition.ML: ("399260004", "R-10224"),
    ViewPosition.MLO: ("399368009", "R-10226"),
    ViewPosition.LM: ("399352003", "R-10228"),
    ViewPosition.LMO: ("399099002", "R-10230"),
    ViewPosition.CC: ("399162004", "R-10242"),
    ViewPosition.FB: ("399196006", "R-10244"),
    ViewPosition.SIO: ("399188001", "R-102D0"),
    ViewPosition.ISO: ("441555000", "R-40AAA"),
    ViewPosition.XCC: ("399265009", "R-102CF"),
    ViewPosition.XCCL: ("399192008", "R-1024A"),
    ViewPosition.XCCM: ("399101009", "R-1024B"),
}
MODIFIER_CODES: dict[ViewModifier, tuple[str, str]] = {
    ViewModifier.CLEAVAGE: ("399161006", "R-102D2"),
    ViewModifier.AXILLARY_TAIL: ("399011000", "R-102D1"),
    ViewModifier.ROLLED_LATERAL: ("399197002", "R-102D3"),
    ViewModifier.ROLLED_MEDIAL: ("399226006", "R-102D4"),
    ViewModifier.ROLLED_INFERIOR: ("414493004", "R-102CA"),
    ViewModifier.ROLLED_SUPERIOR: ("415670009", "R-102C9"),
    ViewModifier.IMPLANT_DISPLACED: ("399209000", "R-102D5"),
    ViewModifier.MAGNIFICATION: ("399163009", "R-102D6"),
    ViewModifier.SPOT: ("399055006", "R-102D7"),
    ViewModifier.TANGENTIAL: ("399110001", "R-102C2"),
    ViewModifier.NIPPLE_IN_PROFILE: ("442581004", "R-40AB3"),
    ViewModifier.ANTERIOR_COMPRESSION: ("441752004", "P2-00161"),
    ViewModifier.INFRAMAMMARY_FOLD: ("442593008", "R-40ABE"),
    ViewModifier.AXILLARY_TISSUE: ("442580003", "R-40AB2"),
}

_VIEWS = {("SCT", new): view for view, (new, _) in VIEW_CODES.items()}
_VIEWS |= {("SRT", old): view for view, (_, old) in VIEW_CODES.items()}
# CID 4014 note 1: provisional codes of an earlier edition, deprecated but in the field.
_VIEWS |= {("SRT", "Y-X1770"): ViewPosition.XCCL, ("SRT", "Y-X1771"): ViewPosition.XCCM}
_MODIFIERS = {("SCT", new): modifier for modifier, (new, _) in MODIFIER_CODES.items()}
_MODIFIERS |= {("SRT", old): modifier for modifier, (_, old) in MODIFIER_CODES.items()}


def code_of(item: Dataset) -> tuple[str, str]:
    """Scheme and value of a code sequence item; SNM3 and 99SDM come back as SRT."""
    scheme = text(item, "CodingSchemeDesignator").upper()
    value = text(item, "CodeValue").upper()
    return ("SRT" if scheme in _RT_DESIGNATORS else scheme, value)


def view_of(item: Dataset) -> ViewPosition | None:
    """The view an item of View Code Sequence names, ``None`` for a code that is no view."""
    return _VIEWS.get(code_of(item))


def modifier_of(item: Dataset) -> ViewModifier | None:
    """The modifier an item of View Modifier Code Sequence names, ``None`` for an unknown code."""
    return _MODIFIERS.get(code_of(item))
