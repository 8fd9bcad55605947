"""Compressed frames: their fragments in the file, and those decoded into pixel values."""

from __future__ import annotations

from domain.errors import PixelDataError
from domain.study import Flag
from imaging.codec.codecs import FrameShape, decode_frame
from imaging.codec.codestream import CodestreamError
from imaging.frame.frame_file import PIXEL_DATA, PixelFile
from imaging.frame.frame_header import PixelFormat
from imaging.frame.frame_index import index_frames
from imaging.frame.frame_values import decoded_values
from imaging.raster import StoredPixels
from imaging.source.shared_stream import SharedStream

_JPEG_2000_TRANSFORMS = frozenset({"YBR_ICT", "YBR_RCT"})  # undone by the decoder, PS3.5 8.2.4


class CompressedFrames:
    """The frames of an encapsulated image; ``flags`` say what is odd about their storage."""

    def __init__(self, file: PixelFile, pixels: PixelFormat, where: str) -> None:
        """Find every frame's fragments; PixelDataError where any is cut short or missing."""
        self._frames, self.flags = index_frames(file, pixels.frames, where)
        self._stream = SharedStream(file.stream)
        self._syntax = file.syntax
        self._pixels = pixels
        self._where = where
        photometric = pixels.photometric
        ybr = "YBR" in photometric and photometric not in _JPEG_2000_TRANSFORMS
        self._shape = FrameShape(pixels.rows, pixels.columns, pixels.samples, pixels.allocated, ybr)

    def values(self, index: int) -> tuple[StoredPixels, tuple[Flag, ...]]:
        """Stored values of one frame; only its own fragments are read."""
        parts = [self._stream.bytes_at(span.start, span.length) for span in self._frames[index]]
        data = parts[0] if len(parts) == 1 else b"".join(parts)
        try:
            decoded = decode_frame(data, self._syntax, self._shape)
        except CodestreamError as error:
            raise PixelDataError(
                f"frame {index + 1} can't be decoded: {error}",
                where=self._where,
                tag=PIXEL_DATA,
                remedy="Copy or export the file again",
            ) from error
        return decoded_values(decoded, self._pixels, self._syntax)
