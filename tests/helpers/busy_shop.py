"""A shop with some of everything in its book: every kind of document, voids, back-dating, batches, counts, orders."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal as D
from pathlib import Path
from random import Random

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Account, Document, DocumentLine, Partner, Product, ProductUnit, Warehouse
from jxc_desktop.db.upgrade import create_book
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import Draft, DraftLine, Paid, Settles
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.services.posting import Posted, post_document
from jxc_desktop.services.shop import open_shop
from jxc_desktop.services.voiding import void_document

PRODUCTS = 6
BATCHED = 5


ACT = Act(user_id=1, at=datetime(2026, 3, 10, 10, 0), today=date(2026, 3, 10))


def write_busy_book(path: Path, *, acts: int = 30) -> None:
    """A SQLite book of a shop that has traded, as one file."""
    create_book(path)
    database = Database.sqlite(path)
    with database.write() as session:
        open_shop(session, ShopSettings(shop="小店"), ACT)
    trade(database, ACT, acts=acts)
    database.close()


def furnish(session: Session) -> None:
    """A second warehouse, two partners, five products and one kept by batch, a box of 12."""
    session.execute(insert(Warehouse), [{"id": 2, "code": "BACK", "name": "后仓", "position": 1}])
    session.execute(
        insert(Partner),
        [
            {"id": 1, "code": "S1", "name": "供应商", "supplier": 1, "customer": 0},
            {"id": 2, "code": "C1", "name": "客户", "supplier": 0, "customer": 1},
        ],
    )
    session.execute(
        insert(Product),
        [
            {
                "id": i,
                "code": f"P{i}",
                "name": f"商品{i}",
                "unit": "件",
                "sale_price": D(10 + i),
                "batches": int(i == BATCHED),
                "costing": {4: "fifo", BATCHED: "batch"}.get(i),
            }
            for i in range(1, PRODUCTS + 1)
        ],
    )
    session.execute(insert(ProductUnit), [{"id": 1, "product_id": 1, "name": "箱", "numerator": 12}])


def trade(database: Database, act: Act, *, seed: int = 7, acts: int = 120) -> list[Posted]:
    """Post and void at random for ``acts`` acts in the 60 days before the act's day; refusals are left out."""
    random = Random(seed)
    done: list[Posted] = []
    with database.write() as session:
        if session.get(Partner, 1) is None:
            furnish(session)
    for number in range(acts):
        day = act.today - timedelta(days=random.randrange(60) if number > 10 else 60)
        try:
            with database.write() as session:
                done.append(_act(session, act, random, day, number, [p.document_id for p in done]))
        except JxcError:
            continue
    return done


def _act(session: Session, act: Act, random: Random, day: date, number: int, before: list[int]) -> Posted:
    if before and random.random() < 0.12:
        return void_document(session, random.choice(before), act, reason="试")
    kind = _KINDS[number % len(_KINDS)] if number > 10 else "purchase_receipt"
    draft = Draft(kind, f"{day}T{random.randrange(8, 20):02}:{random.randrange(60):02}:00", ref=f"{act.at:%H%M}-{number}")
    cash = session.execute(select(Account.id).order_by(Account.position).limit(1)).scalar_one()
    if kind in ("receipt", "payment"):
        draft.partner_id, draft.paid = 2 if kind == "receipt" else 1, [Paid(cash, D(random.randrange(1, 9000)) / 100)]
        target = session.execute(
            select(Document.id)
            .where(
                Document.kind == ("sale" if kind == "receipt" else "purchase_receipt"),
                Document.status == "posted",
                Document.partner_id == draft.partner_id,
            )
            .limit(1)
        ).scalar()
        draft.settles = [Settles(target, D("0.01"))] if target else []
        return post_document(session, draft, act)
    if kind == "opening_balance":
        draft.partner_id, draft.amount = 2, D(random.randrange(-500, 500))
        return post_document(session, draft, act)
    draft.partner_id = {"purchase": 1, "sales": 2}.get(_family(kind))
    draft.warehouse_id = random.choice((1, 1, 1, 2))
    draft.lines = [_line(session, random, kind) for _ in range(random.randrange(1, 4))]
    if kind == "transfer":
        draft.to_warehouse_id = 3 - draft.warehouse_id
    if kind == "purchase_receipt":
        draft.freight, draft.discount_amount = D(random.randrange(0, 300)) / 100, D(random.randrange(0, 100)) / 100
        draft.order_id = session.execute(
            select(Document.id).where(Document.kind == "purchase_order", Document.status == "posted").limit(1)
        ).scalar()
    if kind == "sale":
        draft.paid, draft.rounding = [Paid(cash, D("1.50"))], D("0.05")
    if kind in ("purchase_order", "sales_order"):
        draft.paid = [Paid(cash, D("5.00"))]
    if kind == "retail_sale":
        draft.partner_id = None
    return post_document(session, draft, act)


def _line(session: Session, random: Random, kind: str) -> DraftLine:
    line = DraftLine(random.randrange(1, PRODUCTS + 1), D(random.randrange(1, 12)))
    if kind in ("purchase_receipt", "opening_stock"):
        line.quantity = D(random.randrange(5, 60))
        line.price = None if random.random() < 0.1 else D(random.randrange(0, 200000)) / 10000
    elif kind == "stocktake":
        line.counted, line.quantity = D(random.randrange(0, 30)), None
        line.price = D("3.3333") if random.random() < 0.3 else None
        line.batch = "盘" if line.product_id == BATCHED else None
    elif kind in ("purchase_order", "stock_in", "overage"):
        line.price = D(random.randrange(1, 90000)) / 10000
    elif kind in ("sale", "retail_sale") and line.product_id == 1:
        line.unit_id, line.quantity = 1, D(1)
    elif kind in ("sales_return", "purchase_return"):
        origin = {"sales_return": "sale", "purchase_return": "purchase_receipt"}[kind]
        found = session.execute(
            select(DocumentLine.document_id, DocumentLine.line, DocumentLine.product_id)
            .join(Document, Document.id == DocumentLine.document_id)
            .where(Document.kind == origin, Document.status == "posted")
        ).all()
        if found:
            document_id, number, line.product_id = random.choice(found)
            line.against, line.quantity = (document_id, number), D(1)
    if kind in ("sale", "sales_return", "retail_sale"):
        line.discount = D("0.05")
    return line


def _family(kind: str) -> str:
    return "purchase" if kind.startswith("purchase") else "sales" if "sale" in kind else "stock"


_KINDS = (
    "purchase_receipt",
    "sale",
    "retail_sale",
    "stocktake",
    "sales_return",
    "transfer",
    "purchase_receipt",
    "write_off",
    "retail_sale",
    "purchase_return",
    "stock_in",
    "stock_out",
    "overage",
    "receipt",
    "sale",
    "payment",
    "purchase_order",
    "sales_order",
    "opening_stock",
    "opening_balance",
)
