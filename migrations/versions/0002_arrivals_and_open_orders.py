"""arrivals and open orders: what was checked off of a transfer is kept; what is open of an order need not be sought"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from jxc_desktop.db.types import BigInt, Scaled

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OPEN = """
    INSERT INTO open_lines (product_id, document_id, line, quantity)
    SELECT product_id, document_id, line, left_over FROM (
        SELECT l.product_id, l.document_id, l.line, l.base_quantity - COALESCE((
            SELECT SUM(f.base_quantity) FROM document_lines f JOIN documents h ON h.id = f.document_id
            WHERE f.order_document_id = l.document_id AND f.order_line = l.line AND h.status = 'posted'
        ), 0) AS left_over
        FROM document_lines l JOIN documents d ON d.id = l.document_id
        WHERE d.kind IN ('purchase_order', 'sales_order') AND d.status = 'posted'
    ) AS open_now WHERE left_over > 0
"""


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
    op.create_table(
        "open_lines",
        sa.Column("product_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("document_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("line", BigInt, autoincrement=False, nullable=False),
        sa.Column("quantity", Scaled(3), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id", "line"], ["document_lines.document_id", "document_lines.line"], name="fk_open_lines_line"
        ),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_open_lines_product_id_products")),
        sa.PrimaryKeyConstraint("product_id", "document_id", "line", name=op.f("pk_open_lines")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_open_lines_document_id", "open_lines", ["document_id"])
    op.execute(OPEN)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA user_version = 2")
