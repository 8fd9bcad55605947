"""One network, loaded once and kept warm: run it, stop it, and trust no number it gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from inference.backends.choice import Choice, Provider
from inference.backends.engine import Engine, Port, Tensors
from inference.backends.onnx_engine import OnnxEngine
from inference.backends.openvino_engine import OpenVinoEngine
from inference.backends.stop import StopFlag
from inference.errors import NetworkError, ProviderError

_UNSAID_SIDE = 256
_REMEDY = "Run 'fourview models verify' on the package"


class Session:
    """A network of one package on one provider. Use it from one thread at a time."""

    def __init__(self, network: bytes, choice: Choice, where: str) -> None:
        """network: of an ONNX file whose digest was checked. where: as messages name it.

        Raises ProviderError where the provider can't take it.
        """
        self.where = where
        try:
            self._engine = _MAKERS[choice.provider](network, choice)
        except Exception as error:
            raise ProviderError(
                f"can't be loaded ({short(error)})", where=where, remedy=_REMEDY
            ) from error

    @property
    def provider(self) -> Provider:
        """What it truly runs on."""
        return self._engine.provider

    @property
    def inputs(self) -> tuple[Port, ...]:
        """What it is fed."""
        return self._engine.inputs

    @property
    def outputs(self) -> tuple[Port, ...]:
        """What it gives."""
        return self._engine.outputs

    def run(self, feeds: Tensors, stop: StopFlag | None = None, *, each: bool = False) -> Tensors:
        """Outputs by name. each: as ``Runner.run``.

        A stop from another thread ends the run within one operator's time, then CancelledError is
        raised. Raises ProviderError where the run fails, NetworkError where the feeds don't fit or
        an output holds NaN or infinity.
        """
        flag = stop or StopFlag()
        self._check_feeds(feeds)
        try:
            found = self._engine.run(feeds, flag, each=each)
        except Exception as error:
            flag.raise_if_stopped()
            raise ProviderError(f"failed ({short(error)})", where=self.where) from error
        flag.raise_if_stopped()
        outputs = {port.name: one for port, one in zip(self.outputs, found, strict=True)}
        for name, values in outputs.items():
            self._check_finite(name, values)
        return outputs

    def warm(self, stop: StopFlag | None = None) -> None:
        """Run once on zeros, so that the first view doesn't pay for it."""
        shapes = {
            port.name: tuple(_UNSAID_SIDE if side is None else side for side in port.shape)
            for port in self.inputs
        }
        batch = {name: (1, *shape[1:]) for name, shape in shapes.items()}
        kinds = {port.name: _DTYPES.get(port.kind, np.float32) for port in self.inputs}
        self.run({name: np.zeros(shape, kinds[name]) for name, shape in batch.items()}, stop)

    def _check_feeds(self, feeds: Tensors) -> None:
        expected = {port.name: port for port in self.inputs}
        if set(feeds) != set(expected):
            raise NetworkError(
                f"takes {', '.join(sorted(expected))}, not {', '.join(sorted(feeds))}",
                where=self.where,
            )
        for name, port in expected.items():
            given = feeds[name]
            sides = zip(port.shape, given.shape, strict=False)
            fits = len(port.shape) == given.ndim and all(s in (None, g) for s, g in sides)
            dtype = _DTYPES.get(port.kind)
            if not fits or (dtype is not None and given.dtype != dtype):
                raise NetworkError(
                    f"takes {name} as {port.kind} {port.shape}, not {given.dtype} {given.shape}",
                    where=self.where,
                )

    def _check_finite(self, name: str, values: npt.NDArray[Any]) -> None:
        if values.dtype.kind == "f" and not bool(np.isfinite(values).all()):
            raise NetworkError(
                f"gave numbers that are none (NaN or infinity) in {name}",
                where=self.where,
                remedy="This view has no result; " + _REMEDY.lower(),
            )


_DTYPES: Mapping[str, type[np.generic]] = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(float16)": np.float16,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(uint8)": np.uint8,
    "tensor(bool)": np.bool_,
}


def short(error: BaseException) -> str:
    """A library's failure in one line without places in its sources."""
    said = re.sub(r"\S*/\S+\.(cc|cpp|h|py)(:\d+)?\S*", "", " ".join(str(error).split()))
    return said[:300].strip() or type(error).__name__


_MAKERS: Mapping[Provider, Callable[[bytes, Choice], Engine]] = {
    Provider.CPU: OnnxEngine,
    Provider.CUDA: OnnxEngine,
    Provider.OPENVINO: OpenVinoEngine,
    Provider.OPENVINO_BF16: OpenVinoEngine,
}
