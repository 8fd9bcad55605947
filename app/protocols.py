"""Finds and keeps hanging protocols: those shipped with the program, and a reader's own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

from app.settings.store import config_folder
from app.writing import replace_file
from domain.errors import BadInputError, ProtocolError
from viewing.hanging.protocol import PaneSelector, Protocol, SizeMode, Step
from viewing.hanging.protocol_file import load_protocol_file, protocol_text, read_protocol

OWN_FOLDER = "protocols"
"""Inside the folder of the settings."""

_EXTRAS = Step("extras", "Images outside the four views", SizeMode.FIT, ())


Say = Callable[[str], str]
"""Another language for a title."""


@dataclass(frozen=True)
class OfferedProtocol:
    """name: as it stands in the settings. own: the reader's."""

    name: str
    title: str
    own: bool = False


def own_protocols_folder() -> Path:
    """Where a reader's own protocols lie, as ``NAME.toml``."""
    return config_folder() / OWN_FOLDER


def find_protocol(name: str, own: Path | None = None, say: Say = str) -> Protocol:
    """By the name of a shipped protocol or a reader's own, or by the path of a .toml file.

    own: folder of the reader's protocols, ``own_protocols_folder()`` where not given. say: puts
    the titles of shipped ones into the reader's language; own ones stay as written. Raises
    ProtocolError where there is none, naming those that there are, or where it is wrong.
    """
    if name.endswith(".toml"):
        return load_protocol_file(Path(name))
    shipped, kept = _shipped(), _own(own)
    if name in shipped:
        return _said(read_protocol(shipped[name], f"{name}.toml"), say)
    if name in kept:
        return load_protocol_file(kept[name])
    known = ", ".join(sorted({*shipped, *kept}))
    raise ProtocolError(f"there is no hanging protocol {name}", remedy=f"There are: {known}")


def offered_protocols(own: Path | None = None, say: Say = str) -> tuple[OfferedProtocol, ...]:
    """All that there are, the shipped ones first. A file that can't be read goes by its name.

    say: as ``find_protocol`` takes it.
    """
    offered = []
    for names, mine in ((_shipped(), False), (_own(own), True)):
        for name in sorted(names):
            try:
                title = find_protocol(name, own, say).title
            except ProtocolError:
                title = name
            offered.append(OfferedProtocol(name, title, mine))
    return tuple(offered)


def save_layout(
    title: str,
    layout: tuple[tuple[PaneSelector, ...], ...],
    size: SizeMode,
    own: Path | None = None,
) -> str:
    """Keep a layout as the reader's protocol of a title; returns the name that finds it.

    Where the reader has that protocol already, the layout becomes its next step. Images outside
    the four views always have a step at the end. Raises BadInputError where it can't be written
    or the title is a shipped protocol's, ProtocolError where the present file is wrong.
    """
    name = _name_of(title)
    if name in _shipped():
        raise BadInputError(
            f"{title} is the name of a protocol that comes with the program",
            remedy="Choose another name",
        )
    folder = own_protocols_folder() if own is None else own
    kept = _own(own)
    before = load_protocol_file(kept[name]) if name in kept else Protocol(name, title, (_EXTRAS,))
    taken = {step.id for step in before.steps}
    said = " / ".join(", ".join(str(pane) for pane in row) for row in layout)
    step = Step(_free(_name_of(said), taken), said, size, layout)
    place = len(before.steps) - before.steps[-1].shows_extras
    steps = (*before.steps[:place], step, *before.steps[place:])
    _write(folder / f"{name}.toml", replace(before, steps=steps))
    return name


def _said(protocol: Protocol, say: Say) -> Protocol:
    steps = tuple(replace(step, title=say(step.title)) for step in protocol.steps)
    return replace(protocol, title=say(protocol.title), steps=steps)


def _write(path: Path, protocol: Protocol) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInputError(
            f"can't be made ({error.strerror})",
            where=str(path.parent),
            remedy="Make the folder of the settings writable",
        ) from error
    replace_file(path, protocol_text(protocol).encode())


def _shipped() -> dict[str, str]:
    """TOML texts by name."""
    folder = resources.files("resources.protocols")
    found = [entry for entry in folder.iterdir() if entry.name.endswith(".toml")]
    return {e.name.removesuffix(".toml"): e.read_text(encoding="utf-8") for e in found}


def _own(folder: Path | None) -> dict[str, Path]:
    """Files by name; none where there is no folder."""
    folder = own_protocols_folder() if folder is None else folder
    try:
        return {path.stem: path for path in folder.iterdir() if path.suffix == ".toml"}
    except OSError:
        return {}


def _name_of(title: str) -> str:
    """A title as a file is named: lower case, letters, figures and hyphens of ASCII."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "layout"


def _free(name: str, taken: set[str]) -> str:
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(one for one in numbered if one not in taken)
