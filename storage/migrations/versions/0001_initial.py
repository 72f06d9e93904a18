"""The tables, the search index, and the triggers that make the audit log append-only."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.columns import JsonText, LongInteger, UtcMoment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_tables()
    if op.get_bind().dialect.name == "sqlite":
        _finish_sqlite()
    else:
        _finish_postgresql()


def downgrade() -> None:
    raise NotImplementedError("there is nothing before the first revision; restore a backup instead")


def _finish_sqlite() -> None:
    # The words are cut by storage/words.py; the index keeps no copy of them, and no sizes, since nothing is ranked.
    op.execute(
        "CREATE VIRTUAL TABLE submission_search USING fts5(words, content='', tokenize='unicode61 remove_diacritics 0', columnsize=0)"
    )
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{deed.lower()} BEFORE {deed} ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        )


def _finish_postgresql() -> None:
    op.execute("ALTER TABLE submission_words ADD COLUMN vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED")
    op.execute("CREATE INDEX ix_submission_words_vector ON submission_words USING gin (vector)")
    op.execute(
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    )


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _create_tables() -> None:
    op.create_table(
        "abuse_case",
        sa.Column("id", LongInteger, nullable=False),
        sa.Column("letters", sa.String(14), nullable=False),
        sa.Column("case_key", sa.Text(), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("accused_kind", sa.String(8), nullable=False),
        sa.Column("accused_value", sa.Text(), nullable=False),
        sa.Column("contractor", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=False),
        sa.Column("opened_at", UtcMoment(), nullable=False),
        sa.Column("last_report_at", UtcMoment(), nullable=False),
        sa.Column("first_action_at", UtcMoment(), nullable=True),
        sa.Column("closed_at", UtcMoment(), nullable=True),
        sa.Column("due_at", UtcMoment(), nullable=True),
        sa.Column("submissions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_abuse_case")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_abuse_case_case_key_id"), "abuse_case", ["case_key", "id"])
    op.create_index(op.f("ix_abuse_case_contractor_id"), "abuse_case", ["contractor", "id"])
    op.create_index(op.f("ix_abuse_case_event_id"), "abuse_case", ["event", "id"])
    op.create_index(op.f("ix_abuse_case_letters"), "abuse_case", ["letters"])
    op.create_index(op.f("ix_abuse_case_state_id"), "abuse_case", ["state", "id"])
    op.create_index(
        "ix_abuse_case_due",
        "abuse_case",
        ["due_at"],
        sqlite_where=sa.text("closed_at IS NULL AND due_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND due_at IS NOT NULL"),
    )
    op.create_index(op.f("uq_abuse_case_open_key"), "abuse_case", ["case_key"], unique=True, **_where("closed_at IS NULL"))
    op.create_index(op.f("ix_abuse_case_open_age"), "abuse_case", ["opened_at"], **_where("closed_at IS NULL"))
    op.create_table(
        "audit",
        sa.Column("id", LongInteger, nullable=False),
        sa.Column("at", UtcMoment(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.String(48), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"])
    op.create_table(
        "legal_hold",
        sa.Column("id", LongInteger, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("target_id", LongInteger, nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("set_at", UtcMoment(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("lifted_at", UtcMoment(), nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=False),
        sa.Column("lifted_why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_legal_hold_open", "legal_hold", ["kind", "target_id", "target"], unique=True, **_where("lifted_at IS NULL"))
    op.create_table(
        "day_count",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("number", LongInteger, nullable=False),
        sa.PrimaryKeyConstraint("day", "verdict", "reason", "event", name=op.f("pk_day_count")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "hour_count",
        sa.Column("hour", UtcMoment(), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("number", LongInteger, nullable=False),
        sa.Column("first_id", LongInteger, nullable=False),
        sa.Column("last_id", LongInteger, nullable=False),
        sa.PrimaryKeyConstraint("hour", "verdict", name=op.f("pk_hour_count")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "name_count",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("number", LongInteger, nullable=False),
        sa.Column("last_at", UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", "verdict", name=op.f("pk_name_count")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_name_count_kind_verdict_number"), "name_count", ["kind", "verdict", "number"], **_where("number >= 10"))
    op.create_table(
        "campaign",
        sa.Column("id", LongInteger, nullable=False),
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("first_submission_id", LongInteger, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("submissions", sa.Integer(), nullable=False),
        sa.Column("first_at", UtcMoment(), nullable=False),
        sa.Column("last_at", UtcMoment(), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.Column("dictionary", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_campaign_several", "campaign", ["id"], **_where("submissions > 1"))
    op.create_table(
        "campaign_key",
        sa.Column("band", LongInteger, autoincrement=False, nullable=False),
        sa.Column("campaign_id", LongInteger, nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], ondelete="CASCADE", name=op.f("fk_campaign_key_campaign_id")),
        sa.PrimaryKeyConstraint("band", name=op.f("pk_campaign_key")),
    )
    op.create_table(
        "submission",
        sa.Column("id", LongInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("told_reference", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=True),
        sa.Column("reason", sa.String(32), nullable=True),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("door", sa.String(8), nullable=False),
        sa.Column("arrived_at", UtcMoment(), nullable=False),
        sa.Column("mail_from", sa.Text(), nullable=False),
        sa.Column("rcpt_to", sa.Text(), nullable=False),
        sa.Column("peer", sa.Text(), nullable=False),
        sa.Column("reporter", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("source_ip", sa.String(45), nullable=False),
        sa.Column("network", sa.String(49), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.String(64), nullable=False),
        sa.Column("raw_bytes", LongInteger, nullable=False),
        sa.Column("campaign_id", LongInteger, nullable=True),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("is_sealed", sa.Boolean(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("last_arrived_at", UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.CheckConstraint(
            "state IN ('received', 'accepted', 'rejected', 'held', 'reopened', 'dismissed', 'completed', 'answered', 'erased')",
            name=op.f("ck_submission_state"),
        ),
        sa.CheckConstraint(
            "(state = 'received' AND verdict IS NULL) OR (state = 'accepted' AND verdict = 'accepted') OR (state = "
            "'rejected' AND verdict = 'rejected') OR (state = 'held' AND verdict = 'held') OR (state IN ('reopened', "
            "'dismissed', 'completed', 'answered', 'erased') AND verdict IS NOT NULL)",
            name=op.f("ck_submission_state_fits_verdict"),
        ),
        sa.CheckConstraint(
            "(verdict IS NULL) = (reason IS NULL)",
            name=op.f("ck_submission_verdict_has_reason"),
        ),
        sa.UniqueConstraint("digest", name=op.f("uq_submission_digest")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], ondelete="SET NULL", name=op.f("fk_submission_campaign_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_submission_campaign_id_verdict_id"),
        "submission",
        ["campaign_id", "verdict", "id"],
        **_where("campaign_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_submission_event_verdict_id"), "submission", ["event", "verdict", "id"])
    op.create_index(op.f("ix_submission_reason_event_id"), "submission", ["reason", "event", "id"])
    op.create_index(op.f("ix_submission_reason_id"), "submission", ["reason", "id"])
    op.create_index(op.f("ix_submission_reporter_verdict_id"), "submission", ["reporter", "verdict", "id"])
    op.create_index(op.f("ix_submission_verdict_id"), "submission", ["verdict", "id"])
    op.create_table(
        "case_history",
        sa.Column("id", LongInteger, nullable=False),
        sa.Column("case_id", LongInteger, nullable=False),
        sa.Column("at", UtcMoment(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("from_state", sa.String(32), nullable=False),
        sa.Column("to_state", sa.String(32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["abuse_case.id"], ondelete="CASCADE", name=op.f("fk_case_history_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_history")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_case_history_case_id"), "case_history", ["case_id"])
    op.create_table(
        "case_submission",
        sa.Column("case_id", LongInteger, nullable=False),
        sa.Column("submission_id", LongInteger, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["abuse_case.id"], ondelete="CASCADE", name=op.f("fk_case_submission_case_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], ondelete="CASCADE", name=op.f("fk_case_submission_submission_id")),
        sa.PrimaryKeyConstraint("case_id", "submission_id", name=op.f("pk_case_submission")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_case_submission_submission_id"), "case_submission", ["submission_id"])
    op.create_table(
        "evidence",
        sa.Column("submission_id", LongInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("raw_bytes", LongInteger, nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("dictionary_id", LongInteger, nullable=True),
        sa.Column("frame", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], ondelete="CASCADE", name=op.f("fk_evidence_submission_id")),
        sa.ForeignKeyConstraint(["dictionary_id"], ["campaign.id"], name=op.f("fk_evidence_dictionary_id")),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_evidence")),
    )
    op.create_table(
        "explanation",
        sa.Column("submission_id", LongInteger, nullable=False),
        sa.Column("dictionary_id", LongInteger, nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("facts", JsonText(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], ondelete="CASCADE", name=op.f("fk_explanation_submission_id")),
        sa.ForeignKeyConstraint(["dictionary_id"], ["campaign.id"], name=op.f("fk_explanation_dictionary_id")),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_explanation")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", LongInteger, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("submission_id", LongInteger, nullable=False),
        sa.Column("due_at", UtcMoment(), nullable=False),
        sa.Column("lease_until", UtcMoment(), nullable=True),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("done_at", UtcMoment(), nullable=True),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], ondelete="CASCADE", name=op.f("fk_outbox_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_outbox_due"), "outbox", ["kind", "due_at"], **_where("done_at IS NULL"))
    op.create_index(op.f("ix_outbox_submission_id"), "outbox", ["submission_id"])
    op.create_table(
        "report",
        sa.Column("submission_id", LongInteger, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("found_as", sa.String(16), nullable=False),
        sa.Column("source_ip", sa.String(45), nullable=False),
        sa.Column("grade", sa.String(16), nullable=False),
        sa.Column("accused_kind", sa.String(8), nullable=False),
        sa.Column("accused_value", sa.Text(), nullable=False),
        sa.Column("contractor", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("campaign_id", LongInteger, nullable=True),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], ondelete="CASCADE", name=op.f("fk_report_submission_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], ondelete="SET NULL", name=op.f("fk_report_campaign_id")),
        sa.PrimaryKeyConstraint("submission_id", "position", name=op.f("pk_report")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "report_address",
        sa.Column("submission_id", LongInteger, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ip", sa.String(45), nullable=False),
        sa.Column("sort_key", sa.String(32), nullable=False),
        sa.Column("network", sa.String(49), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("at", UtcMoment(), nullable=True),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], ondelete="CASCADE", name=op.f("fk_report_address_submission_id")),
        sa.PrimaryKeyConstraint("submission_id", "position", "number", name=op.f("pk_report_address")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_report_address_network_submission_id"), "report_address", ["network", "submission_id"], **_where("role = 'source'")
    )
    op.create_table(
        "report_link",
        sa.Column("submission_id", LongInteger, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("in_network", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], ondelete="CASCADE", name=op.f("fk_report_link_submission_id")),
        sa.PrimaryKeyConstraint("submission_id", "position", "number", name=op.f("pk_report_link")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "submission_history",
        sa.Column("id", LongInteger, nullable=False),
        sa.Column("submission_id", LongInteger, nullable=False),
        sa.Column("at", UtcMoment(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("from_state", sa.String(16), nullable=False),
        sa.Column("to_state", sa.String(16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], ondelete="CASCADE", name=op.f("fk_submission_history_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_history")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_submission_history_submission_id"), "submission_history", ["submission_id"])
    op.create_table(
        "completion",
        sa.Column("submission_id", LongInteger, nullable=False),
        sa.Column("earlier_id", LongInteger, nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], ondelete="CASCADE", name=op.f("fk_completion_submission_id")),
        sa.ForeignKeyConstraint(["earlier_id"], ["submission.id"], ondelete="CASCADE", name=op.f("fk_completion_earlier_id")),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_completion")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_completion_earlier_id"), "completion", ["earlier_id"])
    op.create_table(
        "submission_words",
        sa.Column("submission_id", LongInteger, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], ondelete="CASCADE", name=op.f("fk_submission_words_submission_id")),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_submission_words")),
    )
