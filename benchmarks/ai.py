"""The AI's reading beside the bare calls of its networks, and beside the reader's hand.

Four synthetic views of 3062x2394, decoded before as the window has them. The package that reads is
the installed one; as that may be quick, a stand-in of about 340 ms of one core a view, 170 ms of
two, is measured as well. Where other work keeps the cores busy the clock tells little: those rows
are given once more in processor time, of window and worker together.
"""

from __future__ import annotations

import os
import queue
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.bare_networks import BareNetworks, Taken
from benchmarks.mammogram_file import mammogram_pixels
from benchmarks.panes import OPERATIONS, SCREEN, OurPanes
from benchmarks.row import Row
from domain.study import ImageKind, View
from imaging.loader import LoadedImage, load_image
from imaging.scanning.scan import scan
from inference.packages.package import open_package
from inference.packages.registry import Registry
from inference.pipeline.reader import ReaderPackages
from inference.pipeline.results import Progress, StudyResult, ViewResult
from inference.results.store import ResultStore
from inference.worker.attempt import Ticket
from inference.worker.jobs import JobView, Known, StudyJob, make_ready
from inference.worker.pixels import PixelFolder
from inference.worker.supervisor import Supervisor
from tests.support.small_networks import bright_cells, write_package

_ROUNDS, _STARTS, _SPELLS, _DRAGS = 9, 5, 16, 14
_LAYERS, _CHANNELS = 80, 16
_SHARE, _FIRST, _DRAG_MS, _WARM_S, _KNOWN_MS = 1.15, 1.2, 16.7, 3.0, 50.0

Images = tuple[tuple[View, LoadedImage], ...]


def rows() -> Iterator[Row]:
    """Share and first overlay by each package; then drags, warming, and what was read before."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        os.environ["FOURVIEW_CACHE"] = str(root / "cache")
        images = study_images(root / "study")
        stand_in = ReaderPackages((open_package(write_stand_in(root / "stand-in")),))
        installed = Registry().reading()
        if installed:
            yield from _reading(root, ReaderPackages(installed), images)
        yield from _reading(root, stand_in, images)
        yield from _drags(root, stand_in, images)
        yield _warm(root, ReaderPackages(installed) if installed else stand_in, images)
        yield from _known(root, stand_in, images)


def write_stand_in(folder: Path) -> Path:
    """A package whose network is a chain of convolutions that change nothing in its marks."""
    node, random = helper.make_node, np.random.default_rng(0)
    shapes = {"widen": (_CHANNELS, 1, 3, 3), "kernel": (_CHANNELS, _CHANNELS, 3, 3)}
    weights = {name: random.normal(size=shape) / 12 for name, shape in shapes.items()}
    weights["none"] = np.zeros(())
    made = bright_cells(
        [
            node("Conv", ["image", "widen"], ["x0"], pads=[1] * 4, strides=[2, 2]),
            *(
                node("Conv", [f"x{at}", "kernel"], [f"x{at + 1}"], pads=[1] * 4)
                for at in range(_LAYERS)
            ),
            node("ReduceMean", [f"x{_LAYERS}"], ["mean"], keepdims=0),
            node("Mul", ["mean", "none"], ["nothing"]),
            node("Add", ["flat", "nothing"], ["sum"]),
            node("Clip", ["sum", "least", "most"], ["scores"]),
        ]
    )
    made.graph.initializer.extend(
        numpy_helper.from_array(one.astype(np.float32), name) for name, one in weights.items()
    )
    inputs = {"preparing": {"pixel_mm": 0.25, "margin_mm": 3.0}, "multiple": 32}
    onnx.checker.check_model(made)
    return write_package(folder, made, id="stand-in", inputs=inputs)


class Desk:
    """A worker, and a window's thread that hears it."""

    def __init__(self, root: Path, store: ResultStore | None = None) -> None:
        """store: keeps results; without one each study is read."""
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._over: set[Ticket] = set()
        self.first, self.progress = 0.0, 0.0
        self.worker = Supervisor(self._calls.put, self, root / "pixels", store=store)

    def close(self) -> None:
        """End the worker."""
        self.worker.close()

    def read(self, job: StudyJob) -> Taken:
        """From handing a study in to its result, here and in the worker."""
        pid, self.first = self.worker.pid, 0.0
        begun, processor = time.perf_counter(), time.process_time() + _processor_of(pid)
        self.until_over(self.worker.submit(job))
        wall = time.perf_counter() - begun
        self.first -= begun
        return Taken(wall, time.process_time() + _processor_of(pid) - processor)

    def until_over(self, ticket: Ticket) -> None:
        """Hear the worker until a study is done."""
        while ticket not in self._over:
            self._calls.get(timeout=120)()

    def until_at_networks(self) -> None:
        """Hear the worker until a network is about to run."""
        self.progress = 0.0
        while not self.progress:
            self._calls.get(timeout=120)()

    def hear(self) -> None:
        """Hear what has been said."""
        while not self._calls.empty():
            self._calls.get()()

    def progressed(self, _ticket: Ticket, progress: Progress) -> None:
        """As ``Listener``."""
        self.progress = progress.share

    def marked(self, _ticket: Ticket, _result: ViewResult) -> None:
        """As ``Listener``."""
        self.first = self.first or time.perf_counter()

    def done(self, ticket: Ticket, _result: StudyResult) -> None:
        """As ``Listener``."""
        self._over.add(ticket)

    def failed(self, ticket: Ticket, message: str, *, restarted: bool) -> None:
        """As ``Listener``; a benchmark of failures tells nothing."""
        raise AssertionError(f"{message} (study {ticket.uid}, restarted: {restarted})")


