"""A window's side for tests of the worker: jobs of small views, and a listener that remembers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from domain.geometry import ImageSize, PixelSpacing, SpacingSource
from domain.laterality import Laterality
from domain.study import ImageKind, ImageRef, PresentationIntent, View
from domain.view_position import ViewPosition
from imaging.grey.grey_header import GreyDescription
from imaging.loader import LoadedImage
from imaging.pyramid import build_pyramid
from imaging.raster import Raster
from inference.pipeline.reader import ReaderPackages
from inference.pipeline.results import Progress, StudyResult, ViewResult
from inference.worker.attempt import Ticket
from inference.worker.child import Entry
from inference.worker.jobs import JobView, StudyJob
from inference.worker.supervisor import Supervisor
from inference.worker.warden import Patience
from tests.inference.worker import fake_worker
from tests.support.window_thread import WindowThread

SIZE = ImageSize(24, 16)
POSITIONS = tuple((side, view) for side in (Laterality.RIGHT, Laterality.LEFT) for view in (
    ViewPosition.CC, ViewPosition.MLO
))  # fmt: skip


def pixels_of(uid: str, number: int) -> np.ndarray:
    """Of one view of a study; no two studies have the same."""
    seed = [number, *uid.encode()]
    return np.random.default_rng(seed).integers(0, 4096, SIZE.shape).astype(np.uint16)


def totals_of(uid: str) -> list[str]:
    """What the fake worker must say of a study's views."""
    return [str(int(pixels_of(uid, at).astype(np.int64).sum())) for at in range(len(POSITIONS))]


def view_of(uid: str, number: int) -> View:
    side, position = POSITIONS[number]
    # The image's uid is the same in all studies: only the pixels tell them apart.
    return View(
        ref=ImageRef("nowhere", sop_instance_uid=f"1.2.{number}"),
        size=SIZE,
        frames=1,
        kind=ImageKind.FFDM,
        intent=PresentationIntent.FOR_PRESENTATION,
        laterality=side,
        position=position,
        modifiers=frozenset(),
        spacing=PixelSpacing(0.1, 0.1, SpacingSource.IMAGER),
    )


def image_of(uid: str, number: int) -> LoadedImage:
    pixels = pixels_of(uid, number)
    return LoadedImage(Raster(pixels), GreyDescription(bits_stored=12), build_pyramid(pixels))


def job_of(uid: str, reader: ReaderPackages, load: Callable[..., Any] = image_of) -> StudyJob:
    views = tuple(
        JobView(view_of(uid, at), load=lambda at=at: load(uid, at)) for at in range(len(POSITIONS))
    )
    return StudyJob(uid, views, reader)


@dataclass
class Ears:
    """Remembers what was told, in order."""

    told: list[tuple[str, Ticket, Any]] = field(default_factory=list)

    def progressed(self, ticket: Ticket, progress: Progress) -> None:
        self.told.append(("progressed", ticket, progress))

    def marked(self, ticket: Ticket, result: ViewResult) -> None:
        self.told.append(("marked", ticket, result))

    def done(self, ticket: Ticket, result: StudyResult) -> None:
        self.told.append(("done", ticket, result))

    def failed(self, ticket: Ticket, message: str, *, restarted: bool) -> None:
        self.told.append(("restarted" if restarted else "failed", ticket, message))

    def of(self, ticket: Ticket, what: str = "") -> list[Any]:
        return [one for is_, about, one in self.told if about is ticket and what in ("", is_)]

    def kinds(self, ticket: Ticket) -> list[str]:
        return [is_ for is_, about, _ in self.told if about is ticket and is_ != "progressed"]


class Bench:
    """A supervisor with everything around it."""

    def __init__(self, folder: Path, reader: ReaderPackages, **settings: Any) -> None:
        self.folder = folder
        self.reader = reader
        self.window = WindowThread()
        self.ears = Ears()
        entry: Entry = settings.pop("entry", fake_worker.main)
        settings.setdefault("patience", Patience(silence=1.5, stuck=1.5, cancel=1.5))
        self.supervisor = Supervisor(
            self.window.post, self.ears, folder / "cache", entry=entry, beat=0.1, **settings
        )

    def submit(self, uid: str, *arguments: Any) -> Ticket:
        return self.supervisor.submit(job_of(uid, self.reader), *arguments)

    def until_over(self, *tickets: Ticket, seconds: float = 60.0) -> None:
        self.window.run_until(lambda: all(one.over for one in tickets), seconds)

    def until(self, reached: Callable[[], object], seconds: float = 60.0) -> None:
        self.window.run_until(reached, seconds)

    def finished_well(self, ticket: Ticket) -> bool:
        """Whether the result is whole and this study's own."""
        (result,) = self.ears.of(ticket, "done")
        return [view.reasons[0] for view in result.views] == totals_of(ticket.uid)

    @property
    def pixel_files(self) -> list[Path]:
        return list((self.folder / "cache").rglob("*.pixels"))

    @property
    def log(self) -> list[str]:
        path = self.folder / "cache" / "log"
        return path.read_text().splitlines() if path.exists() else []


def is_alive(pid: int) -> bool:
    """Whether a process lives; one that only waits to be reaped does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")


def gone_within(pid: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while is_alive(pid):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
