"""Letters to reporters and contractors; what our autonomous systems announce."""

import sqlalchemy as sa
from alembic import op

from storage.columns import LongInteger, UtcMoment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", LongInteger, nullable=False),
        sa.Column("submission_id", LongInteger, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("created_at", UtcMoment(), nullable=False),
        sa.Column("ended_at", UtcMoment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_notice_submission_id"), ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    dead = sa.text("state = 'dead'")
    op.create_index("uq_notice_submission_id_kind", "notice", ["submission_id", "kind"], unique=True)
    op.create_index(op.f("ix_notice_recipient_created_at"), "notice", ["recipient", "created_at"])
    op.create_index("ix_notice_dead", "notice", ["id"], sqlite_where=dead, postgresql_where=dead)
    op.create_table(
        "announcement",
        sa.Column("asn", LongInteger, nullable=False),
        sa.Column("prefix", sa.String(49), nullable=False),
        sa.Column("seen_at", UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("asn", "prefix", name=op.f("pk_announcement")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("announcement")
    op.drop_table("notice")
