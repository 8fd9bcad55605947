"""From an exported network to a package folder, with the words that every recipe tells."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from training.export import Exported
from training.packaging import write_package
from training.recipes.recipe import Tell
from training.run_folder import RunFolder

OWN = "phantoms: Fourview's own (Apache-2.0), nobody's images"
CESM = "CDD-CESM (DOI 10.7937/29kw-ae92), under TCIA's data usage policy, with attribution"
OTHERS = "other sets, under their makers' terms"


def licence_of(config: Mapping[str, Any]) -> str:
    """Under which terms the data of a run may be used, as far as it is known."""
    return "; ".join(dict.fromkeys(_terms(str(one[0])) for one in config["data"]["train"]))


def _terms(name: str) -> str:
    if "CESM" in name:
        return CESM
    return OWN if "synthetic" in name else OTHERS


def notes_of(run: RunFolder) -> str:
    """Whose weights a run began with, and what its ``notes.txt`` says; may be empty."""
    start = run.config().get("start")
    began = f"Began with the weights of another run, {start}." if start else ""
    return " ".join(part for part in (began, run.notes()) if part)


def ship(exported: Exported, target: Path, manifest: Mapping[str, Any], tell: Tell) -> Path:
    """Write the package; it is not measured yet."""
    tell(f"{exported.path}: opset {exported.opset}, differs from torch by {exported.parity}")
    written = write_package(target, manifest, [exported.path])
    tell(f"written: {written}; measure it with fourview evaluate {written} --data ... --state")
    return written
