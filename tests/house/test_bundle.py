"""`make package`: what it makes runs without Python, on a screen and without one."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_MEGABYTES = 550
LEFT_OUT = ("torch", "matplotlib", "scipy")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Built and tried by the command that everybody types; away from the checkout's own dist."""
    dist = tmp_path_factory.mktemp("dist")
    run = subprocess.run(
        ["make", "package", f"DIST={dist}"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        capture_output=True,
        text=True,
        check=False,
        timeout=1200,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    yield dist / "fourview"
    shutil.rmtree(dist)


def bare(bundle: Path, home: Path, *arguments: object, **variables: str) -> subprocess.Popen[bytes]:
    command = [bundle / "fourview", *map(str, arguments)]
    return subprocess.Popen(command, cwd=home, env={"HOME": str(home), **variables})


@pytest.fixture(scope="module")
def study(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    writing = bare(bundle, home, "demo", home / "study", "--options", "640x512")
    assert writing.wait(timeout=120) == 0
    return home / "study"


class Screen:
    """One of X's, kept in a file that can be looked at."""

    def __init__(self, folder: Path) -> None:
        reading, writing = os.pipe()
        self._file = folder / "Xvfb_screen0"
        options = ["-screen", "0", "1600x1000x24", "-fbdir", str(folder), "-nolisten", "tcp"]
        command = ["Xvfb", "-displayfd", str(writing), *options]
        self._server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as told:
            self.name = f":{told.readline().strip()}"

    def looks(self) -> np.ndarray:
        """Grey values, uint8, rows x columns; the file's layout is X11's XWDFile.h."""
        data = self._file.read_bytes()
        header = struct.unpack(">25I", data[:100])
        start, rows, stride = header[0] + 12 * header[19], header[5], header[12]
        pixels = np.frombuffer(data, np.uint8, rows * stride, start).reshape(rows, -1, 4)
        return pixels[:, : header[4], 1]

    def close(self) -> None:
        self._server.terminate()
        self._server.wait(timeout=30)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    if shutil.which("Xvfb") is None:
        pytest.skip("no Xvfb here (apt: xvfb)")
    made = Screen(tmp_path)
    yield made
    made.close()


def test_what_nothing_imports_is_left_out(bundle: Path) -> None:
    inside = {path.name for path in (bundle / "_internal").iterdir()}
    assert not inside & set(LEFT_OUT)
    assert not list((bundle / "_internal" / "PySide6").rglob("*Qml*"))


def test_it_keeps_its_size(bundle: Path) -> None:
    files = [path for path in bundle.rglob("*") if path.is_file() and not path.is_symlink()]
    assert sum(path.stat().st_size for path in files) <= MOST_MEGABYTES * 1_000_000


def test_the_window_draws_the_study(study: Path, bundle: Path, screen: Screen) -> None:
    where = {"DISPLAY": screen.name, "QT_QPA_PLATFORM": "xcb", "FOURVIEW_QUIT_AFTER": "60000"}
    window = bare(bundle, study.parent, study, **where)
    try:
        until = time.monotonic() + 60
        while not shows_breasts(screen.looks()) and time.monotonic() < until:
            assert window.poll() is None
            time.sleep(0.3)
        assert shows_breasts(screen.looks())
    finally:
        window.terminate()
        window.wait(timeout=30)


def shows_breasts(grey: np.ndarray) -> bool:
    """Tissue is neither black nor text: wide patches lighter than any surface of the theme."""
    blocks = grey[:, : grey.shape[1] // 8 * 8].reshape(-1, 8, grey.shape[1] // 8, 8)
    return bool((blocks.min(axis=(1, 3)) > 60).mean() > 0.04)
