"""Networks alone, in a process that steps back as the AI's worker does: what it is held against."""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from inference.backends.choice import choose_provider
from inference.backends.memory import keep_freed_memory
from inference.backends.pool import PoolRunner, SessionPool
from inference.packages.package import ModelPackage, open_package
from inference.pipeline.inputs import StudyInput
from inference.pipeline.reader import ReaderPackages
from inference.pipeline.study import analyse_study
from inference.systems.system import Runner, Tensors
from inference.worker.process import NICE


@dataclass(frozen=True)
class Taken:
    """Seconds by the clock, and of all processors together."""

    wall: float
    processor: float


class BareNetworks:
    """A process with warm sessions; it runs only while it is asked to."""

    def __init__(self, reader: ReaderPackages, study: StudyInput) -> None:
        """Reads the study once, to keep what its networks were fed. Its files must stay."""
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        folders = [str(one.folder) for one in reader.packages]
        self._ask({"packages": folders, "study": study.to_json()})

    def networks(self) -> Taken:
        """Each network of the study once more, on the same inputs."""
        return Taken(**self._ask("networks"))

    def first_view(self) -> Taken:
        """The study's first view alone, from its pixels to its marks, in that process."""
        return Taken(**self._ask("first view"))

    def close(self) -> None:
        """End it."""
        self._pipe.close()
        self._process.join(5)

    def _ask(self, what: Any) -> Any:
        self._pipe.send_bytes(json.dumps(what).encode())
        return json.loads(self._pipe.recv_bytes())


@dataclass(frozen=True)
class Fed:
    """What a network was fed once, as ``Runner.run``."""

    package: ModelPackage
    feeds: Tensors
    network: str
    each: bool

    def again(self, run: Runner) -> Tensors:
        """The same once more."""
        return run.run(self.package, self.feeds, self.network, each=self.each)


@dataclass
class KeepingRunner:
    """A runner that keeps what networks are fed."""

    inner: PoolRunner
    fed: list[Fed] = field(default_factory=list)

    def run(
        self, package: ModelPackage, feeds: Tensors, network: str = "", *, each: bool = False
    ) -> Tensors:
        self.fed.append(Fed(package, feeds, network, each))
        return self.inner.run(package, feeds, network, each=each)


def _serve(pipe: Connection) -> None:
    os.nice(NICE)
    keep_freed_memory()
    told = json.loads(pipe.recv_bytes())
    study = StudyInput.from_json(told["study"])
    reader = ReaderPackages(tuple(open_package(Path(one)) for one in told["packages"]))
    run = SessionPool(choose_provider("auto")).runner()
    keeping = KeepingRunner(run)
    list(analyse_study(study, reader, keeping))
    one_view = replace(study, views=study.views[:1])
    deeds: dict[str, Callable[[], object]] = {
        "networks": lambda: [one.again(run) for one in keeping.fed],
        "first view": lambda: next(iter(analyse_study(one_view, reader, run))),
    }
    answer: dict[str, float] = {}
    while True:
        pipe.send_bytes(json.dumps(answer).encode())
        try:
            deed = deeds[json.loads(pipe.recv_bytes())]
        except EOFError:
            return
        begun = time.perf_counter(), time.process_time()
        deed()
        answer = {
            "wall": time.perf_counter() - begun[0],
            "processor": time.process_time() - begun[1],
        }
