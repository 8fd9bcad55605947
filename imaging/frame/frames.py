"""Reads the frames of a DICOM image, one at a time, without loading the others."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import BinaryIO
from zipfile import BadZipFile

from pydicom.dataset import Dataset

from domain.errors import PixelDataError, UnreadableFileError
from domain.study import Flag, ImageRef
from imaging.attributes.tags import label_of
from imaging.codec.codecs import NATIVE_SYNTAXES, require_codec
from imaging.frame.frame_compressed import CompressedFrames
from imaging.frame.frame_file import read_to_pixels
from imaging.frame.frame_header import read_pixel_format
from imaging.frame.frame_native import NativeFrames
from imaging.raster import Raster
from imaging.source.opening import open_ref


class FrameReader:
    """An open DICOM image; its frames may be read from several threads at once."""

    def __init__(self, stream: BinaryIO, where: str) -> None:
        """Read the header and find every frame; no pixel is read yet.

        stream: seekable, at its start; it belongs to the reader from now on. Raises as ``open``.
        """
        self._where = where
        self._stream = stream
        self._lock = threading.Lock()
        with _told_apart(where):
            self._file = read_to_pixels(stream, where)
            require_codec(self._file.syntax, where)
            self._pixels, flags = read_pixel_format(self._file.header, where)
            native = self._file.syntax in NATIVE_SYNTAXES
            kind = NativeFrames if native else CompressedFrames
            self._frames: NativeFrames | CompressedFrames = kind(self._file, self._pixels, where)
        self._flags = dict.fromkeys(flags + self._frames.flags)

    @classmethod
    def open(cls, ref: ImageRef) -> FrameReader:
        """Open an image and compare its header with what the file holds.

        Raises UnreadableFileError, ForeignFileError (no DICOM image), HeaderError (the
        attribute is named), PixelDataError (cut short, too few frames, pixels of another kind)
        or UnsupportedSyntaxError.
        """
        stream = open_ref(ref)
        try:
            return cls(stream, ref.where)
        except BaseException:
            stream.close()
            raise

    def __enter__(self) -> FrameReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the header and the rasters read so far stay usable."""
        self._file.stream.close()
        self._stream.close()

    @property
    def header(self) -> Dataset:
        """All attributes before Pixel Data, with ``file_meta``."""
        return self._file.header

    @property
    def syntax(self) -> str:
        """Transfer syntax UID."""
        return self._file.syntax

    @property
    def frame_count(self) -> int:
        """How many frames can be read, at least 1."""
        return self._pixels.frames

    @property
    def flags(self) -> tuple[Flag, ...]:
        """What is odd about the pixels; reading a frame may add to it."""
        with self._lock:
            return tuple(self._flags)

    def read(self, index: int = 0) -> Raster:
        """Decode one frame, and read no other. index: from 0.

        Raises PixelDataError where the frame is damaged, cut short, of another size than the
        header says, or not there; UnreadableFileError where the system refuses.
        """
        if not 0 <= index < self.frame_count:
            raise PixelDataError(
                f"there is no frame {index + 1}, only {self.frame_count}",
                where=self._where,
                tag=label_of("NumberOfFrames"),
            )
        with _told_apart(self._where):
            values, flags = self._frames.values(index)
        if flags:
            with self._lock:
                self._flags.update(dict.fromkeys(flags))
        values.setflags(write=False)
        return Raster(values, index)


@contextmanager
def _told_apart(where: str) -> Iterator[None]:
    """Turn what the system and zip members raise while reading into our errors."""
    try:
        yield
    except OSError as error:
        raise UnreadableFileError(f"can't be read ({error.strerror})", where=where) from error
    except (BadZipFile, EOFError, zlib.error) as error:
        raise UnreadableFileError("is damaged inside its archive", where=where) from error
    except MemoryError:
        raise PixelDataError("there is not enough memory for this image", where=where) from None
