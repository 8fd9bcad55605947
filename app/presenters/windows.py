"""The window or preset that a reader chose by name holds for the modality and vendor."""

from __future__ import annotations

from dataclasses import replace

from domain.study import View
from imaging.grey.voi import VoiChoice
from viewing.opened import OpenedImage
from viewing.state.screen import PaneState


class ChosenWindows:
    """Remembers names of windows and tables, by modality, vendor, model and kind of image."""

    def __init__(self) -> None:
        """Nothing chosen yet: every image is shown as its file asks for."""
        self._names: dict[tuple[object, ...], str] = {}

    def choose(self, view: View, name: str) -> None:
        """From now on, images of this view's device are shown so where they have that name."""
        self._names[_device(view)] = name

    def forget(self, view: View) -> None:
        """From now on, images of this view's device are shown as their files ask for."""
        self._names.pop(_device(view), None)

    def applied(self, pane: PaneState, image: OpenedImage | None, *, anew: bool) -> PaneState:
        """The pane in the chosen window. anew: also where the reader has set one by hand."""
        if image is None or (pane.grey.voi is not None and not anew):
            return pane
        name = self._names.get(_device(image.view))
        voi = named_voi(image, name) if name is not None else None  # presets are worked out late
        return pane if voi is None else replace(pane, grey=replace(pane.grey, voi=voi))


def named_voi(image: OpenedImage, name: str) -> VoiChoice | None:
    """An image's window, table or preset of a name; the first where two have the same."""
    return next((voi for voi in image.vois if voi.name == name), None)


def _device(view: View) -> tuple[object, ...]:
    return (view.modality, view.vendor, view.model, view.kind)
