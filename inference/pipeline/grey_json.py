"""A grey scale as plain values and back, its look-up tables as base64 of 16-bit words."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from imaging.grey.grey_header import GreyDescription
from imaging.grey.lut_data import LookUpTable
from imaging.grey.modality_lut import ModalityTable, ModalityTransform, Rescale
from imaging.grey.voi import LutVoi, VoiChoice, VoiFunction, WindowVoi


def grey_to_json(grey: GreyDescription) -> dict[str, Any]:
    """All that decides how values are shown; flags are left out."""
    return {
        "bits_stored": grey.bits_stored,
        "signed": grey.signed,
        "inverted": grey.inverted,
        "disputed": grey.disputed,
        "padding": list(grey.padding) if grey.padding else None,
        "modality": _modality_to_json(grey.modality),
        "vois": [_voi_to_json(voi) for voi in grey.vois],
    }


def grey_from_json(told: dict[str, Any]) -> GreyDescription:
    """The grey scale that ``grey_to_json`` told of.

    Raises KeyError, TypeError or ValueError for anything else.
    """
    padding = told["padding"]
    return GreyDescription(
        bits_stored=int(told["bits_stored"]),
        signed=bool(told["signed"]),
        inverted=bool(told["inverted"]),
        disputed=bool(told["disputed"]),
        padding=None if padding is None else (int(padding[0]), int(padding[1])),
        modality=_modality_from_json(told["modality"]),
        vois=tuple(_voi_from_json(voi) for voi in told["vois"]),
    )


def _modality_to_json(modality: ModalityTransform) -> dict[str, Any]:
    if isinstance(modality, ModalityTable):
        return {"table": _table_to_json(modality.table)}
    return {"slope": float(modality.slope), "intercept": float(modality.intercept)}


def _modality_from_json(told: dict[str, Any]) -> ModalityTransform:
    if "table" in told:
        return ModalityTable(_table_from_json(told["table"]))
    return Rescale(float(told["slope"]), float(told["intercept"]))


def _voi_to_json(voi: VoiChoice) -> dict[str, Any]:
    if isinstance(voi, LutVoi):
        return {"table": _table_to_json(voi.table), "explanation": voi.explanation}
    return {
        "centre": float(voi.centre),
        "width": float(voi.width),
        "function": voi.function.value,
        "explanation": voi.explanation,
    }


def _voi_from_json(told: dict[str, Any]) -> VoiChoice:
    explanation = str(told["explanation"])
    if "table" in told:
        return LutVoi(_table_from_json(told["table"]), explanation)
    function = VoiFunction(told["function"])
    return WindowVoi(float(told["centre"]), float(told["width"]), function, explanation)


def _table_to_json(table: LookUpTable) -> dict[str, Any]:
    words = base64.b64encode(table.entries.astype("<u2").tobytes()).decode()
    return {"first": table.first, "bits": table.bits, "entries": words}


def _table_from_json(told: dict[str, Any]) -> LookUpTable:
    words = base64.b64decode(told["entries"], validate=True)
    entries = np.frombuffer(words, "<u2").astype(np.uint16)
    if not entries.size:
        raise ValueError("a look-up table has entries")
    entries.setflags(write=False)
    return LookUpTable(int(told["first"]), int(told["bits"]), entries)
