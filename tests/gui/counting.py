"""A count as a hand takes it: the goods it is about, and scanning and typing at its page."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from sqlalchemy import insert

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Category
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.stocktake import Plan
from jxc_desktop.gui.screen import Desk
from jxc_desktop.gui.screens.stocktaking import Stocktaking
from jxc_desktop.services import stocktake
from tests.gui.hand import settle, shown
from tests.gui.shops import TODAY
from tests.helpers.shop import Shop, line

DRINKS = Plan("category", "饮料")
COUNTED_AT = "2026-11-24T14:22:00"
"""What the clock of the desk says."""


def goods_to_count(book: Database) -> Shop:
    """Cola, tea and water, which are drinks, and soap, which is none: ten of each at 2.00. Milk by batch: 5 of M1, 6 of M2."""
    told = Shop(book, Act(1, datetime(2026, 11, 24, 14), TODAY))
    with book.write() as session:
        drinks = session.execute(insert(Category).values(name="饮料", path="饮料").returning(Category.id)).scalar_one()
        other = session.execute(insert(Category).values(name="日化", path="日化").returning(Category.id)).scalar_one()
    for code, name, category, shelf in (
        ("COLA", "可乐", drinks, "A-01"),
        ("TEA", "绿茶", drinks, "A-01"),
        ("WATER", "矿泉水", drinks, "A-02"),
        ("SOAP", "香皂", other, "B-01"),
    ):
        product = told.product(code, name=name, category_id=category, shelf=shelf, units={"箱": 12})
        told.buy("2026-11-20T10:00:00", product, "10", "2.00")
    milk = told.product("MILK", name="牛奶", shelf="B-01", batches=1, shelf_life_days=21)
    for batch, quantity, expiry in (("M2", "6", "2026-12-15"), ("M1", "5", "2026-12-01")):
        lines = line(milk, quantity, "3.00", batch=batch, expiry=expiry)
        told.post("purchase_receipt", "2026-11-20T11:00:00", lines, partner="S")
    return told


def start(shop: Shop, desk: Desk, plan: Plan | None = None) -> Stocktaking:
    """The page of a count that was just begun."""
    with shop.book.write() as session:
        begun = stocktake.begin(session, plan or Plan("free"), shop.warehouses["MAIN"], shop.act)
    return resume(desk, begun.document_id)


def resume(desk: Desk, document_id: int | None) -> Stocktaking:
    """The page of a count under way."""
    return shown(Stocktaking(desk), 1180, 660, document_id=document_id)


def scan(page: Stocktaking, *codes: str) -> None:
    """As the window hands them to its page, one right behind the other."""
    for code in codes:
        assert page.handle_scan(code)
    settle(page)


def type_in(page: Stocktaking, text: str) -> None:
    """Type into the field of codes and numbers."""
    page.scan.setFocus()
    QTest.keyClicks(page.scan, text) if text.isascii() else page.scan.setText(text)
    QTest.keyClick(page.scan, Qt.Key.Key_Return)
    settle(page)


def press(page: Stocktaking, widget: QWidget, *keys: Qt.Key) -> None:
    """Keys to whatever has the focus inside ``widget``."""
    for key in keys:
        focus = widget.focusWidget()
        QTest.keyClick(focus if focus is not None else widget, key)
    settle(page)


def control(page: Stocktaking, key: Qt.Key) -> None:
    """A key together with Ctrl."""
    QTest.keyClick(page, key, Qt.KeyboardModifier.ControlModifier)
    settle(page)


def counts(page: Stocktaking) -> dict[str, Decimal | None]:
    """What was counted, by product code and batch."""
    assert page.counting is not None
    return {line.row.code + line.row.batch: line.counted for line in page.counting.lines.values() if line.counted is not None}
