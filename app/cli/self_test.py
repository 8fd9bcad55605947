"""``fourview doctor --self-test``: writes a demo study, scans it, opens it and hangs it."""

from __future__ import annotations

from pathlib import Path

from app.cli.doctor_checks import Check, Health
from app.cli.rendering import RenderRequest, render_study
from domain.errors import FourviewError
from domain.geometry import ImageSize
from phantom.recipe import Content, StudyRecipe
from phantom.studies.options import DemoOptions
from phantom.studies.writing import write_study

_SIZE = ImageSize(rows=640, columns=512)


def run_self_test(folder: Path) -> Check:
    """Do what a reader does, on a small synthetic study; folder is written to."""
    try:
        recipe = StudyRecipe(seed=0, content=Content.DEMO, size=_SIZE)
        write_study(folder / "study", recipe, DemoOptions())
        request = RenderRequest(folder / "study", folder / "study.png", screen=ImageSize(640, 1024))
        report = render_study(request)
    except FourviewError as error:
        return Check("self-test", "demo study", Health.BROKEN, str(error))
    filled = sum(pane.view is not None for pane in report.plan.panes)
    if filled != 4 or report.failures:
        return Check("self-test", "demo study", Health.BROKEN, f"{filled} of 4 views were hung")
    return Check("self-test", "demo study", Health.OK, "written, scanned, opened and hung")
