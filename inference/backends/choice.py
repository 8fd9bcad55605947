"""Which provider runs the networks, and why; the one place that decides it."""

from __future__ import annotations

import base64
import importlib
import warnings
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from domain.errors import BadInputError
from inference.backends.threads import usable_threads
from inference.providers import RuntimeState, runtime_state

WISHES = ("auto", "cpu", "cuda", "openvino", "openvino-bf16")

PROBE = base64.b64decode(
    "CAgSADpnCg8KAXgKAXcSAXkiBENvbnYSBXByb2JlKhMIAQgBCAEIARABIgQAAABAQgF3WhsKAXgSFgoUCAESEAoCCAEK"
    "AggBCgIIAgoCCAJiGwoBeRIWChQIARIQCgIIAQoCCAEKAggCCgIIAkIECgAQEQ=="
)
"""A network of one convolution by 2 of a 1x1x2x2 ``x``: to see whether a provider truly runs."""

CUDA_NAME, CPU_NAME = "CUDAExecutionProvider", "CPUExecutionProvider"


class Provider(Enum):
    """What runs a network. OPENVINO_BF16 is faster and rounds to 8 bits of mantissa."""

    CPU = "cpu"
    CUDA = "cuda"
    OPENVINO = "openvino"
    OPENVINO_BF16 = "openvino-bf16"


@dataclass(frozen=True)
class Choice:
    """What was picked. why: for a reader. threads: of one run. met: whether it is what was wished
    for; where it is not, ``why`` says what stood in the way.
    """

    provider: Provider
    why: str
    threads: int
    met: bool = True


def choose_provider(wish: str = "auto") -> Choice:
    """Pick a provider by trying it; never fails because a GPU or OpenVINO is missing.

    wish: one of ``WISHES``. Raises BadInputError for any other.
    """
    if wish not in WISHES:
        raise BadInputError(
            f"no device is called {wish!r}", remedy=f"Choose one of {', '.join(WISHES)}"
        )
    threads = usable_threads()
    if wish == "cpu":
        return Choice(Provider.CPU, "asked for", threads)
    if wish.startswith("openvino"):
        trouble = openvino_trouble()
        if not trouble:
            return Choice(Provider(wish), "asked for, and it runs", threads)
        return Choice(Provider.CPU, f"OpenVINO was asked for, but {trouble}", threads, met=False)
    trouble = cuda_trouble(runtime_state())
    if not trouble:
        return Choice(Provider.CUDA, "a network ran on the GPU", threads)
    if wish == "cuda":
        return Choice(Provider.CPU, f"CUDA was asked for, but {trouble}", threads, met=False)
    return Choice(Provider.CPU, trouble, threads)


def cuda_trouble(state: RuntimeState) -> str:
    """Why networks do not run on a GPU here; empty where one just did."""
    if state.conflict:
        return (
            f"{' and '.join(state.wheels)} are both installed and spoil each other; "
            "uninstall both, then install one"
        )
    if CUDA_NAME not in state.offered:
        return "this onnxruntime has no CUDA (onnxruntime-gpu has)"
    try:
        ran_on = _probe()
    except Exception as error:  # noqa: BLE001 - a driver's failures have no common class
        return f"it fails to run there ({_short(error)})"
    if ran_on != CUDA_NAME:
        return "onnxruntime offers CUDA, but it does not load (driver, CUDA or cuDNN is missing)"
    return ""


def _probe() -> str:
    """Run the probe where CUDA is preferred; the provider that it ran on."""
    import onnxruntime  # noqa: PLC0415 - it costs half a second at start

    preload_cuda(onnxruntime)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what fails is said by us
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session = onnxruntime.InferenceSession(PROBE, options, providers=[CUDA_NAME, CPU_NAME])
    session.run(None, {"x": np.ones((1, 1, 2, 2), np.float32)})
    return str(session.get_providers()[0])


def preload_cuda(onnxruntime: Any) -> None:
    """Have the CUDA and cuDNN of pip's wheels found; nothing where they are the system's."""
    preload = getattr(onnxruntime, "preload_dlls", None)
    if preload is not None:
        preload()


def openvino_trouble() -> str:
    """Why OpenVINO does not run networks here; empty where it just ran one."""
    try:
        core = importlib.import_module("openvino").Core()
        compiled = core.compile_model(core.read_model(PROBE), "CPU")
        compiled({"x": np.ones((1, 1, 2, 2), np.float32)})
    except ImportError:
        return "it is not installed (pip install openvino)"
    except Exception as error:  # noqa: BLE001 - a plugin's failures have no common class
        return f"it fails ({_short(error)})"
    return ""


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
