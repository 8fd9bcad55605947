"""ONNX Runtime on the CPU or on a GPU, with the CPU behind it."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from inference.backends.choice import CPU_NAME, CUDA_NAME, Choice, Provider, preload_cuda
from inference.backends.engine import Port, Tensors
from inference.backends.stop import StopFlag
from inference.parallel import in_parallel

Outputs = list[npt.NDArray[Any]]

PIECE = 4
"""Pictures that a core has at a time: what is made of 16 no longer fits its own cache."""

_GPU_BYTES = 4 << 30


class OnnxEngine:
    """A network on all cores; on the CPU pictures that don't depend on each other are shared out
    among them, each core running the network by itself: small ones don't keep several busy.
    """

    def __init__(self, network: bytes, choice: Choice) -> None:
        """Raises whatever ONNX Runtime raises."""
        import onnxruntime  # noqa: PLC0415 - it costs half a second at start

        self._onnxruntime, self._threads = onnxruntime, choice.threads
        self._session = self._loaded(network, choice, choice.threads)
        on_gpu = self._session.get_providers()[0] == CUDA_NAME
        self.provider = Provider.CUDA if on_gpu else Provider.CPU
        self.inputs = tuple(_port(one) for one in self._session.get_inputs())
        self.outputs = tuple(_port(one) for one in self._session.get_outputs())
        # Made when it is first needed: most networks are given one picture at a time.
        self._network, self._choice = network, choice
        self._one_core: Any = self._session if choice.threads == 1 else None

    def run(self, feeds: Tensors, stop: StopFlag, *, each: bool = False) -> Outputs:
        """As ``Engine.run``."""
        counts = {len(one) for one in feeds.values()} if each else {1}
        count = counts.pop() if len(counts) == 1 else 1  # else it is ONNX Runtime that objects
        if count == 1 or self.provider is Provider.CUDA:
            return self._run(self._session, feeds, stop)
        if self._one_core is None:
            self._one_core = self._loaded(self._network, self._choice, 1)
        size = min(PIECE, math.ceil(count / self._threads))
        pieces = [
            {name: one[first : first + size] for name, one in feeds.items()}
            for first in range(0, count, size)
        ]
        found = in_parallel(
            lambda piece: self._run(self._one_core, piece, stop), pieces, self._threads
        )
        return [np.concatenate(parts) for parts in zip(*found, strict=True)]

    def _run(self, session: Any, feeds: Tensors, stop: StopFlag) -> Outputs:
        options = self._onnxruntime.RunOptions()
        options.log_severity_level = 4

        def end() -> None:
            options.terminate = True

        with stop.ending(end):
            return list(session.run(None, dict(feeds), options))

    def _loaded(self, network: bytes, choice: Choice, threads: int) -> Any:
        wished: list[Any] = [CPU_NAME]
        if choice.provider is Provider.CUDA:
            preload_cuda(self._onnxruntime)
            limits = {"arena_extend_strategy": "kSameAsRequested", "gpu_mem_limit": _GPU_BYTES}
            wished.insert(0, (CUDA_NAME, limits))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return self._onnxruntime.InferenceSession(
                network, self._options(threads), providers=wished
            )

    def _options(self, threads: int) -> Any:
        options = self._onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Views differ in size: an arena keeps the largest of all.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        # Threads that wait busily would take the cores from the window.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return options


def _port(told: Any) -> Port:
    shape = tuple(side if isinstance(side, int) else None for side in told.shape)
    return Port(told.name, shape, told.type)
