"""Filling an empty shop with a generated, plausible trade that ends today; the book stays marked as a demo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

from sqlalchemy import select

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Document, Product
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.troubles import ShopExists
from jxc_desktop.exchange.demo.trade import Trade
from jxc_desktop.services.shop import change_settings

SALES_A_DAY = 26.0


def fill_demo(
    database: Database,
    act: Act,
    *,
    products: int = 360,
    months: int = 12,
    seed: int = 1,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> int:
    """Play ``months`` of trade that end at ``act.at``; returns the number of documents. One transaction per week.

    The same arguments on the same day give the same book. Raises :class:`ShopExists` where goods or documents are.
    """
    with database.read() as session:
        if session.execute(select(Product.id).limit(1)).first() or session.execute(select(Document.id).limit(1)).first():
            raise ShopExists(path=str(database.path or ""))
    days = months * 365 // 12
    first = act.today - timedelta(days=days)
    trade: Trade | None = None
    done = 0
    while done <= days:
        with database.write() as session:
            if trade is None:
                trade = Trade(session, Random(seed), act, SALES_A_DAY)
                change_settings(session, {"demo": True, "target_days": 45}, act)
                trade.open(products, first, slow_from=max(1, products * 19 // 20))
            trade.session = session
            for day in (first + timedelta(days=n) for n in range(done, min(done + 7, days + 1))):
                trade.play(day, share=1.0 if day < act.today else 0.99)
            done += 7
            if done > days:
                trade.leave_open(act.today)
        progress(min(done, days), days)
    with database.read() as session:
        return len(session.scalars(select(Document.id)).all())
