"""YOLO: a text file an image, a line a finding, positions as shares of the image.

Layout of Ultralytics' data sets: ``data.yaml``, ``labels/NAME.txt``, ``images/NAME.png``. A line is
``class x y width height`` (middle of the box), or ``class x1 y1 x2 y2 ...`` for outlines.
``images.csv`` says which image a name stands for, as YOLO itself has no place for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from annotations.exchange.aspects import losses, standing, told
from annotations.exchange.format import (
    Aspect,
    Loss,
    Pictures,
    bad,
    size_known,
)
from annotations.exchange.neutral import Exchange, ExchangeImage
from annotations.exchange.plain.cells import read_table, write_table
from annotations.exchange.plain.images_table import (
    COLUMNS,
    by_file_name,
    image_of,
    image_record,
    studies_of,
)
from annotations.exchange.plain.picture_files import write_pictures
from annotations.exchange.plain.record import (
    Gathering,
    contour_of_numbers,
    foreign_finding,
    kind_of,
)
from annotations.shapes.contours import bounds_of
from annotations.shapes.outlines import outline_of
from domain.finding import Finding, FindingKind, Geometry
from domain.geometry import Box

INDEX = "images.csv"
DATA = "data.yaml"
PROGRAM = "imported YOLO"
_KINDS = tuple(FindingKind)
_BOXES = frozenset({Aspect.BOX, Aspect.KIND, Aspect.SILENT})
_OUTLINES = frozenset({Aspect.CONTOUR, Aspect.KIND, Aspect.SILENT})
_DIGITS = 12


class Yolo:
    """``yolo`` writes boxes, ``yolo-polygon`` outlines."""

    needs_study = False

    def __init__(self, *, polygons: bool) -> None:
        """polygons: whether outlines are written rather than boxes."""
        self.name = "yolo-polygon" if polygons else "yolo"
        self._polygons = polygons

    def write(
        self, exchange: Exchange, folder: Path, pictures: Pictures | None = None
    ) -> tuple[Loss, ...]:
        """Write labels, ``data.yaml`` and ``images.csv``, and pictures where they are given."""
        lines: dict[str, list[str]] = {one.uid: [] for one in exchange.images}
        counts: dict[Aspect, int] = {}
        for reading, finding in exchange.marks():
            if not standing(reading, finding):
                continue
            for geometry in finding.geometries:
                uid = geometry.sop_instance_uid
                image = size_known(exchange.image.get(uid), uid)
                written = [
                    _line(finding.kind, numbers) for numbers in self._numbers(geometry, image)
                ]
                lines[uid] += written
                counts[Aspect.DIGITS] = counts.get(Aspect.DIGITS, 0) + bool(written)
                if len(written) != 1:
                    lost = Aspect.HOLES if written else Aspect.UNDRAWN
                    counts[lost] = counts.get(lost, 0) + 1
        (folder / "labels").mkdir()
        for uid, told_lines in lines.items():
            text = "".join(f"{line}\n" for line in told_lines)
            (folder / "labels" / f"{exchange.image[uid].stem}.txt").write_text(text, "utf-8")
        write_pictures(exchange, folder, pictures)
        (folder / DATA).write_text(_data(), encoding="utf-8")
        write_table(folder / INDEX, COLUMNS, (image_record(one) for one in exchange.images))
        lost_here = losses(exchange, _OUTLINES if self._polygons else _BOXES, standing)
        return (*lost_here, *told(counts.items()))

    def read(self, path: Path, known: Exchange) -> Exchange:
        """Read a data set's folder, or one of labels alone. Raises ExchangeError."""
        kinds = _kinds(path / DATA)
        listed = _index(path / INDEX)
        labels = path / "labels" if (path / "labels").is_dir() else path
        images: dict[str, ExchangeImage] = dict(listed)
        gathering = Gathering(str(path))
        files = sorted(labels.rglob("*.txt"))
        if not files:
            raise bad("holds no label files", path, "Give the folder above labels/")
        for file in files:
            image = by_file_name(known, file.stem) or listed.get(file.stem)
            if image is None:
                raise bad(
                    f"no image is known by the name {file.stem}",
                    file,
                    "Give the images with --images",
                )
            images[file.stem] = image
            for number, line in enumerate(_text(file).splitlines(), 1):
                if line.strip():
                    made = _read_line(line, kinds, image, (file, number))
                    name = f"{image.uid} {number}"
                    make = partial(_made, made[0], name)
                    gathering.add((image.study_uid, ""), name, made[1], make)
        found = tuple(images.values())
        return Exchange(studies_of(found, known), found, gathering.readings())

    def _numbers(self, geometry: Geometry, image: ExchangeImage) -> Iterator[list[float]]:
        rows, columns = image.size.shape
        if not self._polygons:
            around = geometry.box or bounds_of(geometry)
            if around is not None and (geometry.box or geometry.point is None):
                middle = around.centre
                yield [
                    (middle.x + 0.5) / columns,
                    (middle.y + 0.5) / rows,
                    around.width / columns,
                    around.height / rows,
                ]
            return
        outlines: Sequence[Sequence[object]] = ()
        if geometry.contour is not None:
            outlines = (geometry.contour.points,)
        elif geometry.mask is not None:
            outlines = outline_of(geometry.mask)
        for points in outlines:
            yield [
                share
                for point in points
                for share in ((point.x + 0.5) / columns, (point.y + 0.5) / rows)  # type: ignore[attr-defined]
            ]


