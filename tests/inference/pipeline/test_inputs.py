from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import BadInputError, UnreadableFileError
from domain.geometry import ImageSize
from domain.view_position import ViewModifier
from imaging.grey.grey_header import GreyDescription
from imaging.grey.lut_data import LookUpTable
from imaging.grey.modality_lut import ModalityTable, Rescale
from imaging.grey.presentation import default_presentation
from imaging.grey.voi import LutVoi, VoiFunction, WindowVoi
from inference.pipeline.grey_json import grey_from_json, grey_to_json
from inference.pipeline.inputs import StudyInput, ViewInput
from tests.support.view_inputs import breast, view_input

NUMBERS = st.floats(-1e4, 1e4, allow_nan=False)


def tables() -> st.SearchStrategy[LookUpTable]:
    entries = st.lists(st.integers(0, 65535), min_size=1, max_size=40)
    return st.builds(
        lambda first, bits, found: LookUpTable(first, bits, np.array(found, np.uint16)),
        st.integers(-2000, 2000),
        st.integers(8, 16),
        entries,
    )


def greys() -> st.SearchStrategy[GreyDescription]:
    windows = st.builds(
        WindowVoi, NUMBERS, st.floats(1, 1e4), st.sampled_from(VoiFunction), st.text(max_size=5)
    )
    return st.builds(
        GreyDescription,
        bits_stored=st.integers(8, 16),
        signed=st.booleans(),
        inverted=st.booleans(),
        padding=st.none() | st.tuples(st.integers(0, 9), st.integers(10, 20)),
        modality=st.builds(Rescale, st.floats(0.1, 10), NUMBERS)
        | st.builds(ModalityTable, tables()),
        vois=st.lists(windows | st.builds(LutVoi, tables(), st.text(max_size=5)), max_size=3).map(
            tuple
        ),
    )


@given(greys())
def test_a_grey_scale_that_went_through_json_shows_every_value_alike(grey: GreyDescription) -> None:
    back = grey_from_json(json.loads(json.dumps(grey_to_json(grey))))
    low = -(1 << (grey.bits_stored - 1)) if grey.signed else 0
    values = np.linspace(low, low + (1 << grey.bits_stored) - 1, 500).round()
    pixels = values.astype(np.int16 if grey.signed else np.uint16).reshape(20, 25)
    assert np.array_equal(default_presentation(pixels, grey), default_presentation(pixels, back))
    assert grey_to_json(back) == grey_to_json(grey)


def test_a_study_comes_back_from_json_as_it_was(tmp_path: Path) -> None:
    views = (
        view_input(tmp_path, "RCC", modifiers=frozenset({ViewModifier.ROLLED_LATERAL})),
        view_input(tmp_path, "LMLO", orientation=None, laterality=None),
    )
    study = StudyInput("1.2", views, (view_input(tmp_path, "RCC", uid="9"),))
    back = StudyInput.from_json(json.loads(json.dumps(study.to_json())))
    assert back.to_json() == study.to_json()
    assert back.digest == study.digest
    assert np.array_equal(back.views[0].pixels.open(), views[0].pixels.open())


def test_a_digest_tells_pixels_and_header_apart_and_not_where_the_file_lies(tmp_path: Path) -> None:
    view = view_input(tmp_path)
    moved = replace(view, pixels=replace(view.pixels, path="elsewhere"))
    assert moved.digest == view.digest
    others = (
        view_input(tmp_path, spots=((30, 0, 5),)),
        replace(view, uid="other"),
        replace(view, grey=replace(view.grey, inverted=True)),
        replace(view, laterality=None),
    )
    assert len({view.digest, *(one.digest for one in others)}) == 5


def test_a_prior_changes_a_studys_digest(tmp_path: Path) -> None:
    view = view_input(tmp_path)
    assert StudyInput("1", (view,)).digest != StudyInput("1", (), (view,)).digest


@pytest.mark.parametrize("broken", ["grey", "pixels", "kind", "spacing"])
def test_a_damaged_description_is_refused(tmp_path: Path, broken: str) -> None:
    told = view_input(tmp_path).to_json()
    for wrong in ({**told, broken: 5}, {key: told[key] for key in told if key != broken}):
        with pytest.raises(BadInputError):
            ViewInput.from_json(wrong)
    with pytest.raises(BadInputError):
        StudyInput.from_json({"uid": "1", "views": 3, "priors": []})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.sampled_from([-2, -1, 1, 2, 400]))
def test_a_pixel_file_of_another_length_is_refused(tmp_path: Path, cut: int) -> None:
    view = view_input(tmp_path)
    path = Path(view.pixels.path)
    content = breast().astype("<u2").tobytes()
    path.write_bytes(content[:cut] if cut < 0 else content + bytes(cut))
    with pytest.raises(UnreadableFileError, match="does not hold"):
        view.pixels.open()


def test_a_pixel_file_that_is_gone_is_told_of_without_its_folder(tmp_path: Path) -> None:
    view = view_input(tmp_path)
    Path(view.pixels.path).unlink()
    with pytest.raises(UnreadableFileError) as caught:
        view.pixels.open()
    assert str(tmp_path) not in str(caught.value)


def test_pixels_are_mapped_read_only_and_signed_where_said(tmp_path: Path) -> None:
    view = view_input(tmp_path)
    assert not view.pixels.open().flags.writeable
    signed = replace(view.pixels, size=ImageSize(480, 600), signed=True).open()
    assert signed.dtype == np.int16
    assert signed.shape == (480, 600)
