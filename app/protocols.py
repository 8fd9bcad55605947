"""Finds hanging protocols: those shipped with the program, or a reader's own file."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from domain.errors import ProtocolError
from viewing.hanging.protocol import Protocol
from viewing.hanging.protocol_file import load_protocol_file, read_protocol


def find_protocol(name: str) -> Protocol:
    """By the name of a shipped protocol, or by the path of a .toml file.

    Raises ProtocolError where there is none, naming those that are shipped.
    """
    if name.endswith(".toml"):
        return load_protocol_file(Path(name))
    shipped = {entry.name: entry for entry in resources.files("resources.protocols").iterdir()}
    entry = shipped.get(f"{name}.toml")
    if entry is None:
        known = sorted(file.removesuffix(".toml") for file in shipped if file.endswith(".toml"))
        raise ProtocolError(
            f"there is no hanging protocol {name}", remedy=f"There are: {', '.join(known)}"
        )
    return read_protocol(entry.read_text(encoding="utf-8"), entry.name)
