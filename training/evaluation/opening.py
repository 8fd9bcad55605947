"""The images that ``--data`` and ``--split`` name; phantoms that are missing are drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from domain.errors import BadInputError
from training.data.combining import combined, members
from training.data.phantoms import PhantomSet, draw_missing
from training.data.sample import SampleInfo
from training.data.sources import open_source
from training.data.splits import Part, Splits
from training.evaluation.run import Measured

ALL = "all"

Tell = Callable[[str], None]


def open_data(
    specs: Sequence[str],
    split: str,
    cache: Path,
    *,
    splits: Path | None = None,
    limit: int | None = None,
    jobs: int = 1,
    tell: Tell = lambda _: None,
) -> Measured:
    """The images of one part of these data sets.

    specs: as ``open_source`` takes them. split: of ``Part``, or ``all`` for data that are divided
    otherwise, as phantoms are by their seeds. cache: where phantoms are kept; missing ones are
    drawn by so many processes. splits: a frozen file of splits, drawn by the usual key without.
    limit: images at most, spread over all. Raises BadInputError where there are none.
    """
    data = combined([open_source(spec, cache) for spec in specs])
    for one in members(data):
        if isinstance(one, PhantomSet) and one.missing():
            for line in draw_missing(one, jobs):
                tell(line)
    infos = tuple(data.infos())
    if split != ALL:
        known = Splits.load(splits) if splits else Splits()
        infos = known.with_sets(members(data)).of(infos, Part(split))
    if not infos:
        raise BadInputError("holds no image", where=data.name, remedy="Choose other --data")
    kept = spread(infos, limit)
    part = "" if split == ALL else f", {split} part"
    some = "" if len(kept) == len(infos) else f", {len(kept)} of {len(infos)} images"
    return Measured(data, kept, f"{data.name}{part}{some}")


def spread(infos: Sequence[SampleInfo], limit: int | None) -> tuple[SampleInfo, ...]:
    """At most so many images, evenly from the first to the last."""
    if limit is None or limit >= len(infos):
        return tuple(infos)
    at = np.linspace(0, len(infos) - 1, limit).round().astype(int)
    return tuple(infos[number] for number in at.tolist())
