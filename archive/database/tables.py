"""The tables. What readers said is only ever added; triggers of the migrations see to that.

Columns that repeat what revisions say (``standings``, ``studies.state`` and the like) are an index
for the worklist: ``archive.upkeep.checking`` finds out where they differ.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    Date,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from archive.database.columns import Moment

APPEND_ONLY = (
    *("contents", "revisions", "revision_parents"),
    *("dataset_versions", "dataset_members", "time_spent", "audit"),
)
"""Tables whose rows the database itself refuses to change or delete."""

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Of all tables."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment,
        date: Date,
        bytes: LargeBinary,
        float: Double,
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


class Project(Base):
    """Studies that are read under one set of rules."""

    __tablename__ = "projects"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    readings_wanted: Mapped[int] = mapped_column(server_default="1")
    blind: Mapped[bool] = mapped_column(server_default=text("false"))


class SourceRow(Base):
    """A folder or zip that studies come from."""

    __tablename__ = "sources"
    id: Mapped[int] = mapped_column(primary_key=True)
    location: Mapped[str] = mapped_column(unique=True)
    watched: Mapped[bool]
    added: Mapped[datetime]
    added_by: Mapped[str]
    seen: Mapped[datetime | None]


class StudyRow(Base):
    """A study as the worklist shows it; nothing more of the patient is kept here."""

    __tablename__ = "studies"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))
    location: Mapped[str]
    patient: Mapped[str]
    studied: Mapped[date]
    views: Mapped[str]
    view_count: Mapped[int]
    words: Mapped[str]
    priority: Mapped[int]
    state: Mapped[str]
    reader: Mapped[str]
    findings: Mapped[int]
    conflict: Mapped[bool]
    discuss: Mapped[bool]
    added: Mapped[datetime]
    changed: Mapped[datetime]
    __table_args__ = (
        *(
            Index(f"ix_studies_{name}", name, "id")
            for name in ("views", "state", "reader", "findings", "changed", "discuss", "conflict")
        ),
        # With the words, so that going through them in order for a text touches no rows.
        *(
            Index(f"ix_studies_{name}", name, "id", "words")
            for name in ("patient", "studied", "priority")
        ),
        # All that the worklist filters by, side by side: looked through in one go.
        Index(
            "ix_studies_filter",
            *("words", "state", "reader", "findings", "project_id", "studied"),
            *("discuss", "conflict"),
        ),
    )


class Content(Base):
    """What a reading said, packed; kept once however many revisions say it."""

    __tablename__ = "contents"
    digest: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes]


class RevisionRow(Base):
    """A revision of one reader's reading of one study."""

    __tablename__ = "revisions"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"))
    reader: Mapped[str]
    made_by: Mapped[str]
    made: Mapped[datetime]
    state: Mapped[str]
    why: Mapped[str]
    on_screen: Mapped[list[Any]]
    findings: Mapped[int]
    digest: Mapped[str] = mapped_column(ForeignKey("contents.digest"))
    __table_args__ = (
        Index("ix_revisions_study_id_reader", "study_id", "reader"),
        Index("ix_revisions_reader_id", "reader", "id"),
        Index("ix_revisions_reader_made", "reader", "made"),
        Index("ix_revisions_made", "made"),
    )


class RevisionParent(Base):
    """From which revision another was made; two where revisions were merged."""

    __tablename__ = "revision_parents"
    child_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)
    same_reading: Mapped[bool]
    __table_args__ = (Index("ix_revision_parents_parent_id", "parent_id"),)


class Standing(Base):
    """How far each reader is with a study."""

    __tablename__ = "standings"
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), primary_key=True)
    reader: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    state: Mapped[str]
    findings: Mapped[int]
    changed: Mapped[datetime]
    __table_args__ = (Index("ix_standings_reader_state", "reader", "state", "study_id"),)


class Assignment(Base):
    """Who is to read a study."""

    __tablename__ = "assignments"
    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"))
    reader: Mapped[str]
    made: Mapped[datetime]
    made_by: Mapped[str]
    withdrawn: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "uq_assignments_standing",
            *("study_id", "reader"),
            unique=True,
            sqlite_where=text("withdrawn IS NULL"),
            postgresql_where=text("withdrawn IS NULL"),
        ),
        Index("ix_assignments_reader", "reader", "withdrawn", "study_id"),
    )


class ClaimRow(Base):
    """Who has a study in hand; one in each role at a time, which the index sees to."""

    __tablename__ = "claims"
    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"))
    reader: Mapped[str]
    role: Mapped[str]
    claimed: Mapped[datetime]
    suspended: Mapped[bool]
    released: Mapped[datetime | None]
    released_by: Mapped[str]
    __table_args__ = (
        Index(
            "uq_claims_role",
            *("study_id", "role"),
            unique=True,
            sqlite_where=text("released IS NULL"),
            postgresql_where=text("released IS NULL"),
        ),
        Index("ix_claims_reader", "reader", "released"),
    )


class TimeSpent(Base):
    """A stretch of time that a reader had a study before the eyes."""

    __tablename__ = "time_spent"
    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"))
    reader: Mapped[str]
    began: Mapped[datetime]
    seconds: Mapped[float]
    __table_args__ = (
        Index("ix_time_spent_study_id", "study_id"),
        Index("ix_time_spent_reader_began", "reader", "began"),
    )


class DiscussRow(Base):
    """A wish to talk about a study."""

    __tablename__ = "discussions"
    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"))
    raised: Mapped[datetime]
    raised_by: Mapped[str]
    note: Mapped[str]
    settled: Mapped[datetime | None]
    settled_by: Mapped[str]
    __table_args__ = (Index("ix_discussions_study_id", "study_id"),)


class SavedFilter(Base):
    """A worklist query that a reader gave a name."""

    __tablename__ = "saved_filters"
    reader: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    query: Mapped[dict[str, Any]]
    changed: Mapped[datetime]


class ResultRow(Base):
    """An AI reading's result under its hash (``inference.results.store.result_key``)."""

    __tablename__ = "ai_results"
    key: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    data: Mapped[bytes]
    kept: Mapped[datetime]


class DatasetVersion(Base):
    """A named choice of revisions that a model is trained or evaluated on."""

    __tablename__ = "dataset_versions"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    number: Mapped[int]
    made: Mapped[datetime]
    made_by: Mapped[str]
    note: Mapped[str]
    digest: Mapped[str]
    __table_args__ = (UniqueConstraint("name", "number"),)


class DatasetMember(Base):
    """A revision of a dataset version."""

    __tablename__ = "dataset_members"
    version_id: Mapped[int] = mapped_column(ForeignKey("dataset_versions.id"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)


class AuditRow(Base):
    """Who did what, and when. detail: in the program's own words and codes, never a patient's."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    who: Mapped[str]
    did: Mapped[str]
    study_id: Mapped[int | None] = mapped_column(ForeignKey("studies.id"))
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"))
    detail: Mapped[dict[str, Any]]
    __table_args__ = (
        Index("ix_audit_study_id", "study_id"),
        Index("ix_audit_who_at", "who", "at"),
        Index("ix_audit_at", "at"),
    )
