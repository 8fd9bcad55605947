"""From what the command line names to what a recipe trains on."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from training.data.combining import members
from training.data.phantoms import PhantomSet, draw_missing
from training.data.sample import DataSet, SampleInfo
from training.data.sources import open_source
from training.data.splits import Part as SplitPart
from training.data.splits import Shares, frozen_splits
from training.recipes.recipe import Part, Tell

SPLITS = "splits.json"
SHARES = Shares(val=0.08, test=0.0)
"""Of patients whose set's makers divide nothing; tests are made on sets of their own."""


@dataclass(frozen=True)
class Divided:
    """What is learnt from and what the best weights are chosen on."""

    train: tuple[Part, ...]
    valid: tuple[Part, ...]


def divided(specs: Sequence[str], run: Path, cache: Path, processes: int, tell: Tell) -> Divided:
    """Open data, draw phantoms that are missing, and divide patients as the run's file has them.

    Raises BadInputError for data that can't be opened, an empty split, or a patient in two.
    """
    sets = [open_source(one, cache) for one in specs]
    for one in (each for data in sets for each in members(data)):
        if isinstance(one, PhantomSet) and one.missing():
            for line in draw_missing(one, processes):
                tell(line)
    splits = frozen_splits(run / SPLITS, sets, SHARES)
    train, valid = [], []
    for one in sets:
        infos = one.infos()
        own = splits.of(infos, SplitPart.TRAIN)
        # A small real set is seen more often an image than many phantoms, but does not rule.
        train.append(Part(one, own, math.sqrt(len(own))))
        valid.append(Part(one, splits.of(infos, SplitPart.VAL)))
    return Divided(tuple(train), tuple(valid))


def fingerprint(data: DataSet, infos: Sequence[SampleInfo]) -> str:
    """Changes when an image of a set comes, goes, or gets another truth; says nobody's name."""
    digest = hashlib.sha256(data.name.encode())
    for one in infos:
        boxes = [(found.kind.value, found.box) for found in one.findings]
        digest.update(f"{one.name} {one.patient} {boxes}".encode())
    return digest.hexdigest()[:16]
