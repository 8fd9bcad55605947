"""A sheet of small mammograms: twelve phantoms of all densities, beside real ones or alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.phantom.phantoms import NETWORK_SIZE
from benchmarks.phantom.real import cesm_images, ge_view, spread_sample
from domain.laterality import Laterality
from domain.side import Side
from domain.view_position import ViewPosition
from phantom.recipe import Composition, Exposure, StudyRecipe
from phantom.studies.generate import generate_study
from training.baselines.shown import ShownView, shown_phantom

WIDTH = 2000
_REAL_IMAGES = 8
_GAP, _CAPTION = 6, 22
_UNITS = ("ge", "hologic", "siemens")

Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Tile:
    """One picture of the sheet. picture: uint8 (rows, columns), air black around the breast."""

    name: str
    picture: Grey = field(repr=False)


def montage(first_seed: int, *, real: bool = True, blind: bool = False) -> tuple[Grey, list[str]]:
    """The sheet, about ``WIDTH`` wide, and the tiles' names in reading order.

    real: beside the GE image and eight of cesm-dm, as far as they are there: such a sheet must not
    leave this computer. blind: shuffled and without captions, to be told apart by eye.
    """
    tiles = [_tile(view) for view in phantom_views(first_seed)]
    theirs = [_tile(view) for view in real_views()] if real else []
    if blind:
        tiles += theirs
        order = np.random.default_rng(first_seed).permutation(len(tiles))
        tiles = [tiles[at] for at in order]
        return sheet(tiles, _columns(len(tiles)), captions=False), [tile.name for tile in tiles]
    if not theirs:
        return sheet(tiles, 6, captions=True), [tile.name for tile in tiles]
    rows = 3
    # Phantoms at the left, one column a density; real ones in the columns at the right.
    left = [tiles[column * rows + row] for row in range(rows) for column in range(4)]
    right = [theirs[row::rows] for row in range(rows)]
    mixed = [tile for row in range(rows) for tile in (*left[row * 4 : row * 4 + 4], *right[row])]
    return sheet(mixed, len(mixed) // rows, captions=True), [tile.name for tile in mixed]


def phantom_views(first_seed: int) -> Iterator[ShownView]:
    """Three of each density, a to d, CC and MLO, left and right, of several makes."""
    for number in range(12):
        density = tuple(Composition)[number // 3]
        side = (Laterality.RIGHT, Laterality.LEFT)[number % 2]
        position = (ViewPosition.CC, ViewPosition.MLO)[(number // 3 + number) % 2]
        recipe = StudyRecipe(
            first_seed + number,
            density=density,
            exposures=(Exposure(side, position),),
            unit=_UNITS[number % 3],
            size=NETWORK_SIZE,
        )
        yield from map(shown_phantom, generate_study(recipe))


def real_views() -> Iterator[ShownView]:
    """The GE image and eight of cesm-dm, evenly over densities; what there is of them."""
    ge = ge_view(NETWORK_SIZE.rows)
    if ge is not None:
        yield ge
    yield from (image.view() for image in spread_sample(cesm_images(), _REAL_IMAGES))


def _tile(view: ShownView) -> Tile:
    """The picture cut to the breast's height and its own chest wall, so that none looks empty."""
    rows, columns = (np.flatnonzero(view.inside.any(axis=axis)) for axis in (1, 0))
    grey = np.rint(np.clip(view.picture, 0, 1) * 255).astype(np.uint8)
    if not rows.size:
        return Tile(view.name, grey)
    margin = round(0.04 * (rows[-1] - rows[0] + 1))
    top, bottom = max(0, rows[0] - margin), rows[-1] + margin + 1
    left, right = max(0, columns[0] - margin), columns[-1] + margin + 1
    if view.chest_wall is Side.LEFT:
        left = columns[0]
    elif view.chest_wall is Side.RIGHT:
        right = columns[-1] + 1
    return Tile(view.name, grey[top:bottom, left:right])


def _columns(tiles: int) -> int:
    return max(6, -(-tiles // 3))


def sheet(tiles: Sequence[Tile], columns: int, *, captions: bool) -> Grey:
    """Tiles in reading order on black, all in cells of the same size, chest walls as they lie."""
    across = WIDTH // columns
    down = round(across * 1.35) + (_CAPTION if captions else 0)
    rows = -(-len(tiles) // columns)
    plate = np.zeros((rows * down, columns * across), np.uint8)
    waiting = iter(tiles)
    for row in range(rows):
        for column, tile in enumerate(islice(waiting, columns)):
            cell = plate[row * down : (row + 1) * down, column * across : (column + 1) * across]
            _fill(cell, tile, captions)
    return plate


def _fill(cell: Grey, tile: Tile, captions: bool) -> None:
    height = cell.shape[0] - _GAP - (_CAPTION if captions else 0)
    width = cell.shape[1] - _GAP
    rows, columns = tile.picture.shape
    factor = min(height / rows, width / columns)
    size = (max(1, round(columns * factor)), max(1, round(rows * factor)))
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    small = cv2.resize(tile.picture, size, interpolation=method)
    left = (width - size[0]) // 2
    cell[: size[1], left : left + size[0]] = small
    if captions:
        at = (6, cell.shape[0] - 8)
        cv2.putText(cell, tile.name, at, cv2.FONT_HERSHEY_SIMPLEX, 0.5, 170, 1, cv2.LINE_AA)


def write_montage(
    path: Path, first_seed: int, *, real: bool = True, blind: bool = False
) -> list[str]:
    """Write the sheet as PNG and return the tiles' names. OSError where it can't be written."""
    picture, names = montage(first_seed, real=real, blind=blind)
    encoded = cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])[1]
    path.write_bytes(encoded.tobytes())
    return names
