from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.settings.declaration import MOST_RECENT, ScreenCalibration, Settings
from app.settings.store import ENVIRONMENT, SettingsStore, config_folder
from domain.errors import BadInputError


@pytest.fixture
def store(tmp_path: Path) -> SettingsStore:
    return SettingsStore(tmp_path / "deep" / "settings.toml")


def write(store: SettingsStore, text: str) -> None:
    store.path.parent.mkdir(parents=True, exist_ok=True)
    store.path.write_text(text, encoding="utf-8")


def changed(**reading: object) -> Settings:
    made = Settings()
    return made.model_copy(update={"reading": made.reading.model_copy(update=reading)})


def test_without_a_file_there_are_defaults_and_no_message(store) -> None:
    assert store.load() == type(store.load())(Settings(), ())


def test_what_is_saved_is_loaded(store) -> None:
    settings = changed(reader="Dr Roe", linked=False).with_recent("/a").with_key("size.fit", "J")
    settings = settings.model_copy(
        update={"screens": {"DP-1 serial": ScreenCalibration(millimetres=0.165)}}
    )
    store.save(settings)
    assert store.load().settings == settings
    assert store.load().messages == ()


def test_unknown_keys_and_comments_stay(store) -> None:
    write(store, '# mine\nfuture = 3\n[reading]\nnew_thing = "x" # keep\nlinked = true\n')
    loaded = store.load()
    assert loaded.messages == ()
    store.save(changed(linked=False))
    text = store.path.read_text()
    assert "# mine" in text
    assert "future = 3" in text
    assert 'new_thing = "x" # keep' in text
    assert "linked = false" in text


def test_one_bad_value_costs_that_value_and_is_told(store) -> None:
    write(store, '[reading]\nreader = "Dr Roe"\nlinked = "perhaps"\n[memory]\nahead = 99\n')
    loaded = store.load()
    assert loaded.settings == changed(reader="Dr Roe")
    assert len(loaded.messages) == 2
    assert "reading.linked" in loaded.messages[0]
    assert "memory.ahead" in loaded.messages[1]


@pytest.mark.parametrize(
    "text",
    [
        "reading = 3\n",
        "[screens.one]\nchecked = 'yes'\n",
        "recent = [1, 2]\n",
        "recent = 'x'\n",
        "[keys]\nfit = 4\n",
        "recent = [" + "'a'," * 40 + "]\n",
        "[screens]\none = 3\n",
    ],
)
def test_a_part_of_the_wrong_sort_gives_defaults_and_a_message(store, text) -> None:
    write(store, text)
    loaded = store.load()
    assert loaded.settings == Settings()
    assert loaded.messages


def test_a_broken_file_gives_defaults_and_is_kept_aside(store) -> None:
    write(store, "[reading\n")
    loaded = store.load()
    assert loaded.settings == Settings()
    assert str(store.path) in loaded.messages[0]
    store.save(changed(reader="X"))
    assert store.path.with_name("settings.toml.bad").read_text() == "[reading\n"
    assert store.load().settings.reading.reader == "X"


def test_a_file_that_is_no_text_gives_defaults(store) -> None:
    store.path.parent.mkdir(parents=True)
    store.path.write_bytes(b"\xff\xfe\x00")
    assert store.load().settings == Settings()
    assert store.load().messages


@given(junk=st.text(max_size=200))
def test_no_file_can_stop_the_start(tmp_path_factory: pytest.TempPathFactory, junk: str) -> None:
    store = SettingsStore(tmp_path_factory.mktemp("s") / "settings.toml")
    store.path.write_text(junk, encoding="utf-8", newline="")
    assert isinstance(store.load().settings, Settings)


def test_a_folder_that_can_not_be_made_is_told_and_nothing_is_lost(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInputError, match=ENVIRONMENT):
        SettingsStore(tmp_path / "file" / "settings.toml").save(Settings())


def test_a_save_that_fails_leaves_the_old_file(store, monkeypatch) -> None:
    store.save(changed(reader="old"))
    monkeypatch.setattr("os.fdopen", _refuse)
    with pytest.raises(BadInputError):
        store.save(changed(reader="new"))
    monkeypatch.undo()
    assert store.load().settings.reading.reader == "old"
    assert list(store.path.parent.iterdir()) == [store.path]


def test_a_key_given_back_leaves_the_file(store) -> None:
    store.save(Settings().with_key("size.fit", "J"))
    store.save(Settings())
    assert "size.fit" not in store.path.read_text()


def test_recent_paths_are_few_and_newest_first() -> None:
    settings = Settings()
    for number in range(MOST_RECENT + 3):
        settings = settings.with_recent(f"/{number}")
    settings = settings.with_recent("/5")
    assert settings.recent[0] == "/5"
    assert len(settings.recent) == MOST_RECENT == len(set(settings.recent))


def test_the_folder_can_be_named(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path))
    assert SettingsStore().path == tmp_path / "settings.toml"
    monkeypatch.delenv(ENVIRONMENT)
    assert "fourview" in str(config_folder())


def _refuse(handle: int, *_: object) -> None:
    os.close(handle)
    raise OSError(28, "No space left on device")
