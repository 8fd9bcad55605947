"""A densely connected network judges findings; a second, small one tells the composition.

Source: MommiNet-v2, section 3.7. Trained by ``training.recipes.birads``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from domain.finding import Descriptors, FindingKind
from domain.geometry import ImageSize
from domain.lexicon import FIFTH_EDITION, Assessment, DescriptorAxis, Edition
from domain.mask import RleMask
from inference.errors import NetworkError, PackageError
from inference.packages.manifest import InputSpec, Stage
from inference.packages.package import ModelPackage
from inference.preparing.prepare import PreparingSpec, prepare
from inference.systems.classify_calibration import Calibration
from inference.systems.classify_crops import PLANES, Cuttable, cuts, longest_mm, planes
from inference.systems.classify_features import FEATURES, features
from inference.systems.classify_outputs import (
    AXES,
    BIRADS,
    COMPOSITION,
    COMPOSITION_FILE,
    COMPOSITION_PIXEL_MM,
    COMPOSITION_SIZE,
    JUDGE_FILE,
    MALIGNANCY,
    MEASURED,
    composition_input,
)
from inference.systems.contour_outline import inside_key, inside_of
from inference.systems.system import Judged, RawMark, Runner, SeenView, Tensor, Tensors

_MASS = (DescriptorAxis.MASS_SHAPE, DescriptorAxis.MASS_MARGIN, DescriptorAxis.MASS_DENSITY)
_DOTS = (DescriptorAxis.CALCIFICATION_MORPHOLOGY, DescriptorAxis.CALCIFICATION_DISTRIBUTION)
_ASKED: Mapping[FindingKind, tuple[DescriptorAxis, ...]] = {
    FindingKind.MASS: _MASS,
    FindingKind.CALCIFICATION_GROUP: _DOTS,
    FindingKind.ASYMMETRY: (),
    FindingKind.ARCHITECTURAL_DISTORTION: (),
}
"""Kinds that are judged, with the descriptors that are told of them."""
_AT_ONCE = 32
_SIDES = (16, 512)
_LETTERS = ("a", "b", "c", "d")


class DenseNetClassifier:
    """Stage ``classify``. Settings: ``side`` (rows and columns of the network's squares),
    ``least-sure`` (probability from which a descriptor is told), and those of ``Calibration``.
    Composition is told where the package has ``composition.onnx``.
    """

    def __init__(self, package: ModelPackage) -> None:
        """Raises PackageError where inputs, outputs or settings are not what it needs."""
        self._package = package
        manifest, where = package.manifest, str(package.folder)
        if manifest.stage is not Stage.CLASSIFY or manifest.inputs is None:
            raise PackageError("the system classify-densenet only classifies", where=where)
        if manifest.inputs.channels != PLANES or JUDGE_FILE not in manifest.networks:
            raise PackageError(
                f"the system classify-densenet needs {JUDGE_FILE} with {PLANES} planes", where=where
            )
        if MALIGNANCY not in manifest.outputs:
            raise PackageError(f"its manifest names no output {MALIGNANCY}", where=where)
        self._inputs: InputSpec = manifest.inputs
        self._told = {MALIGNANCY, BIRADS, *AXES} & set(manifest.outputs)
        self._composes = COMPOSITION_FILE in manifest.networks
        self._side = int(manifest.settings.get("side", 64))
        self._sure = manifest.settings.get("least-sure", 0.5)
        if not (_SIDES[0] <= self._side <= _SIDES[1] and 0 <= self._sure <= 1):
            raise PackageError("its settings are out of range", where=where)
        try:
            self._calibration = Calibration.of(manifest.settings)
        except ValueError as error:
            raise PackageError(f"its settings are out of range ({error})", where=where) from error

    def classify(
        self, image: SeenView, marks: Sequence[RawMark], run: Runner
    ) -> tuple[Judged | None, ...]:
        """As ``ClassifySystem.classify``; single calcifications and other kinds are not judged."""
        places = [place for place, one in enumerate(marks) if one.kind in _ASKED]
        told: list[Judged | None] = [None] * len(marks)
        for first in range(0, len(places), _AT_ONCE):
            some = places[first : first + _AT_ONCE]
            seen, measured = zip(*(self._seen(image, marks[place]) for place in some), strict=True)
            outputs = self._judge(np.stack(seen), np.stack(measured), run)
            for row, place in enumerate(some):
                told[place] = self._judged(outputs, row, marks[place].kind)
        return tuple(told)

    def composition(self, image: SeenView, run: Runner) -> Mapping[str, float]:
        """As ``ClassifySystem.composition``; empty where no breast was made out."""
        if not self._composes:
            return {}
        spec = PreparingSpec(COMPOSITION_PIXEL_MM, largest=COMPOSITION_SIZE)
        ready = prepare(
            image.pixels, image.grey, image.spacing, spec, region=image.region, once=image.once
        )
        if not ready.breast_confidence:
            return {}
        chance = self._compose(composition_input(ready.pixels), run)
        return dict(zip(_LETTERS, map(float, chance), strict=True))

    def try_out(self, run: Runner) -> None:
        """Run on black, one and three findings; NetworkError where outputs are not as needed."""
        for count in (1, 3):
            seen = np.zeros((count, PLANES, self._side, self._side), np.float32)
            self._judge(seen, np.zeros((count, FEATURES), np.float32), run)
        if self._composes:
            self._compose(np.zeros((1, 1, *COMPOSITION_SIZE), np.float32), run)

    def _seen(self, image: SeenView, mark: RawMark) -> tuple[Tensor, Tensor]:
        """Planes and features of one finding."""
        seen = Cuttable.of(image.pixels, image.grey, image.spacing)
        inside = _inside(image, mark)
        shown = cuts(seen, mark.box, mark.kind, self._side, (inside,))
        told = features(seen, mark.kind, inside)
        return planes(shown, longest_mm(mark.box, seen.mm), mark.kind), told

    def _judged(self, outputs: Tensors, row: int, kind: FindingKind) -> Judged:
        log_odds = float(outputs[MALIGNANCY][row])
        scale = float(outputs[BIRADS][row]) if BIRADS in outputs else None
        chance = self._calibration.probability(log_odds, scale)
        terms = []
        for name, axis in AXES.items():
            if name in outputs and axis in _ASKED[kind]:
                best = int(outputs[name][row].argmax())
                if outputs[name][row][best] >= self._sure:
                    terms.append((axis, FIFTH_EDITION.terms[axis][best].code))
        assessment: Assessment = self._calibration.category(chance, scale)
        return Judged(chance, assessment, Descriptors(Edition.FIFTH, tuple(terms)))

    def _judge(self, seen: Tensor, measured: Tensor, run: Runner) -> Tensors:
        """Outputs by name, each with a row a finding."""
        feeds = {self._inputs.name: seen, MEASURED: measured}
        outputs = run.run(self._package, feeds, JUDGE_FILE)
        shapes = {name: (len(seen),) for name in (MALIGNANCY, BIRADS)}
        wanted = shapes | {
            name: (len(seen), len(FIFTH_EDITION.terms[axis])) for name, axis in AXES.items()
        }
        for name in sorted(self._told):
            self._check(JUDGE_FILE, outputs, name, wanted[name])
            if name != MALIGNANCY:
                self._check_share(JUDGE_FILE, outputs[name], name)
        return {name: outputs[name] for name in self._told}

    def _compose(self, seen: Tensor, run: Runner) -> Tensor:
        outputs = run.run(self._package, {"image": seen}, COMPOSITION_FILE)
        self._check(COMPOSITION_FILE, outputs, COMPOSITION, (1, len(_LETTERS)))
        self._check_share(COMPOSITION_FILE, outputs[COMPOSITION], COMPOSITION)
        chance: Tensor = outputs[COMPOSITION][0]
        return chance

    def _check(self, file: str, outputs: Tensors, name: str, shape: tuple[int, ...]) -> None:
        where = str(self._package.network(file))
        if name not in outputs:
            raise NetworkError(f"gives no {name}", where=where)
        found = outputs[name]
        if found.shape != shape or found.dtype.kind != "f":
            raise NetworkError(
                f"gave {name} of shape {found.shape} as {found.dtype}, not {shape}", where=where
            )
        if not np.isfinite(found).all():
            raise NetworkError("gave numbers that are none (NaN or infinity)", where=where)

    def _check_share(self, file: str, found: Tensor, name: str) -> None:
        if found.size and not (found.min() >= 0 and found.max() <= 1 + 1e-5):  # rounding
            where = str(self._package.network(file))
            raise NetworkError(f"gave {name} outside 0 to 1", where=where)


def _inside(image: SeenView, mark: RawMark) -> RleMask | None:
    """As ``inside_mark``; a contour network may have made it already."""
    if mark.mask is not None or mark.contour is None:
        return mark.mask
    size = ImageSize(*image.pixels.shape)
    return image.once(inside_key(mark.contour.points), lambda: inside_mark(mark, size))


def inside_mark(mark: RawMark, size: ImageSize) -> RleMask | None:
    """A mark's mask, or the inside of its contour; ``None`` where it has neither."""
    if mark.mask is not None or mark.contour is None:
        return mark.mask
    return inside_of(np.array([(one.x, one.y) for one in mark.contour.points]), size)
