"""What a training run leaves: config, revision, curve, state to resume from, best weights."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from domain.errors import BadInputError
from training.curve import draw_curve

CONFIG, CURVE, STATE, BEST = "config.json", "curve.csv", "state.pt", "best.safetensors"
PICTURE, NOTES = "curve.png", "notes.txt"
LEAST_ROOM = 200_000_000
"""Bytes that a run wants to find free before it begins."""


@dataclass(frozen=True)
class RunFolder:
    """The files of one run."""

    path: Path

    def begin(self, config: Mapping[str, Any]) -> None:
        """Write the config, or check that it is the one that the run began with."""
        self.path.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.path).free
        if free < LEAST_ROOM:
            raise BadInputError(
                f"only {free // 1_000_000} MB are free for this run",
                where=str(self.path),
                remedy=f"Make room: it needs {LEAST_ROOM // 1_000_000} MB",
            )
        own = self.path / CONFIG
        plain = json.loads(json.dumps(config))
        if own.exists():
            before = {key: value for key, value in self.config().items() if key != "revision"}
            if before != plain:
                raise BadInputError(
                    "this run began with other settings",
                    where=str(own),
                    remedy="Give another run folder, or delete this one to begin anew",
                )
            return
        _write(own, json.dumps({**plain, "revision": revision()}, indent=1).encode())

    def config(self) -> dict[str, Any]:
        """What the run was asked for, with the revision it began at."""
        return dict(json.loads((self.path / CONFIG).read_text(encoding="utf-8")))

    def add_to_curve(self, row: Mapping[str, float]) -> None:
        """Append one row; the first one writes the head."""
        path = self.path / CURVE
        fresh = not path.exists()
        with path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(row))
            if fresh:
                writer.writeheader()
            writer.writerow({key: f"{value:.6g}" for key, value in row.items()})

    def cut_curve(self, step: int) -> None:
        """Drop rows after a step: a killed run's last rows are made again."""
        path = self.path / CURVE
        if path.exists():
            head, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
            kept = [row for row in rows if float(row.split(",")[0]) <= step]
            _write(path, "".join([head, *kept]).encode())

    def draw_curve(self) -> None:
        """Draw the curve as a picture: losses above, validation figures below."""
        draw_curve(self.path / CURVE, self.path / PICTURE)

    def save_state(self, state: Mapping[str, Any]) -> None:
        """Keep everything that resuming needs, whole or not at all."""
        partial = self.path / f"{STATE}.partial"
        torch.save(dict(state), partial)
        partial.replace(self.path / STATE)

    def load_state(self) -> dict[str, Any] | None:
        """What was kept last, ``None`` at the start; only tensors and plain values are read."""
        path = self.path / STATE
        if not path.exists():
            return None
        return dict(torch.load(path, map_location="cpu", weights_only=True))

    def save_best(self, weights: Mapping[str, Tensor], told: Mapping[str, str]) -> None:
        """Keep the best weights so far, with words about them."""
        partial = self.path / f"{BEST}.partial"
        save_file({key: value.contiguous() for key, value in weights.items()}, partial, dict(told))
        partial.replace(self.path / BEST)

    def load_best(self) -> dict[str, Tensor]:
        """The best weights; BadInputError where the run has none yet."""
        path = self.path / BEST
        if not path.exists():
            raise BadInputError(
                "this run has no best weights yet",
                where=str(path),
                remedy="Train until the first validation, or name another run folder",
            )
        return load_file(path)

    def notes(self) -> str:
        """What a person wrote of this run in its ``notes.txt``, in one line; every package that is
        made of it says so too.
        """
        path = self.path / NOTES
        return " ".join(path.read_text(encoding="utf-8").split()) if path.exists() else ""

    def best_words(self) -> dict[str, str]:
        """What was told of the best weights."""
        with safe_open(self.path / BEST, "pt") as file:
            return dict(file.metadata() or {})


def revision(root: Path | None = None) -> str:
    """The commit that is checked out, from the repository's own files; ``unknown`` without one."""
    git = (root or Path(__file__).resolve().parents[1]) / ".git"
    try:
        if git.is_file():  # a worktree
            git = Path(git.read_text(encoding="utf-8").removeprefix("gitdir:").strip())
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head
        common = git / "commondir"
        base = git / common.read_text(encoding="utf-8").strip() if common.exists() else git
        return _ref(base, head.removeprefix("ref: "))
    except OSError:
        return "unknown"


def _ref(base: Path, name: str) -> str:
    loose = base / name
    if loose.exists():
        return loose.read_text(encoding="utf-8").strip()
    for line in (base / "packed-refs").read_text(encoding="utf-8").splitlines():
        if line.endswith(f" {name}"):
            return line.split()[0]
    return "unknown"


def _write(path: Path, content: bytes) -> None:
    partial = path.with_name(f"{path.name}.partial")
    partial.write_bytes(content)
    partial.replace(path)
