"""Sidecars say what pictures can't; what is wrong in them is named by file, row and column."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import SidecarError
from domain.geometry import PixelSpacing, SpacingSource
from domain.laterality import Laterality
from domain.view_position import ViewModifier, ViewPosition
from imaging.picture.sidecar import Sidecar, SidecarEntry, parse_shared, parse_single

FULL = {
    "file": "a.png",
    "patient": "17",
    "study": "first",
    "laterality": "left",
    "view": "mlo",
    "modifiers": "ID M",
    "spacing_mm": "0.07x0.08",
    "date": "2026-01-31",
    "photometric": "MONOCHROME1",
}
ENTRY = SidecarEntry(
    sidecar="fourview.csv",
    laterality=Laterality.LEFT,
    position=ViewPosition.MLO,
    modifiers=frozenset({ViewModifier.IMPLANT_DISPLACED, ViewModifier.MAGNIFICATION}),
    spacing=PixelSpacing(0.07, 0.08, SpacingSource.SIDECAR),
    patient="17",
    study="first",
    studied=date(2026, 1, 31),
    inverted=True,
)


def csv(text: str) -> Sidecar:
    return parse_shared(text.encode(), "/data/fourview.csv")


def entries(text: str) -> dict[str, SidecarEntry]:
    sidecar = csv(text)
    assert sidecar.errors == ()
    return dict(sidecar.entries)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_full_row_is_read_whatever_separates_it(delimiter: str) -> None:
    text = delimiter.join(FULL) + "\n" + delimiter.join(FULL.values()) + "\n"
    assert entries(text) == {"a.png": ENTRY}


def test_spreadsheets_mark_capitals_and_blanks_do_no_harm() -> None:
    text = "\ufeffFile , Laterality\r\n a.png , R \r\n\r\n"
    assert entries(text)["a.png"].laterality is Laterality.RIGHT


def test_unknown_columns_and_empty_cells_say_nothing() -> None:
    assert entries("file,laterality,density\na.png,,3\n") == {"a.png": SidecarEntry("fourview.csv")}


def test_one_number_is_the_spacing_both_ways() -> None:
    assert entries("file,spacing_mm\na,0.07\n")["a"].spacing.row_mm == 0.07


BAD = [
    ("laterality", "unpaired"),
    ("view", "CCC"),
    ("modifiers", "ID XX"),
    ("spacing_mm", "0"),
    ("spacing_mm", "-0.1"),
    ("spacing_mm", "nan"),
    ("spacing_mm", "0.07x0.08x0.09"),
    ("spacing_mm", "70 um"),
    ("date", "31.1.2026"),
    ("photometric", "RGB"),
]


@pytest.mark.parametrize(("column", "cell"), BAD)
def test_a_bad_cell_names_file_row_and_column_and_costs_only_its_row(
    column: str, cell: str
) -> None:
    sidecar = csv(f"file,{column}\ngood,\nbad,{cell}\nfine,\n")
    assert list(sidecar.entries) == ["good", "fine"]
    (error,) = sidecar.errors
    assert isinstance(error, SidecarError)
    assert "/data/fourview.csv: row 3, column " + column in str(error)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,view\na,CC\n", "column file"),
        ("file\na\na\n", "row 3, column file"),
        ("file,view\n,CC\n", "row 2, column file"),
        ('file\n"a\n', "line"),
        ("", "column file"),
    ],
)
def test_a_csv_that_is_none_says_where(text: str, said: str) -> None:
    assert said in str(csv(text).errors[0])


def test_other_letters_than_utf8_are_an_error() -> None:
    assert "UTF-8" in str(parse_shared(b"file\n\xe9\n", "f.csv").errors[0])


def test_a_json_list_says_the_same_as_the_csv() -> None:
    rows = [FULL | {"modifiers": ["ID", "M"], "spacing_mm": [0.07, 0.08], "patient": 17}]
    sidecar = parse_shared(json.dumps(rows).encode(), "/data/fourview.json")
    assert sidecar.errors == ()
    assert dict(sidecar.entries) == {
        "a.png": SidecarEntry(**{**vars(ENTRY), "sidecar": "fourview.json"})
    }


@pytest.mark.parametrize("text", ["{", "{}", "[1]", "[" * 100_000, "nonsense"])
def test_json_that_is_no_list_of_objects_is_an_error(text: str) -> None:
    sidecar = parse_shared(text.encode(), "/data/fourview.json")
    assert (dict(sidecar.entries), len(sidecar.errors)) == ({}, 1)


def test_a_json_of_one_picture_needs_no_file_name() -> None:
    entry = parse_single(b'{"laterality": "R", "spacing_mm": 0.05}', "/data/p.json")
    assert entry is not None
    assert (entry.laterality, entry.sidecar) == (Laterality.RIGHT, "p.json")


@pytest.mark.parametrize("text", ['{"version": "5", "shapes": []}', "[]", '{"patient": "x"}', "1"])
def test_json_of_other_tools_is_left_alone(text: str) -> None:
    assert parse_single(text.encode(), "/data/p.json") is None


def test_a_bad_json_of_one_picture_names_the_column() -> None:
    with pytest.raises(SidecarError, match=r"p.json: column view"):
        parse_single(b'{"view": "sideways"}', "/data/p.json")


def test_errors_hold_no_patient() -> None:
    sidecar = csv("file,patient,view\na,Doe^Jane,xx\n")
    assert "Doe" not in str(sidecar.errors[0])


@given(st.binary(max_size=200), st.sampled_from(["f.csv", "f.json"]))
def test_any_bytes_give_entries_and_errors_and_never_raise(content: bytes, name: str) -> None:
    sidecar = parse_shared(content, name)
    assert all(isinstance(error, SidecarError) for error in sidecar.errors)


CELLS = st.text(max_size=8)


@given(st.lists(st.tuples(st.sampled_from(sorted(FULL)), CELLS), max_size=6))
def test_any_cells_give_an_entry_or_one_error(cells: list[tuple[str, str]]) -> None:
    row = dict(cells) | {"file": "a"}
    sidecar = parse_shared(json.dumps([row]).encode(), "f.json")
    assert len(sidecar.entries) + len(sidecar.errors) == 1
