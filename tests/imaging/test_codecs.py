"""Every transfer syntax gives back the pixels that went in; damage is said, never drawn."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import imagecodecs
import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import uid
from pydicom.pixels.decoders.base import get_decoder

from domain.errors import UnsupportedSyntaxError
from imaging.codec import codecs, dicom_setup
from imaging.codec.codecs import FrameShape, codec_report, decode_frame, require_codec
from imaging.codec.codestream import CodestreamError
from tests.support.encoded import (
    COMPRESSED,
    DEPTHS,
    REFERENCES,
    SHAPES,
    Reference,
    bit_pattern,
    named,
    picture,
    stored,
)

dicom_setup.ensure()
LOSSLESS = [reference for reference in COMPRESSED if reference.error == 0]


def _decode(reference: Reference, pixels, bits: int, data: bytes | None = None):
    assert reference.encode is not None
    shape = FrameShape(*pixels.shape, samples=1, allocated=8 * pixels.itemsize)
    return decode_frame(data or reference.encode(pixels, bits), reference.syntax, shape)


@pytest.mark.parametrize("reference", COMPRESSED, ids=lambda reference: reference.name)
def test_a_codestream_decodes_to_the_bits_that_went_in(reference: Reference) -> None:
    for bits in reference.depths:
        for shape in SHAPES:
            pixels = picture(shape, bits)
            decoded = _decode(reference, pixels, bits).pixels
            error = np.abs(decoded.astype(int) - pixels.astype(int)).max()
            assert error <= reference.error, f"{bits} bits, {shape}: off by {error}"


@settings(max_examples=60, deadline=None)
@given(
    reference=st.sampled_from(LOSSLESS),
    bits=st.sampled_from(DEPTHS),
    rows=st.integers(1, 40),
    columns=st.integers(1, 40),
    seed=st.integers(0, 2**32 - 1),
)
def test_lossless_codecs_lose_nothing_of_any_noise(
    reference: Reference, bits: int, rows: int, columns: int, seed: int
) -> None:
    bits = bits if bits in reference.depths else 12
    noise = np.random.default_rng(seed).integers(0, 1 << bits, (rows, columns))
    pixels = noise.astype(np.uint8 if bits <= 8 else np.uint16)
    assert np.array_equal(_decode(reference, pixels, bits).pixels, pixels)


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: reference.name)
def test_pydicom_reads_the_same_pixels_through_our_plugin(
    reference: Reference, tmp_path: Path
) -> None:
    bits = 12 if 12 in reference.depths else 8
    pixels = picture((33, 47), bits)
    ref = stored(tmp_path, pixels, reference, bits)
    decoded = pydicom.dcmread(ref.path).pixel_array
    assert np.abs(decoded.astype(int) - pixels.astype(int)).max() <= reference.error


def test_our_plugin_agrees_with_pydicoms_own_run_length_decoder(tmp_path: Path) -> None:
    ref = stored(tmp_path, picture((33, 47), 14), named("RLE"), 14)
    ds = pydicom.dcmread(ref.path)
    decoder = get_decoder(uid.RLELossless)
    theirs, _ = decoder.as_array(ds, decoding_plugin="pydicom")
    ours, _ = decoder.as_array(ds, decoding_plugin=codecs.PLUGIN)
    assert np.array_equal(ours, theirs)


def test_registering_twice_changes_nothing() -> None:
    before = get_decoder(uid.JPEGLosslessSV1).available_plugins
    codecs.register()
    assert get_decoder(uid.JPEGLosslessSV1).available_plugins == before
    assert codecs.PLUGIN in before


@pytest.mark.parametrize("reference", COMPRESSED, ids=lambda reference: reference.name)
def test_a_codestream_cut_anywhere_is_refused(reference: Reference) -> None:
    bits = reference.depths[0]
    pixels = picture((33, 47), bits)
    assert reference.encode is not None
    whole = reference.encode(pixels, bits).rstrip(b"\0")
    cuts = [0, 1, 3, 20, 63, 64, 65, len(whole) // 3, len(whole) // 2, len(whole) * 9 // 10]
    for cut in [*cuts, len(whole) - 4, len(whole) - 1]:
        with pytest.raises(CodestreamError):
            _decode(reference, pixels, bits, whole[:cut] or b"\0")


@pytest.mark.parametrize("reference", COMPRESSED, ids=lambda reference: reference.name)
def test_a_codestream_of_another_size_than_the_header_says_is_refused(
    reference: Reference,
) -> None:
    bits = reference.depths[0]
    pixels = picture((33, 47), bits)
    assert reference.encode is not None
    data = reference.encode(pixels, bits)
    with pytest.raises(CodestreamError):
        decode_frame(data, reference.syntax, FrameShape(35, 47, 1, 8 * pixels.itemsize))


@pytest.mark.parametrize(
    "name", [name.name for name in COMPRESSED if name.name != "RLE"], ids=lambda name: name
)
def test_a_codestream_that_asks_for_absurd_dimensions_is_never_decoded(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = named(name)
    bits = reference.depths[0]
    pixels = picture((33, 47), bits)
    data = bytearray(reference.encode(pixels, bits))
    if "2000" in name or "HTJ2K" in name:
        at = data.find(b"\xff\x4f\xff\x51") + 8
        data[at : at + 8] = (200_000).to_bytes(4, "big") * 2
    else:
        frame = next(data.find(bytes((0xFF, k))) for k in _FRAMES if bytes((0xFF, k)) in data)
        data[frame + 5 : frame + 9] = b"\xff\xff\xff\xff"
    monkeypatch.setattr(codecs, "import_module", _only_checks_presence)
    with pytest.raises(CodestreamError, match=r"65535x65535|200000x200000"):
        decode_frame(bytes(data), reference.syntax, FrameShape(33, 47, 1, 8 * pixels.itemsize))


_FRAMES = (0xF7, 0xC3, 0xC1, 0xC0)


def _only_checks_presence(name: str) -> SimpleNamespace:
    built = SimpleNamespace(available=True, legacy=False)
    return SimpleNamespace(JPEG8=built, JPEGLS=built, JPEG2K=built, __version__="0")


def test_more_bits_than_the_header_allocates_are_refused() -> None:
    reference = named("JPEG Lossless SV1")
    pixels = picture((33, 47), 12)
    with pytest.raises(CodestreamError, match="12 bits"):
        decode_frame(reference.encode(pixels, 12), reference.syntax, FrameShape(33, 47, 1, 8))


def test_a_run_length_frame_with_the_wrong_number_of_segments_is_refused() -> None:
    reference = named("RLE")
    data = reference.encode(picture((33, 47), 8), 8)
    with pytest.raises(CodestreamError, match="1 segments, not 2"):
        decode_frame(data, reference.syntax, FrameShape(33, 47, 1, 16))


def test_colour_where_the_header_says_grey_is_refused() -> None:
    reference = named("JPEG-LS")
    pixels = picture((33, 47), 8)
    with pytest.raises(CodestreamError, match="samples a pixel"):
        decode_frame(reference.encode(pixels, 8), reference.syntax, FrameShape(33, 47, 3, 8))


@settings(max_examples=150, deadline=None)
@given(
    reference=st.sampled_from(COMPRESSED),
    damage=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=8),
    cut=st.integers(0, 10_000),
)
def test_damaged_codestreams_decode_or_are_refused_but_never_crash(
    reference: Reference, damage: list[tuple[int, int]], cut: int
) -> None:
    bits = reference.depths[0]
    pixels = picture((17, 23), bits)
    data = bytearray(reference.encode(pixels, bits))
    for position, value in damage:
        data[position % len(data)] = value
    del data[max(1, len(data) - cut % (2 * len(data))) :]
    try:
        decoded = _decode(reference, pixels, bits, bytes(data)).pixels
    except CodestreamError:
        return
    assert decoded.shape == pixels.shape


def test_signed_values_come_as_bit_patterns_from_codecs_that_know_no_sign() -> None:
    pixels = picture((33, 47), 12, signed=True)
    for name in ("JPEG Lossless SV1", "JPEG-LS", "RLE"):
        decoded = _decode(named(name), pixels, 12).pixels
        assert np.array_equal(bit_pattern(decoded, 12), bit_pattern(pixels, 12)), name


def test_the_report_names_every_syntax_and_what_decodes_it() -> None:
    report = {state.uid: state for state in codec_report()}
    assert {reference.syntax for reference in REFERENCES} == set(report)
    assert all(state.available and state.by and not state.missing for state in report.values())


def test_without_imagecodecs_the_error_and_the_report_say_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    with pytest.raises(UnsupportedSyntaxError, match=r"imagecodecs is not installed.*pip install"):
        require_codec(uid.JPEG2000, "image.dcm")
    missing = {state.uid for state in codec_report() if not state.available}
    assert missing == {reference.syntax for reference in COMPRESSED}
    assert all("pip install" in state.missing for state in codec_report() if state.uid in missing)


def test_one_missing_codec_is_named_and_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(imagecodecs, "JPEG2K", SimpleNamespace(available=False), raising=False)
    with pytest.raises(UnsupportedSyntaxError, match="lacks its jpeg2k codec"):
        require_codec(uid.JPEG2000, "image.dcm")
    require_codec(uid.JPEGLosslessSV1, "image.dcm")


def test_an_unknown_transfer_syntax_is_named() -> None:
    with pytest.raises(UnsupportedSyntaxError, match=r"1\.2\.3\.4.*\(0002,0010\)"):
        require_codec("1.2.3.4", "image.dcm")
    with pytest.raises(UnsupportedSyntaxError, match="MPEG-4"):
        require_codec(uid.MPEG4HP41, "image.dcm")
