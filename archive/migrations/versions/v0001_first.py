"""The tables that the archive began with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_APPEND_ONLY = (
    *("contents", "revisions", "revision_parents"),
    *("dataset_versions", "dataset_members", "time_spent", "audit"),
)
_REFUSAL = "rows of this table are only ever added"


def upgrade() -> None:
    """From nothing."""
    _ai_results()
    _contents()
    _dataset_versions()
    _projects()
    _saved_filters()
    _sources()
    _studies()
    _assignments()
    _claims()
    _discussions()
    _revisions()
    _standings()
    _time_spent()
    _audit()
    _dataset_members()
    _revision_parents()
    _refuse_changes()


def _ai_results() -> None:
    op.create_table(
        "ai_results",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("kept", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_ai_results"),
    )


def _contents() -> None:
    op.create_table(
        "contents",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_contents"),
    )


def _dataset_versions() -> None:
    op.create_table(
        "dataset_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dataset_versions"),
        sa.UniqueConstraint("name", "number", name="uq_dataset_versions_name_number"),
    )


def _projects() -> None:
    op.create_table(
        "projects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("readings_wanted", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("blind", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
        sa.UniqueConstraint("name", name="uq_projects_name"),
    )


def _saved_filters() -> None:
    op.create_table(
        "saved_filters",
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reader", "name", name="pk_saved_filters"),
    )


def _sources() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("watched", sa.Boolean(), nullable=False),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.UniqueConstraint("location", name="uq_sources_location"),
    )


def _studies() -> None:
    op.create_table(
        "studies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("patient", sa.String(), nullable=False),
        sa.Column("studied", sa.Date(), nullable=False),
        sa.Column("views", sa.String(), nullable=False),
        sa.Column("view_count", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("conflict", sa.Boolean(), nullable=False),
        sa.Column("discuss", sa.Boolean(), nullable=False),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_studies"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_studies_project_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_studies_source_id"),
        sa.UniqueConstraint("uid", name="uq_studies_uid"),
    )
    op.create_index("ix_studies_changed", "studies", ["changed", "id"])
    op.create_index("ix_studies_conflict", "studies", ["conflict", "id"])
    op.create_index("ix_studies_discuss", "studies", ["discuss", "id"])
    op.create_index(
        "ix_studies_filter",
        "studies",
        ["words", "state", "reader", "findings", "project_id", "studied", "discuss", "conflict"],
    )
    op.create_index("ix_studies_findings", "studies", ["findings", "id"])
    op.create_index("ix_studies_patient", "studies", ["patient", "id", "words"])
    op.create_index("ix_studies_priority", "studies", ["priority", "id", "words"])
    op.create_index("ix_studies_reader", "studies", ["reader", "id"])
    op.create_index("ix_studies_state", "studies", ["state", "id"])
    op.create_index("ix_studies_studied", "studies", ["studied", "id", "words"])
    op.create_index("ix_studies_views", "studies", ["views", "id"])


def _assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("withdrawn", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_assignments"),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name="fk_assignments_study_id"),
    )
    op.create_index("ix_assignments_reader", "assignments", ["reader", "withdrawn", "study_id"])
    op.create_index(
        "uq_assignments_standing",
        "assignments",
        ["study_id", "reader"],
        unique=True,
        sqlite_where=sa.text("withdrawn IS NULL"),
        postgresql_where=sa.text("withdrawn IS NULL"),
    )


def _claims() -> None:
    op.create_table(
        "claims",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("claimed", sa.BigInteger(), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("released", sa.BigInteger(), nullable=True),
        sa.Column("released_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_claims"),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name="fk_claims_study_id"),
    )
    op.create_index("ix_claims_reader", "claims", ["reader", "released"])
    op.create_index(
        "uq_claims_role",
        "claims",
        ["study_id", "role"],
        unique=True,
        sqlite_where=sa.text("released IS NULL"),
        postgresql_where=sa.text("released IS NULL"),
    )


def _discussions() -> None:
    op.create_table(
        "discussions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("raised", sa.BigInteger(), nullable=False),
        sa.Column("raised_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_discussions"),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name="fk_discussions_study_id"),
    )
    op.create_index("ix_discussions_study_id", "discussions", ["study_id"])


def _revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("on_screen", sa.JSON(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_revisions"),
        sa.ForeignKeyConstraint(["digest"], ["contents.digest"], name="fk_revisions_digest"),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name="fk_revisions_study_id"),
        sa.UniqueConstraint("uid", name="uq_revisions_uid"),
    )
    op.create_index("ix_revisions_made", "revisions", ["made"])
    op.create_index("ix_revisions_reader_id", "revisions", ["reader", "id"])
    op.create_index("ix_revisions_reader_made", "revisions", ["reader", "made"])
    op.create_index("ix_revisions_study_id_reader", "revisions", ["study_id", "reader"])


def _standings() -> None:
    op.create_table(
        "standings",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("study_id", "reader", name="pk_standings"),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name="fk_standings_study_id"),
    )
    op.create_index("ix_standings_reader_state", "standings", ["reader", "state", "study_id"])


def _time_spent() -> None:
    op.create_table(
        "time_spent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_time_spent"),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name="fk_time_spent_study_id"),
    )
    op.create_index("ix_time_spent_reader_began", "time_spent", ["reader", "began"])
    op.create_index("ix_time_spent_study_id", "time_spent", ["study_id"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("did", sa.String(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=True),
        sa.Column("revision_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.ForeignKeyConstraint(["revision_id"], ["revisions.id"], name="fk_audit_revision_id"),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name="fk_audit_study_id"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_study_id", "audit", ["study_id"])
    op.create_index("ix_audit_who_at", "audit", ["who", "at"])


def _dataset_members() -> None:
    op.create_table(
        "dataset_members",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "revision_id", name="pk_dataset_members"),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name="fk_dataset_members_revision_id"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["dataset_versions.id"], name="fk_dataset_members_version_id"
        ),
    )


def _revision_parents() -> None:
    op.create_table(
        "revision_parents",
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.Column("same_reading", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("child_id", "parent_id", name="pk_revision_parents"),
        sa.ForeignKeyConstraint(
            ["child_id"], ["revisions.id"], name="fk_revision_parents_child_id"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["revisions.id"], name="fk_revision_parents_parent_id"
        ),
    )
    op.create_index("ix_revision_parents_parent_id", "revision_parents", ["parent_id"])


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in _APPEND_ONLY:
            for deed in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION fourview_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION fourview_refuse()"
        )
