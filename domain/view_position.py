"""How a breast was projected: the view and what modifies it."""

from __future__ import annotations

from enum import Enum


class HangFamily(Enum):
    """Whether a view is hung the way a CC or the way an MLO is (IHE RAD TF-2, 4.16.4.2.2.1.1.2)."""

    CC = "CC"
    MLO = "MLO"


class ViewPosition(Enum):
    """Mammographic views, PS3.16 CID 4014; values are the usual abbreviations."""

    CC = "CC"
    MLO = "MLO"
    ML = "ML"
    LM = "LM"
    LMO = "LMO"
    SIO = "SIO"
    ISO = "ISO"
    XCC = "XCC"
    XCCL = "XCCL"
    XCCM = "XCCM"
    FB = "FB"
    AX = "AX"

    @property
    def family(self) -> HangFamily:
        """The family whose orientation this view is hung in; axillary views hang like an MLO."""
        return HangFamily.CC if self in _CC_FAMILY else HangFamily.MLO

    @classmethod
    def parse(cls, text: str) -> ViewPosition | None:
        """Read an abbreviation exactly (case apart); ``None`` for anything else."""
        return _BY_VALUE.get(text.strip().upper())


_CC_FAMILY = frozenset(
    {
        ViewPosition.CC,
        ViewPosition.XCC,
        ViewPosition.XCCL,
        ViewPosition.XCCM,
        ViewPosition.FB,
    }
)
_BY_VALUE = {view.value: view for view in ViewPosition}


class ViewModifier(Enum):
    """View modifiers, PS3.16 CID 4015; values are the abbreviations shown in a pane's corner."""

    IMPLANT_DISPLACED = "ID"
    MAGNIFICATION = "M"
    SPOT = "S"
    ROLLED_LATERAL = "RL"
    ROLLED_MEDIAL = "RM"
    ROLLED_SUPERIOR = "RS"
    ROLLED_INFERIOR = "RI"
    CLEAVAGE = "CV"
    AXILLARY_TAIL = "AT"
    TANGENTIAL = "TAN"
    NIPPLE_IN_PROFILE = "NP"
    ANTERIOR_COMPRESSION = "AC"
    INFRAMAMMARY_FOLD = "IMF"
    AXILLARY_TISSUE = "AX"
