"""Contours of masses as a recipe of ``fourview train``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

import cv2
import torch

from training.data.regions import RegionPlan, has_outline
from training.data.sample import Sample
from training.recipes.contours.settings import GROWTH, PROFILES, make_network
from training.recipes.contours.task import ContourTask
from training.recipes.recipe import Part, Tell, TrainRequest
from training.run_folder import RunFolder
from training.trainer import Schedule, Trainer


class ContourTraining:
    """U-Net++ on regions around masses; profiles are those of ``settings.PROFILES``."""

    name = "contours"
    profiles = tuple(PROFILES)

    def train(self, request: TrainRequest, tell: Tell) -> None:
        """Train, or go on with what was interrupted. Raises FourviewError.

        Weights of parts don't count: each mass is drawn as often as any other.
        """
        torch.set_num_threads(request.threads)
        cv2.setNumThreads(1)
        profile, plan = PROFILES[request.profile], RegionPlan()
        steps = request.steps or profile.steps
        every = max(1, min(250, steps // 10))
        schedule = Schedule(steps, every=every, rate=2e-3, warmup=100, decay=0.01, ema=0.99)
        torch.manual_seed(schedule.seed)
        folder = RunFolder(request.out)
        folder.begin(
            {
                "recipe": self.name,
                "profile": asdict(profile),
                "train": _told(request.train),
                "valid": _told(request.valid),
                "plan": asdict(plan),
                "growth": GROWTH,
                "schedule": asdict(schedule),
                "start": str(request.start) if request.start else "",
            }
        )
        task = ContourTask(
            _samples(request.train),
            _samples(request.valid),
            plan=plan,
            batch=profile.batch,
            seed=schedule.seed,
        )
        network = make_network(profile)
        if request.start is not None:
            network.load_state_dict(RunFolder(request.start).load_best())
        Trainer(network, task, schedule, folder, tell).run()


def _samples(parts: Sequence[Part]) -> Iterator[Sample]:
    for part in parts:
        for info in part.infos:
            if any(has_outline(one) for one in info.findings):
                yield part.data.open(info)


def _told(parts: Sequence[Part]) -> str:
    return "; ".join(f"{len(one.infos)} images of {one.data.name}" for one in parts)
