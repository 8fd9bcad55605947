"""What can be done for a view before its study's turn comes: its breast, and its first marks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from domain.errors import CancelledError, FourviewError
from inference.packages.manifest import Stage
from inference.pipeline.crew import Crew
from inference.pipeline.guard import judge_pixels
from inference.pipeline.inputs import ViewInput
from inference.pipeline.landmarks import Landmarks, find_landmarks
from inference.pipeline.reader import ReaderPackages
from inference.systems.known import make_detector
from inference.systems.system import RawMark, Runner, SeenView

Check = Callable[[], None]


@dataclass(frozen=True, eq=False)
class Look:
    """A view as systems are given it, and where its breast lies.

    marks: by a package's digest, of those that detected on it already.
    """

    image: SeenView
    seen: Landmarks
    marks: Mapping[str, tuple[RawMark, ...]] = field(default_factory=dict)


LookKey = tuple[str, str]
"""The path of the pixels, and a digest of all that is said of them."""

Looked = Mapping[LookKey, Look]


def look_key(view: ViewInput) -> LookKey:
    """What a look ahead is kept by, though the digest of the pixels is not known yet."""
    return view.pixels.path, replace(view, pixels=replace(view.pixels, digest="")).digest


def look_at(view: ViewInput, check: Check) -> Look:
    """Find where a view's breast lies. Raises UnreadableFileError, and whatever check raises."""
    check()
    pixels = view.pixels.open()
    seen = find_landmarks(view, pixels, check)
    return Look(SeenView(pixels, view.grey, view.spacing, seen.region), seen)


def look_early(view: ViewInput, packages: ReaderPackages, run: Runner, check: Check) -> Look:
    """Look at a view, and detect on it where the packages may.

    What fails there is left: it fails again, and is told of, in its turn. Raises as ``look_at``,
    and CancelledError where ``run`` was stopped.
    """
    crew, look = Crew(packages), look_at(view, check)
    verdict = crew.verdict(view)
    if verdict.refused or judge_pixels(verdict, look.seen.region).refused:
        return look
    marks: dict[str, tuple[RawMark, ...]] = {}
    try:
        for package in crew.able(view, Stage.DETECT):
            marks[package.digest] = crew.system(package, make_detector).detect(look.image, run)
    except CancelledError:
        raise
    except (FourviewError, MemoryError):
        pass
    return replace(look, marks=marks)
