"""A real spawned worker whose analysis does what its study's uid asks for: crash, hang, lie.

A uid is a deed, or a name and a deed: "third:slow". Deeds that end in "once" are done once in a
folder.
"""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from inference.errors import NetworkError
from inference.pipeline.inputs import StudyInput, ViewInput
from inference.pipeline.results import Progress, Stage, StudyResult, ViewResult, ViewStatus
from inference.worker.hand import Hand
from inference.worker.hearing import progress_json
from inference.worker.items import MarkedView, WholeStudy
from inference.worker.messages import Json
from inference.worker.process import Setup, serve

SECRET = "ANNA^SECRET"


def main(connection: Connection, setup: Setup) -> None:
    serve(connection, setup, FakeAnalysis)


def main_that_dies_at_once(connection: Connection, setup: Setup) -> None:
    os._exit(3)


def main_without_its_libraries(connection: Connection, setup: Setup) -> None:
    serve(connection, setup, _missing)


def _missing(setup: Setup) -> FakeAnalysis:
    raise NetworkError("onnxruntime is not installed", remedy="pip install 'fourview[cpu]'")


def result_of(view: ViewInput) -> ViewResult:
    """What the fake finds: the sum of the pixels, so that marks tell whose they are."""
    total = int(np.asarray(view.pixels.open()).astype(np.int64).sum())
    return ViewResult(view.uid, view.digest, view.name, ViewStatus.READ, (str(total),))


class FakeAnalysis:
    def __init__(self, setup: Setup) -> None:
        self._folder = Path(setup.folder).parent

    def warm(self, what: Json) -> None:
        (self._folder / "warmed").touch()

    def expect(self, view: Json, what: Json, hand: Hand) -> None:
        assert what["packages"]
        if (self._folder.parent / "expect-fails").exists():
            raise ValueError("a defect")
        if (self._folder.parent / "expect-endless").exists():
            self._log("expect endless")
            try:
                self._detect("endless", hand)
            finally:
                self._log("expect stopped")
        self._log(f"expect {ViewInput.from_json(dict(view)).uid}")

    def read(self, study: Json, hand: Hand) -> Iterator[MarkedView | WholeStudy]:
        given = StudyInput.from_json(study["study"])
        deed = given.uid.split(":")[-1]
        self._log(f"begin {given.uid}")
        self._do(deed, "opening")
        views = []
        for number, view in enumerate(given.views):
            share = number / len(given.views)
            hand.report(progress_json(Progress(view.uid, Stage.DETECTING, share)))
            self._detect(deed, hand)
            if number == 1:
                self._do(deed, "middle")
            views.append(self._result(deed, view))
            self._log(f"view {given.uid}")
            yield MarkedView(view.uid, views[-1])
        self._do(deed, "ending")
        if deed == "short":
            return
        whole = StudyResult(given.uid, given.digest, (), (), None).to_json()
        score = float("nan") if deed == "whole-nan" else None
        yield WholeStudy(whole | {"views": views, "case_score": score})
        self._do(deed, "after")

    def _result(self, deed: str, view: ViewInput) -> Json:
        result = result_of(view)
        if deed == "other-digest":
            return replace(result, digest="0" * 64).to_json()
        if deed == "nan":
            return result.to_json() | {"reasons": [float("nan")]}
        if deed == "failed-view":
            return replace(result, status=ViewStatus.FAILED).to_json()
        return result.to_json()

    def _detect(self, deed: str, hand: Hand) -> None:
        if deed == "slow":
            for _ in range(20):
                hand.breathe()
                time.sleep(0.01)
        elif deed == "endless":
            while True:
                hand.breathe()
                time.sleep(0.005)
        elif deed == "deaf":
            time.sleep(30)  # does not ask whether to stop
        hand.breathe()

    def _do(self, deed: str, place: str) -> None:
        what, _, rest = deed.partition("-")
        if not rest.startswith(place) or (rest.endswith("once") and not self._first(deed)):
            return
        if what == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif what == "exit":
            os._exit(7)
        elif what == "hang":
            ctypes.PyDLL(None).sleep(60)  # holds Python's lock, as a library gone astray does
        elif what == "stuck":
            time.sleep(60)  # the heart beats on
        elif what == "raise":
            raise ValueError(SECRET)
        elif what == "memory":
            raise MemoryError
        elif what == "network":
            raise NetworkError("gave NaN", where="network.onnx")

    def _first(self, deed: str) -> bool:
        marker = self._folder / f"did-{deed}"
        if marker.exists():
            return False
        marker.touch()
        return True

    def _log(self, line: str) -> None:
        with (self._folder / "log").open("a") as file:
            file.write(f"{line}\n")
