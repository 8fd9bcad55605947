"""What every published system's training recipe takes and gives: ``fourview train NAME``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from training.data.sample import DataSet, SampleInfo

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Part:
    """The images of one set that belong to one split. weight: of its draws beside others'."""

    data: DataSet
    infos: tuple[SampleInfo, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class TrainRequest:
    """profile: ``small`` or ``paper``. out: the run folder. threads: of torch.

    steps: ``None`` for the profile's own. start: a run folder whose best weights it begins with.
    """

    train: Sequence[Part]
    valid: Sequence[Part]
    out: Path
    profile: str = "small"
    threads: int = 1
    steps: int | None = None
    start: Path | None = None


class Recipe(Protocol):
    """One trainable system."""

    @property
    def name(self) -> str:
        """As the command line has it."""
        ...

    @property
    def profiles(self) -> tuple[str, ...]:
        """Sizes that there are."""
        ...

    def train(self, request: TrainRequest, tell: Tell) -> None:
        """Train, or go on with what was interrupted. Raises FourviewError."""
        ...

    def package(self, run: Path, target: Path, tell: Tell) -> Path:
        """Export a run's best weights as a package folder, without figures of an evaluation."""
        ...
