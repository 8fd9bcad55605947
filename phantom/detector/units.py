"""Units that synthetic mammograms are said to come from.

Matrix, pitch, magnification and the kind of windows follow real makes; manufacturer and model say
plainly that the image is synthetic. No serial number is anybody's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from domain.geometry import ImageSize
from imaging.writing.writer_header import Device, VoiLut, Window
from phantom.detector.unit import Unit

MANUFACTURER = "Fourview"
_SYNTHETIC = "Synthetic, after "


def _device(model: str, station: str) -> Device:
    return Device(
        manufacturer=MANUFACTURER,
        model=_SYNTHETIC + model,
        serial="0",
        software="Fourview phantom",
        station=station,
        institution="Fourview, no hospital",
        detector_id="0",
    )


def _window(black: int, white: int, explanation: str) -> Window:
    """The LINEAR window that shows exactly black to white (PS3.3 C.11.2.1.2.1)."""
    return Window((black + white + 1) / 2, white - black + 1, explanation)


def _curve(window: Window, bits: int) -> VoiLut:
    """The window as a table of its SIGMOID (PS3.3 C.11.2.1.3.1), output in as many bits."""
    most = (1 << bits) - 1
    entries = tuple(
        round(most / (1 + math.exp(-4 * (value - window.centre) / window.width)))
        for value in range(1 << bits)
    )
    return VoiLut(0, entries, bits, window.explanation)


# The windows of the one real image at hand; the first runs from 2203 to 3102.
_GE_WINDOWS = (
    Window(2653, 900, "NORMAL"),
    Window(2713, 750, "HARDER"),
    Window(2569, 1050, "SOFTER"),
)

_GE = Unit(
    key="ge",
    device=_device("GE Senographe Essential", "SYN-GE"),
    size=ImageSize(rows=3062, columns=2394),
    pitch_mm=0.0940909,  # 0.1 mm at the detector, which this make states at the breast already
    magnification=1.0,
    bits=12,
    black=2203,
    white=3102,
    gamma=1.0,
    windows=_GE_WINDOWS,
    luts=tuple(_curve(window, 12) for window in _GE_WINDOWS),
    padding=0,
)
_HOLOGIC = Unit(
    key="hologic",
    device=_device("Hologic Selenia Dimensions", "SYN-HOLOGIC"),
    size=ImageSize(rows=4096, columns=3328),
    pitch_mm=0.07,
    magnification=1.077,
    bits=12,
    black=0,
    white=3400,
    gamma=1.0,
    windows=(_window(0, 3400, "NORMAL"), _window(300, 3200, "HIGH"), _window(0, 4000, "LOW")),
)
_SIEMENS = Unit(
    key="siemens",
    device=_device("Siemens Mammomat Inspiration", "SYN-SIEMENS"),
    size=ImageSize(rows=3518, columns=2800),
    pitch_mm=0.085,
    magnification=1.0433387,
    bits=12,
    black=40,
    white=3500,
    gamma=1.0,
    windows=(_window(40, 3500, "linear LUT"),),
    padding=0,
)
_FUJI = Unit(
    key="fuji",
    device=_device("Fujifilm Amulet", "SYN-FUJI"),
    size=ImageSize(rows=4728, columns=3540),
    pitch_mm=0.05,
    magnification=1.03,
    bits=12,
    black=100,
    white=3400,
    gamma=1.1,
    windows=(_window(100, 3400, "NORMAL"), _window(500, 3300, "DENSE")),
)
_PHILIPS = Unit(
    key="philips",
    device=_device("Philips MicroDose", "SYN-PHILIPS"),
    size=ImageSize(rows=5200, columns=4760),
    pitch_mm=0.05,
    magnification=1.0,
    bits=12,
    black=0,
    white=3300,
    gamma=0.9,
    windows=(_window(0, 3300, "NORMAL"),),
)
_PLANMED = Unit(
    key="planmed",
    device=_device("Planmed Nuance Excel", "SYN-PLANMED"),
    size=ImageSize(rows=3584, columns=2816),
    pitch_mm=0.085,
    magnification=1.05,
    bits=14,
    black=200,
    white=13000,
    gamma=1.0,
    windows=(_window(200, 13000, "NORMAL"), _window(1500, 12500, "HARD")),
)


def _by_key(units: Iterable[Unit]) -> Mapping[str, Unit]:
    return MappingProxyType({unit.key: unit for unit in units})


UNITS: Mapping[str, Unit] = _by_key((_GE, _HOLOGIC, _SIEMENS, _FUJI, _PHILIPS, _PLANMED))
"""All units by the key that recipes and options name them with."""
