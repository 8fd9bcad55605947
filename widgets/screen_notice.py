"""What a reader must know of the screen before trusting it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

LEAST_MEGAPIXELS = 3.0
"""Of one screen, for reading."""

_CONTEXT = "ScreenNotice"


def screen_notice(width: int, height: int, *, calibrated: bool) -> str:
    """What is wrong with a screen of so many of its own pixels; empty where nothing is."""
    said = []
    megapixels = width * height / 1e6
    if megapixels < LEAST_MEGAPIXELS:
        small = QCoreApplication.translate(
            _CONTEXT, "This screen is too small for reading ({there} MP, needs {needed} MP)"
        )
        said.append(small.format(there=f"{megapixels:.1f}", needed=f"{LEAST_MEGAPIXELS:.0f}"))
    if not calibrated:
        said.append(
            QCoreApplication.translate(
                _CONTEXT,
                "This screen is not calibrated for reading: Help, Calibrate the screen",
            )
        )
    return ". ".join(said)
