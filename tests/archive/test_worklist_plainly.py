"""The worklist says what a plain look through the same studies says, whichever way it is asked."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from archive.archive import Archive
from archive.database.tables import StudyRow
from archive.worklist import listing
from archive.worklist.query import SortBy, WorklistQuery
from archive.worklist.study import IndexedStudy, StudyState, WorklistRow

_NAMES = ("Meier", "Huber", "Ämter_50%", "Meierhof", "O'Neill")
_STATES = (StudyState.NEW, StudyState.DRAFT, StudyState.GOLD)
_FEW = 7
"""So that some questions find few, and some many."""


@pytest.fixture
def studies(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Archive:
    monkeypatch.setattr(listing, "_FEW", _FEW)
    chance = random.Random(3)
    archive.sources.index((_study(number, chance) for number in range(60)), "anna")
    with archive.database.writing() as connection:
        for number in range(60):
            said = {
                "state": chance.choice(_STATES).value,
                "reader": chance.choice(("", "anna", "berta")),
                "findings": chance.randrange(3),
                "discuss": chance.random() < 0.2,
            }
            connection.execute(update(StudyRow).where(StudyRow.uid == f"1.{number}"), said)
    return archive


def _study(number: int, chance: random.Random) -> IndexedStudy:
    day = date(2019, 12, 20) + timedelta(days=chance.randrange(30)) if number % 9 else None
    views = ("RCC", "LCC", "RMLO", "LMLO")[: chance.randrange(1, 5)]
    name = f"{chance.choice(_NAMES)}^{chance.randrange(3)}"
    return IndexedStudy(f"1.{number}", f"/{number}", name, day, views, chance.randrange(3))


questions = st.builds(
    WorklistQuery,
    text=st.lists(
        st.sampled_from(("m", "meier", "HUBER", "2020", "rmlo", "%", "_", "'", "ä", "zzz", "^1")),
        max_size=3,
    ).map(" ".join),
    states=st.lists(st.sampled_from(_STATES), max_size=2, unique=True).map(tuple),
    reader=st.sampled_from(("", "", "ann")),
    since=st.none() | st.just(date(2020, 1, 1)),
    until=st.none() | st.just(date(2020, 1, 5)),
    least_findings=st.sampled_from((0, 0, 2)),
    discuss=st.sampled_from((None, None, True)),
    sort=st.sampled_from(tuple(one for one in SortBy if one is not SortBy.CHANGED)),
    descending=st.booleans(),
    most=st.sampled_from((1, 5, 25, 100)),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=questions)
def test_pages_and_counts_are_those_of_a_plain_look_through(
    studies: Archive, query: WorklistQuery
) -> None:
    everything = studies.worklist(WorklistQuery(most=1000)).rows
    wanted = [row for row in everything if _passes(row, query)]
    for counted in (True, False):
        pages = list(_pages(studies, replace(query, counted=counted)))
        found = [row for page in pages for row in page]
        assert sorted(row.uid for row in found) == sorted(row.uid for row in wanted)
        values = [_value(row, query.sort) for row in found]
        if query.sort not in _OF_TEXT:  # databases differ in the order of letters
            assert values == sorted(values, reverse=query.descending)
    assert studies.worklist_count(query) == len(wanted)


@pytest.mark.parametrize("sort", list(SortBy))
@pytest.mark.parametrize("text", ["", "meier", "zzz", "amter", "meier 2020 rmlo"])
def test_a_page_that_is_not_counted_is_the_same_page(
    studies: Archive, sort: SortBy, text: str
) -> None:
    query = WorklistQuery(text=text, sort=sort, most=4)
    counted, quick = (studies.worklist(replace(query, counted=asked)) for asked in (True, False))
    assert quick.rows == counted.rows
    assert quick.end == counted.end
    assert quick.total in (None, counted.total)
    assert counted.total == studies.worklist_count(query)


def test_a_page_that_holds_all_says_so_without_counting(studies: Archive) -> None:
    asked = WorklistQuery(text="huber", counted=False, most=100, sort=SortBy.DATE)
    assert studies.worklist(asked).total == studies.worklist_count(asked) > 0
    assert studies.worklist(replace(asked, text="", most=5)).total is None


_OF_TEXT = frozenset({SortBy.PATIENT, SortBy.VIEWS, SortBy.STATE, SortBy.READER})


def _pages(archive: Archive, query: WorklistQuery) -> Iterator[tuple[WorklistRow, ...]]:
    while True:
        page = archive.worklist(query)
        assert len(page.rows) <= query.most
        yield page.rows
        if page.end is None:
            return
        query = replace(query, after=page.end)


def _passes(row: WorklistRow, query: WorklistQuery) -> bool:
    words = f"{row.patient} {row.studied or ''} {row.views}".casefold()
    day = row.studied or date.min
    return (
        all(word in words for word in query.text.casefold().split())
        and (not query.states or row.state in query.states)
        and query.reader in row.reader
        and (query.since is None or day >= query.since)
        and (query.until is None or day <= query.until)
        and row.findings >= query.least_findings
        and (query.discuss is None or row.discuss is query.discuss)
    )


def _value(row: WorklistRow, sort: SortBy) -> object:
    value = getattr(row, sort.value)
    return (value or date.min) if sort is SortBy.DATE else value
