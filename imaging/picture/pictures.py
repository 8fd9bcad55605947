"""Opens mammograms that come as plain pictures: PNG, JPEG and TIFF of 8 or 16 bits."""

from __future__ import annotations

import io
from collections.abc import Iterator
from importlib import import_module
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from domain.errors import PixelDataError
from domain.geometry import ImageSize
from domain.laterality import Laterality
from domain.study import Flag, ImageKind, ImageRef, PresentationIntent, Reason, View
from imaging.picture.picture_format import PICTURE_SUFFIXES, PictureFormat
from imaging.picture.picture_header import read_picture_format
from imaging.picture.picture_names import PictureName, read_name
from imaging.picture.picture_sidecars import Opener, entry_beside, split_ref
from imaging.picture.sidecar import SidecarEntry
from imaging.raster import Raster
from imaging.source.opening import open_ref

_MOST_BYTES = 2 << 30
_REMEDY = "Copy or export the file again"
_DECODERS = {"PNG": "png_decode", "JPEG": "jpeg8_decode", "TIFF": "tiff_decode"}
_LUMINANCE = np.array([4899, 9617, 1868], np.uint32)  # 0.299, 0.587 and 0.114 in parts of 1 << 14
_FILE_NAME = "file name"


def is_picture(ref: ImageRef) -> bool:
    """Whether a reference names a plain picture, by the ending of its name."""
    name = (ref.member or ref.path).lower()
    return name.endswith(tuple(PICTURE_SUFFIXES))


def read_picture(ref: ImageRef) -> Raster:
    """Decode a picture to grey.

    Values are the picture's own, 0 to 255 or 0 to 65535, bright for dense: those of pictures
    that say of themselves or in a sidecar that white is zero are inverted. Colours become
    luminance (ITU-R BT.601), alpha is left out. Raises UnreadableFileError, ForeignFileError,
    HeaderError or PixelDataError.
    """
    with open_ref(ref) as stream:
        found = read_picture_format(stream, ref.where)
        values = _grey(_decode(stream, found, ref.where), found, ref.where)
    entry = entry_beside(ref)
    if found.white_is_zero or (entry is not None and entry.inverted):
        values = np.iinfo(values.dtype).max - values
    pixels = np.ascontiguousarray(values, np.uint16)
    pixels.setflags(write=False)
    return Raster(pixels)


def _decode(stream: BinaryIO, found: PictureFormat, where: str) -> npt.NDArray[Any]:
    if stream.seek(0, io.SEEK_END) > _MOST_BYTES:
        raise PixelDataError("the picture's file is too large", where=where)
    stream.seek(0)
    try:
        # Loaded only here: scanning folders of DICOM files needs no codec.
        decode = getattr(import_module("imagecodecs"), _DECODERS[found.kind])
        values: npt.NDArray[Any] = decode(stream.read())
    except (RuntimeError, ValueError, TypeError, IndexError) as error:
        raise PixelDataError(
            f"the picture is damaged ({error})", where=where, remedy=_REMEDY
        ) from error
    except MemoryError:
        raise PixelDataError("there is not enough memory for this picture", where=where) from None
    return values


def _grey(values: npt.NDArray[Any], found: PictureFormat, where: str) -> npt.NDArray[Any]:
    size = (found.rows, found.columns)
    if values.shape[:2] != size and values.shape[1:] == size:
        values = np.moveaxis(values, 0, -1)  # TIFF's PlanarConfiguration 2
    if values.shape[:2] != size or values.dtype not in (np.uint8, np.uint16):
        raise PixelDataError(
            f"the picture decodes to {values.shape} {values.dtype}, its header says"
            f" {found.rows}x{found.columns}",
            where=where,
            remedy=_REMEDY,
        )
    if values.ndim == 2:
        return values
    if values.shape[2] < 3:
        return values[..., 0]
    weighted = values[..., :3].astype(np.uint32) @ _LUMINANCE
    return ((weighted + (1 << 13)) >> 14).astype(values.dtype)


def picture_view(
    ref: ImageRef, entry: SidecarEntry | None = None, opener: Opener = open_ref
) -> View:
    """Read a picture's header into a View; the pixels stay undecoded.

    entry: what a sidecar says; where it is silent the file name's words count. Spacing is
    unknown unless the sidecar gives it. opener: as ``open_ref``. Raises UnreadableFileError,
    ForeignFileError, HeaderError, or PixelDataError where the picture is cut short.
    """
    with opener(ref) as stream:
        found = read_picture_format(stream, ref.where)
    entry = entry or SidecarEntry(sidecar="")
    name = read_name(split_ref(ref)[1])
    return View(
        ref=ref,
        size=ImageSize(found.rows, found.columns),
        frames=1,
        kind=ImageKind.PICTURE,
        intent=PresentationIntent.UNSTATED,
        laterality=entry.laterality or name.laterality,
        position=entry.position or name.position,
        modifiers=entry.modifiers or name.modifiers,
        spacing=entry.spacing,
        bits_stored=found.bits,
        reasons=(Reason("picture", "file format", found.kind), *_reasons(ref, entry, name)),
        flags=_flags(found, entry, name),
    )


def _reasons(ref: ImageRef, entry: SidecarEntry, name: PictureName) -> Iterator[Reason]:
    stated = (_FILE_NAME, split_ref(ref)[1])
    side, view = entry.laterality or name.laterality, entry.position or name.position
    if side is not None:
        shown = "both breasts" if side is Laterality.BOTH else f"{side.name.lower()} breast"
        yield Reason(shown, *((entry.sidecar, side.value) if entry.laterality else stated))
    if view is not None:
        yield Reason(
            f"{view.value} view", *((entry.sidecar, view.value) if entry.position else stated)
        )
    if entry.spacing.row_mm is not None:
        lengths = f"{entry.spacing.row_mm:g} x {entry.spacing.column_mm:g}"
        yield Reason(f"{lengths} mm a pixel", entry.sidecar, lengths)


def _flags(found: PictureFormat, entry: SidecarEntry, name: PictureName) -> tuple[Flag, ...]:
    return (*_naming_flags(entry, name), *_format_flags(found))


def _naming_flags(entry: SidecarEntry, name: PictureName) -> Iterator[Flag]:
    for question, stated, read in (
        ("breast", entry.laterality, name.laterality),
        ("view", entry.position, name.position),
    ):
        if stated is None and read is None:
            yield Flag(f"Nothing says which {question} this is")
        elif stated is not None and read is not None and stated is not read:
            yield Flag(f"The sidecar says {stated.value}, the file name {read.value}", _FILE_NAME)
    if name.ambiguous:
        yield Flag("The file name names two sides or two views", _FILE_NAME)


def _format_flags(found: PictureFormat) -> Iterator[Flag]:
    if found.channels - found.alpha > 1:
        yield Flag("Colour picture, shown as grey")
    if found.alpha:
        yield Flag("The picture's transparency is left out")
    if found.pages > 1:
        yield Flag(f"Only the first of {found.pages} pages is shown")
