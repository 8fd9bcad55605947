"""How well marks of CC and MLO are told to be one thing, on phantoms' true boxes.

``python -m benchmarks.correspondence [--patients N] [--processes N]`` fits the logistic of
``inference.pipeline.correspondence`` on one half of the patients and measures both on the other.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
import numpy.typing as npt

from domain.geometry import Box, ImageSize, PixelSpacing, SpacingSource
from domain.laterality import Laterality
from domain.orientation import hung_orientation
from domain.study import ImageKind, PresentationIntent
from domain.view_position import HangFamily, ViewPosition
from imaging.grey.grey_header import GreyDescription
from imaging.grey.voi import WindowVoi
from inference.pipeline.correspondence import FITTED, PAIRED, Weights, differences, match
from inference.pipeline.inputs import PixelRef, ViewInput
from inference.pipeline.landmarks import find_landmarks
from inference.pipeline.results import Likeness
from phantom.detector.units import UNITS
from phantom.recipe import Exposure, StudyRecipe
from phantom.studies.generate import generate_study
from phantom.studies.image import SyntheticImage
from phantom.studies.patient import draw_patient

FIRST_SEED, PATIENTS = 5000, 160
"""Patients with at least two lesions in one breast, from this seed on."""
SIZE = ImageSize(1024, 832)
_NOISE = 0.25
"""How far off boxes are that stand for a network's: standard deviation of each edge, in the box's
sides. Half of such boxes overlap the true one by an IoU of 0.6 or less."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Seen:
    """One thing on one view. number: the lesion's; 0 for a decoy."""

    number: int
    likeness: Likeness


@dataclass(frozen=True)
class Breast:
    """What is on both views of one breast; rough: the same with boxes as a network draws them."""

    seed: int
    exact: tuple[tuple[Seen, ...], tuple[Seen, ...]]
    rough: tuple[tuple[Seen, ...], tuple[Seen, ...]]


def breast_of(seed: int) -> Breast | None:
    """The breast of a patient that holds two lesions or more; ``None`` where none does."""
    cv2.setNumThreads(1)
    patient = draw_patient(StudyRecipe(seed))
    counts = Counter(one.laterality for one in patient.lesions if len(one.families) > 1)
    side, count = counts.most_common(1)[0] if counts else (Laterality.LEFT, 0)
    if count < 2:
        return None
    exposures = tuple(Exposure(side, position) for position in (ViewPosition.CC, ViewPosition.MLO))
    unit = tuple(UNITS)[seed % len(UNITS)]
    recipe = StudyRecipe(seed, unit=unit, size=SIZE, exposures=exposures)
    views = list(generate_study(recipe))
    exact = [_seen(image, 0.0, seed) for image in views]
    rough = [_seen(image, _NOISE, seed) for image in views]
    return Breast(seed, (exact[0], exact[1]), (rough[0], rough[1]))


def _seen(image: SyntheticImage, noise: float, seed: int) -> tuple[Seen, ...]:
    marks = find_landmarks(_view(image), image.pixels)
    rng = np.random.default_rng([seed, image.truth.family is HangFamily.CC])
    boxes = [(one.lesion.number, one.box) for one in image.truth.lesions]
    boxes += [(0, one.box) for one in image.truth.decoys]
    return tuple(
        Seen(number, marks.likeness(_moved(box, rng.normal(0, noise, 4)))) for number, box in boxes
    )


def _moved(box: Box, by: Floats) -> Box:
    x = sorted((box.left + by[0] * box.width, box.right + by[1] * box.width))
    y = sorted((box.top + by[2] * box.height, box.bottom + by[3] * box.height))
    return Box(x[0], y[0], x[1] + 1, y[1] + 1)


def _view(image: SyntheticImage) -> ViewInput:
    unit, exposure = image.unit, image.exposure
    padding = None if unit.padding is None else (unit.padding, unit.padding)
    window = WindowVoi(unit.windows[0].centre, unit.windows[0].width)
    return ViewInput(
        uid=f"{exposure.laterality.value}{exposure.position.value}",
        pixels=PixelRef("", image.truth.size, signed=False, digest=""),
        grey=GreyDescription(bits_stored=unit.bits, padding=padding, vois=(window,)),
        spacing=PixelSpacing(image.pixel_mm, image.pixel_mm, SpacingSource.IMAGER_OVER_ERMF),
        laterality=exposure.laterality,
        position=exposure.position,
        kind=ImageKind.FFDM,
        intent=PresentationIntent.FOR_PRESENTATION,
        orientation=hung_orientation(exposure.laterality, exposure.position.family),
    )


def pairs(breasts: Sequence[Breast], *, rough: bool, decoys: bool = False) -> tuple[Floats, Floats]:
    """Differences (n, 3) and whether a pair is one lesion (n,): all pairs of CC and MLO."""
    rows: list[tuple[float, float, float]] = []
    same: list[bool] = []
    for breast in breasts:
        for one, other in product(*(breast.rough if rough else breast.exact)):
            is_decoy = not (one.number and other.number)
            found = differences(one.likeness, other.likeness)
            if found is None or is_decoy != decoys:
                continue
            rows.append(found)
            same.append(one.number == other.number and not is_decoy)
    return np.array(rows).reshape(-1, 3), np.array(same, float)


