"""Opening images: four at once, one bad among them, stopped, kept, and plain pictures."""

from __future__ import annotations

import os
import threading
import time
import weakref
from pathlib import Path

import cv2
import imagecodecs
import numpy as np
import pytest

from domain.errors import (
    CancelledError,
    FourviewError,
    PixelDataError,
    UnreadableFileError,
)
from domain.study import ImageRef
from imaging import loader
from imaging.grey.modality_lut import Rescale
from imaging.grey.presentation import default_presentation
from imaging.image_cache import ImageCache
from imaging.loader import LoadedImage, load_image, load_study
from tests.support.breast_pictures import cc_breast
from tests.support.dicom_factory import mammogram, save

VIEWS = [("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO")]


class Small:
    """Stands for a loaded image."""

    nbytes = 10


@pytest.fixture
def refs(tmp_path: Path) -> list[ImageRef]:
    """Four files, the pixels of each its own."""
    found = []
    for number, (side, view) in enumerate(VIEWS):
        pixels = np.full((600, 300), 100 * number, np.uint16)
        found.append(ImageRef(str(save(mammogram(side, view, pixels), tmp_path / f"{number}.dcm"))))
    return found


def images_of(outcomes: object) -> dict[ImageRef, LoadedImage]:
    return {ref: image for ref, image in outcomes if isinstance(image, LoadedImage)}


def test_an_image_comes_with_its_levels_grey_scale_and_flags(tmp_path: Path) -> None:
    pixels = np.arange(700 * 300, dtype=np.int16).reshape(700, 300) % 2000
    ds = mammogram(pixels=pixels, RescaleSlope="2", VOILUTFunction="CURVED")
    image = load_image(ImageRef(str(save(ds, tmp_path / "image.dcm"))))
    assert np.array_equal(image.raster.pixels, pixels)
    assert image.pyramid.levels[0] is image.raster.pixels
    assert [level.shape for level in image.pyramid.levels] == [(700, 300), (350, 150), (175, 75)]
    assert not any(level.flags.writeable for level in image.pyramid.levels)
    assert image.grey.modality == Rescale(2, 0)
    assert [flag.tag for flag in image.flags] == ["VOI LUT Function (0028,1056)"]
    assert image.nbytes == sum(level.nbytes for level in image.pyramid.levels)


def test_padding_is_kept_out_of_the_levels(tmp_path: Path) -> None:
    pixels = np.full((300, 300), 2000, np.uint16)
    pixels[:101] = 0
    ds = mammogram(pixels=pixels, PixelPaddingValue=0)
    level = load_image(ImageRef(str(save(ds, tmp_path / "image.dcm")))).pyramid.levels[1]
    assert set(np.unique(level)) == {0, 2000}


def test_tags_that_dispute_the_polarity_are_flagged_and_settled_by_the_pixels(
    tmp_path: Path,
) -> None:
    ds = mammogram("L", "CC", cc_breast().pixels, PhotometricInterpretation="MONOCHROME1")
    image = load_image(ImageRef(str(save(ds, tmp_path / "image.dcm"))))
    assert image.grey.tissue_is_bright
    assert [flag.tag for flag in image.flags] == ["Presentation LUT Shape (2050,0020)"]


def test_a_frame_is_read_by_its_number(tmp_path: Path) -> None:
    frames = np.stack([np.full((20, 10), value, np.uint16) for value in (5, 6, 7)])
    ref = ImageRef(str(save(mammogram(pixels=frames), tmp_path / "frames.dcm")))
    assert load_image(ref, 2).raster.pixels[0, 0] == 7
    with pytest.raises(PixelDataError, match="no frame 4"):
        load_image(ref, 3)


