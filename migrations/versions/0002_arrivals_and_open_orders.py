"""arrivals under way: what was checked off of a transfer is kept while it is being checked off"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from jxc_desktop.db.types import BigInt, Scaled

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "arrival_checks",
        sa.Column("document_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("line", BigInt, autoincrement=False, nullable=False),
        sa.Column("found", Scaled(3), nullable=False),
        sa.Column("way", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("way IN ('', 'damaged', 'short')", name=op.f("ck_arrival_checks_way")),
        sa.CheckConstraint("found BETWEEN -1000000000000000 AND 1000000000000000", name=op.f("ck_arrival_checks_found_limit")),
        sa.ForeignKeyConstraint(
            ["document_id", "line"], ["document_lines.document_id", "document_lines.line"], name="fk_arrival_checks_line"
        ),
        sa.PrimaryKeyConstraint("document_id", "line", name=op.f("pk_arrival_checks")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA user_version = 2")
