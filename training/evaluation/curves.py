"""Curves as pictures and as numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from training.metrics.calibration import Bin
from training.metrics.froc import Judged, froc_curve

Floats = npt.NDArray[np.float64]

MOST_FALSE = 10.0
"""False marks an image up to which a curve is drawn."""


_TICKS = (0, 0.25, 0.5, 1, 2, 5, 10)


def write_froc(path: Path, systems: Mapping[str, Sequence[Judged]]) -> None:
    """``path`` with ``.csv`` and ``.png``: free-response curves by name, of those with lesions."""
    curves = {name: froc_curve(own) for name, own in systems.items() if _drawable(own)}
    if not curves:
        return
    columns = ("system", "threshold", "false marks an image", "recall")
    rows = [
        (name, f"{at:.6g}", f"{false:.6g}", f"{hit:.6g}")
        for name, curve in curves.items()
        for at, false, hit in zip(*curve, strict=True)
    ]
    write_csv(path.with_suffix(".csv"), columns, rows)
    figure, axes = _plot("false marks an image", "recall")
    for name, (_, false, hit) in curves.items():
        axes.plot(false, hit, drawstyle="steps-post", label=name)
    widest = max(float(false.max()) for _, false, _ in curves.values())
    axes.set_xscale("symlog", linthresh=0.25)
    axes.set_xticks(_TICKS, labels=[f"{tick:g}" for tick in _TICKS])
    axes.set_xlim(0, min(max(widest, 0.5), MOST_FALSE))
    _save(figure, axes, path)


def write_roc(path: Path, systems: Mapping[str, tuple[Floats, Floats, Floats]]) -> None:
    """``path`` with ``.csv`` and ``.png``: curves as ``roc_curve`` gives them, by name."""
    columns = ("system", "threshold", "false-positive rate", "true-positive rate")
    rows = [
        (name, f"{at:.6g}", f"{false:.6g}", f"{hit:.6g}")
        for name, curve in systems.items()
        for false, hit, at in zip(*curve, strict=True)
    ]
    write_csv(path.with_suffix(".csv"), columns, rows)
    figure, axes = _plot("false-positive rate", "true-positive rate")
    for name, (false, hit, _) in systems.items():
        axes.plot(false, hit, label=name)
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=0.8)
    _save(figure, axes, path)


def write_reliability(path: Path, bins: Sequence[Bin]) -> None:
    """``path`` with ``.csv`` and ``.png``: what probabilities say beside what is true."""
    rows = [(f"{one.low:g}", f"{one.high:g}", one.cases, one.said, one.true) for one in bins]
    write_csv(path.with_suffix(".csv"), ("from", "to", "cases", "said", "true"), rows)
    figure, axes = _plot("probability that was told", "share that is malignant")
    axes.plot([one.said for one in bins], [one.true for one in bins], marker="o", label="measured")
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=0.8)
    _save(figure, axes, path)


def write_csv(path: Path, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Plain rows; no cell holds a comma."""
    lines = [",".join(columns), *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _drawable(images: Sequence[Judged]) -> bool:
    return any(image.found for image in images)


def _plot(across: str, up: str) -> tuple[Any, Any]:
    """A figure without the window system's libraries."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - slow to import
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(6, 4.5), dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.set_ylim(0, 1.02)
    axes.grid(color="0.9")
    return figure, axes


def _save(figure: Any, axes: Any, path: Path) -> None:
    axes.legend(loc="lower right")
    figure.savefig(path.with_suffix(".png"))
