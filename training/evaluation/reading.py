"""A package's marks on samples, by the systems and the runtime that the reader uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from domain.geometry import ImageSize
from imaging.anatomy.breast import find_breast
from imaging.grey.tissue import padding_mask, tissue_values
from inference.backends.choice import choose_provider
from inference.backends.pool import SessionPool
from inference.packages.manifest import Stage
from inference.packages.package import ModelPackage
from inference.pipeline.fusion import suppress
from inference.systems.known import make_calcifier, make_detector
from inference.systems.system import RawMark, Runner, SeenView
from training.baselines.kept import FloorKeeper, FloorMarks
from training.baselines.shown import pixel_mm, shown_sample
from training.data.sample import DataSet, Sample, SampleInfo
from training.evaluation.places import Place, place_map
from training.metrics.froc import Mark

Marker = Callable[[SeenView], tuple[RawMark, ...]]
Step = Callable[[], None]


@dataclass(frozen=True)
class ReadImage:
    """One image with a package's marks on it, surest first, and the floor's by variant.

    pixel_mm: side of a pixel, assumed where the spacing is unknown. places: of each mark. shares:
    of the breast's area by place.
    """

    info: SampleInfo
    size: ImageSize
    pixel_mm: float
    marks: tuple[Mark, ...]
    places: tuple[Place, ...]
    shares: Mapping[Place, float]
    floor: FloorMarks = field(default_factory=dict, repr=False)


def open_runner(device: str = "auto") -> Runner:
    """What runs networks, as in the reader. device: one of ``WISHES``."""
    return SessionPool(choose_provider(device)).runner()


def seen(sample: Sample) -> SeenView:
    """A sample as the pipeline hands a view to systems."""
    tissue = tissue_values(sample.grey, sample.pixels)
    padding = None if sample.grey.padding is None else padding_mask(sample.grey, sample.pixels)
    region = find_breast(tissue, padding)
    return SeenView(sample.pixels, sample.grey, sample.spacing, region)


def marker(package: ModelPackage, run: Runner) -> Marker:
    """What marks a view: the system that the package names, its doubles suppressed as in the
    reader. Raises PackageError where the package lacks what it needs.
    """
    if package.manifest.stage is Stage.CALCIFY:
        calcifier = make_calcifier(package)
        return lambda view: calcifier.calcify(view, run)
    detector = make_detector(package)
    return lambda view: suppress(detector.detect(view, run))


def read_images(
    marks: Marker,
    data: DataSet,
    infos: Sequence[SampleInfo],
    floor: FloorKeeper | None = None,
    step: Step = lambda: None,
) -> Iterator[ReadImage]:
    """Each image with its marks. floor: whose marks come along. step: called after each image."""
    for info in infos:
        yield read_image(marks, data.open(info), floor)
        step()


def read_image(marks: Marker, sample: Sample, floor: FloorKeeper | None = None) -> ReadImage:
    """One sample with its marks."""
    found = sorted(marks(seen(sample)), key=lambda mark: -mark.score)
    own = tuple(Mark(mark.score, mark.box, mark.mask) for mark in found)
    where = place_map(shown_sample(sample))
    return ReadImage(
        sample.info,
        sample.size,
        pixel_mm(sample.spacing, sample.size),
        own,
        where.of(own),
        where.shares(),
        floor.marks(sample) if floor else {},
    )
