"""From torch to ONNX with a free number of findings, checked against torch."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from training.export import OPSET, ExportError, forget_sources

TOLERANCE = 1e-3
_SIZES = (2, 5)


def export_batch(
    network: nn.Module,
    path: Path,
    inputs: Mapping[str, tuple[int, ...]],
    outputs: Sequence[str],
    *,
    fixed: bool = False,
) -> float:
    """Write a network of inputs (n, *shape) by name, in its order, n free unless fixed at 1; gives
    the largest difference from torch. Raises ExportError where the file answers otherwise.
    """
    network = network.eval()
    counts = (1, 1) if fixed else _SIZES
    free = torch.export.Dim("findings", min=1, max=4096)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own words about its own parts
        program = torch.onnx.export(
            network,
            _drawn(counts[0], inputs, 0),
            dynamo=True,
            opset_version=OPSET,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes=None if fixed else tuple({0: free} for _ in inputs),
            verbose=False,
        )
    if program is None:
        raise ExportError("the exporter gave nothing", remedy="Export with the stated torch")
    path.parent.mkdir(parents=True, exist_ok=True)
    program.save(str(path), external_data=False)
    forget_sources(path)
    onnx.checker.check_model(onnx.load(str(path)))
    worst = max(_apart(network, path, inputs, count, outputs) for count in counts)
    if worst > TOLERANCE:
        raise ExportError(f"the exported network differs from torch by {worst}", where=str(path))
    return worst


def _drawn(count: int, inputs: Mapping[str, tuple[int, ...]], seed: int) -> tuple[Tensor, ...]:
    random = torch.Generator().manual_seed(seed)
    return tuple(torch.rand(count, *shape, generator=random) for shape in inputs.values())


def _apart(
    network: nn.Module,
    path: Path,
    inputs: Mapping[str, tuple[int, ...]],
    count: int,
    outputs: Sequence[str],
) -> float:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    given = _drawn(count, inputs, count)
    with torch.no_grad():
        expected = network(*given)
    feeds = {name: one.numpy() for name, one in zip(inputs, given, strict=True)}
    found = session.run(list(outputs), feeds)
    return max(
        float(np.abs(one.numpy() - np.asarray(other)).max())
        for one, other in zip(expected, found, strict=True)
    )
