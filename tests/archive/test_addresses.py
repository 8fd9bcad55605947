"""An address that can't be used is told in one sentence, whatever is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.archive import Archive
from archive.errors import UnusableArchiveError


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("foo", "address can't be understood"),
        (" ", "address can't be understood"),
        ("http://server/name", "address can't be understood"),
        ("postgresql://anna@server:port/name", "address can't be understood"),
        ("sqlite:////tmp/a\0b", "address can't be understood"),
        ("postgresql://nohost", "names no account"),
        ("postgresql://", "names no account"),
        ("postgresql://anna:secret@127.0.0.1:1/name", "does not answer"),
        ("mysql://anna@server/name", "no driver"),
        ("postgresql+nodriver://anna@server/name", "address can't be understood"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
    ],
)
def test_a_wrong_address_says_what_is_wrong_and_what_to_write(address: str, told: str) -> None:
    with pytest.raises(UnusableArchiveError, match=told) as found:
        Archive.open(address)
    assert found.value.remedy
    assert "secret" not in str(found.value)


def test_a_folder_is_no_archive(tmp_path: Path) -> None:
    with pytest.raises(UnusableArchiveError, match="can't be opened"):
        Archive.open(f"sqlite:///{tmp_path}")
