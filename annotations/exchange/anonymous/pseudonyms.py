"""Keyed hashes in place of identifiers, and dates that are moved by the same days for a patient.

Without the key nobody can tell whose a pseudonym is, or test a guess; with it the same identifier
always gets the same one, so that later exports fit earlier ones (PS3.15 E.1.1).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from annotations.exchange.format import ExchangeError
from annotations.keeping.disk import make_folder, write_all

KEY_FILE = "anonymising.key"
_BYTES = 32
_DAYS = 3650


class Pseudonyms:
    """Pseudonyms of one key."""

    def __init__(self, key: bytes) -> None:
        """key: at least 16 secret bytes."""
        if len(key) < 16:
            raise ValueError("a key has at least 16 bytes")
        self._key = key

    def word(self, sort: str, value: str) -> str:
        """Sixteen letters in place of a value; empty stays empty. sort: what it is."""
        return self._digest(sort, value).hex()[:16] if value else ""

    def uid(self, value: str) -> str:
        """A UID in place of another, PS3.5 B.2; empty stays empty."""
        return f"2.25.{self.uuid('uid', value).int}" if value else ""

    def uuid(self, sort: str, value: str) -> UUID:
        """A UUID in place of another's or of any value."""
        return UUID(bytes=self._digest(sort, value)[:16], version=4)

    def shift(self, patient: str) -> timedelta:
        """How far all dates of a patient move: 1 to 3650 days back."""
        number = int.from_bytes(self._digest("days", patient)[:8], "big")
        return timedelta(days=-(1 + number % _DAYS))

    def day(self, patient: str, value: date | None) -> date | None:
        """A date of a patient, moved."""
        return None if value is None else value + self.shift(patient)

    def moment(self, patient: str, value: datetime) -> datetime:
        """A moment of a patient, moved by whole days."""
        return value + self.shift(patient)

    def _digest(self, sort: str, value: str) -> bytes:
        told = f"{sort}\0{value}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, told, hashlib.sha256).digest()


def own_key(folder: Path) -> bytes:
    """The key in the user's data folder; made at the first call, for its owner's eyes alone.

    Raises ExchangeError where it can't be read, is damaged, or others may read it.
    """
    file = folder / KEY_FILE
    try:
        make_folder(folder)
        try:
            opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _read(file)
        try:
            key = secrets.token_bytes(_BYTES)
            write_all(opened, key)
            os.fsync(opened)
        finally:
            os.close(opened)
    except OSError as error:
        raise ExchangeError(
            f"the key for anonymising can't be used ({error.strerror})", where=str(file)
        ) from error
    return key


def _read(file: Path) -> bytes:
    if os.name != "nt" and file.stat().st_mode & 0o077:
        raise ExchangeError(
            "others may read the key for anonymising", where=str(file), remedy="chmod 600 it"
        )
    key = file.read_bytes()
    if len(key) != _BYTES:
        raise ExchangeError(
            "the key for anonymising is damaged",
            where=str(file),
            remedy="Put it back from a backup; with a new one, pseudonyms differ from before",
        )
    return key
