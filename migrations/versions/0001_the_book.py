"""the book"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from jxc_desktop.db import triggers
from jxc_desktop.db.types import BigInt, Scaled
from jxc_desktop.db.upgrade import APPLICATION_ID

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", BigInt, server_default="0", nullable=False),
        sa.Column("active", BigInt, server_default="1", nullable=False),
        sa.CheckConstraint("code <> ''", name=op.f("ck_accounts_code_given")),
        sa.CheckConstraint("active IN (0, 1)", name=op.f("ck_accounts_active")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("code", name=op.f("uq_accounts_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "audit",
        sa.Column("seq", BigInt, autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("user_id", BigInt, nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
        sqlite_strict=True,
    )
    op.create_table(
        "categories",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("parent_id", BigInt, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["categories.id"], name=op.f("fk_categories_parent_id_categories")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_categories")),
        sa.UniqueConstraint("path", name=op.f("uq_categories_path")),
        sqlite_strict=True,
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", BigInt, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "partners",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("supplier", BigInt, server_default="0", nullable=False),
        sa.Column("customer", BigInt, server_default="0", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("region", sa.Text(), server_default="", nullable=False),
        sa.Column("price_level", sa.Text(), server_default="sale", nullable=False),
        sa.Column("credit_limit", Scaled(2), nullable=True),
        sa.Column("terms_days", BigInt, nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("initials", sa.Text(), server_default="", nullable=False),
        sa.Column("search", sa.Text(), server_default="", nullable=False),
        sa.Column("active", BigInt, server_default="1", nullable=False),
        sa.CheckConstraint("code <> ''", name=op.f("ck_partners_code_given")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_partners_name_given")),
        sa.CheckConstraint("price_level IN ('sale', 'wholesale', 'member')", name=op.f("ck_partners_price_level")),
        sa.CheckConstraint("active IN (0, 1)", name=op.f("ck_partners_active")),
        sa.CheckConstraint(
            "credit_limit BETWEEN -1000000000000000 AND 1000000000000000", name=op.f("ck_partners_credit_limit_limit")
        ),
        sa.CheckConstraint("customer IN (0, 1)", name=op.f("ck_partners_customer")),
        sa.CheckConstraint("supplier IN (0, 1)", name=op.f("ck_partners_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partners")),
        sa.UniqueConstraint("code", name=op.f("uq_partners_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "serials",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("last", BigInt, nullable=False),
        sa.PrimaryKeyConstraint("kind", "day", name=op.f("pk_serials")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "settings",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_settings")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "users",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("active", BigInt, server_default="1", nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_users_name_given")),
        sa.CheckConstraint("active IN (0, 1)", name=op.f("ck_users_active")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "warehouses",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", BigInt, server_default="0", nullable=False),
        sa.Column("active", BigInt, server_default="1", nullable=False),
        sa.Column("transit", BigInt, server_default="0", nullable=False),
        sa.CheckConstraint("code <> ''", name=op.f("ck_warehouses_code_given")),
        sa.CheckConstraint("active IN (0, 1)", name=op.f("ck_warehouses_active")),
        sa.CheckConstraint("transit IN (0, 1)", name=op.f("ck_warehouses_transit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warehouses")),
        sa.UniqueConstraint("code", name=op.f("uq_warehouses_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "account_balances",
        sa.Column("account_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("balance", Scaled(2), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_account_balances_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_balances")),
        sqlite_strict=True,
    )
    op.create_table(
        "day_totals",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("warehouse_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("revenue", Scaled(2), nullable=False),
        sa.Column("cost", Scaled(2), nullable=False),
        sa.Column("shrinkage", Scaled(2), nullable=False),
        sa.Column("change", Scaled(2), nullable=False),
        sa.Column("sales", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"], name=op.f("fk_day_totals_warehouse_id_warehouses")),
        sa.PrimaryKeyConstraint("day", "warehouse_id", name=op.f("pk_day_totals")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "documents",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("ref", sa.Text(), nullable=True),
        sa.Column("seq", BigInt, nullable=True),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("utc_offset", BigInt, server_default="480", nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("partner_id", BigInt, nullable=True),
        sa.Column("warehouse_id", BigInt, nullable=True),
        sa.Column("to_warehouse_id", BigInt, nullable=True),
        sa.Column("order_id", BigInt, nullable=True),
        sa.Column("made_line", BigInt, nullable=True),
        sa.Column("spread", sa.Text(), server_default="", nullable=False),
        sa.Column("transit", BigInt, server_default="0", nullable=False),
        sa.Column("goods", Scaled(2), server_default="0", nullable=False),
        sa.Column("discount_amount", Scaled(2), server_default="0", nullable=False),
        sa.Column("freight", Scaled(2), server_default="0", nullable=False),
        sa.Column("rounding", Scaled(2), server_default="0", nullable=False),
        sa.Column("total", Scaled(2), server_default="0", nullable=False),
        sa.Column("paid", Scaled(2), server_default="0", nullable=False),
        sa.Column("pieces", Scaled(3), server_default="0", nullable=False),
        sa.Column("line_count", BigInt, server_default="0", nullable=False),
        sa.Column("expected", sa.Text(), nullable=True),
        sa.Column("due_day", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("external_number", sa.Text(), server_default="", nullable=False),
        sa.Column("draft", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", BigInt, nullable=False),
        sa.Column("posted_at", sa.Text(), nullable=True),
        sa.Column("posted_by", BigInt, nullable=True),
        sa.Column("closed_day", sa.Text(), nullable=True),
        sa.Column("voided_at", sa.Text(), nullable=True),
        sa.Column("voided_by", BigInt, nullable=True),
        sa.Column("void_reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("(status = 'draft') = (number IS NULL)", name=op.f("ck_documents_numbered")),
        sa.CheckConstraint("(status = 'draft') = (seq IS NULL)", name=op.f("ck_documents_sequenced")),
        sa.CheckConstraint("status = 'draft' OR draft IS NULL", name=op.f("ck_documents_typed")),
        sa.CheckConstraint("status IN ('draft', 'posted', 'voided', 'closed')", name=op.f("ck_documents_status")),
        sa.CheckConstraint("spread IN ('', 'value', 'quantity', 'weight')", name=op.f("ck_documents_spread")),
        sa.CheckConstraint("transit IN (0, 1)", name=op.f("ck_documents_transit")),
        sa.CheckConstraint("goods BETWEEN -1000000000000000 AND 1000000000000000", name=op.f("ck_documents_goods_limit")),
        sa.CheckConstraint("paid BETWEEN -1000000000000000 AND 1000000000000000", name=op.f("ck_documents_paid_limit")),
        sa.CheckConstraint("total BETWEEN -1000000000000000 AND 1000000000000000", name=op.f("ck_documents_total_limit")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_documents_created_by_users")),
        sa.ForeignKeyConstraint(["order_id"], ["documents.id"], name=op.f("fk_documents_order_id_documents")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_documents_partner_id_partners")),
        sa.ForeignKeyConstraint(["posted_by"], ["users.id"], name=op.f("fk_documents_posted_by_users")),
        sa.ForeignKeyConstraint(["to_warehouse_id"], ["warehouses.id"], name=op.f("fk_documents_to_warehouse_id_warehouses")),
        sa.ForeignKeyConstraint(["voided_by"], ["users.id"], name=op.f("fk_documents_voided_by_users")),
        sa.ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"], name=op.f("fk_documents_warehouse_id_warehouses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("number", name=op.f("uq_documents_number")),
        sa.UniqueConstraint("ref", name=op.f("uq_documents_ref")),
        sa.UniqueConstraint("seq", name=op.f("uq_documents_seq")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index("ix_documents_kind_moment", ["kind", "moment", "id"], unique=False)
        batch_op.create_index("ix_documents_moment", ["moment", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_documents_order_id"), ["order_id"], unique=False)
        batch_op.create_index("ix_documents_partner_id_moment", ["partner_id", "moment"], unique=False)

    op.create_table(
        "partner_balances",
        sa.Column("partner_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("balance", Scaled(2), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_partner_balances_partner_id_partners")),
        sa.PrimaryKeyConstraint("partner_id", name=op.f("pk_partner_balances")),
        sqlite_strict=True,
    )
    op.create_table(
        "products",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("spec", sa.Text(), server_default="", nullable=False),
        sa.Column("brand", sa.Text(), server_default="", nullable=False),
        sa.Column("category_id", BigInt, nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("purchase_price", Scaled(4), nullable=True),
        sa.Column("sale_price", Scaled(4), nullable=True),
        sa.Column("wholesale_price", Scaled(4), nullable=True),
        sa.Column("member_price", Scaled(4), nullable=True),
        sa.Column("minimum", Scaled(3), nullable=True),
        sa.Column("maximum", Scaled(3), nullable=True),
        sa.Column("supplier_id", BigInt, nullable=True),
        sa.Column("lead_days", BigInt, nullable=True),
        sa.Column("pack_size", Scaled(3), nullable=True),
        sa.Column("weight", Scaled(3), nullable=True),
        sa.Column("shelf_life_days", BigInt, nullable=True),
        sa.Column("batches", BigInt, server_default="0", nullable=False),
        sa.Column("weighed", BigInt, server_default="0", nullable=False),
        sa.Column("kit", BigInt, server_default="0", nullable=False),
        sa.Column("makes", Scaled(3), server_default="1000", nullable=False),
        sa.Column("costing", sa.Text(), nullable=True),
        sa.Column("negative", sa.Text(), nullable=True),
        sa.Column("shelf", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("initials", sa.Text(), server_default="", nullable=False),
        sa.Column("active", BigInt, server_default="1", nullable=False),
        sa.CheckConstraint("code <> ''", name=op.f("ck_products_code_given")),
        sa.CheckConstraint("costing IN ('average', 'fifo', 'batch')", name=op.f("ck_products_costing")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_products_name_given")),
        sa.CheckConstraint("negative IN ('forbid', 'warn', 'allow')", name=op.f("ck_products_negative")),
        sa.CheckConstraint("unit <> ''", name=op.f("ck_products_unit_given")),
        sa.CheckConstraint("active IN (0, 1)", name=op.f("ck_products_active")),
        sa.CheckConstraint("batches IN (0, 1)", name=op.f("ck_products_batches")),
        sa.CheckConstraint("kit IN (0, 1)", name=op.f("ck_products_kit")),
        sa.CheckConstraint("makes > 0", name=op.f("ck_products_makes_above_zero")),
        sa.CheckConstraint("maximum BETWEEN -1000000000000 AND 1000000000000", name=op.f("ck_products_maximum_limit")),
        sa.CheckConstraint("member_price BETWEEN 0 AND 10000000000000", name=op.f("ck_products_member_price_limit")),
        sa.CheckConstraint("minimum BETWEEN -1000000000000 AND 1000000000000", name=op.f("ck_products_minimum_limit")),
        sa.CheckConstraint("pack_size BETWEEN -1000000000000 AND 1000000000000", name=op.f("ck_products_pack_size_limit")),
        sa.CheckConstraint("weight BETWEEN -1000000000000 AND 1000000000000", name=op.f("ck_products_weight_limit")),
        sa.CheckConstraint("purchase_price BETWEEN 0 AND 10000000000000", name=op.f("ck_products_purchase_price_limit")),
        sa.CheckConstraint("sale_price BETWEEN 0 AND 10000000000000", name=op.f("ck_products_sale_price_limit")),
        sa.CheckConstraint("weighed IN (0, 1)", name=op.f("ck_products_weighed")),
        sa.CheckConstraint("wholesale_price BETWEEN 0 AND 10000000000000", name=op.f("ck_products_wholesale_price_limit")),
        sa.ForeignKeyConstraint(["category_id"], ["categories.id"], name=op.f("fk_products_category_id_categories")),
        sa.ForeignKeyConstraint(["supplier_id"], ["partners.id"], name=op.f("fk_products_supplier_id_partners")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("code", name=op.f("uq_products_code")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("products", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_products_brand"), ["brand"], unique=False)
        batch_op.create_index(batch_op.f("ix_products_category_id"), ["category_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_products_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "batches",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("product_id", BigInt, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("produced", sa.Text(), nullable=True),
        sa.Column("expiry", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_batches_product_id_products")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint("product_id", "number", name=op.f("uq_batches_product_id_number")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batches_expiry"), ["expiry"], unique=False)

    op.create_table(
        "cost_differences",
        sa.Column("seq", BigInt, autoincrement=False, nullable=False),
        sa.Column("document_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("product_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("cause_id", BigInt, nullable=False),
        sa.Column("old_value", Scaled(2), nullable=False),
        sa.Column("new_value", Scaled(2), nullable=False),
        sa.ForeignKeyConstraint(["cause_id"], ["documents.id"], name=op.f("fk_cost_differences_cause_id_documents")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_cost_differences_document_id_documents")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_cost_differences_product_id_products")),
        sa.PrimaryKeyConstraint("seq", "document_id", "product_id", name=op.f("pk_cost_differences")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("cost_differences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cost_differences_cause_id"), ["cause_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cost_differences_document_id"), ["document_id"], unique=False)

    op.create_table(
        "money_ledger",
        sa.Column("document_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("part", BigInt, autoincrement=False, nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("seq", BigInt, nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("amount", Scaled(2), nullable=False),
        sa.CheckConstraint("amount BETWEEN -1000000000000000 AND 1000000000000000", name=op.f("ck_money_ledger_amount_limit")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_money_ledger_account_id_accounts")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_money_ledger_document_id_documents")),
        sa.PrimaryKeyConstraint("document_id", "part", name=op.f("pk_money_ledger")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("money_ledger", schema=None) as batch_op:
        batch_op.create_index("ix_money_ledger_order", ["account_id", "moment", "seq", "part"], unique=False)

    op.create_table(
        "partner_ledger",
        sa.Column("document_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("part", BigInt, autoincrement=False, nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("seq", BigInt, nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("partner_id", BigInt, nullable=False),
        sa.Column("amount", Scaled(2), nullable=False),
        sa.CheckConstraint("amount BETWEEN -1000000000000000 AND 1000000000000000", name=op.f("ck_partner_ledger_amount_limit")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_partner_ledger_document_id_documents")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_partner_ledger_partner_id_partners")),
        sa.PrimaryKeyConstraint("document_id", "part", name=op.f("pk_partner_ledger")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("partner_ledger", schema=None) as batch_op:
        batch_op.create_index("ix_partner_ledger_order", ["partner_id", "moment", "seq", "part"], unique=False)

    op.create_table(
        "pictures",
        sa.Column("product_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(jpeg) <= 65536", name=op.f("ck_pictures_size")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_pictures_product_id_products")),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_pictures")),
        sqlite_strict=True,
    )
    op.create_table(
        "pools",
        sa.Column("product_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("warehouse_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("batch_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("quantity", Scaled(3), nullable=False),
        sa.Column("value", Scaled(2), nullable=False),
        sa.Column("cost_value", BigInt, nullable=True),
        sa.Column("cost_quantity", BigInt, nullable=True),
        sa.Column("last_moment", sa.Text(), nullable=False),
        sa.Column("last_sale", sa.Text(), nullable=True),
        sa.Column("clean", BigInt, server_default="1", nullable=False),
        sa.Column("layers", sa.Text(), nullable=True),
        sa.Column("marked", sa.Text(), nullable=True),
        sa.Column("unmarked", BigInt, server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_pools_product_id_products")),
        sa.PrimaryKeyConstraint("product_id", "warehouse_id", "batch_id", name=op.f("pk_pools")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cost_checkpoints",
        sa.Column("product_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("seq", BigInt, autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_cost_checkpoints_product_id_products")),
        sa.PrimaryKeyConstraint("product_id", "moment", "seq", name=op.f("pk_cost_checkpoints")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "product_search",
        sa.Column("product_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_product_search_product_id_products")),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_product_search")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("product_search", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_search_version"), ["version"], unique=False)

    op.create_table(
        "product_units",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("product_id", BigInt, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("numerator", BigInt, nullable=False),
        sa.Column("denominator", BigInt, server_default="1", nullable=False),
        sa.Column("purchase_price", Scaled(4), nullable=True),
        sa.Column("sale_price", Scaled(4), nullable=True),
        sa.Column("wholesale_price", Scaled(4), nullable=True),
        sa.Column("member_price", Scaled(4), nullable=True),
        sa.CheckConstraint("member_price BETWEEN 0 AND 10000000000000", name=op.f("ck_product_units_member_price_limit")),
        sa.CheckConstraint("numerator > 0 AND denominator > 0", name=op.f("ck_product_units_factor")),
        sa.CheckConstraint("purchase_price BETWEEN 0 AND 10000000000000", name=op.f("ck_product_units_purchase_price_limit")),
        sa.CheckConstraint("sale_price BETWEEN 0 AND 10000000000000", name=op.f("ck_product_units_sale_price_limit")),
        sa.CheckConstraint("wholesale_price BETWEEN 0 AND 10000000000000", name=op.f("ck_product_units_wholesale_price_limit")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_product_units_product_id_products")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_units")),
        sa.UniqueConstraint("product_id", "name", name=op.f("uq_product_units_product_id_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "settlements",
        sa.Column("document_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("target_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("amount", Scaled(2), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_settlements_above_zero")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_settlements_document_id_documents")),
        sa.ForeignKeyConstraint(["target_id"], ["documents.id"], name=op.f("fk_settlements_target_id_documents")),
        sa.PrimaryKeyConstraint("document_id", "target_id", name=op.f("pk_settlements")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("settlements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_settlements_target_id"), ["target_id"], unique=False)

    op.create_table(
        "scale_rules",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("position", BigInt, server_default="0", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefixes", sa.Text(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("weight_places", BigInt, server_default="3", nullable=False),
        sa.Column("amount_places", BigInt, server_default="2", nullable=False),
        sa.Column("active", BigInt, server_default="1", nullable=False),
        sa.CheckConstraint("active IN (0, 1)", name=op.f("ck_scale_rules_active")),
        sa.CheckConstraint("amount_places BETWEEN 0 AND 2", name=op.f("ck_scale_rules_amount_places")),
        sa.CheckConstraint("layout <> ''", name=op.f("ck_scale_rules_layout_given")),
        sa.CheckConstraint("prefixes <> ''", name=op.f("ck_scale_rules_prefixes_given")),
        sa.CheckConstraint("weight_places BETWEEN 0 AND 3", name=op.f("ck_scale_rules_weight_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scale_rules")),
        sqlite_strict=True,
    )
    op.create_table(
        "recipe_lines",
        sa.Column("product_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("part_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("position", BigInt, server_default="0", nullable=False),
        sa.Column("quantity", Scaled(3), nullable=False),
        sa.CheckConstraint("product_id <> part_id", name=op.f("ck_recipe_lines_not_itself")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_recipe_lines_quantity_above_zero")),
        sa.ForeignKeyConstraint(["part_id"], ["products.id"], name=op.f("fk_recipe_lines_part_id_products")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_recipe_lines_product_id_products")),
        sa.PrimaryKeyConstraint("product_id", "part_id", name=op.f("pk_recipe_lines")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("recipe_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recipe_lines_part_id"), ["part_id"], unique=False)

    op.create_table(
        "stock_balances",
        sa.Column("product_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("warehouse_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("batch_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("quantity", Scaled(3), nullable=False),
        sa.Column("last_moment", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_stock_balances_product_id_products")),
        sa.ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"], name=op.f("fk_stock_balances_warehouse_id_warehouses")),
        sa.PrimaryKeyConstraint("product_id", "warehouse_id", "batch_id", name=op.f("pk_stock_balances")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stock_months",
        sa.Column("product_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("warehouse_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("bought_quantity", Scaled(3), nullable=False),
        sa.Column("bought_value", Scaled(2), nullable=False),
        sa.Column("sold_quantity", Scaled(3), nullable=False),
        sa.Column("sold_value", Scaled(2), nullable=False),
        sa.Column("returned_quantity", Scaled(3), nullable=False),
        sa.Column("returned_value", Scaled(2), nullable=False),
        sa.Column("other_quantity", Scaled(3), nullable=False),
        sa.Column("other_value", Scaled(2), nullable=False),
        sa.Column("shrinkage_quantity", Scaled(3), nullable=False),
        sa.Column("shrinkage_value", Scaled(2), nullable=False),
        sa.Column("revenue", Scaled(2), nullable=False),
        sa.Column("quantity_days", Scaled(3), nullable=False),
        sa.Column("value_days", Scaled(2), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_stock_months_product_id_products")),
        sa.ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"], name=op.f("fk_stock_months_warehouse_id_warehouses")),
        sa.PrimaryKeyConstraint("product_id", "warehouse_id", "month", name=op.f("pk_stock_months")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("stock_months", schema=None) as batch_op:
        batch_op.create_index("ix_stock_months_month", ["month", "product_id"], unique=False)

    op.create_table(
        "barcodes",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("product_id", BigInt, nullable=False),
        sa.Column("unit_id", BigInt, nullable=True),
        sa.Column("quantity", Scaled(3), server_default="1000", nullable=False),
        sa.Column("position", BigInt, server_default="0", nullable=False),
        sa.CheckConstraint("code <> ''", name=op.f("ck_barcodes_code_given")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_barcodes_quantity_above_zero")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_barcodes_product_id_products")),
        sa.ForeignKeyConstraint(["unit_id"], ["product_units.id"], name=op.f("fk_barcodes_unit_id_product_units")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_barcodes")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("barcodes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_barcodes_product_id"), ["product_id"], unique=False)

    op.create_table(
        "document_lines",
        sa.Column("document_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("line", BigInt, autoincrement=False, nullable=False),
        sa.Column("product_id", BigInt, nullable=False),
        sa.Column("product_code", sa.Text(), nullable=False),
        sa.Column("product_name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("factor_num", BigInt, server_default="1", nullable=False),
        sa.Column("factor_den", BigInt, server_default="1", nullable=False),
        sa.Column("quantity", Scaled(3), nullable=False),
        sa.Column("base_quantity", Scaled(3), nullable=False),
        sa.Column("price", Scaled(4), nullable=True),
        sa.Column("discount", Scaled(6), server_default="0", nullable=False),
        sa.Column("tax_rate", Scaled(6), nullable=True),
        sa.Column("amount", Scaled(2), nullable=True),
        sa.Column("net", Scaled(2), nullable=True),
        sa.Column("batch_id", BigInt, nullable=True),
        sa.Column("against_document_id", BigInt, nullable=True),
        sa.Column("against_line", BigInt, nullable=True),
        sa.Column("order_document_id", BigInt, nullable=True),
        sa.Column("order_line", BigInt, nullable=True),
        sa.Column("counted", Scaled(3), nullable=True),
        sa.Column("counted_at", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("kit", BigInt, server_default="0", nullable=False),
        sa.CheckConstraint("kit IN (0, 1)", name=op.f("ck_document_lines_kit")),
        sa.CheckConstraint("amount BETWEEN -1000000000000000 AND 1000000000000000", name=op.f("ck_document_lines_amount_limit")),
        sa.CheckConstraint(
            "base_quantity BETWEEN -1000000000000000 AND 1000000000000000", name=op.f("ck_document_lines_base_quantity_limit")
        ),
        sa.CheckConstraint("factor_num > 0 AND factor_den > 0", name=op.f("ck_document_lines_factor")),
        sa.CheckConstraint("net BETWEEN -1000000000000000 AND 1000000000000000", name=op.f("ck_document_lines_net_limit")),
        sa.CheckConstraint("price BETWEEN 0 AND 10000000000000", name=op.f("ck_document_lines_price_limit")),
        sa.CheckConstraint(
            "quantity BETWEEN -1000000000000000 AND 1000000000000000", name=op.f("ck_document_lines_quantity_limit")
        ),
        sa.ForeignKeyConstraint(
            ["against_document_id", "against_line"],
            ["document_lines.document_id", "document_lines.line"],
            name="fk_document_lines_against",
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_document_lines_batch_id_batches")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_document_lines_document_id_documents")),
        sa.ForeignKeyConstraint(
            ["order_document_id", "order_line"],
            ["document_lines.document_id", "document_lines.line"],
            name="fk_document_lines_order",
        ),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_document_lines_product_id_products")),
        sa.PrimaryKeyConstraint("document_id", "line", name=op.f("pk_document_lines")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("document_lines", schema=None) as batch_op:
        batch_op.create_index("ix_document_lines_against", ["against_document_id", "against_line"], unique=False)
        batch_op.create_index("ix_document_lines_order", ["order_document_id", "order_line"], unique=False)
        batch_op.create_index("ix_document_lines_product_id", ["product_id", "document_id"], unique=False)

    op.create_table(
        "stock_ledger",
        sa.Column("document_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("line", BigInt, autoincrement=False, nullable=False),
        sa.Column("part", BigInt, autoincrement=False, nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("seq", BigInt, nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("product_id", BigInt, nullable=False),
        sa.Column("warehouse_id", BigInt, nullable=False),
        sa.Column("batch_id", BigInt, nullable=True),
        sa.Column("cost", sa.Text(), nullable=False),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("quantity", Scaled(3), nullable=False),
        sa.Column("counted", Scaled(3), nullable=True),
        sa.Column("given", Scaled(2), nullable=True),
        sa.Column("given_price", Scaled(4), nullable=True),
        sa.Column("revenue", Scaled(2), nullable=True),
        sa.Column("original_document_id", BigInt, nullable=True),
        sa.Column("original_line", BigInt, nullable=True),
        sa.Column("original_part", BigInt, nullable=True),
        sa.Column("value", Scaled(2), nullable=True),
        sa.Column("provisional", BigInt, server_default="0", nullable=False),
        sa.Column("void", BigInt, server_default="0", nullable=False),
        sa.CheckConstraint("bucket IN ('bought', 'sold', 'returned', 'other', 'shrinkage')", name=op.f("ck_stock_ledger_bucket")),
        sa.CheckConstraint("counted BETWEEN -1000000000000000 AND 1000000000000000", name=op.f("ck_stock_ledger_counted_limit")),
        sa.CheckConstraint("given BETWEEN -1000000000000000 AND 1000000000000000", name=op.f("ck_stock_ledger_given_limit")),
        sa.CheckConstraint("provisional IN (0, 1)", name=op.f("ck_stock_ledger_provisional")),
        sa.CheckConstraint(
            "quantity BETWEEN -1000000000000000 AND 1000000000000000", name=op.f("ck_stock_ledger_quantity_limit")
        ),
        sa.CheckConstraint("revenue BETWEEN -1000000000000000 AND 1000000000000000", name=op.f("ck_stock_ledger_revenue_limit")),
        sa.CheckConstraint("value BETWEEN -1000000000000000 AND 1000000000000000", name=op.f("ck_stock_ledger_value_limit")),
        sa.CheckConstraint("void IN (0, 1)", name=op.f("ck_stock_ledger_void")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_stock_ledger_batch_id_batches")),
        sa.ForeignKeyConstraint(
            ["document_id", "line"], ["document_lines.document_id", "document_lines.line"], name="fk_stock_ledger_line"
        ),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_stock_ledger_document_id_documents")),
        sa.ForeignKeyConstraint(
            ["original_document_id", "original_line", "original_part"],
            ["stock_ledger.document_id", "stock_ledger.line", "stock_ledger.part"],
            name="fk_stock_ledger_original",
        ),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_stock_ledger_product_id_products")),
        sa.ForeignKeyConstraint(["warehouse_id"], ["warehouses.id"], name=op.f("fk_stock_ledger_warehouse_id_warehouses")),
        sa.PrimaryKeyConstraint("document_id", "line", "part", name=op.f("pk_stock_ledger")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("stock_ledger", schema=None) as batch_op:
        batch_op.create_index("ix_stock_ledger_day", ["day"], unique=False)
        unpriced = sa.text("given IS NULL AND cost = 'given' AND void = 0")
        batch_op.create_index("ix_stock_ledger_unpriced", ["product_id"], sqlite_where=unpriced, postgresql_where=unpriced)
        batch_op.create_index("ix_stock_ledger_original", ["original_document_id", "original_line"], unique=False)
        made = sa.text("cost = 'made' AND void = 0")
        batch_op.create_index("ix_stock_ledger_made", ["product_id"], sqlite_where=made, postgresql_where=made)
        batch_op.create_index("uq_stock_ledger_order", ["product_id", "moment", "seq", "line", "part"], unique=True)
    op.create_table(
        "landed_shares",
        sa.Column("document_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("target_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("target_line", BigInt, autoincrement=False, nullable=False),
        sa.Column("target_part", BigInt, autoincrement=False, nullable=False),
        sa.Column("product_id", BigInt, nullable=False),
        sa.Column("amount", Scaled(2), nullable=False),
        sa.CheckConstraint("amount BETWEEN -1000000000000000 AND 1000000000000000", name=op.f("ck_landed_shares_amount_limit")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_landed_shares_document_id_documents")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_landed_shares_product_id_products")),
        sa.ForeignKeyConstraint(
            ["target_id", "target_line", "target_part"],
            ["stock_ledger.document_id", "stock_ledger.line", "stock_ledger.part"],
            name="fk_landed_shares_row",
        ),
        sa.ForeignKeyConstraint(["target_id"], ["documents.id"], name=op.f("fk_landed_shares_target_id_documents")),
        sa.PrimaryKeyConstraint("document_id", "target_id", "target_line", "target_part", name=op.f("pk_landed_shares")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("landed_shares", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_landed_shares_product_id"), ["product_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_landed_shares_target_id"), ["target_id"], unique=False)

    op.create_table(
        "count_entries",
        sa.Column("id", BigInt, nullable=False),
        sa.Column("document_id", BigInt, nullable=False),
        sa.Column("product_id", BigInt, nullable=True),
        sa.Column("batch", sa.Text(), server_default="", nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("unit", sa.Text(), server_default="", nullable=False),
        sa.Column("quantity", Scaled(3), nullable=True),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), server_default="", nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("counter", sa.Text(), server_default="", nullable=False),
        sa.Column("round", BigInt, server_default="1", nullable=False),
        sa.Column("undone", BigInt, server_default="0", nullable=False),
        sa.Column("user_id", BigInt, nullable=False),
        sa.CheckConstraint("mode IN ('add', 'set', 'reason')", name=op.f("ck_count_entries_mode")),
        sa.CheckConstraint("product_id IS NOT NULL OR code <> ''", name=op.f("ck_count_entries_named")),
        sa.CheckConstraint("quantity BETWEEN -1000000000000 AND 1000000000000", name=op.f("ck_count_entries_quantity_limit")),
        sa.CheckConstraint("round IN (1, 2)", name=op.f("ck_count_entries_round_known")),
        sa.CheckConstraint("undone IN (0, 1)", name=op.f("ck_count_entries_undone")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_count_entries_document_id_documents"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_count_entries_product_id_products")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_count_entries_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_entries")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("count_entries", schema=None) as batch_op:
        batch_op.create_index("ix_count_entries_document_id", ["document_id", "id"], unique=False)

    op.create_table(
        "count_approvals",
        sa.Column("document_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("value", Scaled(2), nullable=False),
        sa.Column("asked_at", sa.Text(), nullable=False),
        sa.Column("asked_by", BigInt, nullable=False),
        sa.Column("approved_at", sa.Text(), nullable=True),
        sa.Column("approved_by", BigInt, nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("(approved_at IS NULL) = (approved_by IS NULL)", name=op.f("ck_count_approvals_approved")),
        sa.CheckConstraint("value BETWEEN -1000000000000000 AND 1000000000000000", name=op.f("ck_count_approvals_value_limit")),
        sa.ForeignKeyConstraint(["approved_by"], ["users.id"], name=op.f("fk_count_approvals_approved_by_users")),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_count_approvals_asked_by_users")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_count_approvals_document_id_documents"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_count_approvals")),
        sqlite_strict=True,
    )

    op.create_table(
        "seen_differences",
        sa.Column("seq", BigInt, autoincrement=False, nullable=False),
        sa.Column("seen_at", sa.Text(), nullable=False),
        sa.Column("seen_by", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["seen_by"], ["users.id"], name=op.f("fk_seen_differences_seen_by_users")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_seen_differences")),
        sqlite_strict=True,
    )

    dialect = op.get_bind().dialect.name
    for statement in triggers.create(dialect):
        op.execute(statement)
    if dialect == "sqlite":
        op.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        op.execute("PRAGMA user_version = 1")
