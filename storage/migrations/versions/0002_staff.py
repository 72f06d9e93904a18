"""Who may work at the desk, the browsers that have signed in, and the keys of other systems."""

import sqlalchemy as sa
from alembic import op

from storage.columns import LongInteger, UtcMoment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_user",
        sa.Column("id", LongInteger, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_user")),
        sa.UniqueConstraint("name", name=op.f("uq_staff_user_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "staff_session",
        sa.Column("token_digest", sa.String(64), nullable=False),
        sa.Column("user_id", LongInteger, nullable=False),
        sa.Column("form_token", sa.String(64), nullable=False),
        sa.Column("created_at", UtcMoment(), nullable=False),
        sa.Column("ends_at", UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_staff_session")),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name=op.f("fk_staff_session_user_id"), ondelete="CASCADE"),
    )
    op.create_index(op.f("ix_staff_session_user_id"), "staff_session", ["user_id"])
    op.create_table(
        "api_key",
        sa.Column("id", LongInteger, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("handle", sa.String(16), nullable=False),
        sa.Column("secret_digest", sa.String(64), nullable=False),
        sa.Column("created_at", UtcMoment(), nullable=False),
        sa.Column("last_used_at", UtcMoment(), nullable=True),
        sa.Column("revoked_at", UtcMoment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("name", name=op.f("uq_api_key_name")),
        sa.UniqueConstraint("handle", name=op.f("uq_api_key_handle")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("api_key")
    op.drop_table("staff_session")
    op.drop_table("staff_user")
