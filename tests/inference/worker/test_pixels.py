"""Pixels pass through files of a private folder that never stay behind."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import UnreadableFileError
from inference.worker import pixels as under_test
from inference.worker.pixels import PixelFolder, PixelsError, digest_of, drop_folder, stored_bytes


@given(
    st.integers(1, 9),
    st.integers(1, 9),
    st.sampled_from(["<u2", ">u2", "<i2", ">i2"]),
    st.booleans(),
    st.integers(0, 2**32),
)
def test_stored_values_arrive_whatever_their_order_in_memory(
    tmp_path_factory: pytest.TempPathFactory,
    rows: int,
    columns: int,
    dtype: str,
    turned: bool,
    seed: int,
) -> None:
    folder = PixelFolder(tmp_path_factory.getbasetemp() / "any")
    values = np.random.default_rng(seed).integers(0, 65536, (rows, columns)).astype(dtype)
    given_ = values.T if turned else values
    ref = folder.write(given_, digest_of(given_))
    assert np.array_equal(ref.open(), given_)
    assert ref.open().dtype.kind == given_.dtype.kind
    assert ref.digest == hashlib.sha256(Path(ref.path).read_bytes()).hexdigest()
    folder.close()
    assert not folder.path.exists()


@pytest.mark.parametrize("wrong", [np.zeros((2, 2), np.uint8), np.zeros(4, np.uint16)])
def test_other_arrays_are_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError):
        stored_bytes(wrong)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_nobody_else_can_look_into_the_folder(tmp_path: Path) -> None:
    folder = PixelFolder(tmp_path)
    ref = folder.write(np.zeros((2, 2), np.uint16), "0" * 64)
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert stat.S_IMODE(Path(ref.path).stat().st_mode) == 0o600
    folder.close()


def test_a_file_that_is_gone_or_cut_short_is_refused(tmp_path: Path) -> None:
    folder = PixelFolder(tmp_path)
    ref = folder.write(np.zeros((4, 4), np.uint16), "0" * 64)
    os.truncate(ref.path, 31)
    with pytest.raises(UnreadableFileError):
        ref.open()
    folder.remove(ref)
    folder.remove(ref)
    with pytest.raises(UnreadableFileError):
        ref.open()
    folder.close()


def test_a_full_disk_leaves_no_part_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = PixelFolder(tmp_path)

    def full(_handle: int, _data: memoryview) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(under_test.os, "write", full)
    with pytest.raises(PixelsError, match="no room left"):
        folder.write(np.zeros((4, 4), np.uint16), "0" * 64)
    assert list(folder.path.glob("*.pixels")) == []
    folder.close()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PixelsError, match="file"):
        PixelFolder(tmp_path / "file")


def test_a_new_window_sweeps_what_dead_ones_left_and_nothing_else(tmp_path: Path) -> None:
    alive = PixelFolder(tmp_path)
    alive.write(np.zeros((2, 2), np.uint16), "0" * 64)
    code = (
        "import sys, os, numpy as np; from pathlib import Path;"
        "from inference.worker.pixels import PixelFolder;"
        "folder = PixelFolder(Path(sys.argv[1]));"
        "folder.write(np.zeros((2, 2), np.uint16), '0' * 64); print(folder.path); os._exit(9)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[3],
    )
    dead = Path(run.stdout.strip())
    assert list(dead.glob("*.pixels"))
    (tmp_path / "window-of-somebody").mkdir()
    new = PixelFolder(tmp_path)
    assert not dead.exists()
    assert list(alive.path.glob("*.pixels"))
    assert (tmp_path / "window-of-somebody").is_dir()
    new.close()
    alive.close()


def test_a_worker_removes_nothing_but_a_windows_folder(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    drop_folder(tmp_path / "photos")
    assert (tmp_path / "photos").is_dir()
