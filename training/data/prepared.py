"""Samples made ready for a network and held in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt

from domain.finding import FindingKind
from inference.preparing.frame import PreparedFrame
from inference.preparing.prepare import PreparingSpec, prepare
from training.data.sample import DataSet, Sample, SampleInfo

Floats = npt.NDArray[np.float32]

SMALLEST_MM = 3.0
"""Smaller soft lesions are neither learnt nor counted."""


@dataclass(frozen=True, eq=False)
class PreparedSample:
    """One image as a network sees it, by the reader's own ``prepare``.

    pixels: uint8 (rows, columns), the 255ths that ``PreparedImage.pixels`` is made of. frame: the
    way to the stored image.
    """

    info: SampleInfo
    pixels: npt.NDArray[np.uint8] = field(repr=False)
    frame: PreparedFrame

    def boxes(self, kinds: frozenset[FindingKind]) -> Floats:
        """Boxes of findings of these kinds in prepared pixels: float32 (n, 4), left top right
        bottom, cut to the picture; those wholly outside or too small are left out.
        """
        rows, columns = self.pixels.shape
        counted = [
            one for one in self.info.of(kinds) if (one.size_mm or SMALLEST_MM) >= SMALLEST_MM
        ]
        found = [self.frame.to_prepared(one.box) for one in counted]
        edges = np.array(found, np.float32).reshape(-1, 4)
        edges[:, 0::2] = edges[:, 0::2].clip(-0.5, columns - 0.5)
        edges[:, 1::2] = edges[:, 1::2].clip(-0.5, rows - 0.5)
        whole = (edges[:, 2] - edges[:, 0] > 1.5) & (edges[:, 3] - edges[:, 1] > 1.5)
        return np.asarray(edges[whole], np.float32)


def prepared(sample: Sample, spec: PreparingSpec) -> PreparedSample:
    """Prepare one sample. Raises BadInputError as ``prepare`` does."""
    ready = prepare(sample.pixels, sample.grey, sample.spacing, spec)
    pixels = np.rint(ready.pixels * 255).astype(np.uint8)
    return PreparedSample(sample.info, pixels, ready.frame)


def prepared_all(
    data: DataSet, infos: Iterable[SampleInfo], spec: PreparingSpec, threads: int = 2
) -> Iterator[PreparedSample]:
    """Open and prepare images of a set, in their order; several at a time."""
    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(partial(_one, data, spec), infos)


def _one(data: DataSet, spec: PreparingSpec, info: SampleInfo) -> PreparedSample:
    return prepared(data.open(info), spec)


def parted(
    samples: Sequence[PreparedSample], kinds: frozenset[FindingKind]
) -> tuple[list[PreparedSample], list[PreparedSample]]:
    """Those with a lesion of these kinds, and those without."""
    pair: tuple[list[PreparedSample], list[PreparedSample]] = ([], [])
    for one in samples:
        pair[0 if len(one.boxes(kinds)) else 1].append(one)
    return pair
