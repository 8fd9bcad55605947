"""Results of contours and classifiers as text, in Markdown."""

from __future__ import annotations

from training.evaluation.classifying import Classifying
from training.evaluation.contours import WORDS, Contouring
from training.evaluation.tables import number, rows_table


def contouring_table(found: Contouring) -> str:
    """Dice of regions and of full images."""
    rows = [["Dice from true boxes", str(found.true), f"{found.masses} masses"]]
    if found.detected_masses:
        hit = f"{found.detected_masses} masses that a detector's box hits"
        rows.append(["Dice from the detector's boxes", str(found.detected), hit])
        rows.append(["Dice of full images", str(found.whole), f"{found.images} images"])
    seen = f"{found.masses} masses on {found.images} images of {found.patients} patients."
    silent = f"No contour was given for {found.silent} of them from their true boxes."
    head = f"{seen} {silent} Truths: {WORDS}. 95 % intervals over patients."
    return f"{head}\n\n{rows_table(('figure', 'value', 'of'), rows)}"


def classifying_table(found: Classifying) -> str:
    """AUC beside its ceiling, calibration, categories and composition."""
    rows = [
        ["AUC", str(found.auc)],
        ["ceiling: AUC of the generating probability", str(found.ceiling)],
        ["short of the ceiling, paired", str(found.short)],
        *([f"AUC, {kind}", str(value)] for kind, value in found.kinds.items()),
        ["expected calibration error, 10 bins", str(found.calibration)],
        ["Brier score", number(found.brier)],
        *(
            [f"sensitivity at a specificity of {at:g}", number(value)]
            for at, value in found.sensitivities.items()
        ),
        ["BI-RADS category as true", str(found.categories)],
        ["the same or a neighbour", str(found.near)],
        ["composition as true, by image", str(found.composition)],
    ]
    seen = f"{found.findings} findings of {found.patients} patients, {found.malignant} malignant."
    left = f"{found.unjudged} findings were of kinds that it does not judge."
    return f"{seen} {left} 95 % intervals over patients.\n\n{rows_table(('figure', 'value'), rows)}"
