"""Decodes compressed frames through imagecodecs; registered with pydicom as plugin "fourview".

imagecodecs is 3 to 10 times faster than pydicom's other plugins and lets go of Python's global
lock while it works. HTJ2K goes through OpenJPEG rather than OpenJPH: imagecodecs' binding of the
latter prints a traceback and returns made-up pixels where the data are damaged.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.pixels.decoders.base import get_decoder

from domain.errors import UnsupportedSyntaxError
from imaging.codec.codestream import Codestream, CodestreamError, read_jpeg, read_jpeg2000
from imaging.codec.run_length import decode_run_lengths

if TYPE_CHECKING:
    from pydicom.pixels.decoders.base import Decoder, DecodeRunner

PLUGIN = "fourview"
REQUIREMENT = "imagecodecs>=2025.3.30"
_REMEDY = f"Run: pip install '{REQUIREMENT}'"

_JPEG, _JPEG_LS, _JPEG_2000, _RLE = "jpeg8", "jpegls", "jpeg2k", "dicomrle"
_CODECS: dict[str, str] = {
    uid.JPEGBaseline8Bit: _JPEG,
    uid.JPEGExtended12Bit: _JPEG,
    uid.JPEGLossless: _JPEG,
    uid.JPEGLosslessSV1: _JPEG,
    uid.JPEGLSLossless: _JPEG_LS,
    uid.JPEGLSNearLossless: _JPEG_LS,
    uid.JPEG2000Lossless: _JPEG_2000,
    uid.JPEG2000: _JPEG_2000,
    uid.HTJ2KLossless: _JPEG_2000,
    uid.HTJ2KLosslessRPCL: _JPEG_2000,
    uid.HTJ2K: _JPEG_2000,
    uid.RLELossless: _RLE,
}
_JPEG_2000_TRANSFORMS = ("YBR_ICT", "YBR_RCT")  # undone by the decoder, which gives RGB
NATIVE_SYNTAXES: tuple[str, ...] = (
    uid.ImplicitVRLittleEndian,
    uid.ExplicitVRLittleEndian,
    uid.DeflatedExplicitVRLittleEndian,
    uid.ExplicitVRBigEndian,
)
COMPRESSED_SYNTAXES: tuple[str, ...] = tuple(_CODECS)
DECODER_DEPENDENCIES = {uid.UID(syntax): (REQUIREMENT,) for syntax in _CODECS}

Coded = (
    npt.NDArray[np.uint8] | npt.NDArray[np.int8] | npt.NDArray[np.uint16] | npt.NDArray[np.int16]
)


@dataclass(frozen=True)
class CodecState:
    """Whether this installation can decode a transfer syntax.

    by: the library and its version. missing: what to install, empty where nothing is missing.
    """

    syntax: str
    uid: str
    available: bool
    by: str
    missing: str = ""


@dataclass(frozen=True)
class FrameShape:
    """What the DICOM header says of one frame.

    allocated: bits of a sample's cell, 8 or 16. ybr: whether colour is YCbCr rather than RGB,
    once JPEG 2000 has undone a transform of its own.
    """

    rows: int
    columns: int
    samples: int
    allocated: int
    ybr: bool = False


@dataclass(frozen=True, eq=False)
class Decoded:
    """A decoded frame.

    pixels: (rows, columns), or (rows, columns, samples) for colour, of 1 or 2 bytes a sample;
    values exactly as coded: nothing masked, sign-extended or moved to another colour space.
    ybr: whether colour is YCbCr; the codestream's own word counts more than the header's.
    own: the codestream's header, ``None`` for RLE.
    """

    pixels: Coded
    ybr: bool
    own: Codestream | None


def is_available(syntax: str) -> bool:
    """Whether the codec for a transfer syntax is installed; part of pydicom's plugin protocol."""
    return syntax in _CODECS and not _missing(_CODECS[syntax])


def _missing(codec: str) -> str:
    try:
        library = import_module("imagecodecs")
    except ImportError:
        return "imagecodecs is not installed"
    try:
        built = getattr(library, codec.upper()).available
    except (AttributeError, ImportError):
        built = False
    if not built:
        return f"the installed imagecodecs {library.__version__} lacks its {codec} codec"
    if codec == _JPEG and getattr(library.JPEG8, "legacy", False):
        return f"the installed imagecodecs {library.__version__} reads 8-bit JPEG only"
    return ""


def register() -> None:
    """Make pydicom's ``pixel_array`` use the same codecs; harmless when repeated."""
    for syntax in _CODECS:
        decoder = get_decoder(uid.UID(syntax))
        if PLUGIN not in decoder.available_plugins and not _known_unavailable(decoder):
            decoder.add_plugin(PLUGIN, (__name__, "_decode_frame"))


def _known_unavailable(decoder: Decoder) -> bool:
    return any(line.startswith(PLUGIN) for line in decoder.missing_dependencies)


