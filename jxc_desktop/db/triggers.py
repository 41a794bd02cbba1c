"""Append-only triggers, written for both engines: facts in a ledger are never updated, deleted or replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guard:
    """What is protected: ``facts`` may not be updated (while ``when`` holds), rows may not be deleted, keys not reused."""

    table: str
    key: tuple[str, ...]
    facts: tuple[str, ...]
    when: str = ""


_ORDER = ("moment", "seq", "day")
GUARDS: tuple[Guard, ...] = (
    Guard(
        "stock_ledger",
        ("document_id", "line", "part"),
        (
            "document_id",
            "line",
            "part",
            *_ORDER,
            "product_id",
            "warehouse_id",
            "batch_id",
            "cost",
            "bucket",
            "counted",
            "given",
            "given_price",
            "revenue",
            "original_document_id",
            "original_line",
            "original_part",
        ),
    ),
    Guard("partner_ledger", ("document_id", "part"), ("document_id", "part", *_ORDER, "partner_id", "amount")),
    Guard("money_ledger", ("document_id", "part"), ("document_id", "part", *_ORDER, "account_id", "amount")),
    Guard(
        "document_lines",
        ("document_id", "line"),
        (
            "document_id",
            "line",
            "product_id",
            "product_code",
            "product_name",
            "unit",
            "factor_num",
            "factor_den",
            "quantity",
            "base_quantity",
            "price",
            "discount",
            "tax_rate",
            "amount",
            "net",
            "batch_id",
            "against_document_id",
            "against_line",
            "order_document_id",
            "order_line",
            "counted",
            "counted_at",
            "reason",
            "note",
            "kit",
        ),
    ),
    Guard(
        "landed_shares",
        ("document_id", "target_id", "target_line", "target_part"),
        ("document_id", "target_id", "target_line", "target_part", "product_id", "amount"),
    ),
    Guard("settlements", ("document_id", "target_id"), ("document_id", "target_id", "amount")),
    Guard(
        "cost_differences",
        ("seq", "document_id", "product_id"),
        ("seq", "document_id", "product_id", "cause_id", "old_value", "new_value"),
    ),
    Guard("audit", ("seq",), ("seq", "at", "user_id", "action", "subject", "detail", "hash")),
    Guard(
        "documents",
        ("id",),
        (
            "id",
            "kind",
            "number",
            "ref",
            "seq",
            "moment",
            "utc_offset",
            "day",
            "partner_id",
            "warehouse_id",
            "to_warehouse_id",
            "order_id",
            "made_line",
            "spread",
            "transit",
            "goods",
            "discount_amount",
            "freight",
            "rounding",
            "total",
            "paid",
            "pieces",
            "line_count",
            "due_day",
            "posted_at",
            "posted_by",
        ),
        when="OLD.status <> 'draft'",
    ),
)


def create(dialect: str, guards: Sequence[Guard] = GUARDS) -> list[str]:
    """The SQL statements that put ``guards`` in place, for ``sqlite`` or ``postgresql``."""
    make = _sqlite if dialect == "sqlite" else _postgres
    return [statement for guard in guards for statement in make(guard)]


def _sqlite(guard: Guard) -> list[str]:
    table, when = guard.table, f" WHEN {guard.when}" if guard.when else ""
    same = " AND ".join(f"{k} = NEW.{k}" for k in guard.key)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {', '.join(guard.facts)} ON {table}{when} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}{when} {refuse}",
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {refuse}",
    ]


def _postgres(guard: Guard) -> list[str]:
    table, when = guard.table, f" WHEN ({guard.when})" if guard.when else ""
    return [
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {', '.join(guard.facts)} ON {table} "
        f"FOR EACH ROW{when} EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW{when} EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {table}_refuse()",
    ]
