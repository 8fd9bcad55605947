"""Commands go to JSON and back the same, or are refused."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json

from annotations.commands.applying import apply
from annotations.commands.command import PaintMask, SetOpinion, Together
from annotations.document.document import Document
from annotations.document.opinion import Opinion
from annotations.errors import CommandError
from annotations.keeping.codec import decode_command, encode_command
from domain.geometry import ImagePoint, ImageSize
from domain.mask import RleMask
from tests.annotations.documents import commands
from tests.annotations.keeping.desk import STUDY, adding


@given(st.data())
def test_every_command_and_its_inverse_come_back_the_same(data: st.DataObject) -> None:
    document = Document(STUDY)
    for _ in range(data.draw(st.integers(1, 4))):
        command = data.draw(commands(document))
        applied = apply(document, command)
        for one in (command, applied.inverse):
            written = encode_command(one)
            assert b"\n" not in written
            assert decode_command(from_json(written)) == one
        document = applied.document


@given(st.data())
def test_commands_are_plain_json_that_says_what_to_do(data: st.DataObject) -> None:
    written = json.loads(encode_command(data.draw(commands(Document(STUDY)))))
    assert isinstance(written["do"], str)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_positions_that_are_no_numbers_are_refused(value: float) -> None:
    command = adding(1)
    mark = replace(command.findings[0].geometries[0], point=ImagePoint(value, 1))
    broken = replace(command, findings=(replace(command.findings[0], geometries=(mark,)),))
    with pytest.raises(CommandError, match="can't be written"):
        encode_command(broken)


@pytest.mark.parametrize("note", ["half \ud800 a letter", 5, object(), b"bytes"])
def test_what_json_can_t_hold_is_refused(note: Any) -> None:
    with pytest.raises(CommandError):
        encode_command(SetOpinion(Opinion(note=note)))
    with pytest.raises(CommandError):
        encode_command(Together((SetOpinion(Opinion(note=note)),), "both"))


def test_numbers_of_numpy_are_written_as_numbers() -> None:
    command = adding(1)
    point: Any = ImagePoint(np.float32(1.5), np.float64(0.1))
    mark = replace(command.findings[0].geometries[0], point=point, frame=np.int64(0))  # type: ignore[arg-type]
    fine = replace(command, findings=(replace(command.findings[0], geometries=(mark,)),))
    assert decode_command(from_json(encode_command(fine))) == fine


def stroke() -> dict[str, Any]:
    patch = RleMask(ImageSize(9, 9), 2, ((1, 3, 5, 7),))
    return dict(json.loads(encode_command(PaintMask(UUID(int=1), 0, patch))))


@pytest.mark.parametrize(
    "rows",
    [[[1, 5, 3, 7]], [[1, 3, 3, 7]], [[1, 3, 5]], [[1, 30]], [[]], [["a", 3]], [[5, 1]]],
    ids=str,
)
def test_masks_whose_runs_can_t_be_are_refused(rows: list[object]) -> None:
    assert decode_command(stroke())
    broken = stroke()
    broken["patch"]["rows"] = rows
    with pytest.raises(ValueError):
        decode_command(broken)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {"do": None},
        {"do": "delete everything"},
        {"do": "paint mask"},
        {"do": "together", "title": "x"},
        {"do": "together", "title": "x", "commands": [{"do": "?"}]},
        {"do": "together", "title": "x", "commands": [], "more": 1},
        {"do": "restore rows", "finding": str(UUID(int=1)), "geometry": 0, "top": 0, "rows": [[3]]},
        {"do": "remove findings", "ids": ["no id"]},
        {"do": "remove findings", "ids": [], "extra": 1},
    ],
    ids=str,
)
def test_what_is_no_command_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        decode_command(value)


def test_fields_of_the_future_inside_a_finding_are_not_passed_over() -> None:
    written = json.loads(encode_command(adding(1)))
    written["findings"][0]["geometries"][0]["third_dimension"] = 1
    with pytest.raises(ValueError):
        decode_command(written)
