"""Debian's ``dciodvfy``, which knows the modules of PS3.3; skipped where it is not installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

needs_validator = pytest.mark.skipif(
    shutil.which("dciodvfy") is None,
    reason="dciodvfy is not installed; Debian and Ubuntu have it in dicom3tools",
)


def complaints(path: str | Path) -> list[str]:
    """Every line in which the validator names an error; it exits with 0 even so, sometimes."""
    run = subprocess.run(
        ["dciodvfy", str(path)], capture_output=True, text=True, errors="replace", check=False
    )
    lines = (run.stdout + run.stderr).splitlines()
    assert any("Mammography" in line or "Tomosynthesis" in line for line in lines), lines
    return [line for line in lines if "Error" in line]
