"""What goes out in plain formats comes back, but for what the losses name."""

from __future__ import annotations

import contextlib
import csv
import json
import tempfile
import warnings
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.exchange.checking import check, settled
from annotations.exchange.format import Aspect, ExchangeError, ExchangeFormat
from annotations.exchange.lossless import PUBLISHED, LosslessJson, exchange_schema
from annotations.exchange.neutral import Exchange, ExchangeImage
from annotations.exchange.plain.coco import Coco
from annotations.exchange.plain.masks import PngMasks, filled
from annotations.exchange.plain.nnunet import NnUnet
from annotations.exchange.plain.record import kind_of
from annotations.exchange.plain.table import Table
from annotations.exchange.plain.yolo import Yolo
from annotations.shapes.contours import bounds_of
from annotations.shapes.outlines import outline_of
from domain.finding import Contour, FindingKind, FindingStatus, Geometry
from domain.mask import RleMask
from tests.annotations.exchange.exchanges import (
    IMAGES,
    as_it_is,
    exchanges,
    opinions_of,
    told_of,
)

KNOWN = Exchange((), IMAGES)
some = settings(max_examples=12, deadline=None)


def there_and_back(
    form: ExchangeFormat, exchange: Exchange, known: Exchange = KNOWN
) -> tuple[Exchange, tuple]:
    with tempfile.TemporaryDirectory() as folder:
        losses = form.write(exchange, Path(folder))
        return form.read(Path(folder), known), losses


@some
@given(exchanges())
def test_our_own_json_gives_back_everything(exchange: Exchange) -> None:
    back, losses = there_and_back(LosslessJson(), exchange, Exchange())
    assert back == exchange
    assert losses == ()


def test_the_published_schema_is_the_programs_own() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == exchange_schema() + "\n"


@pytest.mark.parametrize("form", [Coco(polygons=False), Coco(polygons=True)])
@some
@given(exchange=exchanges())
def test_coco_gives_back_all_findings(form: Coco, exchange: Exchange) -> None:
    back, losses = there_and_back(form, exchange)
    rounded = Aspect.DIGITS in {one.aspect for one in losses}
    digits = 6 if rounded else 30
    assert told_of(back, losses, digits=digits) == told_of(exchange, losses, digits=digits)
    assert {one.aspect for one in losses} <= {
        Aspect.DIGITS,
        Aspect.OPINION,
        Aspect.FIRST_READ,
        Aspect.STAMPS,
        Aspect.SILENT,
    }


@some
@given(exchange=exchanges("mask"))
def test_pycocotools_sees_our_masks_pixel_for_pixel(exchange: Exchange) -> None:
    coco = pytest.importorskip("pycocotools.mask")
    with tempfile.TemporaryDirectory() as folder:
        Coco(polygons=False).write(exchange, Path(folder))
        file = json.loads((Path(folder) / "annotations.json").read_text())
    ours = [place.mask for _, one in exchange.marks() for place in one.geometries]
    assert len(file["annotations"]) == len(ours)
    for mask, told in zip(ours, file["annotations"], strict=True):
        assert mask is not None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pycocotools asks numpy for a copy in an old way
            pixels = coco.decode(told["segmentation"])
        assert np.array_equal(pixels, mask.pixels())
        around = mask.box
        assert told["bbox"][:2] == [around.left + 0.5, around.top + 0.5]
        assert told["area"] == mask.area


@some
@given(exchange=exchanges())
def test_a_table_gives_back_findings_and_opinions(exchange: Exchange) -> None:
    back, losses = there_and_back(Table(), exchange)
    assert told_of(back, losses) == told_of(exchange, losses)
    assert opinions_of(back) == opinions_of(exchange)


@some
@given(exchange=exchanges())
def test_no_cell_of_a_table_is_a_formula(exchange: Exchange) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Table().write(exchange, Path(folder))
        with (Path(folder) / "findings.csv").open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                assert not row["note"].startswith(("=", "+", "-", "@", "\t"))


def boxed(place: Geometry) -> list[Geometry]:
    around = place.box or bounds_of(replace(place, point=None) if has_more(place) else place)
    return [Geometry(place.sop_instance_uid, box=around)] if around and has_more(place) else []


def has_more(place: Geometry) -> bool:
    return not (place.box is None and place.contour is None and place.mask is None)


@some
@given(exchange=exchanges("one"))
def test_yolo_gives_back_boxes_of_all_that_stands(exchange: Exchange) -> None:
    back, losses = there_and_back(Yolo(polygons=False), exchange)
    assert told_of(settled(back, ""), losses) == told_of(exchange, losses, boxed)


