"""The validators that are not ours: dciodvfy for objects, PixelMed's for report templates."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

_JARS = Path("/usr/share/java")
needs_objects = pytest.mark.skipif(
    shutil.which("dciodvfy") is None,
    reason="dciodvfy is not installed; Debian and Ubuntu have it in dicom3tools",
)
needs_templates = pytest.mark.skipif(
    shutil.which("java") is None or not (_JARS / "pixelmed.jar").is_file(),
    reason="PixelMed's validator is not installed; Debian has it in libpixelmed-java",
)


def object_errors(path: Path) -> list[str]:
    """Every line in which dciodvfy names an error."""
    run = subprocess.run(
        ["dciodvfy", str(path)], capture_output=True, text=True, errors="replace", check=False
    )
    lines = (run.stdout + run.stderr).splitlines()
    assert lines, "the validator said nothing at all"
    return [line for line in lines if line.startswith("Error")]


def template_errors(path: Path) -> list[str]:
    """Every complaint of DicomSRValidator, whose style sheet is above Java's own limits."""
    limits = [f"-Djdk.xml.xpath{name}Limit=0" for name in ("ExprOp", "ExprGrp", "TotalOp")]
    jars = ":".join(str(_JARS / f"{one}.jar") for one in ("pixelmed", "commons-codec"))
    command = ["java", "-Djava.awt.headless=true", *limits, "-cp", jars]
    run = subprocess.run(
        [*command, "com.pixelmed.validate.DicomSRValidator", str(path)],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        check=False,
    )
    lines = (run.stdout + run.stderr).splitlines()
    assert any("Root Template Validation Complete" in line for line in lines), lines
    return [line for line in lines if line.startswith("Error") or "illegal" in line]
