"""Tests of training share the cores with each other: torch takes one."""

from __future__ import annotations

import importlib.util
import os

if importlib.util.find_spec("torch") is not None:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import torch

    torch.set_num_threads(1)