def outlined(place: Geometry) -> list[Geometry]:
    if place.contour is not None:
        return [Geometry(place.sop_instance_uid, contour=place.contour)]
    loops = outline_of(place.mask) if place.mask is not None else ()
    return [Geometry(place.sop_instance_uid, contour=Contour(loop)) for loop in loops]


@some
@given(exchange=exchanges())
def test_yolo_outlines_give_back_every_outline(exchange: Exchange) -> None:
    back, losses = there_and_back(Yolo(polygons=True), exchange)
    assert told_of(settled(back, ""), losses) == told_of(exchange, losses, outlined)


def painted(place: Geometry) -> list[Geometry]:
    size = next(one.size for one in IMAGES if one.uid == place.sop_instance_uid)
    mask = filled(place, size)
    return [Geometry(place.sop_instance_uid, mask=mask)] if mask is not None else []


@some
@given(exchange=exchanges())
def test_png_masks_give_back_every_pixel(exchange: Exchange) -> None:
    back, losses = there_and_back(PngMasks(), exchange)
    assert told_of(back, losses) == told_of(exchange, losses, painted)


@some
@given(exchange=exchanges("mask"))
def test_nnunet_gives_back_every_pixel_of_a_kind(exchange: Exchange) -> None:
    back, losses = there_and_back(NnUnet(), exchange)
    assert {Aspect.IMAGES} <= {one.aspect for one in losses}
    for image in IMAGES:
        went, came = label_of(exchange, image), label_of(back, image)
        assert set(came.values()) <= kinds_on(exchange, image)
        shared = any(loss.aspect is Aspect.OVERLAP for loss in losses)
        assert shared or went == came


def kinds_on(exchange: Exchange, image: ExchangeImage) -> set[str]:
    """Of all marks, those too that another one covers."""
    told = (one for one in exchange.marks() if one[1].status is not FindingStatus.REJECTED)
    return {
        (FindingKind.IGNORED_REGION if finding.kind.is_region else finding.kind).value
        for _, finding in told
        for place in finding.geometries
        if place.sop_instance_uid == image.uid
    }


def label_of(exchange: Exchange, image: ExchangeImage) -> dict[tuple[int, int], str]:
    pixels: dict[tuple[int, int], str] = {}
    for reading, finding in exchange.marks():
        gone = finding.id not in {one.id for one in reading.document.live}
        if gone or finding.status is FindingStatus.REJECTED:
            continue
        kind = FindingKind.IGNORED_REGION if finding.kind.is_region else finding.kind
        for place in finding.geometries:
            if place.sop_instance_uid == image.uid and place.mask is not None:
                for row, column in np.argwhere(place.mask.pixels()).tolist():
                    pixels[row, column] = kind.value
    return pixels


def test_images_lie_beside_the_labels_where_they_are_given(tmp_path: Path) -> None:
    def picture(image: ExchangeImage) -> np.ndarray:
        return np.full(image.size.shape, 4000, np.uint16)

    losses = NnUnet().write(KNOWN, tmp_path, picture)
    file = tmp_path / "Dataset001_Fourview" / "imagesTr" / f"{IMAGES[0].stem}_0000.png"
    read = cv2.imread(str(file), cv2.IMREAD_UNCHANGED)
    assert read.dtype == np.uint16
    assert read.shape == IMAGES[0].size.shape
    assert losses == ()


COCO_OF_OTHERS = {
    "images": [{"id": 7, "file_name": f"{IMAGES[0].uid}.png", "width": 9, "height": 12}],
    "categories": [{"id": 3, "name": "Mass"}],
    "annotations": [
        {"id": 1, "image_id": 7, "category_id": 3, "bbox": [1, 2, 3, 4], "score": 0.75}
    ],
}


def test_findings_of_another_program_become_proposals_that_say_so(tmp_path: Path) -> None:
    file = tmp_path / "theirs.json"
    file.write_text(json.dumps(COCO_OF_OTHERS))
    back = Coco(polygons=False).read(file, KNOWN)
    (reading,) = back.readings
    (finding,) = reading.document.findings
    assert finding.kind is FindingKind.MASS
    assert finding.status is FindingStatus.PROPOSED
    assert finding.malignancy == 0.75
    assert finding.provenance.package_id == "imported COCO"
    assert Coco(polygons=False).read(file, KNOWN) == back
    box = finding.geometries[0].box
    assert (box.left, box.top, box.right, box.bottom) == (0.5, 1.5, 3.5, 5.5)


def broken(**changes: object) -> dict:
    one = {**COCO_OF_OTHERS["annotations"][0], **changes}
    return {**COCO_OF_OTHERS, "annotations": [one]}


