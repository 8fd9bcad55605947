"""What window and worker say to each other: one JSON object a message, never a pickle.

Window to worker: Expect, Start, Cancel, Pause, Resume, Throttle, Warm, Stop. Worker to window:
Ready, Beat, Reported, Marked, Finished, Paused, Stopped, Failed. ``attempt`` is a random name that
is given to each try of a job; whatever bears another name is not of that try.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from domain.errors import FourviewError

Json = Mapping[str, Any]
"""A JSON object: text keys; numbers are finite."""

LARGEST = 64 << 20
"""Bytes of one message; the masks of a study take a few hundred kilobytes."""


class MessageError(FourviewError):
    """What came over the pipe is no message; whoever sent it is not to be trusted any further."""


@dataclass(frozen=True)
class Start:
    """Read a study. study: what the analysis takes, with where the pixels lie."""

    attempt: str
    study: Json


@dataclass(frozen=True)
class Expect:
    """A study follows under this name, whose first view lies there already: begin with it.

    view: as the analysis takes it, without the digest of its pixels. what: the packages, as for
    Warm, with thresholds. Nothing comes back; Cancel stops it as it stops the study.
    """

    attempt: str
    view: Json
    what: Json


@dataclass(frozen=True)
class Cancel:
    """Stop a study at once, in the midst of a network too; Stopped comes back."""

    attempt: str


@dataclass(frozen=True)
class Pause:
    """Lay a study aside after the next result of a view; Paused comes back."""

    attempt: str


@dataclass(frozen=True)
class Resume:
    """Go on with a study that was laid aside."""

    attempt: str


@dataclass(frozen=True)
class Throttle:
    """Whether the reader's hand moves, so that networks should wait."""

    on: bool


@dataclass(frozen=True)
class Warm:
    """Build sessions ahead of the first study. what: as the analysis takes it."""

    what: Json


@dataclass(frozen=True)
class Stop:
    """End the process."""


@dataclass(frozen=True)
class Ready:
    """The process is up. pid: its number."""

    pid: int


@dataclass(frozen=True)
class Beat:
    """Alive. steps: how much was begun or reported so far; one that stands still is stuck."""

    steps: int


@dataclass(frozen=True)
class Reported:
    """How far a study is. progress: as the analysis reports it."""

    attempt: str
    progress: Json


@dataclass(frozen=True)
class Marked:
    """What was found on one view, as JSON of the analysis."""

    attempt: str
    view: str
    result: Json


@dataclass(frozen=True)
class Finished:
    """The whole result of a study; nothing more comes of it."""

    attempt: str
    result: Json


@dataclass(frozen=True)
class Paused:
    """A study was laid aside."""

    attempt: str


@dataclass(frozen=True)
class Stopped:
    """A study was cancelled."""

    attempt: str


@dataclass(frozen=True)
class Failed:
    """A study can't be read; the process goes on. message: a sentence for the reader."""

    attempt: str
    message: str


Order = Expect | Start | Cancel | Pause | Resume | Throttle | Warm | Stop
Word = Ready | Beat | Reported | Marked | Finished | Paused | Stopped | Failed
Message = Order | Word

_KINDS: Mapping[str, type[Message]] = {
    kind.__name__: kind
    for kind in (
        Expect, Start, Cancel, Pause, Resume, Throttle, Warm, Stop,
        Ready, Beat, Reported, Marked, Finished, Paused, Stopped, Failed,
    )
}  # fmt: skip
_TYPES: Mapping[str, type] = {"str": str, "int": int, "bool": bool, "Json": dict}


def encode(message: Message) -> bytes:
    """A message as UTF-8 JSON. Raises MessageError where it holds NaN, or what JSON has not."""
    content = {one.name: getattr(message, one.name) for one in fields(message)}
    try:
        said = json.dumps({"is": type(message).__name__, **content}, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        what = "a result holds what can't be sent, such as NaN"
        raise MessageError(what) from error
    return said.encode()


def decode(data: bytes) -> Message:
    """The message of some bytes. Raises MessageError where they are none."""
    try:
        content = json.loads(data, parse_constant=_refused)
        kind = _KINDS[content.pop("is")]
        wanted = {one.name: _TYPES[str(one.type)] for one in fields(kind)}
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise MessageError("what came over the worker's pipe is no message") from error
    if set(content) != set(wanted) or not all(
        type(value) is wanted[name] for name, value in content.items()
    ):
        raise MessageError("a message over the worker's pipe has other parts than it should")
    return kind(**content)


def _refused(_name: str) -> float:
    raise ValueError("no finite number")
