"""What a provider's own session is to ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy.typing as npt

from inference.backends.choice import Provider
from inference.backends.stop import StopFlag

Tensors = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Port:
    """An input or output. shape: ``None`` for any length. kind: such as ``tensor(float)``."""

    name: str
    shape: tuple[int | None, ...]
    kind: str


class Engine(Protocol):
    """A provider's own session."""

    provider: Provider
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]

    def run(self, feeds: Tensors, stop: StopFlag, *, each: bool = False) -> list[npt.NDArray[Any]]:
        """Outputs in order. Raises CancelledError where stopped, anything else where it fails.

        each: as ``Runner.run``.
        """
        ...