RLE = {"size": [9, 12], "counts": [100, 8]}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "no JSON"),
        (json.dumps([]), "no COCO file"),
        (json.dumps(broken(image_id=9)), "annotations.0: no image has the id 9"),
        (json.dumps(broken(category_id=9)), "no category has the id 9"),
        (json.dumps(broken(bbox=[1, 2, -3, 4])), "less than nothing"),
        (json.dumps(broken(bbox=[1, 2, 300, 4])), "box reaches outside the image"),
        (json.dumps(broken(segmentation=RLE)), "the mask is 12x9, its image 9x12"),
        (
            json.dumps(broken(segmentation={"size": [12, 9], "counts": [100, 9]})),
            "add up to 109 pixels, the image has 108",
        ),
        (json.dumps(broken(segmentation=[[1, 2, 3]])), "at least three pairs"),
        (
            json.dumps({**COCO_OF_OTHERS, "categories": [{"id": 3, "name": "cat"}]}),
            "the name 'cat' is not known here",
        ),
        (
            json.dumps(
                {
                    **COCO_OF_OTHERS,
                    "images": [{"id": 7, "file_name": IMAGES[0].uid, "width": 8, "height": 12}],
                }
            ),
            "is 8x12, the image that is known is 9x12",
        ),
        (
            json.dumps(
                {
                    **COCO_OF_OTHERS,
                    "images": [{"id": 7, "file_name": "other.png", "width": 9, "height": 12}],
                }
            ),
            "the image 'other.png' is not known",
        ),
    ],
)
def test_a_faulty_coco_file_is_refused_with_the_entry(
    tmp_path: Path, content: str, told: str
) -> None:
    file = tmp_path / "theirs.json"
    file.write_text(content)
    with pytest.raises(ExchangeError, match=r"theirs\.json") as caught:
        check(Coco(polygons=False).read(file, KNOWN), str(file), KNOWN)
    assert told in str(caught.value)


@some
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_bytes_make_a_reader_fail_otherwise_than_with_a_message(data: bytes) -> None:
    forms = (LosslessJson(), Coco(polygons=False), Table())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file"
        file.write_bytes(data)
        for form in forms:
            with contextlib.suppress(ExchangeError):
                form.read(file, KNOWN)


def test_a_word_of_no_lexicon_is_refused(tmp_path: Path) -> None:
    header = "image_uid,kind,descriptors,edition,left,top,right,bottom,id,provenance_reader\n"
    one = "1f0cf1a0-0000-4000-8000-000000000001"
    line = f"{IMAGES[0].uid},mass,mass shape=lobular,5,1,1,2,2,{one},ann\n"
    (tmp_path / "findings.csv").write_text(header + line)
    with pytest.raises(ExchangeError, match="BI-RADS edition 5 has no mass shape 'lobular'"):
        check(Table().read(tmp_path, KNOWN), str(tmp_path), KNOWN)


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ("9 0.5 0.5 0.1 0.1\n", "line 1: no class has the number 9"),
        ("0 0.5 0.5 0.1\n", "at least three pairs"),
        ("0 0.5 1.5 0.1 0.1\n", "outside the image"),
        ("0 nan 0.5 0.1 0.1\n", "outside the image"),
        ("mass 0.5 0.5 0.1 0.1\n", "line 1"),
    ],
)
def test_a_faulty_yolo_label_is_refused_with_its_line(
    tmp_path: Path, labels: str, told: str
) -> None:
    (tmp_path / "labels").mkdir()
    (tmp_path / "data.yaml").write_text("names: ['mass', 'calcification']\n")
    (tmp_path / "labels" / f"{IMAGES[0].stem}.txt").write_text(labels)
    with pytest.raises(ExchangeError) as caught:
        Yolo(polygons=False).read(tmp_path, KNOWN)
    assert told in str(caught.value)


def test_a_label_picture_of_another_size_is_refused(tmp_path: Path) -> None:
    NnUnet().write(KNOWN, tmp_path)
    file = tmp_path / "Dataset001_Fourview" / "labelsTr" / f"{IMAGES[0].stem}.png"
    cv2.imwrite(str(file), np.zeros((5, 5), np.uint8))
    with pytest.raises(ExchangeError, match="is 5x5, its image 9x12"):
        NnUnet().read(tmp_path, KNOWN)


def test_a_table_of_masks_names_no_file_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "masks.csv").write_text(
        f"file,image_uid,id,kind\n../secret.png,{IMAGES[0].uid},x,mass\n"
    )
    with pytest.raises(ExchangeError, match="outside the folder"):
        PngMasks().read(tmp_path, KNOWN)


def test_kinds_are_known_however_they_are_spelt() -> None:
    assert kind_of("Architectural_Distortion") is FindingKind.ARCHITECTURAL_DISTORTION
    assert kind_of("cat") is None
    assert all(kind_of(kind.value) is kind for kind in FindingKind)
    assert as_it_is(Geometry("1", mask=RleMask(IMAGES[0].size)))
