"""Independent random numbers by name, so that one part never moves the draws of another."""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """Random numbers that depend on the seed and the names alone; seed is not negative."""
    keys = [zlib.crc32(name.encode()) if isinstance(name, str) else name for name in names]
    return np.random.default_rng([seed, *keys])


def subseed(seed: int, *names: str | int) -> int:
    """A seed for something inside, below 2**31."""
    return int(stream(seed, *names).integers(2**31))
