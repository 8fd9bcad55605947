"""Weights stored in half the bytes; the network computes in float32 as before."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TypeVar

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

N = TypeVar("N", bound=nn.Module)

LEAST_WEIGHTS = 1024
"""Smaller arrays stay as they are."""


def rounded(network: N) -> N:
    """A copy whose weights float16 can tell: what is exported is what is measured."""
    own = copy.deepcopy(network)
    with torch.no_grad():
        for one in own.parameters():
            if one.numel() >= LEAST_WEIGHTS:
                one.copy_(one.half().float())
    return own


def halve(path: Path) -> None:
    """Store a file's large float32 weights as float16, each with a cast back.

    The runtime does the casts once, when it opens the file.
    """
    model = onnx.load(str(path))
    graph = model.graph
    casts = []
    for one in graph.initializer:
        if one.data_type != TensorProto.FLOAT or np.prod(one.dims) < LEAST_WEIGHTS:
            continue
        values = numpy_helper.to_array(one).astype(np.float16)
        name = one.name
        one.CopyFrom(numpy_helper.from_array(values, f"{name}_half"))
        casts.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT))
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend([*casts, *nodes])
    # Types that the exporter noted for the old names are those of the casts' outputs now.
    onnx.save(model, str(path))
