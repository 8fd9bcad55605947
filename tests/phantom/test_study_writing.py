"""Synthetic studies on disk: valid DICOM, the same each time, and nothing of others is lost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom import uid

from app.cli.findings_file import read_findings
from domain.errors import BadInputError
from domain.study import ImageRef, View
from imaging.codec.encoders import LOSSY_METHODS, encodable_syntaxes
from imaging.frame.frames import FrameReader
from imaging.header.header import read_view
from imaging.loader import load_image
from imaging.slots import assign_slots
from phantom.recipe import Content, StudyRecipe
from phantom.studies import generate
from phantom.studies.headers import MOST_SEED, UID_ROOT
from phantom.studies.image import SyntheticImage
from phantom.studies.options import parse_options
from phantom.studies.writing import WrittenStudy, write_study
from tests.support.plain_views import use_plain_views
from tests.support.validator import complaints, needs_validator

SMALL = "320x260"
RECIPE = StudyRecipe(seed=7, content=Content.DEMO)
UNKNOWN_TO_THE_VALIDATOR = {  # of 2022
    uid.DeflatedExplicitVRLittleEndian,
    uid.HTJ2KLossless,
    uid.HTJ2KLosslessRPCL,
    uid.HTJ2K,
}


Writing = Callable[[str], WrittenStudy]


@pytest.fixture(scope="module", autouse=True)
def _quickly() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        use_plain_views(patch)
        yield


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Writing:
    """Studies by their options, each made once."""
    made: dict[str, WrittenStudy] = {}

    def study(options: str) -> WrittenStudy:
        if options not in made:
            folder = tmp_path_factory.mktemp("study")
            made[options] = write_study(folder, RECIPE, parse_options(f"{options},{SMALL}"))
        return made[options]

    return study


def headers(study: WrittenStudy) -> list[pydicom.Dataset]:
    return [
        pydicom.dcmread(study.folder / image.file, stop_before_pixels=True)
        for image in study.images
    ]


def views(study: WrittenStudy) -> list[View]:
    found = []
    for image in study.images:
        path = study.folder / image.file
        ds = pydicom.dcmread(path, stop_before_pixels=True)
        found.append(read_view(ds, ImageRef(str(path), sop_instance_uid=image.sop_uid)))
    return found


def stored(path: Path, frame: int = 0) -> np.ndarray:
    with FrameReader.open(ImageRef(str(path))) as reader:
        return np.asarray(reader.read(frame).pixels)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@needs_validator
@pytest.mark.parametrize(
    "options",
    [
        "",
        "implant,missing-view",
        "monochrome1,spot,xcc,missing-side",
        "prior,tomosynthesis,missing-side",
        *[f"{unit},missing-side,missing-view" for unit in ("hologic", "siemens", "fuji")],
        *[f"{unit},missing-side,missing-view" for unit in ("philips", "planmed")],
        "all-syntaxes",
        "planmed,jpeg-8,jpeg-12,missing-side",
    ],
)
def test_every_option_passes_the_validator(options: str, written: Writing) -> None:
    study = written(options)
    for image, ds in zip(study.images, headers(study), strict=True):
        if ds.file_meta.TransferSyntaxUID not in UNKNOWN_TO_THE_VALIDATOR:
            assert complaints(study.folder / image.file) == []


def test_the_four_views_fill_their_slots(written: Writing) -> None:
    study = written("")
    slots = assign_slots(views(study)).slots
    assert {slot.value: len(ranked) for slot, ranked in slots.items()} == {
        "RCC": 1,
        "LCC": 1,
        "RMLO": 1,
        "LMLO": 1,
    }
    assert sorted(contents(study.folder)) == [
        "LCC.dcm",
        "LMLO.dcm",
        "RCC.dcm",
        "RMLO.dcm",
        "findings.json",
        "truth.json",
    ]


def test_an_image_says_the_spacing_it_was_drawn_with(written: Writing) -> None:
    for options in ("", "hologic,missing-side,missing-view"):
        study = written(options)
        for image, view in zip(study.images, views(study), strict=True):
            assert view.spacing.row_mm == pytest.approx(image.pixel_mm, rel=1e-6)
            assert view.flags == ()


def test_a_header_makes_clear_that_nobody_was_imaged(written: Writing) -> None:
    for ds in headers(written("")):
        assert str(ds.PatientName) == "Synthetic^Demo 0007"
        assert ds.PatientID == "SYN-7"
        assert ds.Manufacturer == "Fourview"
        assert "Synthetic" in ds.ManufacturerModelName
        assert ds.SOPInstanceUID.startswith(f"{UID_ROOT}.")


def test_the_same_arguments_give_the_same_files(written: Writing, tmp_path: Path) -> None:
    study = written("")
    write_study(tmp_path, RECIPE, parse_options(SMALL))
    assert contents(tmp_path) == contents(study.folder)


def test_other_arguments_share_no_uid(written: Writing, tmp_path: Path) -> None:
    other = write_study(
        tmp_path, StudyRecipe(seed=8, content=Content.DEMO), parse_options(f"missing-side,{SMALL}")
    )
    studies = (written(""), written("all-syntaxes"), written("prior,tomosynthesis,missing-side"))
    uids = [image.sop_uid for study in (*studies, other) for image in study.images]
    assert len(set(uids)) == len(uids)


def test_the_largest_seed_still_has_valid_uids(tmp_path: Path) -> None:
    recipe = StudyRecipe(seed=MOST_SEED, content=Content.NORMAL)
    options = parse_options(f"missing-side,missing-view,prior,tomosynthesis,{SMALL}")
    for image in write_study(tmp_path, recipe, options).images:
        assert uid.UID(image.sop_uid).is_valid


def test_the_truth_lies_on_the_image_it_names(written: Writing) -> None:
    study = written("")
    record = json.loads(study.truth.read_bytes())
    assert record["seed"] == 7
    by_file = {entry["file"]: entry for entry in record["images"]}
    for image, ds in zip(study.images, headers(study), strict=True):
        entry = by_file[image.file]
        assert entry["sop_uid"] == ds.SOPInstanceUID
        assert entry["size"] == [ds.Rows, ds.Columns]
        assert (entry["laterality"], entry["view"]) == (ds.ImageLaterality, ds.ViewPosition)
        for lesion in entry["lesions"]:
            assert lesion["mask"]["size"] == entry["size"]
            assert sum(lesion["mask"]["counts"]) == ds.Rows * ds.Columns
    assert any(entry["lesions"] for entry in by_file.values())


def test_findings_read_back_and_lie_where_the_mask_is(written: Writing) -> None:
    study = written("")
    findings = read_findings(study.findings)
    lesions = [lesion for image in study.images for lesion in image.truth.lesions]
    assert len(findings) == len(lesions) > 0
    ids = {finding.id for finding in findings}
    assert len(ids) == len(findings)
    assert all(one.counterpart_id in ids for one in findings if one.counterpart_id)
    for finding in findings:
        (geometry,) = finding.geometries
        assert geometry.mask is not None
        assert geometry.box is not None
        runs = np.arange(len(geometry.mask.counts)) % 2 == 1
        mask = np.repeat(runs, geometry.mask.counts).reshape(geometry.mask.size.shape)
        rows, columns = np.nonzero(mask)
        assert geometry.box.left - 1 <= columns.min() <= columns.max() <= geometry.box.right + 1
        assert geometry.box.top - 1 <= rows.min() <= rows.max() <= geometry.box.bottom + 1


def test_a_normal_patient_has_an_empty_list_of_findings(tmp_path: Path) -> None:
    recipe = StudyRecipe(seed=1, content=Content.NORMAL)
    study = write_study(tmp_path, recipe, parse_options(f"missing-side,{SMALL}"))
    assert read_findings(study.findings) == ()
    assert json.loads(study.truth.read_bytes())["lesions"] == []


# Options


def test_monochrome1_shows_the_same_picture(written: Writing) -> None:
    plain, turned = written("missing-side"), written("missing-side,monochrome1")
    for image in plain.images:
        shown = []
        for study in (plain, turned):
            loaded = load_image(ImageRef(str(study.folder / image.file)))
            pixels = loaded.raster.pixels.astype(np.float64)
            shown.append([voi.brightness(pixels) for voi in loaded.grey.vois])
        plains, turneds = (stored(study.folder / image.file) for study in (plain, turned))
        assert np.array_equal(turneds, 4095 - plains)
        for one, other in zip(*shown, strict=True):
            assert np.allclose(one, 1 - other, atol=1e-9)
    assert {ds.PhotometricInterpretation for ds in headers(turned)} == {"MONOCHROME1"}


def test_implants_come_with_and_without_displacement(written: Writing) -> None:
    study = written("implant,missing-view")
    assert {ds.BreastImplantPresent for ds in headers(study)} == {"YES"}
    assigned = assign_slots(views(study))
    full = sum(map(len, assigned.slots.values()))
    displaced = sum(map(len, assigned.implant_displaced.values()))
    assert (full + displaced, {full, displaced}) == (7, {3, 4})


def test_additional_views_are_told_apart(written: Writing) -> None:
    study = written("monochrome1,spot,xcc,missing-side")
    names = Counter(ranked.view.name[1:] for ranked in assign_slots(views(study)).additional)
    assert names == {"CC S": 1, "XCCL": 1}
    assert len({image.exposure.laterality for image in study.images}) == 1


def test_a_prior_is_an_older_study_of_the_same_patient(written: Writing) -> None:
    study = written("prior,tomosynthesis,missing-side")
    current = [ds for ds, image in zip(headers(study), study.images, strict=True) if not image.exam]
    prior = [ds for ds, image in zip(headers(study), study.images, strict=True) if image.exam]
    assert {ds.PatientID for ds in current} == {ds.PatientID for ds in prior}
    assert {ds.PatientBirthDate for ds in current} == {ds.PatientBirthDate for ds in prior}
    assert {ds.StudyInstanceUID for ds in current}.isdisjoint(ds.StudyInstanceUID for ds in prior)
    assert max(ds.StudyDate for ds in prior) < min(ds.StudyDate for ds in current)
    assert {image.file.split("/")[0] for image in study.images if image.exam} == {"prior"}


def test_a_stack_has_slices_and_a_place_for_each_lesion(written: Writing) -> None:
    study = written("prior,tomosynthesis,missing-side")
    stacks = [image for image in study.images if image.frames > 1]
    assert [image.exam for image in stacks] == [0, 1]
    for image in stacks:
        path = study.folder / image.file
        assert path.name.endswith("-tomo.dcm")
        last = stored(path, image.frames - 1)
        assert last.shape == image.truth.size.shape
        for lesion in image.truth.lesions:
            first, end = image.frame_span(lesion)
            assert 0 <= first <= end < image.frames


def test_a_missing_view_leaves_three(tmp_path: Path) -> None:
    study = write_study(tmp_path, RECIPE, parse_options(f"missing-view,{SMALL}"))
    assert len(study.images) == 3


def test_each_syntax_is_used_and_lossless_ones_keep_every_value(written: Writing) -> None:
    plain, every = written(""), written("all-syntaxes")
    truth = {image.exposure: stored(plain.folder / image.file) for image in plain.images}
    used = set()
    for image, ds in zip(every.images, headers(every), strict=True):
        syntax = ds.file_meta.TransferSyntaxUID
        used.add(str(syntax))
        pixels = stored(every.folder / image.file)
        if syntax not in LOSSY_METHODS:
            assert np.array_equal(pixels, truth[image.exposure])
    assert used == set(encodable_syntaxes())


def test_fewer_bits_show_the_same_picture(written: Writing) -> None:
    wide, narrow = written("planmed,missing-side"), written("planmed,jpeg-8,jpeg-12,missing-side")
    for image in narrow.images:
        shown = []
        for study in (wide, narrow):
            loaded = load_image(ImageRef(str(study.folder / image.file)))
            shown.append(loaded.grey.vois[0].brightness(loaded.raster.pixels.astype(float)))
        assert np.abs(shown[0] - shown[1]).mean() < 0.01
    assert {ds.BitsStored for ds in headers(narrow)} == {8, 12}


# What is in the folder already


def test_a_file_of_other_origin_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "LMLO.dcm").write_bytes(b"mine")
    with pytest.raises(BadInputError, match=r"LMLO\.dcm"):
        write_study(tmp_path, RECIPE, parse_options(SMALL))
    assert contents(tmp_path) == {"LMLO.dcm": b"mine"}
    assert list(tmp_path.iterdir()) == [tmp_path / "LMLO.dcm"]


@pytest.mark.parametrize("name", ["truth.json", "findings.json"])
@pytest.mark.parametrize("text", ["{}", '[{"provenance": {"reader": "somebody"}}]', "[1]", "no"])
def test_somebody_elses_record_is_left_alone(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(BadInputError, match=name):
        write_study(tmp_path, RECIPE, parse_options(SMALL))
    assert contents(tmp_path) == {name: text.encode()}


def test_a_study_written_again_replaces_the_old_one_whole(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    write_study(tmp_path, RECIPE, parse_options(f"missing-side,prior,tomosynthesis,{SMALL}"))
    again = write_study(tmp_path, RECIPE, parse_options(f"missing-side,{SMALL}"))
    kept = {*(image.file for image in again.images), "notes.txt", "truth.json", "findings.json"}
    assert set(contents(tmp_path)) == kept
    assert not (tmp_path / "prior").exists()


def test_a_record_cannot_name_files_outside_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    options = parse_options(f"missing-side,missing-view,{SMALL}")
    outside = tmp_path / "outside"
    victim = write_study(outside, RECIPE, options).images[0].file
    write_study(folder, RECIPE, options)
    record = json.loads((folder / "truth.json").read_text())
    for name in (f"../outside/{victim}", str(outside / victim), "", 5):
        record["images"].append({"file": name})
    (folder / "truth.json").write_text(json.dumps(record))
    write_study(folder, RECIPE, options)
    assert (outside / victim).exists()


@pytest.mark.parametrize("failure", [BadInputError("no"), KeyboardInterrupt(), OSError(28, "full")])
def test_a_study_that_fails_half_way_leaves_nothing(
    failure: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = generate.generate_study

    def breaks(recipe: StudyRecipe) -> Iterator[SyntheticImage]:
        yield next(iter(drawn(recipe)))
        raise failure

    monkeypatch.setattr(generate, "generate_study", breaks)
    with pytest.raises((BadInputError, KeyboardInterrupt)):
        write_study(tmp_path / "a" / "b", RECIPE, parse_options(SMALL))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("taken", ["study", "study/prior"])
def test_a_file_where_a_folder_should_be_is_named(taken: str, tmp_path: Path) -> None:
    (tmp_path / taken).parent.mkdir(exist_ok=True)
    (tmp_path / taken).write_text("mine")
    with pytest.raises(BadInputError, match=str(tmp_path / taken)):
        write_study(tmp_path / "study", RECIPE, parse_options(f"prior,{SMALL}"))
    assert (tmp_path / taken).read_text() == "mine"


def test_progress_counts_every_file(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    options = parse_options(f"missing-side,prior,{SMALL}")
    write_study(tmp_path, RECIPE, options, progress=lambda *step: told.append(step))
    assert told == [(done, 6) for done in range(1, 7)]
