from __future__ import annotations

from pathlib import Path

import pytest

from app.protocols import find_protocol, offered_protocols, save_layout
from domain.errors import BadInputError, ProtocolError
from viewing.hanging.protocol import PaneSelector, SizeMode

PAIR = ((PaneSelector("RCC"), PaneSelector("RCC", exam=1)),)
SINGLE = ((PaneSelector("LMLO"),),)


def test_a_saved_layout_is_found_and_ends_with_what_no_slot_took(tmp_path: Path) -> None:
    folder = tmp_path / "protocols"
    name = save_layout("Mine, both", PAIR, SizeMode.FIT, folder)
    protocol = find_protocol(name, folder)
    assert (protocol.id, protocol.title) == ("mine-both", "Mine, both")
    assert protocol.steps[0].layout == PAIR
    assert protocol.steps[0].size is SizeMode.FIT
    assert protocol.steps[-1].shows_extras
    assert [path.name for path in folder.iterdir()] == ["mine-both.toml"]


def test_saving_under_the_same_name_adds_a_step(tmp_path: Path) -> None:
    for layout in (PAIR, SINGLE, SINGLE):
        name = save_layout("Mine", layout, SizeMode.SAME, tmp_path)
    steps = find_protocol(name, tmp_path).steps
    assert [step.layout for step in steps] == [PAIR, SINGLE, SINGLE, ()]
    assert len({step.id for step in steps}) == 4


def test_a_shipped_protocol_is_never_replaced(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="Choose another name"):
        save_layout("Screening", SINGLE, SizeMode.SAME, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_broken_file_of_the_reader_is_listed_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("id = [", encoding="utf-8")
    offered = {one.name: one.own for one in offered_protocols(tmp_path)}
    assert offered == {"screening": False, "four-across": False, "mine": True}
    with pytest.raises(ProtocolError, match=r"mine\.toml"):
        find_protocol("mine", tmp_path)
    with pytest.raises(ProtocolError):
        save_layout("mine", SINGLE, SizeMode.SAME, tmp_path)
    assert (tmp_path / "mine.toml").read_text(encoding="utf-8") == "id = ["


def test_a_name_that_is_not_there_tells_those_that_are(tmp_path: Path) -> None:
    save_layout("Mine", SINGLE, SizeMode.SAME, tmp_path)
    with pytest.raises(ProtocolError, match="four-across, mine, screening"):
        find_protocol("other", tmp_path)


def test_a_title_without_latin_letters_is_kept_whole(tmp_path: Path) -> None:
    name = save_layout("左右", SINGLE, SizeMode.SAME, tmp_path)
    assert find_protocol(name, tmp_path).title == "左右"


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(BadInputError, match="can't be made"):
        save_layout("Mine", SINGLE, SizeMode.SAME, tmp_path / "file" / "protocols")
