"""Which packages' marks are on the screen, and from which score on, for the archive."""

from __future__ import annotations

from app.presenters.second_reading.presenter import SecondReading
from app.presenters.second_reading.standing import AiState
from archive.revisions.revision import OnScreen


def shown_packages(reading: SecondReading) -> tuple[OnScreen, ...]:
    """None while the reader sees no marks of the case that is shown."""
    packages = reading.reader
    if packages is None or not reading.revealed or reading.standing.state is not AiState.DONE:
        return ()
    strictness = reading.strictness
    return tuple(
        OnScreen(one.manifest.id, one.manifest.version, strictness.moved_of(one, packages))
        for one in packages.packages
    )
