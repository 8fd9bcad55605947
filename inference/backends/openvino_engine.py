"""OpenVINO's own runtime on the CPU: an extra."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import numpy.typing as npt

from inference.backends.choice import Choice, Provider
from inference.backends.engine import Port, Tensors
from inference.backends.stop import StopFlag
from inference.packages.onnx_file import output_names

_KINDS = {
    "f32": "tensor(float)",
    "f64": "tensor(double)",
    "f16": "tensor(float16)",
    "i64": "tensor(int64)",
    "i32": "tensor(int32)",
    "u8": "tensor(uint8)",
    "boolean": "tensor(bool)",
}


class OpenVinoEngine:
    """A network compiled for the CPU, in float32 unless bfloat16 was asked for."""

    def __init__(self, network: bytes, choice: Choice) -> None:
        core = importlib.import_module("openvino").Core()
        fast = choice.provider is Provider.OPENVINO_BF16
        self._compiled = core.compile_model(
            core.read_model(network),
            "CPU",
            {
                "INFERENCE_PRECISION_HINT": "bf16" if fast else "f32",
                "INFERENCE_NUM_THREADS": choice.threads,
                "PERFORMANCE_HINT": "LATENCY",
            },
        )
        self._request = self._compiled.create_infer_request()
        self.provider = choice.provider
        self.inputs = tuple(_port(one, one.get_any_name()) for one in self._compiled.inputs)
        # OpenVINO gives tensors further names, and any of these first; the order stays.
        names = zip(self._compiled.outputs, output_names(network), strict=True)
        self.outputs = tuple(_port(one, name) for one, name in names)

    def run(
        self,
        feeds: Tensors,
        stop: StopFlag,
        *,
        each: bool = False,  # noqa: ARG002 - OpenVINO shares pictures out itself
    ) -> list[npt.NDArray[Any]]:
        """As ``Engine.run``."""
        with stop.ending(self._request.cancel):
            self._request.start_async({name: np.asarray(one) for name, one in feeds.items()})
            self._request.wait()
        tensors = [self._request.get_output_tensor(at) for at in range(len(self.outputs))]
        return [np.array(one.data) for one in tensors]


def _port(told: Any, name: str) -> Port:
    shape = tuple(
        side.get_length() if side.is_static else None for side in told.get_partial_shape()
    )
    kind = str(told.get_element_type().get_type_name())
    return Port(name, shape, _KINDS.get(kind, kind))
