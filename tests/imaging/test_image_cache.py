"""The cache of decoded images: one load for all, a budget that holds, errors that are not kept."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.errors import CancelledError
from imaging.image_cache import CacheStatistics, ImageCache


@dataclass(frozen=True)
class Block:
    nbytes: int


class Loads:
    """Counts how often something was loaded."""

    def __init__(self, nbytes: int = 10) -> None:
        self.count = 0
        self._nbytes = nbytes

    def __call__(self) -> Block:
        self.count += 1
        return Block(self._nbytes)


class LoadError(Exception):
    pass


def fail() -> Block:
    raise LoadError


def held_back(cache: ImageCache, load, askers: int) -> list[object]:
    """Outcomes of several threads that all ask for a key while its load is under way."""
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> Block:
        begun.set()
        assert go_on.wait(10)
        return load()

    def ask(_: int) -> object:
        try:
            return cache.get("key", slow)
        except LoadError as error:
            return error

    with ThreadPoolExecutor(askers) as pool:
        first = pool.submit(ask, 0)
        assert begun.wait(10)
        others = [pool.submit(ask, number) for number in range(1, askers)]
        threading.Timer(0.05, go_on.set).start()
        return [asked.result(10) for asked in (first, *others)]


def test_threads_that_ask_at_once_share_one_load() -> None:
    load = Loads()
    images = held_back(ImageCache(100), load, 8)
    assert load.count == 1
    assert all(image is images[0] for image in images)


def test_an_error_reaches_everyone_who_waits_and_is_not_kept() -> None:
    cache = ImageCache(100)
    outcomes = held_back(cache, fail, 6)
    assert [type(outcome) for outcome in outcomes] == [LoadError] * 6
    load = Loads()
    assert cache.get("key", load).nbytes == 10
    assert load.count == 1


def test_one_reader_who_stops_does_not_stop_the_others() -> None:
    cache, begun, go_on = ImageCache(100), threading.Event(), threading.Event()

    def stopped() -> Block:
        begun.set()
        assert go_on.wait(10)
        raise CancelledError("stopped")

    load = Loads()
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(cache.get, "key", stopped)
        assert begun.wait(10)
        others = [pool.submit(cache.get, "key", load) for _ in range(2)]
        threading.Timer(0.05, go_on.set).start()
        assert isinstance(first.exception(10), CancelledError)
        assert {other.result(10).nbytes for other in others} == {10}
    assert load.count == 1


def test_what_is_dropped_while_it_loads_is_not_kept() -> None:
    cache, begun, go_on = ImageCache(100), threading.Event(), threading.Event()

    def slow() -> Block:
        begun.set()
        assert go_on.wait(10)
        return Block(10)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(cache.get, "key", slow)
        assert begun.wait(10)
        cache.drop("key")
        assert cache.get("key", lambda: Block(20)).nbytes == 20, "loaded anew, not waited for"
        go_on.set()
        assert first.result(10).nbytes == 10
    assert cache.held_bytes == 20
    assert cache.get("key", fail).nbytes == 20


def test_hits_and_misses_are_counted() -> None:
    cache = ImageCache(100)
    held_back(cache, Loads(), 4)
    cache.get("other", Loads())
    cache.get("other", fail)
    with pytest.raises(LoadError):
        cache.get("third", fail)
    assert cache.statistics == CacheStatistics(hits=4, misses=3)


def test_a_load_without_a_size_fails_and_blocks_no_one() -> None:
    cache = ImageCache(100)
    for _ in range(2):
        with pytest.raises(AttributeError):
            cache.get("key", object)  # type: ignore[type-var]
    assert cache.get("key", Loads()).nbytes == 10


def test_different_keys_load_at_the_same_time() -> None:
    cache, meeting = ImageCache(100), threading.Barrier(3, timeout=10)

    def load() -> Block:
        meeting.wait()
        return Block(1)

    with ThreadPoolExecutor(3) as pool:
        assert len(list(pool.map(lambda key: cache.get(key, load), range(3)))) == 3


def test_an_image_larger_than_the_budget_is_handed_out_and_not_kept() -> None:
    cache, large, small = ImageCache(100), Loads(101), Loads(100)
    cache.get("small", small)
    assert cache.get("large", large).nbytes == 101
    assert cache.held_bytes == 100
    cache.get("large", large)
    cache.get("small", small)
    assert (large.count, small.count) == (2, 1), "what is kept does not make room for it either"


def test_what_was_not_asked_for_longest_leaves_first() -> None:
    cache, loads = ImageCache(30), {key: Loads() for key in "abcd"}
    for key in "abcad":  # d pushes b out, as a was asked for again
        cache.get(key, loads[key])
    for key in "acd":
        cache.get(key, loads[key])
    assert [loads[key].count for key in "abcd"] == [1, 1, 1, 1]
    cache.get("b", loads["b"])
    assert loads["b"].count == 2


class CacheModel(RuleBasedStateMachine):
    """The cache against a plain list of keys, newest last."""

    @initialize(budget=st.integers(0, 60))
    def begin(self, budget: int) -> None:
        self.budget, self.cache = budget, ImageCache(budget)
        self.kept: list[tuple[int, int]] = []

    @rule(key=st.integers(0, 5), nbytes=st.integers(0, 70), fails=st.booleans())
    def get(self, key: int, nbytes: int, fails: bool) -> None:
        known = dict(self.kept).get(key)
        if known is not None:
            assert self.cache.get(key, fail).nbytes == known
            self.kept.remove((key, known))
            self.kept.append((key, known))
        elif fails:
            with pytest.raises(LoadError):
                self.cache.get(key, fail)
        else:
            assert self.cache.get(key, lambda: Block(nbytes)).nbytes == nbytes
            if nbytes <= self.budget:
                self.kept.append((key, nbytes))
                while sum(size for _, size in self.kept) > self.budget:
                    self.kept.pop(0)

    @rule(key=st.integers(0, 5))
    def drop(self, key: int) -> None:
        self.cache.drop(key)
        self.kept = [one for one in self.kept if one[0] != key]

    @invariant()
    def the_budget_holds(self) -> None:
        if hasattr(self, "cache"):
            assert self.cache.held_bytes == sum(size for _, size in self.kept) <= self.budget


TestCacheAgainstModel = CacheModel.TestCase
TestCacheAgainstModel.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_the_budget_holds_at_every_moment_under_many_threads() -> None:
    cache, over, stop = ImageCache(100), [], threading.Event()

    def watch() -> None:
        while not stop.is_set():
            if cache.held_bytes > 100:
                over.append(cache.held_bytes)

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(4) as pool:
        for number in range(600):
            pool.submit(cache.get, number * 7 % 13, Loads(20 + number % 5 * 17))
    stop.set()
    watcher.join()
    assert over == []
