"""Results are kept within a budget, survive no damage, and cost nothing where the disk is full."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.results import store as under_test
from inference.results.store import ResultStore, result_key

KEYS = [result_key(f"study {at}", ["package"], {}) for at in range(8)]


@pytest.fixture
def store(tmp_path: Path) -> ResultStore:
    return ResultStore(tmp_path / "results")


def test_a_result_comes_back_and_another_key_has_none(store: ResultStore) -> None:
    assert store.get(KEYS[0]) is None
    assert store.put(KEYS[0], {"score": 0.25, "name": "RCC"})
    assert store.get(KEYS[0]) == {"score": 0.25, "name": "RCC"}
    assert store.get(KEYS[1]) is None
    store.drop(KEYS[0])
    assert store.get(KEYS[0]) is None


def test_pixels_packages_and_settings_each_make_a_key_of_their_own() -> None:
    one = result_key("a", ["p", "q"], {"t": 0.5})
    assert one == result_key("a", ["q", "p"], {"t": 0.5})
    others = {
        result_key("b", ["p", "q"], {"t": 0.5}),
        result_key("a", ["p"], {"t": 0.5}),
        result_key("a", ["p", "q"], {"t": 0.6}),
        result_key("a", ["pq"], {"t": 0.5}),
    }
    assert len(others | {one}) == 5


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_one_changed_byte_anywhere_is_noticed_and_the_entry_thrown_away(
    tmp_path_factory: pytest.TempPathFactory, at: int, flip: int
) -> None:
    folder = tmp_path_factory.getbasetemp() / "flipped"
    store = ResultStore(folder)
    store.put(KEYS[0], {"views": [{"score": 0.5}]})
    place = folder / f"{KEYS[0]}.json"
    data = bytearray(place.read_bytes())
    data[at % len(data)] ^= flip
    place.write_bytes(data)
    assert store.get(KEYS[0]) is None
    assert not place.exists()


def test_an_entry_under_anothers_name_is_thrown_away(store: ResultStore, tmp_path: Path) -> None:
    store.put(KEYS[0], {"score": 1})
    folder = tmp_path / "results"
    (folder / f"{KEYS[0]}.json").rename(folder / f"{KEYS[1]}.json")
    assert store.get(KEYS[1]) is None
    assert list(folder.iterdir()) == []


def test_what_was_not_asked_for_longest_goes_first(tmp_path: Path) -> None:
    store = ResultStore(tmp_path, budget=3 * 400)
    for at, key in enumerate(KEYS[:3]):
        assert store.put(key, {"text": "x" * 150})
        os.utime(tmp_path / f"{key}.json", (at, at))
    assert store.get(KEYS[0]) is not None
    assert store.put(KEYS[3], {"text": "x" * 150})
    held = [key for key in KEYS if store.get(key) is not None]
    assert held == [KEYS[0], KEYS[2], KEYS[3]]
    assert not store.put(KEYS[4], {"text": "x" * 2000})
    assert store.get(KEYS[0]) is not None


def test_a_full_disk_costs_the_keeping_alone(
    store: ResultStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    store.put(KEYS[0], {"score": 1})
    monkeypatch.setattr(under_test.os, "fdopen", full)
    assert store.put(KEYS[1], {"score": 2}) is False
    monkeypatch.undo()
    assert store.get(KEYS[0]) == {"score": 1}
    assert [one.name for one in (tmp_path / "results").iterdir()] == [f"{KEYS[0]}.json"]


def test_a_folder_that_is_a_file_costs_the_keeping_alone(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = ResultStore(tmp_path / "file")
    assert store.put(KEYS[0], {}) is False
    assert store.get(KEYS[0]) is None


def test_half_written_files_are_cleared_up_once_they_are_old(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    for name, age in (("old.part", 10), ("new.part", 4e9)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (age, age))
    store.put(KEYS[0], {})
    assert not (tmp_path / "old.part").exists()
    assert (tmp_path / "new.part").exists()


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "0" * 63])
def test_a_key_that_is_none_is_refused(store: ResultStore, key: str) -> None:
    with pytest.raises(ValueError):
        store.get(key)


def test_a_hint_tells_what_is_likely_and_the_oldest_hints_go(
    store: ResultStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inference.results.store.MOST_HINTS", 3)
    hints = [f"{number:064x}" for number in range(1, 6)]
    assert not store.likely(hints[0])
    for age, hint in enumerate(reversed(hints)):
        assert store.put("a" * 64, {"is": "kept"}, hint)
        for place in tmp_path.rglob(f"{hint}.hint"):
            os.utime(place, (1e9 + age, 1e9 + age))
    store.put("b" * 64, {})
    assert [store.likely(hint) for hint in hints] == [True] * 3 + [False] * 2
    assert store.get("a" * 64) == {"is": "kept"}
