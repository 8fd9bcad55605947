"""What doesn't fit together in a reading, said beside the form that can mend it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Remark:
    """One inconsistency. finding: the one it is about, ``None`` for the study as a whole.

    serious: it contradicts itself; otherwise something is only missing or unusual.
    """

    text: str
    finding: UUID | None = None
    serious: bool = False
