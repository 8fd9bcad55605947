"""Joins studies that were found under several paths, such as files that were dropped one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.study import Flag, Study, View


def merged(known: Sequence[Study], found: Sequence[Study]) -> tuple[Study, ...]:
    """Add what was found; parts of one exam of one patient become one study.

    Studies of one UID but of different patients stay apart, and so do those that one scan told
    apart. An image that is listed already is not listed twice; one that only claims to be the
    same is left out and the study says so.
    """
    places = {_key(study): index for index, study in reversed(list(enumerate(known)))}
    refs = {view.ref for study in known for view in study.views}
    studies = list(known)
    for study in found:
        if study.views and all(view.ref in refs for view in study.views):
            continue
        place = places.get(_key(study)) if study.uid else None
        if place is None:
            studies.append(study)
        else:
            studies[place] = _joined(studies[place], study)
    return tuple(studies)


def _key(study: Study) -> tuple[object, ...]:
    return (study.uid, study.patient.key)


def _joined(one: Study, other: Study) -> Study:
    refs = {view.ref for view in one.views}
    uids = {view.ref.sop_instance_uid for view in one.views} - {""}
    fresh = [view for view in other.views if view.ref not in refs]
    repeated = [view for view in fresh if view.ref.sop_instance_uid in uids]
    views = (*one.views, *(view for view in fresh if view not in repeated))
    flags = dict.fromkeys((*one.flags, *other.flags, *map(_told, repeated)))
    problems = dict.fromkeys((*one.problems, *other.problems))
    return replace(one, views=views, flags=tuple(flags), problems=tuple(problems))


def _told(view: View) -> Flag:
    return Flag(f"{view.name} was found in two places; the first is shown", "SOP Instance UID")
