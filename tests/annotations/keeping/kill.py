"""Kills a process that edits, again and again: ``python -m tests.annotations.keeping.kill 100``.

A child edits a reading and says on its output how many steps it was told are kept. It is killed
with SIGKILL at a random moment. Its steps are then done again beside what is found on disk: the
document must be the one after as many changes as the disk holds, and these must reach as far as
what was called kept.
"""

from __future__ import annotations

import argparse
import queue
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np

from annotations.commands.command import AddFindings, Command, PaintMask, RemoveFindings
from annotations.commands.history import History
from annotations.document.document import Document
from annotations.keeping import kept_reading
from annotations.keeping.kept_reading import KeptReading
from annotations.keeping.progress import Keeping
from domain.finding import Finding, FindingKind, Geometry, ReaderProvenance
from domain.geometry import ImagePoint, ImageSize
from domain.mask import RleMask
from tests.annotations.keeping.desk import READER, STUDY

ROOT = Path(__file__).resolve().parents[3]
SIZE = ImageSize(512, 512)
FOLD_BYTES = 20_000
"""So that journals are folded into the document often, and kills fall into that too."""


@dataclass(frozen=True)
class Tally:
    """What came of one kill: steps called kept, of those found, and what went wrong."""

    kept: int
    found: int
    problem: str = ""


def act(history: History | KeptReading, seed: int, step: int) -> bool:
    """Do one step; which one depends on seed, step and document alone. Whether it did anything."""
    draw = random.Random(f"{seed} {step}")
    choice = draw.random()
    if choice < 0.15:
        return history.undo() is not None
    if choice < 0.25:
        return history.redo() is not None
    history.do(_command(history.document, draw))
    return True


def _command(document: Document, draw: random.Random) -> Command:
    choice = draw.random()
    if not document.findings or choice < 0.4:
        pixels = np.ones((draw.randint(1, 40), draw.randint(1, 40)), np.uint8)
        mask = RleMask.of(pixels, SIZE, draw.randint(0, 400), draw.randint(0, 400))
        mark = Geometry("1.2.1", mask=mask, point=ImagePoint(draw.random(), 1.0))
        new = UUID(int=draw.getrandbits(128))
        return AddFindings((Finding(new, FindingKind.MASS, (mark,), ReaderProvenance(READER)),))
    one = draw.choice(document.findings)
    if choice < 0.5:
        return RemoveFindings((one.id,))
    patch = RleMask.of(
        np.ones((20, 20), np.uint8), SIZE, draw.randint(0, 500), draw.randint(0, 500)
    )
    return PaintMask(one.id, 0, patch, erase=choice > 0.9)


def edit(folder: Path, seed: int) -> None:
    """The child: edits until it is killed; each line says how many steps are kept."""
    kept_reading.COMPACT_BYTES = FOLD_BYTES
    posted: queue.SimpleQueue[object] = queue.SimpleQueue()
    reading = KeptReading.open(folder, STUDY, READER, post=posted.put)
    draw = random.Random()
    step = 0
    while True:
        act(reading, seed, step)
        step += 1
        if draw.random() < 0.7:
            while reading.keeping is not Keeping.KEPT:
                call = posted.get()
                assert callable(call)
                call()
            sys.stdout.write(f"{step}\n")
            sys.stdout.flush()


@contextmanager
def child_at_work(folder: Path, seed: int) -> Iterator[Path]:
    """A child that has begun to edit and is killed in the end. Gives the file of what it said."""
    told = folder / "told"
    module = "tests.annotations.keeping.kill"
    with told.open("wb") as out:
        child = subprocess.Popen(
            [sys.executable, "-m", module, "--edit", str(folder), str(seed)], stdout=out, cwd=ROOT
        )
    try:
        _until_it_speaks(told, child)
        yield told
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()


def kill_once(seed: int, seconds: float) -> Tally:
    """Start a child, kill it after so many seconds from its first word, and look what is there."""
    with tempfile.TemporaryDirectory() as name:
        with child_at_work(Path(name), seed) as told:
            time.sleep(seconds)
        lines = told.read_text().rpartition("\n")[0].split()
        return _looked_at(Path(name), seed, int(lines[-1]))


def _until_it_speaks(told: Path, child: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while told.stat().st_size == 0:
        if child.poll() is not None or time.monotonic() > end:
            raise RuntimeError("the child did not begin")
        time.sleep(0.01)


def _looked_at(folder: Path, seed: int, kept: int) -> Tally:
    reading = KeptReading.open(folder, STUDY, READER, post=lambda call: call())
    if reading.read_only:
        return Tally(kept, 0, reading.read_only)
    history = History(Document(STUDY))
    steps = changes = 0
    while changes < reading._last:
        changes += act(history, seed, steps)
        steps += 1
    if history.document != reading.document:
        return Tally(kept, 0, "the document is not the one of its changes")
    reading.close()
    while steps < kept and not act(history, seed, steps):  # steps that did nothing leave no line
        steps += 1
    return Tally(kept, min(kept, steps), "steps that were called kept are lost" * (steps < kept))


def main() -> int:
    """Kill and tally; 1 where anything was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.annotations.keeping.kill")
    parser.add_argument("times", nargs="?", type=int, default=100)
    parser.add_argument("--edit", nargs=2)
    arguments = parser.parse_args()
    if arguments.edit:
        edit(Path(arguments.edit[0]), int(arguments.edit[1]))
    draw = random.Random()
    tallies = [kill_once(seed, draw.uniform(0, 1.0)) for seed in range(arguments.times)]
    kept, found = sum(one.kept for one in tallies), sum(one.found for one in tallies)
    sys.stdout.write(f"{len(tallies)} kills, {kept} steps called kept, {kept - found} lost\n")
    for problem in [one.problem for one in tallies if one.problem]:
        sys.stdout.write(f"{problem}\n")
    return 0 if kept == found and not any(one.problem for one in tallies) else 1


if __name__ == "__main__":
    raise SystemExit(main())
