"""From torch to ONNX with a free number of findings, checked against torch."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

from training.export import OPSET, ExportError

TOLERANCE = 1e-3
_SIZES = (2, 5)


def export_batch(
    network: nn.Module,
    path: Path,
    shape: tuple[int, ...],
    outputs: Sequence[str],
    *,
    fixed: bool = False,
    name: str = "image",
) -> float:
    """Write a network of one input (n, *shape), n free unless fixed at 1; gives the largest
    difference from torch. Raises ExportError where the file answers otherwise than torch.
    """
    network = network.eval()
    counts = (1, 1) if fixed else _SIZES
    example = _drawn(counts[0], shape, 0)
    free = None if fixed else ({0: torch.export.Dim("findings", min=1, max=4096)},)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own words about its own parts
        program = torch.onnx.export(
            network,
            (example,),
            dynamo=True,
            opset_version=OPSET,
            input_names=[name],
            output_names=list(outputs),
            dynamic_shapes=free,
            verbose=False,
        )
    if program is None:
        raise ExportError("the exporter gave nothing", remedy="Export with the stated torch")
    path.parent.mkdir(parents=True, exist_ok=True)
    program.save(str(path), external_data=False)
    onnx.checker.check_model(onnx.load(str(path)))
    worst = max(_apart(network, path, _drawn(count, shape, count), outputs) for count in counts)
    if worst > TOLERANCE:
        raise ExportError(f"the exported network differs from torch by {worst}", where=str(path))
    return worst


def _drawn(count: int, shape: tuple[int, ...], seed: int) -> Tensor:
    return torch.rand(count, *shape, generator=torch.Generator().manual_seed(seed))


def _apart(network: nn.Module, path: Path, images: Tensor, outputs: Sequence[str]) -> float:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    with torch.no_grad():
        expected = network(images)
    found = session.run(list(outputs), {name: images.numpy()})
    return max(
        float(np.abs(one.numpy() - np.asarray(other)).max())
        for one, other in zip(expected, found, strict=True)
    )
