"""Sessions that stay: each network is loaded once a provider, and runs as often as is asked."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from inference.backends.choice import Choice, Provider
from inference.backends.engine import Tensors
from inference.backends.session import Session
from inference.backends.stop import StopFlag
from inference.errors import ProviderError
from inference.packages.package import ModelPackage

MOST_SESSIONS = 8
"""Kept at a time; the one that rested longest goes."""

_Made = TypeVar("_Made")
_Key = tuple[str, str, Provider]


class SessionPool:
    """All sessions of a process. Runs come one after the other; stopping is for any thread."""

    def __init__(self, choice: Choice, most: int = MOST_SESSIONS) -> None:
        """choice: as ``choose_provider`` gives it. Nothing is loaded yet."""
        self._choice = choice
        self._most = most
        self._sessions: OrderedDict[_Key, Session] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def choice(self) -> Choice:
        """What networks run on; the CPU, with the reason, once a GPU has failed."""
        return self._choice

    def session(self, package: ModelPackage, network: str = "") -> Session:
        """The warm session of a package's network, the first where not named.

        On the CPU from now on where the GPU can't load it. Raises PackageError where the file has
        changed, ProviderError where it can't be loaded.
        """
        with self._lock:
            return self._with_cpu_behind(lambda: self._session(package, network))

    def run(
        self,
        package: ModelPackage,
        feeds: Tensors,
        network: str = "",
        stop: StopFlag | None = None,
        *,
        each: bool = False,
    ) -> Tensors:
        """Run a network; on the CPU from now on where the GPU fails.

        each: as ``Runner.run``. Raises as ``Session.run``.
        """

        def work() -> Tensors:
            return self._session(package, network).run(feeds, stop, each=each)

        with self._lock:
            return self._with_cpu_behind(work)

    def runner(self, stop: StopFlag | None = None) -> PoolRunner:
        """What systems run networks with, under one stop flag."""
        return PoolRunner(self, stop or StopFlag())

    def forget(self, package: ModelPackage) -> None:
        """Let a package's sessions go."""
        with self._lock:
            for key in [key for key in self._sessions if key[0] == package.digest]:
                del self._sessions[key]

    def _with_cpu_behind(self, work: Callable[[], _Made]) -> _Made:
        """Do it, and once more on the CPU where another provider fails."""
        try:
            return work()
        except ProviderError as error:
            if self._choice.provider is Provider.CPU:
                raise
            self._to_cpu(error)
            return work()

    def _session(self, package: ModelPackage, network: str) -> Session:
        path = package.network(network)
        key = (package.digest, path.name, self._choice.provider)
        if key not in self._sessions:
            made = Session(package.read(path.name), self._choice, str(path))
            if made.provider is not self._choice.provider:
                self._choice = replace(
                    self._choice,
                    provider=made.provider,
                    why=f"{self._choice.provider.value} did not load a network of {package.name}",
                    met=False,
                )
                key = (*key[:2], made.provider)
            self._sessions[key] = made
            while len(self._sessions) > self._most:
                self._sessions.popitem(last=False)
        self._sessions.move_to_end(key)
        return self._sessions[key]

    def _to_cpu(self, error: ProviderError) -> None:
        failed = self._choice.provider
        self._sessions.clear()
        self._choice = replace(
            self._choice,
            provider=Provider.CPU,
            why=f"{failed.value} failed ({error.what})",
            met=False,
        )


@dataclass(frozen=True)
class PoolRunner:
    """The ``Runner`` that systems are given: a pool's networks, under a stop flag."""

    pool: SessionPool
    stop: StopFlag

    def run(
        self, package: ModelPackage, feeds: Tensors, network: str = "", *, each: bool = False
    ) -> Tensors:
        """As ``Runner.run``."""
        return self.pool.run(package, feeds, network, self.stop, each=each)
