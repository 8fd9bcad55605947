"""What --data names, and what a check tells of it."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from app.cli.main import exit_code
from domain.errors import BadInputError
from domain.geometry import ImageSize
from phantom.recipe import Content
from tests.training.data.sets import fabricating as make
from training.data.checking import check_folder
from training.data.combining import Combined
from training.data.phantoms import FULL_MATRIX, MASS_MATRIX
from training.data.sources import open_source, phantom_sets, recognise

MAKERS = {
    "cbis-ddsm": make.cbis,
    "inbreast": make.inbreast,
    "ddsm": make.ddsm,
    "vindr-mammo": make.vindr,
}


@pytest.mark.parametrize("key", MAKERS)
def test_a_folder_is_recognised_by_its_layout(tmp_path: Path, key: str) -> None:
    found = open_source(str(MAKERS[key](tmp_path)), tmp_path / "cache")
    assert recognise(tmp_path).layout.key == key
    assert found.infos()


def test_an_unknown_folder_is_told_which_layouts_are_known(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(BadInputError, match=r"cbis-ddsm: .*inbreast: .*vindr-mammo: ") as caught:
        open_source(str(tmp_path), tmp_path)
    assert "readings: " in str(caught.value)
    with pytest.raises(BadInputError, match="is no folder"):
        open_source(str(tmp_path / "gone"), tmp_path)


def test_phantoms_are_half_with_many_lesions_half_as_they_come(tmp_path: Path) -> None:
    many, mixed = phantom_sets("phantom:5", tmp_path)
    assert (many.content, many.studies, mixed.content, mixed.studies) == (
        Content.MASSES,
        3,
        Content.MIXED,
        2,
    )
    assert not set(many.seeds) & set(mixed.seeds)
    assert isinstance(open_source("phantom:5", tmp_path), Combined)


def test_phantoms_may_name_content_and_first_seed(tmp_path: Path) -> None:
    (fine,) = phantom_sets("phantom-calcifications:60@3950000", tmp_path)
    assert (fine.first_seed, fine.studies, fine.size) == (3950000, 60, FULL_MATRIX)
    (coarse,) = phantom_sets("phantom-mixed-3062x2394:8@3960000", tmp_path)
    assert (coarse.content, coarse.size) == (Content.MIXED, ImageSize(3062, 2394))
    (normal,) = phantom_sets("phantom-normal:7", tmp_path)
    assert (normal.content, normal.size) == (Content.NORMAL, MASS_MATRIX)


@pytest.mark.parametrize(
    "text",
    [
        "phantoms",
        "phantom:0",
        "phantom:x",
        "phantom-cats:5",
        "phantom:5@7",
        "phantom-mixed-30x20:5",
    ],
)
def test_phantoms_written_otherwise_are_refused_with_the_syntax(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInputError, match="phantom-"):
        open_source(text, tmp_path)


def test_two_sets_as_one_open_their_own_images(tmp_path: Path) -> None:
    one, other = make.cbis(tmp_path / "c"), make.vindr(tmp_path / "v")
    both = Combined((recognise(one), recognise(other)))
    infos = both.infos()
    assert len({info.name for info in infos}) == len(infos) == 4
    for info in infos:
        assert both.open(info).info == info
    with pytest.raises(BadInputError, match="no image"):
        both.open(recognise(one).infos()[0])


def test_a_set_travels_to_another_process(tmp_path: Path) -> None:
    data = recognise(make.vindr(tmp_path))
    infos = data.infos()
    again = pickle.loads(pickle.dumps(data))
    assert again.open(infos[0]).info == infos[0]


def test_a_check_counts_and_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make.vindr(tmp_path)
    assert exit_code(["data", "check", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["layout"], told["patients"], told["images"]) == ("vindr-mammo", 1, 2)
    assert told["images_without_findings"] == 1
    assert told["findings"]["mass"] == 1
    assert told["splits"] == {"train": 2}
    assert {one["what"] for one in told["oddities"]} >= {"missing image", "box of zero area"}


def test_a_check_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["data", "check", str(make.inbreast(tmp_path))]) == 0
    told = capsys.readouterr().out
    assert "2 patients, 3 images, 2 of them without findings" in told
    assert "1 x unknown class" in told


def test_a_check_of_what_can_t_be_read_ends_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(["data", "check", str(tmp_path)]) == 2
    assert "is laid out like no data set that is known" in capsys.readouterr().err


def test_a_view_that_a_patient_has_twice_and_one_in_two_splits_are_told(tmp_path: Path) -> None:
    rows = []
    for name, split in (("a_L_CC.png", "train"), ("b_L_CC.png", "test")):
        make.picture(tmp_path / name, make.breast())
        box = {"x0": 1, "y0": 1, "x1": 9, "y1": 9}
        rows.append({"image": name, "patient": "p", "split": split, **box})
    make.table(tmp_path / "boxes.csv", rows)
    sorts = {one.what for one in check_folder(tmp_path).oddities}
    assert {"patient with one view twice", "patient in two splits"} <= sorts