def codec_report() -> tuple[CodecState, ...]:
    """Every transfer syntax Fourview knows and whether it can be decoded here."""
    return (*map(_native_state, NATIVE_SYNTAXES), *map(_compressed_state, COMPRESSED_SYNTAXES))


def _native_state(syntax: str) -> CodecState:
    return CodecState(uid.UID(syntax).name, syntax, available=True, by=f"numpy {np.__version__}")


def _compressed_state(syntax: str) -> CodecState:
    codec = _CODECS[syntax]
    missing = _missing(codec)
    version = getattr(sys.modules.get("imagecodecs"), "__version__", "")
    return CodecState(
        uid.UID(syntax).name,
        syntax,
        available=not missing,
        by="" if missing else f"imagecodecs {version} ({codec})",
        missing=f"{missing}. {_REMEDY}" if missing else "",
    )


def require_codec(syntax: str, where: str | None = None) -> None:
    """Raise UnsupportedSyntaxError where a transfer syntax is unknown or its codec missing.

    where: the file, for the message. Uncompressed syntaxes need no codec and pass.
    """
    if syntax in NATIVE_SYNTAXES:
        return
    name = uid.UID(syntax).name
    if syntax not in _CODECS:
        named = syntax if name == syntax else f"{name} ({syntax})"
        raise UnsupportedSyntaxError(
            f"there is no decoder for the transfer syntax {named}",
            where=where,
            tag="Transfer Syntax UID (0002,0010)",
            remedy="Export the image uncompressed or as JPEG Lossless",
        )
    if missing := _missing(_CODECS[syntax]):
        raise UnsupportedSyntaxError(
            f"{name} can't be decoded: {missing}", where=where, remedy=_REMEDY
        )


def decode_frame(data: bytes, syntax: str, shape: FrameShape) -> Decoded:
    """Decode one compressed frame.

    Raises CodestreamError where the frame is damaged, cut short, or of another size than shape
    says; UnsupportedSyntaxError where the codec is unknown or not installed.
    """
    require_codec(syntax)
    codec = _CODECS[syntax]
    if codec == _RLE:
        return Decoded(
            decode_run_lengths(
                data, (shape.samples, shape.rows, shape.columns), shape.allocated // 8
            ),
            shape.ybr,
            None,
        )
    own = _checked(read_jpeg2000(data) if codec == _JPEG_2000 else read_jpeg(data), shape)
    ybr = shape.ybr if own.ybr is None else own.ybr
    return Decoded(_decode_codestream(codec, data, own, ybr), ybr, own)


def _checked(own: Codestream, shape: FrameShape) -> Codestream:
    if (own.rows, own.columns) != (shape.rows, shape.columns):
        raise CodestreamError(
            f"the compressed image is {own.rows}x{own.columns} pixels,"
            f" the header says {shape.rows}x{shape.columns}"
        )
    if own.components != shape.samples:
        raise CodestreamError(
            f"the compressed image has {own.components} samples a pixel,"
            f" the header says {shape.samples}"
        )
    if not 2 <= own.precision <= shape.allocated:
        raise CodestreamError(
            f"the compressed image has {own.precision} bits a sample,"
            f" which do not fit the {shape.allocated} bits the header allocates"
        )
    if not own.complete:
        raise CodestreamError("the compressed image is cut short: its end marker is missing")
    return own


def _decode_codestream(codec: str, data: bytes, own: Codestream, ybr: bool) -> Coded:
    kind = ("i" if own.signed else "u") + ("1" if own.precision <= 8 else "2")
    size = (own.rows, own.columns) + ((own.components,) if own.components > 1 else ())
    options: dict[str, object] = {}
    if codec == _JPEG and own.components == 3:
        # The same space in and out: libjpeg would otherwise guess, and convert on its guess.
        space = "YCBCR" if ybr else "RGB"
        options = {"colorspace": space, "outcolorspace": space}
    # Given its memory, the codec refuses an image of another shape instead of allocating for it.
    out = np.empty(size, kind)
    decode = getattr(import_module("imagecodecs"), f"{codec}_decode")
    try:
        return cast("Coded", decode(data, out=out, **options))
    except (RuntimeError, ValueError, TypeError) as error:
        raise CodestreamError(f"the compressed image is damaged ({error})") from error


def _decode_frame(src: bytes, runner: DecodeRunner) -> bytearray:
    """Follow pydicom's plugin protocol: decode, and say what differs from the header."""
    photometric = runner.photometric_interpretation
    transformed = photometric in _JPEG_2000_TRANSFORMS
    shape = FrameShape(
        runner.rows,
        runner.columns,
        runner.samples_per_pixel,
        runner.bits_allocated,
        ybr="YBR" in photometric and not transformed,
    )
    pixels = decode_frame(src, runner.transfer_syntax, shape).pixels
    runner.set_option("bits_allocated", pixels.itemsize * 8)
    if shape.samples > 1:
        runner.set_option("planar_configuration", 0)
    if transformed:
        runner.set_option("photometric_interpretation", "RGB")
    return bytearray(pixels.tobytes())