def fit(rows: Floats, same: Floats, ridge: float = 0.1) -> Weights:
    """The logistic of most likelihood, by Newton's method; a little ridge keeps it finite."""
    design = np.column_stack([np.ones(len(rows)), rows])
    weights, penalty = np.zeros(design.shape[1]), ridge * np.diag([0.0, 1, 1, 1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (same - chance) - penalty @ weights
        bend = design.T @ (design * (chance * (1 - chance))[:, None]) + penalty
        weights += np.linalg.solve(bend, slope)
    return Weights(*(float(round(value, 3)) for value in weights))


def chances(rows: Floats, weights: Weights) -> Floats:
    """Probabilities (n,) of differences (n, 3)."""
    by = np.array([weights.distance, weights.size, weights.contrast])
    return np.asarray(1 / (1 + np.exp(-(weights.constant + rows @ by))))


def area_under(chance: Floats, same: Floats) -> float:
    """Share of pairs (one lesion, two lesions) in which the first is the more probable."""
    ones, twos = chance[same > 0], chance[same == 0]
    return float(((ones[:, None] > twos) + 0.5 * (ones[:, None] == twos)).mean())


def _report(name: str, rows: Floats, same: Floats, weights: Weights) -> None:
    chance = chances(rows, weights)
    base = same.mean()
    cut = np.clip(chance, 1e-6, 1 - 1e-6)
    loss = float(-(same * np.log(cut) + (1 - same) * np.log(1 - cut)).mean())
    plain = float(-(base * np.log(base) + (1 - base) * np.log(1 - base)))
    said = chance >= PAIRED
    print(
        f"{name}: {len(same)} pairs, {int(same.sum())} same; AUC {area_under(chance, same):.3f}; "
        f"log loss {loss:.3f} (base rate alone {plain:.3f}); at {PAIRED}: right "
        f"{(said == (same > 0)).mean():.3f}, same found {said[same > 0].mean():.3f}, "
        f"different called same {said[same == 0].mean():.3f}"
    )
    for low in np.arange(0, 1, 0.2):
        held = (chance >= low) & (chance < low + 0.2 + 1e-9)
        if held.any():
            print(
                f"   {low:.1f}-{low + 0.2:.1f}: said {chance[held].mean():.2f}, "
                f"was {same[held].mean():.2f}, n {int(held.sum())}"
            )


def _report_decoys(breasts: Sequence[Breast], weights: Weights, *, rough: bool) -> None:
    against, _ = pairs(breasts, rough=rough, decoys=True)
    said = chances(against, weights) >= PAIRED
    print(f"   anything against a decoy, {len(said)} pairs: called same {said.mean():.3f}")
    for decoys in (False, True):
        found = _matching(breasts, weights, rough=rough, decoys=decoys)
        print(f"   matching, decoys {decoys}: {found}")


def _matching(breasts: Sequence[Breast], weights: Weights, *, rough: bool, decoys: bool) -> str:
    """How often ``match`` pairs a lesion rightly, wrongly or not at all."""
    right = wrong = lone = 0
    for breast in breasts:
        views = [
            [one for one in view if one.number or decoys]
            for view in (breast.rough if rough else breast.exact)
        ]
        ones, others = ([one.likeness for one in view] for view in views)
        found = match(ones, others, weights=weights)
        made = {views[0][one.one].number: views[1][one.other].number for one in found}
        for number in {one.number for one in views[0]} & {one.number for one in views[1]} - {0}:
            right += made.get(number) == number
            wrong += number in made and made[number] != number
            lone += number not in made
    total = max(1, right + wrong + lone)
    return f"right {right / total:.3f}, wrong {wrong / total:.3f}, not paired {lone / total:.3f}"


def _breasts(patients: int, processes: int) -> Iterator[Breast]:
    seeds = iter(range(FIRST_SEED, FIRST_SEED + 100 * patients))
    found = 0
    with ProcessPoolExecutor(processes) as pool:
        while found < patients:
            batch = [next(seeds) for _ in range(4 * processes)]
            for breast in pool.map(breast_of, batch):
                if breast is not None and found < patients:
                    found += 1
                    yield breast


def main() -> None:
    """Fit on the first half, measure on the second."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--patients", type=int, default=PATIENTS)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    breasts = list(_breasts(asked.patients, asked.processes))
    half = len(breasts) // 2
    first, second = breasts[:half], breasts[half:]
    print(f"seeds {breasts[0].seed} to {first[-1].seed} fitted, to {breasts[-1].seed} measured")
    fitted = fit(*pairs(first, rough=True))
    print("fitted now:", fitted, "in the program:", FITTED)
    for rough in (False, True):
        name = "rough" if rough else "true"
        rows, same = pairs(second, rough=rough)
        for whose, weights in (("fitted now", fitted), ("in the program", FITTED)):
            _report(f"{name} boxes, {whose}", rows, same, weights)
            _report_decoys(second, weights, rough=rough)
        for at, what in enumerate(("distance", "size", "contrast")):
            print(f"   {what} alone: AUC {area_under(-rows[:, at], same):.3f}")


if __name__ == "__main__":
    main()
