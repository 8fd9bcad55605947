"""A data set in a folder: which images there are, what is odd about them, and their pixels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from domain.errors import BadInputError
from domain.geometry import Box, ImageSize, PixelSpacing
from domain.study import ImageRef
from training.data.sample import Sample, SampleInfo, TrueFinding
from training.data.sets.images import read_image


@dataclass(frozen=True)
class Oddity:
    """Something missing or odd. what: its sort, the same words each time. where: file, row or
    image, below the set's folder. detail: what was done about it, or more of what was found.
    """

    what: str
    where: str
    detail: str = ""


@dataclass(frozen=True)
class Entry:
    """One image. spacing: as the set tells it, ``None`` where the file itself does. rejected:
    marks of a model that a reader threw out.
    """

    info: SampleInfo
    ref: ImageRef
    size: ImageSize
    spacing: PixelSpacing | None = None
    rejected: tuple[TrueFinding, ...] = ()


@dataclass(frozen=True)
class Listing:
    """All that a folder holds, images in a fixed order."""

    entries: tuple[Entry, ...]
    oddities: tuple[Oddity, ...] = ()


@dataclass
class Notes:
    """Collects oddities while a folder is read. folder: what places are told below of."""

    folder: Path
    oddities: list[Oddity] = field(default_factory=list)

    def odd(self, what: str, where: Path | str, detail: str = "") -> None:
        """Note one."""
        place = self.below(where) if isinstance(where, Path) else where
        self.oddities.append(Oddity(what, place, detail))

    def below(self, path: Path) -> str:
        """A path as it is told: below the folder, with slashes."""
        within = path.is_relative_to(self.folder)
        return (path.relative_to(self.folder) if within else path).as_posix()

    def inside(self, box: Box, size: ImageSize, where: str) -> Box | None:
        """The part of a box that lies on the image; ``None``, noted, where that has no area."""
        if box.area <= 0:
            self.odd("box of zero area", where, "left out")
            return None
        left, top = max(box.left, -0.5), max(box.top, -0.5)
        right, bottom = min(box.right, size.columns - 0.5), min(box.bottom, size.rows - 0.5)
        if left >= right or top >= bottom:
            self.odd("box outside the image", where, "left out")
            return None
        cut = Box(left, top, right, bottom)
        if cut != box:
            self.odd("box reaches beyond the image", where, "cut")
        return cut


@dataclass(frozen=True)
class Layout:
    """How one data set lies on disk. key: for programs; title: for people, with its terms.

    fits: whether a folder looks like it, quickly. read: lists it; raises BadInputError where
    what everything hangs on is missing or broken. hint: what a folder must hold to be known.
    """

    key: str
    title: str
    hint: str
    fits: Callable[[Path], bool]
    read: Callable[[Path], Listing]


@dataclass(frozen=True)
class FolderSet:
    """A data set in a folder; a ``DataSet``. It is listed once, when it is first asked."""

    folder: Path
    layout: Layout

    @property
    def name(self) -> str:
        """What it is, with the terms it stands under."""
        return self.layout.title

    @cached_property
    def listing(self) -> Listing:
        """What the folder holds. Raises BadInputError."""
        return self.layout.read(self.folder)

    @cached_property
    def _by_name(self) -> Mapping[str, Entry]:
        return MappingProxyType({one.info.name: one for one in self.listing.entries})

    def infos(self) -> Sequence[SampleInfo]:
        """Of all images that can be used. Raises BadInputError where there are none."""
        found = [one.info for one in self.listing.entries]
        if not found:
            odd = self.listing.oddities
            why = f", first: {odd[0].what} ({odd[0].where})" if odd else ""
            raise BadInputError(
                f"holds no image that can be used{why}",
                where=str(self.folder),
                remedy="fourview data check tells what is missing",
            )
        return found

    def open(self, info: SampleInfo) -> Sample:
        """Read one image."""
        entry = self._entry(info)
        found = read_image(entry.ref)
        if found.pixels.shape != entry.size.shape:
            rows, columns = found.pixels.shape
            raise BadInputError(
                f"is {rows}x{columns}, but {entry.size.rows}x{entry.size.columns} was told",
                where=entry.ref.where,
                remedy="Use the images in the size that the set's tables are made for",
            )
        return Sample(entry.info, found.pixels, found.grey, entry.spacing or found.spacing)

    def rejected(self, info: SampleInfo) -> tuple[TrueFinding, ...]:
        """Marks of a model on this image that a reader threw out: hard negatives."""
        return self._entry(info).rejected

    def __getstate__(self) -> dict[str, object]:
        """Listed anew in another process: the view of a dictionary does not travel."""
        return {"folder": self.folder, "layout": self.layout}

    def _entry(self, info: SampleInfo) -> Entry:
        if info.name not in self._by_name:
            raise BadInputError(f"no image {info.name!r} is in this set", where=str(self.folder))
        return self._by_name[info.name]
