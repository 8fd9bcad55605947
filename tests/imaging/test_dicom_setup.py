"""pydicom reads real headers leniently and without a word."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pydicom
import pytest

from imaging.codec import dicom_setup
from imaging.codec.codecs import PLUGIN
from tests.support.dicom_factory import mammogram, save

dicom_setup.ensure()


def _broken(folder: Path) -> Path:
    """A header with an unknown character set, a bad date, a DS that is too long, an odd US."""
    path = save(mammogram(), folder / "broken.dcm")
    data = path.read_bytes()
    for right, wrong in (
        (b"ISO_IR 192", b"ISO_IR 999"),
        (b"19600101", b"1960-1-1"),
        (b"US\x02\x00\x01\x00", b"US\x01\x00\x01"),
    ):
        assert right in data
        data = data.replace(right, wrong, 1)
    path.write_bytes(data)
    return path


def test_a_broken_header_is_read_without_warnings_or_log_lines(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with warnings.catch_warnings(record=True) as told, caplog.at_level(logging.DEBUG):
        warnings.simplefilter("always")
        ds = pydicom.dcmread(_broken(tmp_path))
        for element in ds:
            str(element.value)
    assert told == []
    assert [record for record in caplog.records if record.name.startswith("pydicom")] == []
    assert ds.SamplesPerPixel == b"\x01", "a value of a wrong length comes as bytes"


def test_silence_holds_in_every_thread(tmp_path: Path) -> None:
    data = _broken(tmp_path).read_bytes()

    def names(_: int) -> str:
        return str(pydicom.dcmread(io.BytesIO(data)).PatientName)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(names, range(64))) == {"Test^Patient"}


def test_setting_up_again_changes_nothing() -> None:
    before = pydicom.config.settings.reading_validation_mode
    dicom_setup.ensure()
    assert pydicom.config.settings.reading_validation_mode == before == pydicom.config.IGNORE


def test_importing_the_module_is_enough_even_where_warnings_are_errors() -> None:
    program = (
        "import imaging.codec.dicom_setup, pydicom.charset, pydicom.uid;"
        "from pydicom.pixels.decoders.base import get_decoder;"
        "pydicom.charset.convert_encodings(['ISO_IR 999']);"
        "print(get_decoder(pydicom.uid.JPEGLosslessSV1).available_plugins)"
    )
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert PLUGIN in run.stdout
    assert run.stderr == ""
