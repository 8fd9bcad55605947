"""Tables in any form, and the words in them."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInputError
from domain.geometry import ImageSize
from domain.lexicon import Assessment
from tests.training.data.sets import fabricating as make
from training.data.sets.images import as_mask, filled_outline
from training.data.sets.tables import read_table
from training.data.sets.words import assessment_of, composition_of, ddsm_kind, split_of

cells = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=9)


@given(rows=st.lists(st.tuples(cells, cells), max_size=4), delimiter=st.sampled_from(",;\t"))
def test_a_csv_comes_back_whatever_its_delimiter(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], delimiter: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "table.csv"
    make.table(path, [{"One thing": a, "Two": b} for a, b in [("x", "y"), *rows]], delimiter)
    found = [(row.cells["one_thing"], row.cells["two"]) for row in read_table(path, "two")]
    expected = [(a.strip(), b.strip()) for a, b in [("x", "y"), *rows]]
    assert found == [pair for pair in expected if any(pair)]


def test_a_workbook_s_empty_cells_keep_their_columns(tmp_path: Path) -> None:
    path = make.workbook(tmp_path / "t.xlsx", [["A", "B b", "C"], ["1", "", "3"], ["", "2", ""]])
    assert [dict(row.cells) for row in read_table(path)] == [
        {"a": "1", "b_b": "", "c": "3"},
        {"a": "", "b_b": "2"},
    ]


def test_a_workbook_that_declares_entities_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with ZipFile(path, "w") as book:
        book.writestr("xl/worksheets/sheet1.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(BadInputError, match="declares entities"):
        read_table(path)


@pytest.mark.parametrize("content", [b"", b"PK\3\4", b"\xff\xfe\0"])
def test_a_file_that_is_no_table_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(content)
    with pytest.raises(BadInputError, match=r"t\.xlsx"):
        read_table(path, "patient")


def test_words_of_the_sets_are_the_house_s() -> None:
    assert [composition_of(text) for text in ("1", "DENSITY C", "D", "_", "0")] == [
        *("a", "c", "d", "", "")
    ]
    assert assessment_of("BI-RADS 4") is Assessment.SUSPICIOUS
    assert assessment_of("4$2") is None
    assert [split_of(text) for text in ("training", "Test", "")] == ["train", "test", ""]
    with pytest.raises(ValueError, match="no split"):
        split_of("holdout")
    assert ddsm_kind("ARCHITECTURAL_DISTORTION", calcified=False).value.endswith("distortion")
    assert ddsm_kind("IRREGULAR-ARCHITECTURAL_DISTORTION", calcified=False).value == "mass"
    assert ddsm_kind("FOCAL_ASYMMETRIC_DENSITY", calcified=False).value == "asymmetry"


@given(
    left=st.integers(-20, 60),
    top=st.integers(-20, 60),
    width=st.integers(0, 40),
    height=st.integers(0, 40),
)
def test_an_outline_is_filled_with_its_border_and_cut_to_the_image(
    left: int, top: int, width: int, height: int
) -> None:
    right, bottom = left + width, top + height
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)
    expected = np.zeros((50, 40), np.uint8)
    expected[max(0, top) : max(0, bottom + 1), max(0, left) : max(0, right + 1)] = 1
    found = filled_outline(corners, ImageSize(50, 40))
    np.testing.assert_array_equal(found.pixels(), expected)


def test_a_mask_of_another_shape_is_refused_with_both_sizes() -> None:
    with pytest.raises(BadInputError, match="the mask is 10x10, its image 50x40"):
        as_mask(np.ones((10, 10), np.uint8), ImageSize(50, 40), "m.png")
