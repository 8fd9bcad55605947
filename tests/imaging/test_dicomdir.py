"""A DICOMDIR leads to its images, wherever they lie below it, and to nothing else."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest

from domain.errors import HeaderError
from imaging.scanning.dicomdir import is_dicomdir, list_dicomdir
from tests.support.dicom_factory import mammogram, save
from tests.support.dicomdir_file import write_dicomdir

FILES = (["IMAGES", "IM1"], ["IMAGES", "IM2"])


@pytest.fixture
def media(tmp_path: Path) -> Path:
    """A folder as a CD has it: a DICOMDIR, and images below with short names in capitals."""
    for folder, name in FILES:
        (tmp_path / "media" / folder).mkdir(parents=True, exist_ok=True)
        save(mammogram(), tmp_path / "media" / folder / name)
    return write_dicomdir(tmp_path / "media", *FILES)


def test_it_is_known_by_its_class_not_by_its_name(media: Path) -> None:
    renamed = media.rename(media.with_name("contents"))
    with renamed.open("rb") as stream:
        assert is_dicomdir(stream)
    assert not is_dicomdir(io.BytesIO(save(mammogram(), media.with_name("DICOMDIR")).read_bytes()))
    for content in (b"", b"DICM" * 99, bytes(128) + b"DICM" + b"\x02\0\2\0UI\xff\xff"):
        assert not is_dicomdir(io.BytesIO(content))


def test_its_images_are_found_and_other_documents_counted(media: Path) -> None:
    listing = list_dicomdir(str(media))
    assert [source.ref.path for source in listing.sources] == [
        str(media.parent.joinpath(*one)) for one in FILES
    ]
    assert (listing.problems, listing.foreign) == ([], 1)


@pytest.mark.skipif(shutil.which("dcmmkdir") is None, reason="needs dcmmkdir of the DCMTK")
def test_a_dicomdir_of_another_maker_leads_to_its_images_too(media: Path) -> None:
    media.unlink()
    subprocess.run(
        ["dcmmkdir", "--general-purpose", "--recurse", "--invent", "IMAGES"],
        cwd=media.parent,
        check=True,
        capture_output=True,
    )
    with media.open("rb") as stream:
        assert is_dicomdir(stream)
    assert len(list_dicomdir(str(media)).sources) == 2


def test_missing_images_are_problems_and_the_rest_is_found(media: Path) -> None:
    media.parent.joinpath(*FILES[0]).unlink()
    listing = list_dicomdir(str(media))
    assert [source.name for source in listing.sources] == ["IM2"]
    (problem,) = listing.problems
    assert problem.where == str(media)
    assert "IMAGES\\IM1 can't be read" in problem.reason
    assert "Referenced File ID (0004,1500)" in problem.reason


def test_names_in_small_letters_are_found_too(media: Path) -> None:
    folder = media.parent / "IMAGES"
    for path in list(folder.iterdir()):
        path.rename(path.with_name(path.name.lower()))
    folder.rename(folder.with_name("images"))
    assert [source.name for source in list_dicomdir(str(media)).sources] == ["im1", "im2"]


@pytest.mark.parametrize(
    "file_id", [["..", "secret"], ["/etc", "passwd"], ["A", "../../secret"], ["C:", "x"], "."]
)
def test_names_that_lead_out_are_refused(file_id: str | list[str], media: Path) -> None:
    (media.parent.parent / "secret").write_bytes(b"x")
    listing = list_dicomdir(str(write_dicomdir(media.parent, file_id, FILES[0])))
    assert [source.name for source in listing.sources] == ["IM1"]
    assert "outside" in listing.problems[0].reason


def test_an_image_named_twice_is_listed_once(media: Path) -> None:
    twice = write_dicomdir(media.parent, FILES[0], FILES[0])
    assert len(list_dicomdir(str(twice)).sources) == 1


def test_deleted_records_are_left_out(media: Path) -> None:
    deleted = write_dicomdir(media.parent, *FILES, in_use=0)
    assert list_dicomdir(str(deleted)).sources == []


def test_a_damaged_dicomdir_names_the_attribute_and_a_way_out(media: Path) -> None:
    content = media.read_bytes()
    start = content.index(b"\x04\0\x20\x12SQ")
    media.write_bytes(content[: start + 40] + b"\xff" * 200)
    with pytest.raises(HeaderError, match=r"Directory Record Sequence \(0004,1220\).*folder"):
        list_dicomdir(str(media))
