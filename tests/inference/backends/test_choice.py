from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from domain.errors import BadInputError
from inference.backends import choice as module
from inference.backends.choice import PROBE, Provider, choose_provider, cuda_trouble
from inference.backends.threads import usable_threads
from inference.providers import RuntimeState

BOTH = ("onnxruntime 1.31.1", "onnxruntime-gpu 1.31.1")


def test_the_probe_is_a_valid_network_that_doubles() -> None:
    onnx.checker.check_model(onnx.ModelProto.FromString(PROBE), full_check=True)
    session = onnxruntime.InferenceSession(PROBE, providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"x": np.full((1, 1, 2, 2), 3, np.float32)})
    assert (found == 6).all()


def test_the_cpu_is_taken_where_it_is_asked_for() -> None:
    chosen = choose_provider("cpu")
    assert (chosen.provider, chosen.met) == (Provider.CPU, True)
    assert chosen.threads == usable_threads()


def test_cuda_that_is_offered_and_does_not_load_ends_on_the_cpu_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What onnxruntime-gpu looks like on a machine without a GPU.
    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("this onnxruntime has CUDA")
    state = RuntimeState(BOTH[1:], ("CUDAExecutionProvider", "CPUExecutionProvider"))
    monkeypatch.setattr(module, "runtime_state", lambda: state)
    asked, auto = choose_provider("cuda"), choose_provider()
    assert asked.provider is auto.provider is Provider.CPU
    assert not asked.met
    assert auto.met
    assert "does not load" in asked.why
    assert "does not load" in auto.why


def test_a_driver_that_raises_is_a_reason_and_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def raises() -> str:
        raise RuntimeError("CUDA driver version is insufficient")

    monkeypatch.setattr(module, "_probe", raises)
    state = RuntimeState(BOTH[1:], ("CUDAExecutionProvider",))
    assert "driver version is insufficient" in cuda_trouble(state)


def test_cuda_is_taken_only_where_the_probe_ran_there(monkeypatch: pytest.MonkeyPatch) -> None:
    state = RuntimeState(BOTH[1:], ("CUDAExecutionProvider",))
    monkeypatch.setattr(module, "runtime_state", lambda: state)
    monkeypatch.setattr(module, "_probe", lambda: "CUDAExecutionProvider")
    assert choose_provider().provider is Provider.CUDA


def test_both_wheels_together_are_said_with_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    state = RuntimeState(BOTH, ("CUDAExecutionProvider",))
    monkeypatch.setattr(module, "runtime_state", lambda: state)
    chosen = choose_provider()
    assert chosen.provider is Provider.CPU
    assert "onnxruntime-gpu 1.31.1" in chosen.why
    assert "uninstall both" in chosen.why


@pytest.mark.parametrize("wish", ["openvino", "openvino-bf16"])
def test_openvino_that_is_not_there_ends_on_the_cpu(
    wish: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    chosen = choose_provider(wish)
    assert (chosen.provider, chosen.met) == (Provider.CPU, False)
    assert "pip install openvino" in chosen.why


def test_openvino_is_taken_where_it_runs() -> None:
    pytest.importorskip("openvino")
    assert choose_provider("openvino").provider is Provider.OPENVINO


def test_another_wish_is_refused() -> None:
    with pytest.raises(BadInputError, match="'tpu'"):
        choose_provider("tpu")


def test_hyperthreads_and_a_containers_quota_are_not_counted_as_cores(tmp_path: Path) -> None:
    allowed = sorted(os.sched_getaffinity(0))
    quota = tmp_path / "cpu.max"
    for number in allowed:
        place = tmp_path / f"cpu{number}" / "topology"
        place.mkdir(parents=True)
        (place / "thread_siblings_list").write_text("all of one core\n")
    assert usable_threads(tmp_path, quota) == 1
    nowhere = tmp_path / "nowhere"
    assert usable_threads(nowhere, quota) == len(allowed)
    quota.write_text("50000 100000\n")
    assert usable_threads(nowhere, quota) == 1
    quota.write_text("max 100000\n")
    assert usable_threads(nowhere, quota) == len(allowed)
