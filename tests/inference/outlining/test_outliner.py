"""The outlining process: real, with a small real network, and killed while it works."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest

from domain.errors import BadInputError
from domain.geometry import Box, ImagePoint, PixelSpacing, SpacingSource
from imaging.grey.grey_header import GreyDescription
from imaging.grey.voi import WindowVoi
from inference.backends.choice import Choice, Provider
from inference.backends.pool import SessionPool
from inference.outlining.outliner import NO_PACKAGE, Outliner
from inference.outlining.process import main
from inference.outlining.question import Outline, Question
from inference.packages.package import ModelPackage, open_package
from inference.systems.contour import ContourUnetSystem
from inference.systems.system import SeenView
from tests.support.contour_networks import contour_package

GREY = GreyDescription(bits_stored=12, vois=(WindowVoi(2048, 4096),))
SPACING = PixelSpacing(0.2, 0.2, SpacingSource.IMAGER)
BOX = Box(120, 220, 190, 300)
SECONDS = 30.0


def pixels() -> np.ndarray:
    rows, columns = np.indices((500, 400))
    disc = np.hypot(columns - 155, rows - 260) < 30
    return np.where(disc, 2700, 1200).astype(np.uint16)


PIXELS = pixels()


class Desk:
    """The window's thread: calls are made when ``next`` waits for an answer."""

    def __init__(self) -> None:
        self._calls: queue.Queue[Callable[[], None]] = queue.Queue()
        self.heard: list[Outline] = []

    def post(self, call: Callable[[], None]) -> None:
        self._calls.put(call)

    def next(self) -> Outline:
        self._calls.get(timeout=SECONDS)()
        return self.heard[-1]


def at(point: ImagePoint) -> Question:
    return Question(PIXELS, GREY, SPACING, at=point)


def boxed(box: Box = BOX) -> Question:
    return Question(PIXELS, GREY, SPACING, box=box)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> ModelPackage:
    return open_package(contour_package(tmp_path_factory.mktemp("packages") / "contours"))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def outliner(desk: Desk, package: ModelPackage) -> Iterator[Outliner]:
    made = Outliner(desk.post, lambda: package)
    yield made
    made.close()


def test_a_box_and_a_click_get_the_outline_that_the_system_draws(
    outliner: Outliner, desk: Desk, package: ModelPackage
) -> None:
    run = SessionPool(Choice(Provider.CPU, "for tests", 1)).runner()
    system, image = ContourUnetSystem(package), SeenView(PIXELS, GREY, SPACING)
    for question, expected in (
        (boxed(), system.contour(image, BOX, run)),
        (at(ImagePoint(160, 262)), system.contour_at(image, 160, 262, run)),
    ):
        outliner.ask(question, desk.heard.append)
        found = desk.next()
        assert expected is not None
        assert not found.trouble
        told = [(one.x, one.y) for one in expected.contour.points]
        assert np.allclose([(one.x, one.y) for one in found.points], told, atol=2e-3)


def test_where_there_is_nothing_the_answer_is_empty_and_no_trouble(
    outliner: Outliner, desk: Desk
) -> None:
    for question in (boxed(Box(900, 900, 950, 960)), boxed(Box(10, 10, 12, 12))):
        outliner.ask(question, desk.heard.append)
        assert desk.next() == Outline()


def test_a_process_that_is_killed_costs_one_outline(
    desk: Desk, package: ModelPackage, tmp_path: Path
) -> None:
    outliner = Outliner(desk.post, lambda: package, _dies_once(tmp_path / "died"))
    outliner.ask(boxed(), desk.heard.append)
    assert "starts again" in desk.next().trouble
    outliner.ask(boxed(), desk.heard.append)
    assert desk.next().points
    outliner.close()


def test_a_process_that_hangs_is_ended(desk: Desk, package: ModelPackage) -> None:
    outliner = Outliner(desk.post, lambda: package, _hangs, patience=0.3)
    outliner.ask(boxed(), desk.heard.append)
    assert "starts again" in desk.next().trouble
    outliner.close()


def test_of_previews_that_wait_only_the_latest_is_heard(desk: Desk, package: ModelPackage) -> None:
    let_go = threading.Event()

    def find() -> ModelPackage:
        let_go.wait(SECONDS)
        return package

    outliner = Outliner(desk.post, find)
    outliner.warm()
    time.sleep(0.1)  # it is looking for its package now
    numbers: list[int] = []
    for number in range(5):
        outliner.preview(boxed(), lambda found, number=number: _note(desk, found, numbers, number))
    let_go.set()
    desk.next()
    outliner.ask(boxed(), desk.heard.append)
    desk.next()
    assert numbers == [4]
    outliner.close()


def test_without_a_package_and_with_a_broken_one_the_reader_is_told(desk: Desk) -> None:
    def broken() -> ModelPackage:
        raise BadInputError("the active package is gone")

    for find, said in ((lambda: None, NO_PACKAGE), (broken, "the active package is gone")):
        outliner = Outliner(desk.post, find)
        outliner.ask(boxed(), desk.heard.append)
        assert desk.next().trouble == said
        outliner.close()


def test_a_package_that_was_changed_meanwhile_is_not_run(desk: Desk, tmp_path: Path) -> None:
    package = open_package(contour_package(tmp_path / "p"))
    contour_package(tmp_path / "p", title="Another")
    outliner = Outliner(desk.post, lambda: package)
    outliner.ask(boxed(), desk.heard.append)
    assert "another package" in desk.next().trouble
    outliner.close()


def test_after_closing_nothing_is_heard(desk: Desk, package: ModelPackage) -> None:
    outliner = Outliner(desk.post, lambda: package)
    outliner.ask(boxed(), desk.heard.append)
    outliner.close()
    outliner.ask(boxed(), desk.heard.append)
    with pytest.raises(queue.Empty):
        desk._calls.get(timeout=0.2)
    assert not desk.heard


def test_a_question_is_of_a_box_or_of_a_point() -> None:
    with pytest.raises(ValueError, match="box or at a point"):
        Question(PIXELS, GREY, SPACING)
    with pytest.raises(ValueError, match="box or at a point"):
        Question(PIXELS, GREY, SPACING, BOX, ImagePoint(1, 1))


def _note(desk: Desk, found: Outline, numbers: list[int], number: int) -> None:
    numbers.append(number)
    desk.heard.append(found)


class _dies_once:  # noqa: N801 - used as a function; a spawned process can't be given a closure
    """Ends its process at the first question; the next process works."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __call__(self, connection: Connection, folder: str, digest: str) -> None:
        if self.mark.exists():
            main(connection, folder, digest)
            return
        self.mark.touch()
        connection.send_bytes(b'{"trouble": ""}')
        connection.recv_bytes()
        os._exit(9)


def _hangs(connection: Connection, _folder: str, _digest: str) -> None:
    connection.send_bytes(b'{"trouble": ""}')
    time.sleep(60)
