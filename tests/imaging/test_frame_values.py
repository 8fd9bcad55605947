"""Bits are taken from where the header says they lie; colour becomes grey."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pydicom
import pytest
from pydicom import uid

from domain.study import ImageRef
from imaging.frame.frames import FrameReader
from tests.support.dicom_factory import mammogram, save
from tests.support.encoded import (
    named,
    picture,
    read_pixels,
    stored,
    written,
)


def test_bits_above_those_stored_are_masked_and_said(tmp_path: Path) -> None:
    pixels = picture(bits=12)
    overlay = pixels | np.uint16(0x8000)
    ref = written(tmp_path, pixels=overlay, bits_stored=12)
    with FrameReader.open(ref) as reader:
        assert reader.flags == ()
        assert np.array_equal(reader.read().pixels, pixels)
        assert [flag.tag for flag in reader.flags] == ["Bits Stored (0028,0101)"]


def test_signed_pixels_are_extended_from_the_stored_bits(tmp_path: Path) -> None:
    pixels = picture(bits=12, signed=True)
    scrap = (pixels & 0x0FFF) | np.int16(0x5000)
    assert np.array_equal(read_pixels(written(tmp_path, pixels=scrap, bits_stored=12)), pixels)


@pytest.mark.parametrize("signed", [False, True])
def test_a_high_bit_above_the_stored_ones_shifts_the_values_down(
    signed: bool, tmp_path: Path
) -> None:
    pixels = picture(bits=12, signed=signed)
    ref = written(tmp_path, pixels=pixels << 4, bits_stored=12, HighBit=15)
    assert np.array_equal(read_pixels(ref), pixels)


def test_a_sixteen_bit_codestream_with_a_high_bit_of_fifteen_is_shifted_too(
    tmp_path: Path,
) -> None:
    pixels = picture(bits=12)
    ref = stored(tmp_path, pixels << 4, named("JPEG Lossless of 16 bits"), 16)
    ds = pydicom.dcmread(ref.path)
    ds.BitsStored = 12
    ds.save_as(ref.path)
    assert np.array_equal(read_pixels(ref), pixels)


def test_lossy_values_beyond_the_stored_bits_become_the_brightest_not_black(
    tmp_path: Path,
) -> None:
    pixels = np.full((16, 16), 4095, np.uint16)
    pixels[::2] = 4090
    ref = stored(tmp_path, pixels + np.uint16(2), named("JPEG-LS near-lossless"), 16)
    ds = pydicom.dcmread(ref.path)
    ds.BitsStored, ds.HighBit = 12, 11
    ds.save_as(ref.path)
    assert read_pixels(ref).min() > 4080


def test_a_jpeg_2000_stream_wrongly_marked_signed_keeps_its_bits(tmp_path: Path) -> None:
    pixels = picture(bits=12, signed=True)
    ref = stored(tmp_path, pixels, named("JPEG 2000 lossless"), 12, PixelRepresentation=0)
    assert np.array_equal(read_pixels(ref), pixels & 0x0FFF)


COLOUR = np.random.default_rng(3).integers(0, 256, (10, 14, 3)).astype(np.uint8)
LUMINANCE = COLOUR @ np.array([0.299, 0.587, 0.114])


def _colour(photometric: str, samples: np.ndarray, **attributes: Any) -> dict[str, Any]:
    return {
        "pixels": samples[..., 0],
        "bits_stored": 8,
        "SamplesPerPixel": 3,
        "PlanarConfiguration": 0,
        "PhotometricInterpretation": photometric,
        "PixelData": samples.tobytes(),
        **attributes,
    }


def test_colour_captures_become_luminance_and_say_so(tmp_path: Path) -> None:
    ref = written(tmp_path, **_colour("RGB", COLOUR))
    with FrameReader.open(ref) as reader:
        assert np.abs(reader.read().pixels - LUMINANCE).max() <= 0.51
        assert "grey" in reader.flags[0].message


def test_colour_by_plane_gives_the_same_grey(tmp_path: Path) -> None:
    planes = np.ascontiguousarray(np.moveaxis(COLOUR, -1, 0))
    ref = written(
        tmp_path, **_colour("RGB", COLOUR, PlanarConfiguration=1, PixelData=planes.tobytes())
    )
    assert np.abs(read_pixels(ref) - LUMINANCE).max() <= 0.51


def test_the_first_channel_of_ybr_is_the_grey(tmp_path: Path) -> None:
    assert np.array_equal(
        read_pixels(written(tmp_path, **_colour("YBR_FULL", COLOUR))), COLOUR[..., 0]
    )


def test_subsampled_ybr_keeps_every_pixels_own_brightness(tmp_path: Path) -> None:
    pairs = COLOUR[..., 0].reshape(-1, 2)
    chroma = np.full_like(pairs, 128)
    data = np.concatenate([pairs, chroma], axis=1).tobytes()
    ref = written(tmp_path, **_colour("YBR_FULL_422", COLOUR, PixelData=data))
    assert np.array_equal(read_pixels(ref), COLOUR[..., 0])


@pytest.mark.parametrize(
    ("photometric", "name"),
    [
        ("RGB", "JPEG Lossless SV1"),
        ("RGB", "JPEG-LS"),
        ("YBR_RCT", "JPEG 2000 lossless"),
        ("YBR_FULL_422", "JPEG Baseline"),
        ("RGB", "RLE"),
    ],
)
def test_compressed_colour_becomes_the_same_luminance(
    photometric: str, name: str, tmp_path: Path
) -> None:
    smooth = np.add.outer(np.arange(40), np.arange(30))[..., None] * np.array([2, 1, 3])
    colour = smooth.astype(np.uint8)
    data = _encoded_colour(colour, name)
    ds = mammogram(**_colour(photometric, colour))
    ds.PixelData = pydicom.encaps.encapsulate([data])
    ds["PixelData"].is_undefined_length = True
    ref = ImageRef(str(save(ds, tmp_path / "colour.dcm", named(name).syntax)))
    limit = 6 if name == "JPEG Baseline" else 0.51
    grey = colour @ np.array([0.299, 0.587, 0.114])
    assert np.abs(read_pixels(ref)[4:-4, 4:-4] - grey[4:-4, 4:-4]).max() <= limit


def _encoded_colour(colour: np.ndarray, name: str) -> bytes:
    if name == "JPEG Lossless SV1":
        return imagecodecs.jpeg8_encode(colour, lossless=True)
    if name == "JPEG-LS":
        return imagecodecs.jpegls_encode(colour)
    if name == "JPEG 2000 lossless":
        return imagecodecs.jpeg2k_encode(colour, level=0, codecformat="j2k", reversible=True)
    if name == "JPEG Baseline":
        return imagecodecs.jpeg8_encode(colour, level=98)
    return pydicom.pixels.encoders.RLELosslessEncoder.encode(
        colour,
        rows=colour.shape[0],
        columns=colour.shape[1],
        samples_per_pixel=3,
        planar_configuration=0,
        photometric_interpretation="RGB",
        bits_allocated=8,
        bits_stored=8,
        pixel_representation=0,
        number_of_frames=1,
    )


def test_eight_bit_big_endian_words_are_unswapped_in_every_frame(tmp_path: Path) -> None:
    frames = np.arange(2 * 3 * 5, dtype=np.uint8).reshape(2, 3, 5)
    swapped = frames.reshape(-1, 2)[:, ::-1].tobytes()
    ds = mammogram(pixels=frames, bits_stored=8, PixelData=swapped)
    ds["PixelData"].VR = "OW"
    ref = ImageRef(str(save(ds, tmp_path / "swapped.dcm", uid.ExplicitVRBigEndian)))
    for index in range(2):
        assert np.array_equal(read_pixels(ref, index), frames[index])
