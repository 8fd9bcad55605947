"""Errors read as sentences and survive the way back from a worker process."""

from __future__ import annotations

import pickle

import pytest

import domain.errors
from domain.errors import BadInputError, FourviewError, HeaderError, UnsupportedSyntaxError

EVERY_ERROR = [
    kind
    for kind in vars(domain.errors).values()
    if isinstance(kind, type) and issubclass(kind, FourviewError)
]


def test_the_message_names_file_tag_and_remedy() -> None:
    error = HeaderError(
        "has no size", where="/a.dcm", tag="Rows (0028,0010)", remedy="Ask the sender"
    )
    assert str(error) == "/a.dcm: has no size [Rows (0028,0010)]. Ask the sender"


def test_a_tag_already_named_is_not_repeated() -> None:
    error = HeaderError("Rows (0028,0010) is missing", tag="Rows (0028,0010)")
    assert str(error) == "Rows (0028,0010) is missing"


@pytest.mark.parametrize("kind", EVERY_ERROR)
def test_an_error_survives_another_process(kind: type[FourviewError]) -> None:
    sent = kind("failed", where="/a.zip!b", tag="Rows (0028,0010)", remedy="Try again")
    received = pickle.loads(pickle.dumps(sent))
    assert type(received) is kind
    assert str(received) == str(sent)
    assert (received.where, received.tag, received.remedy) == (sent.where, sent.tag, sent.remedy)


def test_what_the_user_gave_is_told_from_what_the_program_lacks() -> None:
    assert issubclass(UnsupportedSyntaxError, BadInputError)
    assert not issubclass(domain.errors.MissingDependencyError, BadInputError)
    assert not issubclass(domain.errors.CancelledError, BadInputError)
