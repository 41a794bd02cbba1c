"""The book's own proof: silent about a busy book, and loud about each thing that does not agree."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from jxc_desktop.backup.check import check_book
from jxc_desktop.db import triggers
from jxc_desktop.db.engine import Database
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.audit import GENESIS, link
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.queries.cached import figures
from jxc_desktop.queries.proof import anchor_findings, prove, replay_findings
from jxc_desktop.services.rebuild import rebuild
from jxc_desktop.services.shop import change_settings, open_shop
from tests.helpers.busy_shop import trade


def codes(database: Database) -> set[str]:
    with database.read() as session:
        return {finding.code for finding in prove(session) + replay_findings(session)}


def meddle(database: Database, sql: str) -> None:
    """Change the book behind its own back, past the triggers."""
    with database.write() as session:
        dialect = session.connection().dialect.name
        for guard in triggers.GUARDS:
            for name in ("no_update", "no_delete", "no_replace", "no_truncate"):
                session.execute(
                    text(f"DROP TRIGGER IF EXISTS {guard.table}_{name}" + (f" ON {guard.table}" if dialect != "sqlite" else ""))
                )
        changed = session.execute(text(sql))
        assert changed.rowcount >= 1, sql


def caches(database: Database) -> dict[str, list[Any]]:
    with database.read() as session:
        tables = [figure.table for figure in figures(ShopSettings())]
        return {t.name: session.execute(t.select().order_by(*t.primary_key.columns)).all() for t in tables}


@pytest.mark.parametrize("costing", ["average", "fifo"])
@pytest.mark.parametrize("pool", ["product", "warehouse"])
@pytest.mark.parametrize("negative", ["forbid", "allow"])
def test_a_busy_book_proves_itself(bare: Database, act: Act, costing: str, pool: str, negative: str) -> None:
    with bare.write() as session:
        open_shop(session, ShopSettings(shop="小店", costing=costing, pool=pool, negative=negative), act)
    done = trade(bare, act, acts=90)
    assert {posted.status for posted in done} == {"posted", "voided"}
    assert check_book(bare) == []


def test_the_proof_is_silent_about_a_new_shop_and_an_empty_book(bare: Database, act: Act) -> None:
    assert check_book(bare) == []
    with bare.write() as session:
        open_shop(session, ShopSettings(shop="小店"), act)
    assert check_book(bare) == []


_LIVING = "document_id IN (SELECT id FROM documents WHERE status = 'posted' AND kind = '{kind}')"
_MORE = "UPDATE document_lines SET base_quantity = base_quantity + 1000 WHERE "
MEDDLING = [
    (_MORE + _LIVING.format(kind="sale"), {"stock_ledger", "document"}),
    (_MORE + _LIVING.format(kind="stocktake"), {"stock_ledger"}),
    ("UPDATE stock_ledger SET revenue = revenue + 1 WHERE revenue > 0", {"stock_ledger", "cache"}),
    ("UPDATE stock_ledger SET given = given + 1 WHERE given > 0 AND void = 0", {"stock_ledger", "cost"}),
    ("UPDATE stock_ledger SET quantity = quantity - 1 WHERE part < 500 AND quantity < 0 AND void = 0", {"stock_ledger", "cost"}),
    ("UPDATE stock_ledger SET value = value + 1 WHERE value > 0 AND void = 0", {"cost", "cache"}),
    ("UPDATE stock_ledger SET value = value + 1 WHERE part >= 1000", {"void", "cache"}),
    ("UPDATE stock_ledger SET moment = '2026-01-01T00:00:00' WHERE part = 1 AND " + _LIVING.format(kind="sale"), {"stock_row"}),
    ("DELETE FROM stock_ledger WHERE part >= 1000", {"void", "cache"}),
    ("UPDATE documents SET status = 'posted' WHERE status = 'voided'", {"void", "partner_ledger"}),
    ("UPDATE partner_ledger SET amount = amount + 100", {"partner_ledger", "cache"}),
    ("DELETE FROM money_ledger WHERE amount > 0", {"money_ledger", "cache"}),
    ("UPDATE partner_ledger SET partner_id = 3 - partner_id", {"money_row", "cache"}),
    ("UPDATE documents SET total = total + 1 WHERE kind = 'sale'", {"document", "partner_ledger"}),
    ("UPDATE documents SET line_count = 9 WHERE kind = 'transfer'", {"document"}),
    ("UPDATE settlements SET amount = 100000000", {"settlement"}),
    ("UPDATE serials SET last = last + 1 WHERE kind = 'sale'", {"number_gap"}),
    ("DELETE FROM serials WHERE kind = 'receipt'", {"number_gap"}),
    ("UPDATE counters SET value = 3 WHERE name = 'posting'", {"sequence"}),
    ("UPDATE audit SET detail = '{}' WHERE seq = 20", {"audit_chain"}),
    ("DELETE FROM audit WHERE seq = 20", {"audit_chain"}),
    ("DELETE FROM audit WHERE seq > 20", {"audit_missing"}),
    ("UPDATE stock_balances SET quantity = quantity + 1", {"cache"}),
    ("UPDATE stock_balances SET last_moment = '2020-01-01T00:00:00'", {"cache"}),
    ("DELETE FROM pools WHERE quantity > 0", {"cache", "cost"}),
    ("UPDATE pools SET value = value - 1", {"cache"}),
    ("UPDATE pools SET cost_value = cost_value + 1 WHERE cost_value > 0", {"cost"}),
    ("UPDATE stock_months SET value_days = value_days + 1", {"cache"}),
    ("UPDATE day_totals SET sales = sales + 1", {"cache"}),
    ("DELETE FROM day_totals", {"cache"}),
    ("UPDATE partner_balances SET balance = balance + 1", {"cache"}),
    ("INSERT INTO account_balances (account_id, balance) VALUES (5, 100)", {"cache"}),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), MEDDLING, ids=[sql[:60] for sql, _codes in MEDDLING])
def test_each_kind_of_meddling_is_found(book: Database, act: Act, sql: str, expected: set[str]) -> None:
    trade(book, act, acts=60)
    assert codes(book) == set()
    meddle(book, sql)
    assert expected <= codes(book)


def test_a_chain_that_was_computed_anew_is_found_by_an_anchor_from_outside(book: Database, act: Act) -> None:
    trade(book, act, acts=20)
    with book.read() as session:
        rows = session.execute(text("SELECT seq, at, user_id, action, subject, detail, hash FROM audit ORDER BY seq")).all()
        anchor = (rows[-1].seq, rows[-1].hash)
        assert anchor_findings(session, [anchor, (1, rows[0].hash)]) == []
    meddle(book, 'UPDATE audit SET detail = \'{"total": "0.01"}\' WHERE seq = 5')
    before = GENESIS
    with book.write() as session:
        for row in session.execute(text("SELECT seq, at, user_id, action, subject, detail FROM audit ORDER BY seq")).all():
            before = link(before, **row._mapping)
            session.execute(text("UPDATE audit SET hash = :hash WHERE seq = :seq"), {"hash": before, "seq": row.seq})
    with book.read() as session:
        assert prove(session) == []
        assert [finding.code for finding in anchor_findings(session, [anchor])] == ["audit_anchor"]


def test_rebuilding_gives_the_very_figures_that_posting_kept(book: Database, act: Act) -> None:
    trade(book, act, acts=80)
    kept = caches(book)
    with book.write() as session:
        rebuild(session, act)
    rebuilt = caches(book)
    for name in kept:
        empty = [row for row in kept[name] if row not in rebuilt[name]]
        assert all(not any(value for value in row[-1:]) or name in ("pools", "stock_months", "day_totals") for row in empty), name
    assert codes(book) == set()


def test_rebuilding_heals_every_cache_and_is_told_in_the_audit_trail(book: Database, act: Act) -> None:
    trade(book, act, acts=60)
    for table in ("stock_balances", "pools", "stock_months", "day_totals", "partner_balances", "account_balances"):
        meddle(book, f"DELETE FROM {table}")
    assert codes(book) == {"cache", "cost"}
    with book.write() as session:
        rebuild(session, act)
    assert codes(book) == set()
    with book.read() as session:
        assert session.execute(text("SELECT action FROM audit ORDER BY seq DESC LIMIT 1")).scalar() == "book.rebuild"


def test_many_findings_of_one_kind_are_told_shortly(book: Database, act: Act) -> None:
    trade(book, act, acts=90)
    meddle(book, "UPDATE stock_months SET revenue = revenue + 1")
    with book.read() as session:
        found = prove(session)
    assert len(found) == 21
    assert "stock_months" in found[0].message


def test_settings_may_change_without_disturbing_the_proof(book: Database, act: Act) -> None:
    trade(book, act, acts=30)
    with book.write() as session:
        change_settings(session, {"closing_hour": 4, "number_pattern": "{prefix}{day}{serial:04}"}, act)
    trade(book, act, acts=30, seed=8)
    assert codes(book) == set()