def _line(kind: FindingKind, numbers: Sequence[float]) -> str:
    shares = " ".join(f"{number:.{_DIGITS}g}" for number in numbers)
    return f"{_KINDS.index(kind)} {shares}"


def _data() -> str:
    names = "".join(f"  {number}: {kind.value}\n" for number, kind in enumerate(_KINDS))
    return f"path: .\ntrain: images\nval: images\nnames:\n{names}"


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise bad(f"can't be read ({error})", file) from error


def _kinds(file: Path) -> Mapping[int, FindingKind]:
    """Kinds by class number: from ``names`` as ``0: mass`` a line, or ``[mass, ...]``."""
    if not file.is_file():
        raise bad("is missing, so that class numbers have no names", file)
    text = _text(file)
    listed = re.search(r"^names:\s*\[([^\]]*)\]", text, re.MULTILINE)
    names = (
        {number: one.strip(" '\"") for number, one in enumerate(listed[1].split(","))}
        if listed
        else {
            int(number): name.strip(" '\"")
            for number, name in re.findall(r"^\s+(\d+)\s*:\s*(.+?)\s*$", text, re.MULTILINE)
        }
    )
    kinds: dict[int, FindingKind] = {}
    for number, name in names.items():
        kind = kind_of(name)
        if kind is None:
            raise bad(
                f"the class {name!r} is not known here",
                file,
                f"Rename it to one of: {', '.join(one.value for one in FindingKind)}",
            )
        kinds[number] = kind
    if not kinds:
        raise bad("names no classes", file)
    return kinds


def _index(file: Path) -> dict[str, ExchangeImage]:
    if not file.is_file():
        return {}
    images = (
        image_of(row, str(file), f"line {number}") for number, row in enumerate(read_table(file), 2)
    )
    return {one.stem: one for one in images}


def _read_line(
    line: str, kinds: Mapping[int, FindingKind], image: ExchangeImage, place: tuple[Path, int]
) -> tuple[FindingKind, Geometry]:
    file, number = place
    first, *rest = line.split()
    try:
        return kinds[int(first)], _geometry([float(one) for one in rest], image)
    except KeyError as error:
        raise bad(f"line {number}: no class has the number {first}", file) from error
    except ValueError as error:
        raise bad(f"line {number}: {error}", file) from error


def _made(kind: FindingKind, name: str, places: Sequence[Geometry]) -> Finding:
    return foreign_finding(kind, places[0], PROGRAM, name)


def _geometry(shares: Sequence[float], image: ExchangeImage) -> Geometry:
    rows, columns = image.size.shape
    if any(not -1e-6 <= one <= 1 + 1e-6 for one in shares):
        raise ValueError("a position is outside the image (shares run from 0 to 1)")
    if len(shares) == 4:
        x, y = shares[0] * columns - 0.5, shares[1] * rows - 0.5
        width, height = shares[2] * columns, shares[3] * rows
        box = Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        return Geometry(image.uid, box=box)
    numbers = [one * (rows if place % 2 else columns) - 0.5 for place, one in enumerate(shares)]
    return Geometry(image.uid, contour=contour_of_numbers(numbers))
