"""How far what is on the screen is on the disk."""

from __future__ import annotations

from enum import Enum


class Keeping(Enum):
    """How far what is on the screen is on the disk."""

    KEPT = "kept"
    KEEPING = "keeping"
    FAILED = "failed"
