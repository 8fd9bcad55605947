"""A run's curve as a picture."""

from __future__ import annotations

import csv
from pathlib import Path

from matplotlib.figure import Figure

_PLAIN = frozenset({"step", "rate", "steps_per_s", "studies"})


def draw_curve(table: Path, picture: Path) -> None:
    """Draw each column over the steps: shares of 0 to 1 below, everything else above."""
    with table.open(newline="", encoding="utf-8") as file:
        rows = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]
    if not rows:
        return
    names = [name for name in rows[0] if name not in _PLAIN]
    figure = Figure(figsize=(8, 7), layout="constrained")
    losses, shares = figure.subplots(2, 1, sharex=True)
    steps = [row["step"] for row in rows]
    for name in names:
        values = [row.get(name, float("nan")) for row in rows]
        is_share = "loss" not in name and ("_at_" in name or name == "goal")
        (shares if is_share else losses).plot(steps, values, label=name, marker=".")
    losses.set_ylabel("mean since the last row")
    shares.set_ylabel("on validation")
    shares.set_xlabel("step")
    for one in (losses, shares):
        one.grid(alpha=0.3)
        if one.has_data():
            one.legend(fontsize="small")
    partial = picture.with_name(f"{picture.name}.partial")
    figure.savefig(partial, format="png", dpi=90)
    partial.replace(picture)
