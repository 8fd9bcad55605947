"""The label guideline: the project's own file, else the shipped one."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.guidelines import find_guideline
from domain.errors import BadInputError


def test_without_a_path_the_shipped_guideline_is_found() -> None:
    found = find_guideline()
    assert found.title == "Label guideline"
    assert "Calcifications in a group" in found.markdown
    assert not found.markdown.startswith("# ")
    assert "not a medical device" in found.markdown


def test_a_projects_own_file_is_read_with_its_heading_as_title(tmp_path: Path) -> None:
    path = tmp_path / "ours.md"
    path.write_bytes("\ufeff# Our rules\n\nDraw it so.\n".encode())
    found = find_guideline(str(path))
    assert (found.title, found.markdown) == ("Our rules", "Draw it so.\n")


def test_without_a_heading_the_file_gives_the_title(tmp_path: Path) -> None:
    path = tmp_path / "ours.md"
    path.write_text("Draw it so.")
    found = find_guideline(str(path))
    assert (found.title, found.markdown) == ("ours", "Draw it so.")


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xff\xfe\x00", "no text in UTF-8"), (b"x" * 1_000_001, "larger than 1 MB")],
)
def test_what_is_no_guideline_is_refused_by_name(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "ours.md"
    path.write_bytes(content)
    with pytest.raises(BadInputError, match=said) as caught:
        find_guideline(str(path))
    assert str(path) in str(caught.value)
    assert "Settings" in str(caught.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.md", tmp_path):
        with pytest.raises(BadInputError, match="can't be read"):
            find_guideline(str(path))
    with pytest.raises(BadInputError, match="no file has such a name"):
        find_guideline("a\0b")
