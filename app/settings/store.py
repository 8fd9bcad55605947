"""The settings' file: read with tolerance, written in one step, foreign keys left alone."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from platformdirs import user_config_path
from pydantic import ValidationError
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table

from app.settings.declaration import Settings
from app.writing import replace_file
from domain.errors import BadInputError

ENVIRONMENT = "FOURVIEW_CONFIG"
NAME = "settings.toml"


def config_folder() -> Path:
    """Where Fourview keeps what was set: FOURVIEW_CONFIG, else the user's config folder."""
    named = os.environ.get(ENVIRONMENT)
    return Path(named) if named else user_config_path("fourview", appauthor=False)


@dataclass(frozen=True)
class Loaded:
    """Settings that are always usable, and what of the file could not be used."""

    settings: Settings
    messages: tuple[str, ...] = ()


class SettingsStore:
    """One file of settings."""

    def __init__(self, path: Path | None = None) -> None:
        """path: of the file; the usual place where it is not given."""
        self.path = path if path is not None else config_folder() / NAME

    def load(self) -> Loaded:
        """Read the file. What can't be used gets its default and a message; never raises."""
        try:
            document = self._document()
        except BadInputError as error:
            return Loaded(Settings(), (str(error),))
        given = document.unwrap()
        troubles: list[str] = []
        while True:
            try:
                return Loaded(Settings.model_validate(given), tuple(troubles))
            except ValidationError as error:
                places = [tuple(one["loc"]) for one in error.errors()]
                said = [one["msg"] for one in error.errors()]
                troubles += [self._trouble(*pair) for pair in zip(places, said, strict=True)]
                removed = [_remove(given, place) for place in places]
                if not any(removed):
                    return Loaded(Settings(), tuple(troubles))

    def save(self, settings: Settings) -> None:
        """Write what differs from the file. Keys that are not ours stay, and so do comments.

        A file that is no TOML is kept beside it as ``settings.toml.bad``. Raises BadInputError
        where nothing can be written; the old file stays.
        """
        self._make_folder()
        try:
            document = self._document()
        except BadInputError:
            self._set_aside()
            document = tomlkit.document()
        _merge(document, settings.model_dump(mode="json"))
        replace_file(self.path, tomlkit.dumps(document).encode())

    def _document(self) -> tomlkit.TOMLDocument:
        try:
            return tomlkit.parse(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return tomlkit.document()
        except (OSError, UnicodeDecodeError, TOMLKitError) as error:
            raise BadInputError(
                f"the settings can't be read ({error})",
                where=str(self.path),
                remedy="Defaults are used; mend or remove the file",
            ) from error

    def _make_folder(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInputError(
                f"can't be made ({error.strerror})",
                where=str(self.path.parent),
                remedy=f"Make it writable, or set {ENVIRONMENT} to a folder of yours",
            ) from error

    def _set_aside(self) -> None:
        bad = self.path.with_name(f"{self.path.name}.bad")
        try:
            self.path.replace(bad)
        except OSError as error:
            raise BadInputError(
                f"can't be put aside ({error.strerror})",
                where=str(self.path),
                remedy="Remove the file",
            ) from error

    def _trouble(self, place: tuple[int | str, ...], said: str) -> str:
        key = ".".join(str(part) for part in place)
        return f"{self.path}: {key} can't be used ({said}). Its default is used"


def _remove(given: dict[str, Any], place: tuple[int | str, ...]) -> bool:
    """Take out what validation named, or the innermost thing above it; whether there was any."""
    within: dict[Any, Any] = given
    for part in place[:-1]:
        inner = within.get(part)
        if not isinstance(inner, dict):  # a list, or gone with an earlier trouble
            return within.pop(part, None) is not None
        within = inner
    if place and place[-1] in within:
        del within[place[-1]]
        return True
    return len(place) > 1 and _remove(given, place[:-1])  # what must be there is missing


def _merge(table: tomlkit.TOMLDocument | Table, values: Mapping[str, Any]) -> None:
    """Put values in, leaving what is equal untouched."""
    for key, value in values.items():
        present = table.get(key)
        if isinstance(value, Mapping):
            if not isinstance(present, Table):
                table[key] = present = tomlkit.table()
            _merge(present, value)
            if key in _FREE:
                for old in [name for name in present if name not in value]:
                    del present[old]
        elif present is None or _plain(present) != value:
            table[key] = value


_FREE = frozenset({"keys", "screens"})
"""Tables whose keys the reader makes: what is gone from the settings goes from the file."""


def _plain(item: Any) -> Any:
    return item.unwrap() if hasattr(item, "unwrap") else item
