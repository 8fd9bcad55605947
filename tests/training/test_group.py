"""Two processes train one network as torchrun starts them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="training needs the train extra")

from safetensors.torch import load_file

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
from pathlib import Path
import torch
from safetensors.torch import save_file
from training.group import join_group
from training.run_folder import RunFolder
from training.trainer import Schedule, Trainer

class Line:
    def loss(self, network, step):
        draws.append(step)
        x = torch.rand(8, 1, generator=torch.Generator().manual_seed(step))
        return {"square": ((network(x) - 2 * x) ** 2).mean()}
    def validate(self, network):
        return {"goal": -float((network(torch.ones(1, 1)) - 2) ** 2)}

torch.set_num_threads(1)
out, draws = Path(sys.argv[1]), []
group = join_group()
torch.manual_seed(group.rank)  # each begins elsewhere; the first one's weights count
network = torch.nn.Linear(1, 1)
schedule = Schedule(steps=6, every=3, rate=0.1, warmup=1, bf16=False, report=100)
Trainer(network, Line(), schedule, RunFolder(out / "run"), group=group).run()
save_file(network.state_dict(), out / f"{group.rank}.safetensors")
(out / f"{group.rank}.txt").write_text(" ".join(map(str, draws)))
"""


@pytest.mark.slow
def test_two_processes_end_with_the_same_weights_from_different_batches(tmp_path: Path) -> None:
    script = tmp_path / "two.py"
    script.write_text(SCRIPT)
    command = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2"]
    subprocess.run(
        [sys.executable, *command, str(script), str(tmp_path)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "OMP_NUM_THREADS": "1"},
        check=True,
        capture_output=True,
        timeout=120,
    )
    one, other = (load_file(tmp_path / f"{rank}.safetensors") for rank in (0, 1))
    assert torch.equal(one["weight"], other["weight"])
    draws = [(tmp_path / f"{rank}.txt").read_text().split() for rank in (0, 1)]
    assert sorted(map(int, draws[0] + draws[1])) == list(range(12))
    assert (tmp_path / "run" / "best.safetensors").exists()
