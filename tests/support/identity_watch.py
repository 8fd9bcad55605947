"""Watches every paint of a window: whose name is on the banner, whose image is in the panes."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from typing import Any

import pytest

import imaging.loader
import viewing.first_look
from app.gui.main_window import MainWindow
from tests.support.small_studies import patient_in
from widgets.banner import Banner, BannerFacts
from widgets.pane.image_item import PaneItem
from widgets.pane.pane_widget import PaneWidget
from widgets.pane.picture import PanePicture


@dataclass
class IdentityWatch:
    """named: whose name the banner has. pairs: banner and image at each showing and painting."""

    named: str = ""
    pairs: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def mixed(self) -> list[tuple[str, str, str]]:
        """Where an image was shown under another patient's name."""
        return [pair for pair in self.pairs if pair[1] != pair[2]]

    @property
    def painted(self) -> set[str]:
        """Patients of whom an image was painted."""
        return {image for what, _, image in self.pairs if what == "painted"}

    def look(self, what: str, picture: PanePicture) -> None:
        """Note an image with the name that stands above it."""
        if picture.image is not None:
            self.pairs.append((what, self.named, patient_in(picture.image.levels[0])))


def watch_identity(patch: pytest.MonkeyPatch) -> IdentityWatch:
    """Listen to banner and panes of all windows made from now on."""
    watch = IdentityWatch()
    show_facts, show_pane, paint = Banner.show_facts, PaneWidget.show_pane, PaneItem.paint

    def facts(self: Banner, facts: BannerFacts) -> None:
        watch.named = facts.patient.patient_id if facts.patient else ""
        show_facts(self, facts)

    def pane(self: PaneWidget, picture: PanePicture) -> None:
        watch.look("shown", picture)
        show_pane(self, picture)

    def painted(self: PaneItem, *args: Any) -> None:
        watch.look("painted", self.picture)
        paint(self, *args)

    patch.setattr(Banner, "show_facts", facts)
    patch.setattr(PaneWidget, "show_pane", pane)
    patch.setattr(PaneItem, "paint", painted)
    return watch


def delay_loading(patch: pytest.MonkeyPatch, seed: int, most: float = 0.08) -> None:
    """Let decoding and measuring take random times. most: seconds."""
    chance = random.Random(seed)
    load, look_at = imaging.loader.load_image, viewing.first_look.look_at

    def slow_load(*args: Any) -> Any:
        time.sleep(chance.uniform(0, most))
        return load(*args)

    def slow_look(*args: Any) -> Any:
        time.sleep(chance.uniform(0, most))
        return look_at(*args)

    patch.setattr(imaging.loader, "load_image", slow_load)
    patch.setattr(viewing.first_look, "look_at", slow_look)


def in_panes(window: MainWindow) -> list[PanePicture]:
    """What the panes show that can be seen."""
    return [pane.picture for pane in window.reading_page.panes if pane.isVisible()]
