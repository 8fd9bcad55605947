"""What is said once of a reading that was opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the first paint needs no files of readings
    from annotations.keeping.kept_reading import KeptReading


def greeting(reading: KeptReading) -> Iterator[tuple[str, bool]]:
    """Sentences, and whether each is an error."""
    for words in filter(None, (reading.lost, reading.refused)):
        yield words, True
    if reading.recovered:
        edits = "1 edit" if reading.recovered == 1 else f"{reading.recovered} edits"
        yield f"Restored {edits} of an interrupted session; Undo takes them back", False
