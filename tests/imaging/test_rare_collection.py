"""The garbage collector is let rest while much is made, and then works as before."""

from __future__ import annotations

import gc
from contextlib import ExitStack

from imaging.scanning.rare_collection import rare_collection


def test_collections_are_rare_within_and_as_before_afterwards() -> None:
    before = gc.get_threshold()
    with rare_collection():
        assert gc.get_threshold()[0] > before[0]
    assert gc.get_threshold() == before


def test_the_last_one_out_restores_what_was() -> None:
    before = gc.get_threshold()
    first, second = ExitStack(), ExitStack()
    first.enter_context(rare_collection())
    second.enter_context(rare_collection())
    first.close()  # as with two scans on two threads, of which the first ends first
    assert gc.get_threshold()[0] > before[0]
    second.close()
    assert gc.get_threshold() == before
