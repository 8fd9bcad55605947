"""How many threads a network may use on this machine."""

from __future__ import annotations

import math
import os
from pathlib import Path

_TOPOLOGY = Path("/sys/devices/system/cpu")
_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def usable_threads(topology: Path = _TOPOLOGY, quota: Path = _QUOTA) -> int:
    """Cores that this process may run on: one a core, not one a hyperthread, and no more than a
    container allows. At least 1; where nothing tells cores apart, the logical ones.
    """
    mine = _allowed()
    cores = {_siblings(topology, number) for number in mine}
    return max(1, min(len(cores), _container(quota)))


def _allowed() -> frozenset[int]:
    try:
        return frozenset(os.sched_getaffinity(0))
    except AttributeError:  # not on Windows and macOS
        return frozenset(range(os.cpu_count() or 1))


def _siblings(topology: Path, number: int) -> str:
    """Names the core that a logical processor belongs to."""
    try:
        return (topology / f"cpu{number}/topology/thread_siblings_list").read_text().strip()
    except OSError:
        return str(number)


def _container(quota: Path) -> int:
    """Whole processors of the control group's quota; very many where there is none."""
    try:
        granted, period = quota.read_text().split()
        return max(1, math.ceil(int(granted) / int(period)))
    except (OSError, ValueError, ZeroDivisionError):
        return 1 << 16
