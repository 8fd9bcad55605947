"""Messages come back as they were sent; what is none is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.worker import messages as msg
from inference.worker.messages import MessageError, decode, encode

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
objects = st.dictionaries(st.text(), plain, max_size=3)
names = st.text(max_size=40)
any_message = st.one_of(
    st.builds(msg.Start, names, objects),
    st.builds(msg.Marked, names, names, objects),
    st.builds(msg.Finished, names, objects),
    st.builds(msg.Reported, names, objects),
    st.builds(msg.Failed, names, names),
    st.builds(msg.Beat, st.integers()),
    st.builds(msg.Throttle, st.booleans()),
    st.just(msg.Stop()),
)


@given(any_message)
def test_a_message_comes_back_as_it_was_sent(message: msg.Message) -> None:
    assert decode(encode(message)) == message


@given(st.binary(max_size=200))
def test_bytes_that_are_no_message_are_refused(data: bytes) -> None:
    with pytest.raises(MessageError):
        decode(data)


@pytest.mark.parametrize(
    "told",
    [
        {"is": "Cancel"},
        {"is": "Cancel", "attempt": 5},
        {"is": "Cancel", "attempt": "a", "more": 1},
        {"is": "Beat", "steps": True},
        {"is": "Throttle", "on": 1},
        {"is": "Start", "attempt": "a", "study": []},
        {"is": "os.system", "command": "true"},
        {"is": ["Stop"]},
        ["Stop"],
    ],
)
def test_json_that_is_no_message_is_refused(told: object) -> None:
    with pytest.raises(MessageError):
        decode(json.dumps(told).encode())


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_are_none_travel_in_neither_direction(number: str) -> None:
    with pytest.raises(MessageError):
        decode(b'{"is": "Finished", "attempt": "a", "result": {"score": %s}}' % number.encode())
    with pytest.raises(MessageError):
        encode(msg.Finished("a", {"score": float(number)}))
