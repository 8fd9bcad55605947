"""A window of its own process that draws until it is killed: ``python -m ... STUDY SETTINGS``.

Each line that it prints is what the reading held at a moment when the status line said Kept.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.gui.compose import make_window
from app.gui.services import make_services
from app.settings.store import SettingsStore
from domain.geometry import Box
from tests.support.annotator import CTRL, Annotator

PATIENCE_S = 60.0


def main() -> None:
    """Open the study, and draw, take back and describe without end."""
    study, settings = map(Path, sys.argv[1:])
    program = QApplication([])
    window = make_window(make_services(SettingsStore(settings)))
    window.resize(1366, 768)
    window.show()
    window.open_paths([study])
    hand, until = Annotator(window), time.monotonic() + PATIENCE_S
    while not hand.ready and time.monotonic() < until:
        program.processEvents()
    chance = random.Random(11)
    while time.monotonic() < until:
        _draw(hand, chance)
        while hand.said.split("  ")[-1] != "Kept" and time.monotonic() < until:
            program.processEvents()
        document = hand.annotating.document
        sys.stdout.write(f"{(document.findings, document.opinion)!r}\n")
        sys.stdout.flush()


def _draw(hand: Annotator, chance: random.Random) -> None:
    x, y = chance.uniform(450, 600), chance.uniform(250, 600)
    hand.box("RCC", Box(x, y, x + chance.uniform(60, 150), y + chance.uniform(60, 150)))
    if chance.random() < 0.3:
        hand.key(Qt.Key.Key_Z, CTRL)
    hand.key(Qt.Key.Key_L)
    hand.click("LCC", (100, 300), (150, 340))  # begun, and never finished


if __name__ == "__main__":
    main()
