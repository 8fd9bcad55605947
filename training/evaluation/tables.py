"""Results as text, in Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from training.evaluation.detection import Detection, FalseMarks, Floored
from training.evaluation.places import Place
from training.evaluation.references import Reference
from training.evaluation.truths import Task
from training.metrics.froc import gain_at

MOST_AT_A_PLACE = 0.1
"""Share of all false marks that muscle, skin and nipple may each have."""


def detection_table(task: Task, found: Detection) -> str:
    """All that was measured of a package that marks places."""
    lesions = found.recalls[found.head].lesions
    seen = f"{lesions} lesions on {found.images} images of {found.patients} patients."
    rule = f"A hit: {found.rule.words}. Truths: {task.words}."
    parts = [
        f"{seen} {rule} 95 % intervals over patients, gains paired.",
        _recalls(found),
        _types(found),
        _rules(found),
        _groups(found),
        _false(found),
        _total(found),
    ]
    return "\n\n".join(part for part in parts if part)


def side_by_side(systems: Mapping[str, Detection]) -> str:
    """Recalls of several systems on the same images, and the paired gain over the first of them.

    Raises ValueError where the images are not the same ones in the same order.
    """
    first = next(iter(systems.values()))
    head = ["system", *(f"at {rate:g}" for rate in first.recalls), f"gain at {first.head:g}"]
    rows = []
    for name, found in systems.items():
        gain = gain_at(found.judged, first.judged, first.head)
        told = "" if found is first else str(gain.interval)
        rows.append([name, *(str(one.interval) for one in found.recalls.values()), told])
    return rows_table(head, rows)


def reference_table(references: Sequence[Reference]) -> str:
    """Published figures; empty where there are none."""
    rows = [(one.what, one.figure, one.where) for one in references]
    return rows_table(("published figure", "value", "where"), rows) if rows else ""


def rows_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def number(value: float) -> str:
    """Three decimals, or a dash for no figure."""
    return "-" if math.isnan(value) else f"{value:.3f}"


def _recalls(found: Detection) -> str:
    head = ["false marks an image", "recall"]
    if found.alone:
        head.append(f"masses alone ({found.alone[found.head].lesions})")
    if found.floor:
        head += ["floor", "gain"]
    return rows_table(head, [_recall_row(found, rate) for rate in found.recalls])


def _recall_row(found: Detection, rate: float) -> list[str]:
    row = [f"{rate:g}", str(found.recalls[rate].interval)]
    if found.alone:
        row.append(str(found.alone[rate].interval))
    floor: Floored | None = found.floor
    if floor:
        row += [str(floor.recalls[rate].interval), str(floor.gains[rate].interval)]
    return row


def _types(found: Detection) -> str:
    if not found.types:
        return ""
    rows = [
        [name, *(number(value) for value, _ in own.values()), str(next(iter(own.values()))[1])]
        for name, own in found.types.items()
    ]
    rates = [f"at {rate:g}" for rate in found.recalls]
    return rows_table(("type of calcification", *rates, "lesions"), rows)


def _rules(found: Detection) -> str:
    rows = [[name, *map(number, own.values())] for name, own in found.rules.items()]
    rates = [f"at {rate:g}" for rate in found.recalls]
    parts = [rows_table(("recall by other hit rules", *rates), rows)]
    if found.precisions:
        told = [[name, number(value)] for name, value in found.precisions.items()]
        parts.append(rows_table(("average precision", "value"), told))
    return "\n\n".join(parts)


def _groups(found: Detection) -> str:
    rows = [[name, number(value), str(n)] for name, (value, n) in found.groups.items()]
    return rows_table((f"at {found.head:g} false marks an image", "recall", "lesions"), rows)


def _false(found: Detection) -> str:
    false: FalseMarks = found.false
    rows = [
        [place.value, number(share), number(false.areas[place]), _verdict(place, share)]
        for place, share in false.shares.items()
    ]
    table = rows_table(("where false marks lie", "share", "share of the breast", ""), rows)
    normal = (
        f"On {false.normal_images} images without any finding: {false.normal} false marks an image."
        if false.normal_images
        else "No image is without findings: nothing is said of normal ones."
    )
    said = f"{false.marks} false marks at the threshold for {found.head:g} an image."
    return f"{said} {normal}\n\n{table}"


def _verdict(place: Place, share: float) -> str:
    if place in (Place.ELSEWHERE, Place.OUTSIDE):
        return ""
    return "at most 0.1" if share <= MOST_AT_A_PLACE else "above 0.1"


def _total(found: Detection) -> str:
    recall, false = found.total
    floor = f" Floor: {found.floor.variant}, its best variant here." if found.floor else ""
    return (
        f"All marks, however unsure: recall {number(recall)} at {false:.1f} false marks an image."
        f" The threshold for {found.head:g} false marks an image is {found.threshold:.4f}.{floor}"
    )
