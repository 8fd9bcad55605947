"""``fourview doctor --self-test``: writes a plain study, scans it, opens it and hangs it."""

from __future__ import annotations

from pathlib import Path

from app.cli.doctor_checks import Check, Health
from app.cli.rendering import RenderRequest, render_study
from domain.errors import FourviewError
from domain.geometry import ImageSize
from phantom.plain_study import write_plain_study


def run_self_test(folder: Path) -> Check:
    """Do what a reader does, on a study of plain breast shapes; folder is written to."""
    try:
        write_plain_study(folder / "study", size=ImageSize(512, 448))
        request = RenderRequest(folder / "study", folder / "study.png", screen=ImageSize(640, 1024))
        report = render_study(request)
    except FourviewError as error:
        return Check("self-test", "plain study", Health.BROKEN, str(error))
    filled = sum(pane.view is not None for pane in report.plan.panes)
    if filled != 4 or report.failures:
        return Check("self-test", "plain study", Health.BROKEN, f"{filled} of 4 views were hung")
    return Check("self-test", "plain study", Health.OK, "written, scanned, opened and hung")
