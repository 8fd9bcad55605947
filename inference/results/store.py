"""Results of whole studies on disk, so that nothing is computed twice.

One file a result: a line that names key and checksum, then the result as JSON. What is damaged is
thrown away; a disk that is full or read-only costs the keeping and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

_log = logging.getLogger(__name__)

BUDGET = 256 << 20
"""Bytes; a study without masks takes a few kilobytes."""

MOST_HINTS = 4096
"""Empty files; the oldest go."""

_FORMAT = "fourview-result 1"
_NAME = re.compile(r"[0-9a-f]{64}\.json")
_HINT = re.compile(r"[0-9a-f]{64}\.hint")
_LEFTOVER_S = 3600.0
"""Seconds after which a half-written file is nobody's."""


def result_key(study: str, packages: Sequence[str], settings: Mapping[str, Any]) -> str:
    """What a result is kept under (hex).

    study: ``StudyInput.digest``, of pixels and all that is said of them. packages: digests of all
    model packages, in any order. settings: whatever else changes a result, JSON.
    """
    told = [_FORMAT, study, sorted(packages), settings]
    return hashlib.sha256(json.dumps(told, sort_keys=True, allow_nan=False).encode()).hexdigest()


class ResultStore:
    """Keeps results within a budget of bytes; what was not asked for longest goes first.

    Safe for any thread, and for several windows that share a folder. Nothing here raises OSError.
    """

    def __init__(self, folder: Path, budget: int = BUDGET) -> None:
        """folder: made when the first result comes."""
        self._folder = folder
        self._budget = budget
        self._lock = threading.Lock()

    def get(self, key: str) -> dict[str, Any] | None:
        """The result, or None where there is none; a damaged one is thrown away."""
        place = self._place(key)
        try:
            data = place.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            _log.warning("a kept result can't be read (%s)", error.strerror)
            return None
        result = _unpacked(key, data)
        if result is None:
            _log.warning("a kept result was damaged and is computed anew")
            self.drop(key)
            return None
        with suppress(OSError):
            os.utime(place)
        return result

    def likely(self, hint: str) -> bool:
        """Whether a result was put under this hint; it may be of other pixels, or gone."""
        return self._place(hint, ".hint").exists()

    def put(self, key: str, result: Mapping[str, Any], hint: str = "") -> bool:
        """Keep a result; False where the disk, or the budget, has no room for it.

        hint: what ``likely`` is asked by, of 64 digits (hex); it decides nothing but what is done
        first. Raises ValueError where the result is not JSON.
        """
        data = _packed(key, result)
        if len(data) > self._budget:
            return False
        with self._lock:
            try:
                self._write(self._place(key), data)
                if hint:
                    self._write(self._place(hint, ".hint"), b"")
                self._trim()
            except OSError as error:
                _log.warning("a result was not kept (%s)", error.strerror)
                return False
        return True

    def drop(self, key: str) -> None:
        """Forget a result."""
        with suppress(OSError):
            self._place(key).unlink(missing_ok=True)

    def _place(self, key: str, ending: str = ".json") -> Path:
        name = f"{key}{ending}"
        if not (_NAME.fullmatch(name) or _HINT.fullmatch(name)):
            raise ValueError("no key of a result")
        return self._folder / name

    def _write(self, place: Path, data: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._folder / f"{uuid4().hex}.part"
        try:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            part.replace(place)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def _trim(self) -> None:
        kept, hints = [], []
        for entry in os.scandir(self._folder):
            with suppress(OSError):  # another window may take it away meanwhile
                facts = entry.stat(follow_symlinks=False)
                if _NAME.fullmatch(entry.name):
                    kept.append((facts.st_mtime_ns, facts.st_size, entry.path))
                elif _HINT.fullmatch(entry.name):
                    hints.append((facts.st_mtime_ns, entry.path))
                elif entry.name.endswith(".part") and time.time() - facts.st_mtime > _LEFTOVER_S:
                    Path(entry.path).unlink(missing_ok=True)
        held = sum(size for _, size, _ in kept)
        for _, size, path in sorted(kept):
            if held <= self._budget:
                break
            with suppress(OSError):
                Path(path).unlink(missing_ok=True)
                held -= size
        for _, path in sorted(hints)[:-MOST_HINTS]:
            with suppress(OSError):
                Path(path).unlink(missing_ok=True)


def _packed(key: str, result: Mapping[str, Any]) -> bytes:
    body = json.dumps(result, allow_nan=False).encode()
    return b"%s %s %s\n%s" % (_FORMAT.encode(), key.encode(), _sum(body), body)


def _unpacked(key: str, data: bytes) -> dict[str, Any] | None:
    head, _, body = data.partition(b"\n")
    if head != b"%s %s %s" % (_FORMAT.encode(), key.encode(), _sum(body)):
        return None
    try:
        result = json.loads(body)
    except ValueError:
        return None
    return result if isinstance(result, dict) else None


def _sum(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()
