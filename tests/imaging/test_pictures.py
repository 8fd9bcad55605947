"""Plain pictures open as grey mammograms; side and view come from sidecars or exact words."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import ForeignFileError, FourviewError, HeaderError, PixelDataError
from domain.geometry import ImageSize, PixelSpacing, SpacingSource
from domain.laterality import Laterality
from domain.study import ImageKind, ImageRef, PresentationIntent
from domain.view_position import ViewModifier, ViewPosition
from imaging.picture.picture_names import read_name, shows_outlines
from imaging.picture.pictures import is_picture, picture_view, read_picture
from imaging.picture.sidecar import SidecarEntry
from tests.support.mutations import mutate
from tests.support.real_data import CESM_DM, needs_real_data

GREY8 = (np.arange(48 * 40, dtype=np.uint32).reshape(48, 40) % 251).astype(np.uint8)
GREY16 = (np.arange(48 * 40, dtype=np.uint32).reshape(48, 40) * 33 % 65521).astype(np.uint16)
LOSSLESS = (".png", ".tif")


def write(path: Path, pixels: npt.NDArray[Any], options: tuple[int, ...] = ()) -> ImageRef:
    assert cv2.imwrite(str(path), pixels, list(options))
    return ImageRef(str(path))


@pytest.mark.parametrize("suffix", LOSSLESS)
@pytest.mark.parametrize("pixels", [GREY8, GREY16], ids=["8 bit", "16 bit"])
def test_grey_values_come_back_as_they_were(
    pixels: npt.NDArray[Any], suffix: str, tmp_path: Path
) -> None:
    ref = write(tmp_path / f"p{suffix}", pixels)
    raster = read_picture(ref)
    assert raster.pixels.dtype == np.uint16
    assert not raster.pixels.flags.writeable
    assert np.array_equal(raster.pixels, pixels)
    view = picture_view(ref)
    assert view.size == ImageSize(48, 40)
    assert view.bits_stored == pixels.itemsize * 8


def test_a_jpeg_comes_close(tmp_path: Path) -> None:
    smooth = cv2.GaussianBlur(GREY8, (0, 0), 4)
    raster = read_picture(write(tmp_path / "p.jpg", smooth, (cv2.IMWRITE_JPEG_QUALITY, 100)))
    assert np.abs(raster.pixels.astype(int) - smooth).max() <= 2


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("suffix", LOSSLESS)
def test_grey_stored_as_colour_is_the_same_grey(dtype: type, suffix: str, tmp_path: Path) -> None:
    grey = GREY8 if dtype is np.uint8 else GREY16
    ref = write(tmp_path / f"p{suffix}", np.dstack([grey, grey, grey]))
    assert np.array_equal(read_picture(ref).pixels, grey)
    assert "Colour picture" in str(picture_view(ref).flags)


def test_colours_become_their_luminance_and_alpha_is_left_out(tmp_path: Path) -> None:
    blue, green, red, clear = (np.full((4, 4), level, np.uint8) for level in (200, 100, 50, 0))
    ref = write(tmp_path / "p.png", np.dstack([blue, green, red, clear]))
    assert set(read_picture(ref).pixels.ravel()) == {round(0.299 * 50 + 0.587 * 100 + 0.114 * 200)}
    assert "transparency" in str(picture_view(ref).flags)


def tiff(photometric: int, order: str = "<", **changes: int) -> bytes:
    """A TIFF of 2 x 3 pixels of 8 bits with values 0 to 5, written by hand (TIFF 6.0)."""
    tags = {
        256: (3, 3),
        257: (3, 2),
        258: (3, 8),
        259: (3, 1),
        262: (3, photometric),
        273: (4, 8),
        277: (3, 1),
        278: (3, 2),
        279: (4, 6),
    }
    tags |= {int(tag[1:]): (tags.get(int(tag[1:]), (3, 0))[0], one) for tag, one in changes.items()}
    out = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 14)
    out += bytes(range(6)) + struct.pack(order + "H", len(tags))
    for tag, (kind, one) in sorted(tags.items()):
        value = struct.pack(order + ("H2x" if kind == 3 else "I"), one)
        out += struct.pack(order + "HHI", tag, kind, 1) + value
    return out + struct.pack(order + "I", 0)


@pytest.mark.parametrize("order", "<>")
def test_a_tiff_whose_white_is_zero_is_turned_bright_for_dense(order: str, tmp_path: Path) -> None:
    path = tmp_path / "p.tif"
    path.write_bytes(tiff(1, order))
    assert read_picture(ImageRef(str(path))).pixels.ravel().tolist() == [0, 1, 2, 3, 4, 5]
    path.write_bytes(tiff(0, order))
    inverted = read_picture(ImageRef(str(path))).pixels.ravel().tolist()
    assert inverted == [255, 254, 253, 252, 251, 250]


def test_a_sidecar_can_say_that_white_is_zero(tmp_path: Path) -> None:
    ref = write(tmp_path / "p.png", GREY8)
    (tmp_path / "fourview.csv").write_text("file,photometric\np.png,MONOCHROME1\n")
    assert np.array_equal(read_picture(ref).pixels, 255 - GREY8)


def test_further_pages_are_mentioned(tmp_path: Path) -> None:
    path = tmp_path / "p.tif"
    assert cv2.imwritemulti(str(path), [GREY8, GREY8, GREY8])
    assert "first of 3 pages" in str(picture_view(ImageRef(str(path))).flags)
    assert np.array_equal(read_picture(ImageRef(str(path))).pixels, GREY8)


def png(rows: int, columns: int, bits: int = 8, colour: int = 0) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    header = struct.pack(">IIBBBBB", columns, rows, bits, colour, 0, 0, 0)
    rest = chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + rest


ABSURD: list[tuple[str, bytes, str]] = [
    ("huge.png", png(200_000, 200_000), "200000 x 200000 pixels"),
    ("endless.png", png(1, 2**31 - 1), "pixels"),
    ("none.png", png(0, 10), "0 x 10 pixels"),
    ("huge.tif", tiff(1, t256=60_000, t257=60_000), "60000 x 60000 pixels"),
    ("float.tif", tiff(1, t339=3), "neither grey nor RGB"),
    ("bits.tif", tiff(1, t258=32), "32 bits"),
    ("palette.tif", tiff(3), "neither grey nor RGB"),
    ("big.tif", b"II+\0" + bytes(20), "BigTIFF"),
]


@pytest.mark.parametrize(("name", "content", "said"), ABSURD, ids=[one[0] for one in ABSURD])
@pytest.mark.parametrize("read", [picture_view, read_picture])
def test_headers_that_ask_for_the_absurd_are_refused_before_decoding(
    read: Callable[[ImageRef], object], name: str, content: bytes, said: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(HeaderError, match=said) as caught:
        read(ImageRef(str(path)))
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("suffix", [".png", ".tif", ".jpg"])
def test_a_picture_cut_short_is_told_without_decoding_it(suffix: str, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (200, 200), np.uint8)
    path = tmp_path / f"p{suffix}"
    write(path, noise, (cv2.IMWRITE_TIFF_COMPRESSION, 1) if suffix == ".tif" else ())
    content = path.read_bytes()
    cut = content[:-9] if suffix != ".tif" else content[: len(content) // 2]
    path.write_bytes(cut)
    with pytest.raises(FourviewError, match=r"cut short|damaged") as caught:
        picture_view(ImageRef(str(path)))
    assert isinstance(caught.value, PixelDataError | HeaderError)


def test_other_files_are_foreign(tmp_path: Path) -> None:
    path = tmp_path / "p.png"
    path.write_bytes(b"no picture")
    with pytest.raises(ForeignFileError):
        picture_view(ImageRef(str(path)))


@settings(max_examples=200)
@given(seed=st.integers(0, 2**32), suffix=st.sampled_from([".png", ".tif", ".jpg"]))
def test_a_damaged_picture_opens_or_is_refused(
    seed: int, suffix: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("p") / f"p{suffix}"
    write(path, GREY8)
    path.write_bytes(mutate(path.read_bytes(), Random(seed)))
    for read in (picture_view, read_picture):
        with suppress(FourviewError):
            read(ImageRef(str(path)))


L, R = Laterality.LEFT, Laterality.RIGHT
NAMES = [
    ("P255_L_DM_MLO.jpg", L, "MLO", "P255 DM"),
    ("RMLO.png", R, "MLO", ""),
    ("Mass-Training_P_00001_LEFT_CC.png", L, "CC", "Mass Training P 00001"),
    ("case 7 (right) xccl.tif", R, "XCCL", "case 7"),
    ("unpaired_left.png", L, None, "unpaired"),
    ("unpaired.png", None, None, "unpaired"),
    ("ACCESSION_rccx.png", None, None, "ACCESSION rccx"),
    ("mlo.png", None, "MLO", ""),
]


@pytest.mark.parametrize(("name", "side", "view", "rest"), NAMES, ids=[one[0] for one in NAMES])
def test_a_name_is_read_by_exact_words(
    name: str, side: Laterality | None, view: str | None, rest: str
) -> None:
    read = read_name(name)
    assert (read.laterality, read.position and read.position.value, read.rest) == (side, view, rest)
    assert read.ambiguous is False
    assert read.complete is (side is not None and view is not None)


@pytest.mark.parametrize("name", ["a_L_R_CC.png", "LCC_to_RCC.png", "L_CC_MLO.png"])
def test_a_name_that_says_two_things_says_neither_and_is_flagged(name: str, tmp_path: Path) -> None:
    read = read_name(name)
    assert read.ambiguous
    assert not read.complete
    view = picture_view(write(tmp_path / name, GREY8))
    assert "two sides or two views" in str(view.flags)


@pytest.mark.parametrize(
    ("folder", "name", "outlines"),
    [
        ("/data/masks/", "P1_L_CC.png", True),
        ("/data/images/", "P1_L_CC_mask.png", True),
        ("/data/images/", "P1_L_CC.png", False),
        ("/masks/images/", "unmasked_L_CC.png", False),
    ],
)
def test_masks_are_told_from_pictures(folder: str, name: str, outlines: bool) -> None:
    assert shows_outlines(folder, name) is outlines


def test_a_view_says_where_side_and_view_come_from(tmp_path: Path) -> None:
    ref = write(tmp_path / "P1_L_CC.png", GREY8)
    view = picture_view(ref)
    assert (view.kind, view.intent) == (ImageKind.PICTURE, PresentationIntent.UNSTATED)
    assert (view.laterality, view.position) == (L, ViewPosition.CC)
    assert view.spacing == PixelSpacing.unknown()
    assert "left breast, from file name = P1_L_CC.png" in map(str, view.reasons)


def test_a_sidecar_overrides_the_name_and_a_contradiction_is_flagged(tmp_path: Path) -> None:
    entry = SidecarEntry(
        sidecar="fourview.csv",
        laterality=R,
        modifiers=frozenset({ViewModifier.SPOT}),
        spacing=PixelSpacing(0.1, 0.1, SpacingSource.SIDECAR),
    )
    view = picture_view(write(tmp_path / "P1_L_CC.png", GREY8), entry)
    assert view.name == "RCC S"
    assert view.spacing == entry.spacing
    assert "right breast, from fourview.csv = R" in map(str, view.reasons)
    assert "CC view, from file name = P1_L_CC.png" in map(str, view.reasons)
    assert "The sidecar says R, the file name L" in str(view.flags)


def test_pictures_are_known_by_their_ending() -> None:
    assert all(is_picture(ImageRef(f"/a/b{end}")) for end in (".PNG", ".tiff", ".jpeg"))
    assert is_picture(ImageRef("/a.zip", "b.png"))
    assert not is_picture(ImageRef("/a.png.dcm"))


@needs_real_data
def test_real_pictures_of_a_public_set_are_told_by_their_names() -> None:
    for path in sorted((CESM_DM / "images").iterdir())[::25]:
        view = picture_view(ImageRef(str(path)))
        _, side, _, position = path.stem.split("_")
        assert view.name == side + position
        assert view.flags == ()
        raster = read_picture(view.ref)
        assert raster.size == view.size == ImageSize(512, 512)
        assert raster.pixels.max() > 100
