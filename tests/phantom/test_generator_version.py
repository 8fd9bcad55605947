"""What a recipe gives never changes within a version of the generator.

A small study is kept here as it looked when the version was last raised: the mean brightness of
each block of 16 x 16 pixels in steps of 4 stored values, how lively the texture is, how noisy a
small pixel, and where the lesions lie. Whole pixels would not do: processors differ in the last
bit of exp() and in the order of sums, so a stored value may be off by one here and there. A block's
mean moves by far less than a step then, and a block that lies on the edge between two steps may
fall to either side; so recorded and fresh figures are compared with a tolerance of a little more
than one step, and not by a hash, which such a block would change. What is recorded lies in
``generator_version.txt``; to record the code as it is:

    python -m tests.phantom.test_generator_version > tests/phantom/generator_version.txt
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from domain.geometry import ImageSize
from phantom.detector.exposure import Beam, expose
from phantom.recipe import GENERATOR_VERSION, StudyRecipe
from phantom.space.streams import stream
from phantom.studies.generate import generate_study
from phantom.studies.headers import view_name
from phantom.studies.image import SyntheticImage

RECIPE = StudyRecipe(7, size=ImageSize(256, 208))
_BLOCK, _STEP = 16, 4.0
_ADVICE = """

A recipe no longer gives what it gave in version {version} of the generator. {line}
    was  {was}
    is   {now}
Where that is meant, raise phantom.recipe.GENERATOR_VERSION, say so in CHANGELOG.md, and record:

    python -m tests.phantom.test_generator_version > tests/phantom/generator_version.txt
"""

Figures = dict[str, list[float]]
RECORDED = Path(__file__).with_name("generator_version.txt")


def figures() -> str:
    """The study's figures as they are recorded: one line each, a word and then numbers."""
    lines = [f"version {GENERATOR_VERSION}", f"noise {_noise():.2f}"]
    for image in generate_study(RECIPE):
        name = view_name(image.exposure)
        means, deviations = _blocks(image)
        lines += [f"{name}-blocks-{number} {_row(row)}" for number, row in enumerate(means)]
        lines.append(f"{name}-texture {deviations.mean():.1f}")
        lines.append(f"{name}-nipple {_half(image.truth.nipple.x, image.truth.nipple.y)}")
        for lesion in image.truth.lesions:
            box = lesion.box
            edges = _half(box.left, box.top, box.right, box.bottom)
            number, centre = lesion.lesion.number, _half(lesion.centre.x, lesion.centre.y)
            lines.append(f"{name}-lesion-{number} {centre} {edges} {lesion.lesion.size_mm:.2f}")
    return "\n".join(lines)


def _noise() -> float:
    """Noise of a small pixel behind a breast, in thousandths; the study's pixels are too large."""
    attenuation = np.full((128, 128), 2.5, np.float32)
    return 1000 * float(expose(attenuation, 0.07, Beam(), stream(1, "noise")).std())


def _blocks(image: SyntheticImage) -> tuple[np.ndarray, np.ndarray]:
    """Mean above black in steps, and deviation of stored values, of each block that has tissue."""
    shown = image.pixels.astype(np.float64) - image.unit.black
    rows, columns = (side // _BLOCK for side in shown.shape)
    blocks = shown.reshape(rows, _BLOCK, columns, _BLOCK).swapaxes(1, 2)
    fine = (shown - cv2.GaussianBlur(shown, (0, 0), 3.0)).reshape(rows, _BLOCK, columns, _BLOCK)
    lively = fine.swapaxes(1, 2).std(axis=(2, 3))
    return blocks.mean(axis=(2, 3)) / _STEP, lively[blocks.min(axis=(2, 3)) > 0]


def _row(means: np.ndarray) -> str:
    return " ".join(str(round(mean)) for mean in means.tolist())


def _half(*numbers: float) -> str:
    return " ".join(f"{round(2 * number) / 2:g}" for number in numbers)


def _read(text: str) -> Figures:
    lines = [line.split() for line in text.splitlines()]
    return {words[0]: [float(word) for word in words[1:]] for words in lines}


@pytest.fixture(scope="module")
def recorded() -> Figures:
    return _read(RECORDED.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def now() -> Figures:
    return _read(figures())


def check(recorded: Figures, now: Figures, kind: str, tolerance: float) -> None:
    names = [name for name in {**recorded, **now} if kind in name]
    assert names
    for name in names:
        was, found = recorded.get(name, []), now.get(name, [])
        if was != pytest.approx(found, abs=tolerance):
            (version,) = recorded["version"]
            advice = _ADVICE.format(version=f"{version:g}", line=name, was=was, now=found)
            pytest.fail(advice, pytrace=False)


def test_the_figures_are_of_the_version_that_the_code_names(
    recorded: Figures, now: Figures
) -> None:
    check(recorded, now, "version", 0)


def test_pictures_stay_as_they_were_recorded(recorded: Figures, now: Figures) -> None:
    check(recorded, now, "blocks", 1.5)


def test_noise_stays_as_strong_as_it_was_recorded(recorded: Figures, now: Figures) -> None:
    check(recorded, now, "noise", 0.1)


def test_texture_stays_as_lively_as_it_was_recorded(recorded: Figures, now: Figures) -> None:
    check(recorded, now, "texture", 0.3)


@pytest.mark.parametrize("kind", ["nipple", "lesion"])
def test_the_truth_stays_where_it_was_recorded(kind: str, recorded: Figures, now: Figures) -> None:
    check(recorded, now, kind, 0.6)


if __name__ == "__main__":
    sys.stdout.write(figures() + "\n")
