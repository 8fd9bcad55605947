"""An opinion of a study as cells of a table and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotations.document.opinion import (
    BreastOpinion,
    ClinicalNotes,
    Opinion,
    Positioning,
    TechnicalProblem,
)
from domain.laterality import Laterality
from domain.lexicon import Assessment, Edition

_NOTES = ("symptoms", "scars", "surgery", "prior_report")
_SIDES = (("right", Laterality.RIGHT), ("left", Laterality.LEFT))
OPINION_COLUMNS = (
    "edition",
    "composition",
    "overall",
    "recall",
    *(f"{side}_{what}" for side, _ in _SIDES for what in ("assessment", "positioning", "problems")),
    *_NOTES,
    "note",
)
_RECALL = {True: "yes", False: "no", None: ""}


def opinion_cells(opinion: Opinion) -> dict[str, Any]:
    """By column; what was not said is empty."""
    cells: dict[str, Any] = {
        "edition": opinion.edition.value,
        "composition": opinion.composition,
        "overall": opinion.overall.value if opinion.overall else "",
        "recall": _RECALL[opinion.recall],
        "note": opinion.note,
    }
    for name, breast in (("right", opinion.right), ("left", opinion.left)):
        cells |= {
            f"{name}_assessment": breast.assessment.value if breast.assessment else "",
            f"{name}_positioning": breast.positioning.value if breast.positioning else "",
            f"{name}_problems": ";".join(one.value for one in breast.problems),
        }
    return cells | {name: getattr(opinion.clinical, name) for name in _NOTES}


def opinion_of(cells: Mapping[str, str]) -> Opinion:
    """The opinion. Raises ValueError for a word that is not known."""
    recall = {word: value for value, word in _RECALL.items()}
    if cells.get("recall", "") not in recall:
        raise ValueError(f"recall is yes, no or empty, not {cells['recall']!r}")
    right, left = (_breast(cells, name, side) for name, side in _SIDES)
    return Opinion(
        Edition(cells.get("edition") or "5"),
        cells.get("composition", ""),
        right,
        left,
        Assessment(cells["overall"]) if cells.get("overall") else None,
        recall[cells.get("recall", "")],
        ClinicalNotes(*(cells.get(name, "") for name in _NOTES)),
        cells.get("note", ""),
    )


def _breast(cells: Mapping[str, str], name: str, side: Laterality) -> BreastOpinion:
    assessment = cells.get(f"{name}_assessment")
    positioning = cells.get(f"{name}_positioning")
    problems = cells.get(f"{name}_problems", "")
    return BreastOpinion(
        side,
        Assessment(assessment) if assessment else None,
        Positioning(positioning) if positioning else None,
        tuple(TechnicalProblem(one) for one in problems.split(";") if one),
    )
