"""What the bell and the sidebar say, the course of receivables, and how a new shop is furnished."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest
from sqlalchemy import select, update

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Account, Category, Partner, Warehouse
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.errors import Duplicate, StillInUse
from jxc_desktop.queries.alerts import alerts
from jxc_desktop.queries.at_a_glance import open_orders
from jxc_desktop.queries.dashboard import dashboard
from jxc_desktop.services.furnish import Furnishing, furnish
from tests.helpers.shop import TODAY, Shop, line


def said(shop: Shop, today: date = TODAY) -> dict[str, tuple[int, D | None]]:
    with shop.book.read() as session:
        return {alert.code: (alert.count, alert.amount) for alert in alerts(session, today)}


def test_a_quiet_shop_rings_no_bell(shop: Shop) -> None:
    assert said(shop) == {}


def test_each_thing_that_is_not_as_it_should_be_is_told_once(shop: Shop) -> None:
    milk = shop.product("MILK", batches=1, shelf_life_days=30)
    tea, salt = shop.product("TEA", minimum=D(20)), shop.product("SALT")
    shop.post(
        "purchase_receipt",
        1,
        line(milk, "5", "2", batch="A", expiry="2026-03-09"),
        line(milk, "5", "2", batch="B", expiry="2026-03-10"),
        line(milk, "5", "2", batch="C", expiry="2026-04-09"),
        line(milk, "5", "2", batch="D", expiry="2026-04-10"),
        line(tea, "30", "2"),
        line(salt, "3"),
        partner="S",
    )
    shop.post("purchase_order", 2, line(tea, "10", "2"), partner="S", expected="2026-03-08")
    with shop.book.write() as session:
        session.execute(update(Partner).where(Partner.code == "C").values(terms_days=2))
    shop.sell(3, tea, "15")
    assert said(shop) == {
        "expired": (1, None),
        "late_orders": (1, None),
        "overdue": (1, D("300.00")),
        "low": (1, None),
        "expiring": (2, None),
        "unpriced": (1, None),
    }
    with shop.book.read() as session:
        assert open_orders(session) == {"purchase_order": 1}


def test_receivables_of_the_last_days_are_those_that_stood_on_each_evening(shop: Shop) -> None:
    tea = shop.product("TEA")
    shop.buy(1, tea, "100", "2")
    shop.sell(4, tea, "5")
    shop.sell(8, tea, "10")
    shop.post("receipt", 9, partner="C", paid="150")
    with shop.book.read() as session:
        owed = dashboard(session, TODAY).receivables
        evenings = [dashboard(session, date(2026, 3, day)).receivables.total for day in range(1, 11)]
    assert owed.course[-10:] == tuple(evenings)
    assert evenings[-3:] == [D("300.00"), D("150.00"), D("150.00")]
    assert len(owed.course) == 14
    assert owed.course[-1] == owed.total


def test_a_new_shop_is_furnished_as_it_was_described(book: Database, act: Act) -> None:
    with book.write() as session:
        furnish(session, Furnishing(("前店", "后仓"), {"cash", "wechat"}, ("饮料", "粮油")), act)
    with book.read() as session:
        assert session.execute(select(Warehouse.code, Warehouse.name).order_by(Warehouse.position)).all() == [
            ("MAIN", "前店"),
            ("WH2", "后仓"),
        ]
        assert set(session.scalars(select(Account.code).where(Account.active == 1))) == {"cash", "wechat"}
        assert set(session.scalars(select(Category.path))) == {"饮料", "粮油"}


def test_a_shop_keeps_one_account_and_no_category_twice(book: Database, act: Act) -> None:
    with pytest.raises(StillInUse), book.write() as session:
        furnish(session, Furnishing(accounts=()), act)
    with pytest.raises(Duplicate), book.write() as session:
        furnish(session, Furnishing(categories=("饮料", "饮料")), act)
    with book.read() as session:
        assert set(session.scalars(select(Account.active))) == {1}
        assert session.execute(select(Category.id)).first() is None
