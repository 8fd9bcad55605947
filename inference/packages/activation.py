"""Which package reads at each stage, and which did before: a TOML file of the user's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import tomlkit
from pydantic import BaseModel, ConfigDict, ValidationError
from tomlkit.exceptions import TOMLKitError

from domain.errors import BadInputError
from inference.packages.files import replace_file
from inference.packages.manifest import Identity, Stage, Version

_MOST_BEFORE = 20


class Named(BaseModel):
    """A package by identity and version."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    id: Identity
    version: Version

    def __str__(self) -> str:
        return f"{self.id} {self.version}"


class _Stage(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    current: Named
    before: tuple[Named, ...] = ()


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    stages: dict[Stage, _Stage] = {}


@dataclass(frozen=True)
class Activation:
    """Frozen; changes give a new one. chosen: newest first, the first reads now."""

    chosen: Mapping[Stage, tuple[Named, ...]]

    def current(self, stage: Stage) -> Named | None:
        """What was activated; ``None`` where nothing ever was."""
        return next(iter(self.chosen.get(stage, ())), None)

    def activated(self, stage: Stage, package: Named, now: Named | None) -> Activation:
        """With another package. now: what reads by default where nothing was activated before."""
        before = self.chosen.get(stage, (now,) if now else ())
        if before and before[0] == package:
            return self
        return Activation({**self.chosen, stage: (package, *before)[: _MOST_BEFORE + 1]})

    def rolled_back(self, stage: Stage) -> Activation:
        """With what read before. Raises BadInputError where there is none."""
        before = self.chosen.get(stage, ())[1:]
        if not before:
            raise BadInputError(
                f"no package was active for the stage {stage.value} before",
                remedy="See fourview models list, and activate one",
            )
        return Activation({**self.chosen, stage: before})


def read_activation(path: Path) -> Activation:
    """The file's choices, none where there is no file. Raises BadInputError where it is damaged."""
    try:
        told = tomlkit.parse(path.read_text(encoding="utf-8")).unwrap()
        stages = _File.model_validate(told).stages
    except FileNotFoundError:
        return Activation({})
    except (OSError, UnicodeDecodeError, TOMLKitError, ValidationError) as error:
        raise BadInputError(
            f"can't be read ({type(error).__name__})",
            where=str(path),
            remedy="Mend or remove the file, then activate a package",
        ) from error
    return Activation({stage: (one.current, *one.before) for stage, one in stages.items()})


def write_activation(path: Path, activation: Activation) -> None:
    """Write the file in one step. Raises BadInputError where that fails; the old one stays."""
    stages = {
        stage.value: {
            "current": chosen[0].model_dump(),
            "before": [one.model_dump() for one in chosen[1:]],
        }
        for stage, chosen in activation.chosen.items()
        if chosen
    }
    replace_file(path, tomlkit.dumps({"stages": stages}).encode())