def _processor_of(pid: int | None) -> float:
    """Seconds that a process has used of all processors; counted in hundredths."""
    if pid is None:
        return 0.0
    told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def study_images(folder: Path) -> Images:
    """In a process of its own: making a study takes memory and time that are not the AI's."""
    asked = ["--seed", "3", "--normal", "--options", "jpeg-lossless"]
    command = [sys.executable, "-m", "app.cli.main", "demo", str(folder), *asked]
    subprocess.run(command, capture_output=True, check=True)
    views = scan(folder).studies[0].views
    return tuple((view, load_image(view.ref)) for view in views)


def study_job(reader: ReaderPackages, images: Images) -> StudyJob:
    views = tuple(JobView(view, load=partial(_same, image)) for view, image in images)
    return StudyJob("benchmark", views, reader)


def _same(image: LoadedImage) -> LoadedImage:
    return image


def _reading(root: Path, reader: ReaderPackages, images: Images) -> Iterator[Row]:
    job, room = study_job(reader, images), PixelFolder(root / "bare")
    handed = make_ready(job, room, None)
    assert not isinstance(handed, Known), "nothing is kept here"
    ours, firsts, bare, view = [], [], [], []
    alone = BareNetworks(reader, handed.study)
    with closing(room), closing(Desk(root)) as desk, closing(alone):
        desk.read(job)
        for _ in range(_ROUNDS):  # in turn, so that a busy moment hits all alike
            bare.append(alone.networks())
            ours.append(desk.read(job))
            firsts.append(desk.first)
            view.append(alone.first_view().wall)
    yield from _share(reader.packages[0].name, len(images), ours, bare)
    yield Row(
        f"first overlay of four, {reader.packages[0].name}, quickest of {_ROUNDS}",
        1000 * min(firsts),
        1000 * min(view),
        "the first view alone, without a worker",
        "ms",
        _FIRST,
    )


def _share(name: str, views: int, ours: list[Taken], bare: list[Taken]) -> Iterator[Row]:
    own = 1000 * min(one.wall for one in bare) / views
    used = 1000 * statistics.median(one.processor for one in bare) / views
    size = f"{own:.0f} ms a view by the clock, {used:.0f} of processors"
    what = f"a study of four through worker and pipeline, {name} ({size})"
    yield Row(
        f"{what}, quickest of {_ROUNDS}",
        1000 * min(one.wall for one in ours),
        1000 * min(one.wall for one in bare),
        "its networks alone",
        "ms",
        _SHARE,
    )
    yield Row(
        f"{what}, median",
        1000 * statistics.median(one.processor for one in ours),
        1000 * statistics.median(one.processor for one in bare),
        "its networks alone",
        "ms of processors",
        _SHARE,
    )


def _drags(root: Path, reader: ReaderPackages, images: Images) -> Iterator[Row]:
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication([])
    window = QWidget()
    window.resize(SCREEN.columns, SCREEN.rows)
    window.show()
    pixels = mammogram_pixels()
    panes = OurPanes(window, [pixels, np.ascontiguousarray(pixels[:, ::-1])] * 2)
    panes.show(shown=True)
    job, alone, beside = study_job(reader, images), [], []
    with closing(Desk(root)) as desk:
        desk.read(job)
        for _ in range(_SPELLS):
            alone += _dragged(app, panes)
            ticket = desk.worker.submit(job)
            desk.until_at_networks()
            desk.worker.throttle(True)  # as the window does with the first movement
            beside += _dragged(app, panes)
            desk.worker.throttle(False)
            desk.until_over(ticket)
    window.close()
    what = "window/level drag p95, four panes at 2560x1600, a study under analysis"
    yield Row(what, _p95(beside), _DRAG_MS, "allowed", "ms", 1.0)
    yield Row(what, _p95(beside), _p95(alone), "without an AI, in turn", "ms")


def _dragged(app: QApplication, panes: OurPanes) -> list[float]:
    taken = []
    for moment in OPERATIONS["window/level"][0](_DRAGS):
        begun = time.perf_counter()
        panes.update(moment)
        app.processEvents()
        taken.append(time.perf_counter() - begun)
    return taken[2:]


def _p95(times: list[float]) -> float:
    return float(np.quantile(times, 0.95)) * 1000


def _warm(root: Path, reader: ReaderPackages, images: Images) -> Row:
    """Orders are taken in turn: a view that no network may see is refused once all is warm."""
    view, image = images[0]
    refused = study_job(reader, ((replace(view, kind=ImageKind.STEREOTACTIC), image),))
    taken = []
    for _ in range(_STARTS):
        begun = time.perf_counter()
        with closing(Desk(root)) as desk:
            desk.worker.warm(reader)
            desk.until_over(desk.worker.submit(refused))
            taken.append(time.perf_counter() - begun)
    name = f"worker started and warm, {reader.packages[0].name}"
    return Row(name, statistics.median(taken), _WARM_S, "allowed", "s", 1.0)


def _known(root: Path, reader: ReaderPackages, images: Images) -> Iterator[Row]:
    job, store = study_job(reader, images), ResultStore(root / "results")
    with closing(Desk(root, store)) as desk:
        desk.read(job)
        while not any((root / "results").glob("*.json")):  # it is kept a moment later
            time.sleep(0.01)
        times = [desk.read(job) for _ in range(_ROUNDS)]
    name = "a study of four that was read before, to its result"
    taken = statistics.median(one.wall for one in times)
    yield Row(name, 1000 * taken, _KNOWN_MS, "allowed", "ms", 1.0)
    used = statistics.median(one.processor for one in times)
    yield Row(name, 1000 * used, _KNOWN_MS, "allowed", "ms of processors")
