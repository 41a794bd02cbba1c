"""What the machine that plays with a book draws from: days, goods, quantities, prices, lines."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

from hypothesis import strategies as st

from jxc_desktop.db.engine import Database
from jxc_desktop.db.upgrade import create_book
from tests.helpers.book_documents import Line

FIRST = date(2026, 1, 10)
BOX = 12
WAREHOUSES = ("MAIN", "BACK")
CODES = ("TEA", "RICE", "MILK", "SALT")
KIT = (("TEA", 2), ("SALT", 1))
"""What the kit GIFT is sold as."""
MAKES_BATCHES = ("opening_stock", "purchase_receipt", "stock_in", "overage", "stocktake", "sales_return", "retail_return")
BATCHES = {"B1": "2026-06-01", "B2": "2026-05-01", "B3": ""}

_template: Path | None = None


def new_book(folder: Path) -> Database:
    """A copy of an empty book; SQLite, in a folder of its own."""
    global _template
    if _template is None or not _template.exists():
        _template = Path(tempfile.mkdtemp(prefix="jxc-machine-")) / "empty.db"
        create_book(_template)
    shutil.copyfile(_template, folder / "shop.db")
    return Database.sqlite(folder / "shop.db", label="machine")


days = st.integers(0, 11).map(lambda n: f"{FIRST + timedelta(days=5 * n)}")
moments = st.one_of(
    days.map(lambda day: f"{day}T12:00:00"), st.tuples(days, st.integers(8, 19)).map(lambda at: f"{at[0]}T{at[1]:02}:30:00")
)
products = st.sampled_from(CODES)
warehouses = st.sampled_from(("MAIN", "MAIN", "BACK"))
quantities = st.one_of(st.integers(1, 30).map(lambda n: 1000 * n), st.sampled_from([500, 125, 333, 2750, 13000, 7001]))
prices = st.one_of(st.integers(1, 30).map(lambda n: 10_000 * n), st.sampled_from([0, 1, 33_333, 15_075, 99_999, 1_234_567]))
batches = st.sampled_from(("B1", "B2", "B3"))


@st.composite
def incoming(draw: st.DrawFn) -> Line:
    line = Line(draw(products), draw(quantities), draw(st.one_of(prices, prices, prices, st.none())))
    if line.product == "TEA" and draw(st.booleans()):
        line.quantity, line.factor = 1000 * BOX * draw(st.integers(1, 3)), BOX
    if line.product in ("MILK", "SALT"):
        line.batch = draw(batches)
        line.expiry = BATCHES[line.batch]
    if line.price is not None:
        line.discount = draw(st.sampled_from([Fraction(0), Fraction(0), Fraction(1, 20), Fraction(1, 8)]))
    return line


@st.composite
def outgoing(draw: st.DrawFn, priced: bool, kits: bool = False) -> Line:
    if kits and draw(st.integers(0, 3)) == 0:
        return Line("GIFT", draw(quantities), draw(st.integers(1, 40)) * 10_000)
    line = Line(draw(products), draw(quantities), draw(st.integers(1, 40)) * 10_000 if priced else None)
    if line.product == "TEA" and draw(st.integers(0, 3)) == 0:
        line.quantity, line.factor = 1000 * BOX, BOX
    if line.product in ("MILK", "SALT") and draw(st.booleans()):
        line.batch = draw(batches)
    return line