def test_four_files_open_at_the_same_time(refs, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = threading.Barrier(4, timeout=10)
    plain = loader.load_image

    def meet(ref: ImageRef, *rest: int) -> LoadedImage:
        meeting.wait()  # breaks where fewer than four are being opened
        return plain(ref, *rest)

    monkeypatch.setattr(loader, "load_image", meet)
    images = images_of(load_study(refs))
    for number, ref in enumerate(refs):
        assert np.all(images[ref].raster.pixels == 100 * number)


def test_what_is_ready_is_handed_out_before_the_rest(refs, monkeypatch) -> None:
    go_on, plain = threading.Event(), loader.load_image

    def wait_for_last(ref: ImageRef, *rest: int) -> LoadedImage:
        assert ref == refs[3] or go_on.wait(10)
        return plain(ref, *rest)

    monkeypatch.setattr(loader, "load_image", wait_for_last)
    outcomes = load_study(refs)
    assert next(outcomes)[0] == refs[3]
    go_on.set()
    assert {ref for ref, _ in outcomes} == set(refs[:3])


def test_a_bad_file_gives_its_reason_and_the_others_open(refs, tmp_path: Path) -> None:
    whole = Path(refs[1].path).read_bytes()
    Path(refs[1].path).write_bytes(whole[:-1000])
    gone = ImageRef(str(tmp_path / "gone.dcm"))
    outcomes = dict(load_study([*refs, gone]))
    assert isinstance(outcomes[refs[1]], PixelDataError)
    assert isinstance(outcomes[gone], UnreadableFileError)
    assert "1.dcm" in str(outcomes[refs[1]])
    assert "cut short" in str(outcomes[refs[1]])
    assert set(images_of(outcomes.items())) == {refs[0], refs[2], refs[3]}


@pytest.mark.parametrize("error", [MemoryError(), cv2.error("Insufficient memory")])
@pytest.mark.parametrize("step", ["build_pyramid", "with_own_windows", "read_grey"])
def test_too_little_memory_for_one_image_leaves_the_others(
    refs, monkeypatch, step: str, error: Exception
) -> None:
    turn, plain = iter(range(4)), getattr(loader, step)

    def starve_once(*given: object) -> object:
        if next(turn) == 0:
            raise error
        return plain(*given)

    monkeypatch.setattr(loader, step, starve_once)
    outcomes = list(load_study(refs, threads=1))
    assert len(images_of(outcomes)) == 3
    ref, failed = outcomes[0]
    assert isinstance(failed, PixelDataError)
    assert failed.where == ref.where
    assert failed.__context__ is None, "nothing holds on to the pixels read so far"


def test_only_a_few_images_are_decoded_ahead_of_what_is_taken(tmp_path, monkeypatch) -> None:
    started: list[ImageRef] = []
    monkeypatch.setattr(loader, "load_image", lambda ref, *_: started.append(ref) or Small())
    refs = [ImageRef(str(tmp_path / str(number))) for number in range(60)]
    outcomes = load_study(refs, threads=3)
    taken, _ = next(outcomes)
    time.sleep(0.2)
    assert len(started) <= 1 + 3
    assert {taken, *(ref for ref, _ in outcomes)} == set(refs)


def test_what_was_taken_is_not_held_on_to_while_the_next_is_awaited(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(loader, "load_image", lambda *_: Small())
    refs = [ImageRef(str(tmp_path / str(number))) for number in range(5)]
    taken: list[weakref.ref] = []

    def held() -> bool:
        """Asked while waiting; a worker thread may need a moment to let go, too."""
        patience = 100
        while any(one() is not None for one in taken) and patience:
            time.sleep(0.01)
            patience -= 1
        return not patience

    for _, image in load_study(refs, cache=ImageCache(0), cancelled=held, threads=1):
        taken.append(weakref.ref(image))
        del image
    assert len(taken) == 5


def test_an_opening_stopped_before_it_began_decodes_nothing(refs, monkeypatch) -> None:
    started: list[ImageRef] = []
    monkeypatch.setattr(loader, "load_image", lambda ref, *_: started.append(ref) or Small())
    with pytest.raises(CancelledError):
        next(load_study(refs, cancelled=lambda: True))
    time.sleep(0.05)
    assert started == []


def test_a_replaced_file_is_read_anew(refs) -> None:
    cache = ImageCache()
    first = images_of(load_study(refs[:1], cache=cache))[refs[0]]
    assert images_of(load_study(refs[:1], cache=cache))[refs[0]] is first
    path = Path(refs[0].path)
    save(mammogram("R", "CC", np.full((600, 300), 777, np.uint16)), path)
    stamp = path.stat().st_mtime_ns + 1_000_000
    os.utime(path, ns=(stamp, stamp))
    again = images_of(load_study(refs[:1], cache=cache))[refs[0]]
    assert np.all(again.raster.pixels == 777)


def test_a_stopped_opening_raises_and_does_not_wait_for_slow_decoding(refs, monkeypatch) -> None:
    go_on = threading.Event()
    monkeypatch.setattr(loader, "load_image", lambda *_: go_on.wait(20))
    begun = time.monotonic()
    with pytest.raises(CancelledError):
        list(load_study(refs, cancelled=lambda: time.monotonic() > begun + 0.2))
    took = time.monotonic() - begun
    go_on.set()
    assert took < 10


def test_what_a_cache_keeps_is_not_decoded_again(refs, monkeypatch) -> None:
    cache = ImageCache()
    first = images_of(load_study(refs, cache=cache))
    assert cache.held_bytes == sum(image.nbytes for image in first.values())
    monkeypatch.setattr(loader, "load_image", lambda *_: pytest.fail("decoded again"))
    again = images_of(load_study(refs, cache=cache))
    assert all(again[ref] is first[ref] for ref in refs)


def test_a_file_that_could_not_be_opened_is_tried_again(refs) -> None:
    cache = ImageCache()
    path = Path(refs[0].path)
    hidden = path.rename(path.with_suffix(".away"))
    ((_, outcome),) = load_study(refs[:1], cache=cache)
    assert isinstance(outcome, FourviewError)
    hidden.rename(path)
    assert images_of(load_study(refs[:1], cache=cache))


def test_no_files_give_nothing() -> None:
    assert list(load_study([])) == []


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_plain_pictures_open_without_a_header(tmp_path: Path, kind: type) -> None:
    values = np.arange(300 * 40).reshape(300, 40).astype(kind)
    path = tmp_path / "R_CC.png"
    path.write_bytes(imagecodecs.png_encode(values))
    image = load_image(ImageRef(str(path)))
    assert image.raster.pixels.dtype == np.uint16
    assert np.array_equal(image.raster.pixels, values)
    assert image.flags == ()
    shown = default_presentation(image.raster.pixels, image.grey)
    depth = values.max() if kind is np.uint16 else 255
    if kind is np.uint8:
        assert np.array_equal(shown, values), "a finished picture is not altered"
    assert np.abs(shown - values * (255 / (2 ** int(depth).bit_length() - 1))).max() <= 0.5
    assert len(image.pyramid.levels) == 2
