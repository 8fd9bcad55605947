"""What ``fourview doctor`` looks at: each check is one row with a cure."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from importlib import metadata
from pathlib import Path

from imaging.codec.codecs import codec_report
from imaging.scanning.header_index import cache_folder
from inference.providers import runtime_state


class Health(Enum):
    """ok: works. lacking: something optional is not there. broken: Fourview can't do its job."""

    OK = "ok"
    LACKING = "lacking"
    BROKEN = "broken"


@dataclass(frozen=True)
class Check:
    """One row of the report; cure is empty where nothing is wrong."""

    area: str
    name: str
    health: Health
    detail: str
    cure: str = ""


def all_checks() -> Iterator[Check]:
    """Look at everything, in the order it is printed."""
    yield Check(
        "program", "Python", Health.OK, f"{platform.python_version()} on {platform.platform()}"
    )
    yield from _libraries()
    yield from _codecs()
    yield from _providers()
    yield _store()
    yield from _display()


def _pip(wanted: str) -> str:
    """The command that brings a package; a bundle can't be added to."""
    if getattr(sys, "frozen", False):
        return "not part of this bundle; install from source to have it"
    return f"pip install {wanted}"


_LIBRARIES = ("pydicom", "imagecodecs", "numpy", "opencv-python-headless")


def _libraries() -> Iterator[Check]:
    for name in _LIBRARIES:
        try:
            yield Check("libraries", name, Health.OK, metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Check("libraries", name, Health.BROKEN, "missing", _pip(name))


def _codecs() -> Iterator[Check]:
    for codec in codec_report():
        health = Health.OK if codec.available else Health.BROKEN
        detail = codec.by if codec.available else f"needs {codec.missing}"
        cure = "" if codec.available else _pip("--upgrade imagecodecs")
        yield Check("codecs", codec.syntax, health, detail, cure)


def _providers() -> Iterator[Check]:
    state = runtime_state()
    if state.conflict:
        cure = "pip uninstall onnxruntime onnxruntime-gpu, then install one of them"
        detail = " and ".join(state.wheels) + " are both installed"
        yield Check("inference", "onnxruntime", Health.BROKEN, detail, cure)
        return
    if not state.offered:
        cure = _pip("onnxruntime")
        yield Check("inference", "onnxruntime", Health.LACKING, "not installed", cure)
        return
    detail = f"{state.wheels[0]}, offers {', '.join(state.offered)}"
    yield Check("inference", "onnxruntime", Health.OK, detail)


def _store() -> Check:
    folder = cache_folder()
    if _writable(folder):
        return Check("store", "cache folder", Health.OK, str(folder))
    cure = "make it writable, or set FOURVIEW_CACHE to a folder of yours"
    return Check("store", "cache folder", Health.LACKING, f"{folder} can't be written", cure)


def _writable(folder: Path) -> bool:
    nearest = next(part for part in (folder, *folder.parents) if part.exists())
    return os.access(nearest, os.W_OK)


_WINDOW_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
}


def _display() -> Iterator[Check]:
    if importlib.util.find_spec("PySide6") is None:
        cure = _pip("PySide6-Essentials==6.11.3")
        yield Check("display", "Qt", Health.LACKING, "PySide6 is not installed", cure)
    if sys.platform != "linux":
        return
    missing = [package for library, package in _WINDOW_LIBRARIES.items() if not _loads(library)]
    if missing:
        cure = f"sudo apt-get install {' '.join(missing)}"
        yield Check("display", "system libraries", Health.LACKING, "some are missing", cure)
    else:
        yield Check("display", "system libraries", Health.OK, "all there")
    screen = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY")
    if screen:
        yield Check("display", "screen", Health.OK, screen)
    else:
        yield Check(
            "display", "screen", Health.LACKING, "none: only commands without a window work"
        )


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
