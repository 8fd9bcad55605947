"""Feeds damaged files through everything that opens an image; only our own errors may come out."""

from __future__ import annotations

import faulthandler
import resource
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from domain.errors import FourviewError
from domain.study import View
from imaging.grey.presentation import default_presentation
from imaging.loader import load_image
from imaging.scanning.scan import scan
from tests.support.mutations import mutate
from viewing.hanging.turning import decide_turn

MEMORY_LIMIT = 8 << 30
SECONDS_LIMIT = 60


@dataclass
class Tally:
    """What became of the mutations."""

    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def run_campaign(
    seeds: Sequence[Path], folder: Path, first: int, count: int, report: bool = False
) -> Tally:
    """Try mutations number first to first + count; number and seed file name one exactly."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    tally = Tally()
    contents = [path.read_bytes() for path in seeds]
    for number in range(first, first + count):
        random = Random(number)
        chosen = random.randrange(len(seeds))
        victim = folder / f"P1_R_MLO{seeds[chosen].suffix}"
        victim.write_bytes(mutate(contents[chosen], random))
        if report:
            (folder / "current").write_text(f"{number} {seeds[chosen].name}")
        faulthandler.dump_traceback_later(SECONDS_LIMIT, exit=True)
        try:
            tally.outcomes[open_everything(victim)] += 1
        except Exception as error:  # noqa: BLE001 - that is what the campaign looks for
            tally.failures.append(f"mutation {number} of {seeds[chosen].name}: {error!r}")
        faulthandler.cancel_dump_traceback_later()
    return tally


def open_everything(path: Path) -> str:
    """Scan, decode, turn and present; returns the outcome's name. Raises only what is a bug."""
    try:
        result = scan(path)
    except FourviewError as error:
        return type(error).__name__
    views = [view for study in result.studies for view in study.views]
    outcomes = [_open_view(view) for view in views]
    faulty = bool(result.problems) or any(study.problems for study in result.studies)
    return outcomes[0] if outcomes else "listed as problem" if faulty else "foreign"


def _open_view(view: View) -> str:
    decide_turn(view)
    try:
        image = load_image(view.ref)
    except FourviewError as error:
        return type(error).__name__
    shown = default_presentation(image.raster.pixels, image.grey)
    assert shown.shape == image.raster.size.shape
    return "opened"
