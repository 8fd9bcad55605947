from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import ProtocolError
from viewing.hanging.protocol import PaneSelector, Protocol, SizeMode, Step
from viewing.hanging.protocol_file import load_protocol_file, protocol_text, read_protocol

GOOD = """
id = "mine"
title = "Mine"
[[step]]
id = "pair"
title = "Pair"
size = "true"
layout = [["RCC", "LCC@2"]]
"""


def test_a_protocol_is_read_step_by_step() -> None:
    protocol = read_protocol(GOOD, "mine.toml")
    step = protocol.step("pair")
    assert step.size is SizeMode.TRUE
    assert step.layout == ((PaneSelector("RCC"), PaneSelector("LCC", exam=2)),)


def test_every_shipped_protocol_is_valid_and_ends_with_what_no_slot_took() -> None:
    folder = resources.files("resources.protocols")
    shipped = [entry for entry in folder.iterdir() if entry.name.endswith(".toml")]
    assert len(shipped) >= 2
    for entry in shipped:
        protocol = read_protocol(entry.read_text(encoding="utf-8"), entry.name)
        assert f"{protocol.id}.toml" == entry.name
        assert protocol.without_marks().steps[-1].shows_extras


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        (GOOD.replace("LCC@2", "LXX"), "LXX"),
        (GOOD.replace("LCC@2", "LCC@0"), "LCC@0"),
        (GOOD.replace("LCC@2", "LCC@"), "LCC@"),
        (GOOD.replace("LCC@2", "LCC IDX"), "LCC IDX"),
        (GOOD.replace('"true"', '"huge"'), "size"),
        (GOOD.replace('[["RCC", "LCC@2"]]', '[["RCC"], ["LCC", "RCC"]]'), "same number"),
        (GOOD.replace('layout = [["RCC", "LCC@2"]]', ""), "extras"),
        (GOOD + "extras = true\n", "extras"),
        (GOOD + "colour = 1\n", "colour"),
        (GOOD.replace('title = "Mine"', ""), "title"),
        ("id = [", "TOML"),
        ('id = "mine"\ntitle = "Mine"\nstep = []\n', "step"),
    ],
)
def test_a_wrong_protocol_is_refused_with_file_and_key(broken: str, named: str) -> None:
    with pytest.raises(ProtocolError, match=r"mine\.toml") as refusal:
        read_protocol(broken, "mine.toml")
    assert named in str(refusal.value)


@given(st.text(max_size=80))
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    with pytest.raises(ProtocolError):
        read_protocol(text, "any.toml")


def selectors() -> st.SearchStrategy[PaneSelector]:
    slots = st.sampled_from(["RCC", "LCC", "RMLO", "LMLO"])
    return st.builds(PaneSelector, slots, st.integers(0, 9), st.booleans())


def layouts() -> st.SearchStrategy[tuple[tuple[PaneSelector, ...], ...]]:
    def rows(columns: int) -> st.SearchStrategy[tuple[tuple[PaneSelector, ...], ...]]:
        row = st.lists(selectors(), min_size=columns, max_size=columns).map(tuple)
        return st.lists(row, min_size=1, max_size=3).map(tuple)

    return st.integers(1, 4).flatmap(rows)


TITLES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


@given(TITLES, layouts(), st.sampled_from(SizeMode))
def test_what_is_written_is_read_back(
    title: str, layout: tuple[tuple[PaneSelector, ...], ...], size: SizeMode
) -> None:
    steps = (
        Step("mine", title, size, layout),
        Step("marks", "With AI", size, layout, marks=True),
        Step("tiles", "By quadrants", SizeMode.ACTUAL, ((PaneSelector("RCC"),),), quadrants=True),
        Step("extras", "Extras", SizeMode.FIT, ()),
    )
    protocol = Protocol("mine", title, steps)
    assert read_protocol(protocol_text(protocol), "mine.toml") == protocol


@pytest.mark.parametrize(
    "step",
    ['quadrants = true\nlayout = [["RCC"]]', 'quadrants = true\nsize = "actual"\nextras = true'],
)
def test_quadrants_need_one_pane_at_one_to_one(step: str) -> None:
    text = f'id = "q"\ntitle = "Q"\n[[step]]\nid = "q"\ntitle = "Q"\n{step}\n'
    with pytest.raises(ProtocolError, match="single pane"):
        read_protocol(text, "q.toml")


def test_a_missing_or_binary_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match=r"gone\.toml"):
        load_protocol_file(tmp_path / "gone.toml")
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProtocolError, match="UTF-8"):
        load_protocol_file(binary)
