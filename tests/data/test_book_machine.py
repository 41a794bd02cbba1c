"""A real book and an independent model of it, side by side: any documents in any order, and after each act both agree.

The normal run is short. ``JXC_LONG=20000 pytest tests/data/test_book_machine.py`` goes on for about that many acts, with
other histories each time (``JXC_SEED`` repeats one).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import insert, select, text

from jxc_desktop.backup.check import check_book
from jxc_desktop.db.models import Account, Document, Partner, Product, ProductUnit, Warehouse
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import Draft, DraftLine, Paid, Settles
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.queries import checkpoints
from jxc_desktop.services.posting import Posted, post_document
from jxc_desktop.services.recipes import save_recipe
from jxc_desktop.services.shop import open_shop
from jxc_desktop.services.voiding import void_document
from tests.helpers.book_documents import Doc, Goods, Line, Outcome
from tests.helpers.book_model import Book
from tests.helpers.book_reports import same_reports
from tests.helpers.machine_words import (
    BATCHES,
    BOX,
    KIT,
    MAKES_BATCHES,
    WAREHOUSES,
    batches,
    incoming,
    moments,
    new_book,
    outgoing,
    prices,
    products,
    quantities,
    warehouses,
)

pytestmark = pytest.mark.language("en")

ACT = Act(user_id=1, at=datetime(2026, 3, 10, 10, 0), today=date(2026, 3, 10))
LONG = int(os.environ.get("JXC_LONG", "0"))


class BookMachine(RuleBasedStateMachine):
    """Acts on both, and compares."""

    steps = 0
    unsure = 0

    @initialize(
        method=st.sampled_from(["average", "fifo"]),
        pool=st.sampled_from(["product", "warehouse"]),
        negative=st.sampled_from(["forbid", "warn", "allow"]),
        every=st.sampled_from([1, 3, 10, 500]),
    )
    def open(self, method: str, pool: str, negative: str, every: int) -> None:
        self.before, checkpoints.EVERY = checkpoints.EVERY, every  # how often a replay may start half way
        self.folder = Path(tempfile.mkdtemp(prefix="jxc-machine-"))
        self.database = new_book(self.folder)
        goods = [
            Goods("TEA"),
            Goods("RICE", costing="average" if method == "fifo" else "fifo", negative="allow"),
            Goods("MILK", costing="batch", batches=True),
            Goods("SALT", batches=True),
            Goods("GIFT", kit=KIT),
        ]
        self.model = Book(method, pool, negative, goods)
        with self.database.write() as session:
            open_shop(session, ShopSettings(shop="小店", costing=method, pool=pool, negative=negative), ACT)
            session.execute(insert(Warehouse).values(code="BACK", name="后仓", position=1))
            session.execute(
                insert(Partner),
                [
                    {"code": "S", "name": "供应商", "supplier": 1, "customer": 0},
                    {"code": "C", "name": "客户", "supplier": 0, "customer": 1},
                ],
            )
            common = {"unit": "件", "sale_price": Decimal(20), "purchase_price": Decimal(7)}
            rows = [
                common | {"code": g.code, "name": g.code, "costing": g.costing, "negative": g.negative, "batches": int(g.batches)}
                for g in goods
            ]
            session.execute(insert(Product), rows)
            self.products = dict(session.execute(select(Product.code, Product.id)).all())
            parts = [(self.products[part], Decimal(each)) for part, each in KIT]
            save_recipe(session, self.products["GIFT"], parts, ACT, kit=True)
            session.execute(insert(ProductUnit).values(product_id=self.products["TEA"], name="箱", numerator=BOX))
            self.box = session.execute(select(ProductUnit.id)).scalar_one()
            self.warehouses = dict(session.execute(select(Warehouse.code, Warehouse.id)).all())
            self.partners = dict(session.execute(select(Partner.code, Partner.id)).all())
            self.accounts = dict(session.execute(select(Account.code, Account.id)).all())
        self.ids: list[int] = []
        self.costs = self.model.costs()

    def teardown(self) -> None:
        if not hasattr(self, "database"):
            return
        checkpoints.EVERY = self.before
        try:
            assert check_book(self.database) == []
            if not self.costs.unsure:
                with self.database.read() as session:
                    same_reports(session, self.model, list(self.costs.rows.values()))
        finally:
            self.database.close()
            shutil.rmtree(self.folder)

    # ---- acts -----------------------------------------------------------------------------------------------------------

    @rule(
        kind=st.sampled_from(["purchase_receipt", "purchase_receipt", "opening_stock", "stock_in", "overage"]),
        moment=moments, warehouse=warehouses, lines=st.lists(incoming(), min_size=1, max_size=3),
        discount=st.integers(0, 100), freight=st.sampled_from([0, 0, 1, 1000, 333]), paid=st.sampled_from([0, 0, 777]),
    )  # fmt: skip
    def bring_in(self, kind: str, moment: str, warehouse: str, lines: list[Line], discount: int, freight: int, paid: int) -> None:
        doc = Doc(kind, moment, warehouse, lines=lines)
        if kind == "purchase_receipt":
            doc.partner = "S"
            doc.discount = sum(line.priced() or 0 for line in lines) * discount // 400
            doc.freight = freight
            doc.paid = [("bank", paid)] if paid else []
        self._post(doc)

    @rule(
        kind=st.sampled_from(["sale", "sale", "retail_sale"]), moment=moments, warehouse=warehouses,
        lines=st.lists(outgoing(True, kits=True), min_size=1, max_size=3), discount=st.integers(0, 100),
        paid=st.sampled_from([0, 500]),
    )  # fmt: skip
    def sell(self, kind: str, moment: str, warehouse: str, lines: list[Line], discount: int, paid: int) -> None:
        doc = Doc(kind, moment, warehouse, lines=lines, discount=sum(line.priced() or 0 for line in lines) * discount // 400)
        if kind == "sale":
            doc.partner = "C"
            doc.paid = [("cash", paid)] if paid else []
        self._post(doc)

    @rule(kind=st.sampled_from(["stock_out", "write_off"]), moment=moments, warehouse=warehouses, line=outgoing(False))
    def take_out(self, kind: str, moment: str, warehouse: str, line: Line) -> None:
        self._post(Doc(kind, moment, warehouse, lines=[line]))

    @rule(
        moment=moments, warehouse=st.sampled_from(WAREHOUSES), lines=st.lists(outgoing(False), min_size=1, max_size=2),
        transit=st.booleans(),
    )  # fmt: skip
    def transfer(self, moment: str, warehouse: str, lines: list[Line], transit: bool) -> None:
        other = "BACK" if warehouse == "MAIN" else "MAIN"
        self._post(Doc("transfer", moment, warehouse, other, lines=lines, transit=transit))

    @rule(
        data=st.data(), moment=moments, quantity=quantities, kind=st.sampled_from(["transfer", "transfer", "write_off"]),
        to=st.sampled_from(WAREHOUSES), batch=st.one_of(st.just(""), batches), mixed=st.booleans(),
    )  # fmt: skip
    @precondition(lambda self: any(doc.transit for doc in self.model.living()))
    def accept(self, data: st.DataObject, moment: str, quantity: int, kind: str, to: str, batch: str, mixed: bool) -> None:
        """What arrived of goods on the road, what was broken, what goes back."""
        there = self._open_lines(lambda doc: doc.transit, mixed)
        if not there:
            return
        index, number = data.draw(st.sampled_from(there))
        product = self.model.docs[index].lines[number - 1].product
        line = Line(product, min(quantity, self.model.left_of((index, number))), against=(index, number))
        line.batch = batch if product in ("MILK", "SALT") else ""
        self._post(Doc(kind, moment, to=to if kind == "transfer" else "", lines=[line], sent=index))

    def _open_lines(self, of: Callable[[Doc], bool], mixed: bool) -> list[tuple[int, int]]:
        """(document, line) of which not all has come back or was taken; ``mixed``: if possible such as moved several batches."""
        lines = [(doc.index, number) for doc in self.model.living() if of(doc) for number in range(1, len(doc.lines) + 1)]
        there = [one for one in lines if self.model.left_of(one)]
        several = [one for one in there if len(self.model.docs[one[0]].lines[one[1] - 1].parts) > 1] if mixed else []
        return several or there

    @rule(
        moment=moments, warehouse=warehouses, product=st.sampled_from(["MILK", "SALT"]), prices=st.tuples(prices, prices),
        kind=st.sampled_from(["sale", "transfer"]), quantity=st.integers(1, 11),
    )  # fmt: skip
    def mix(self, moment: str, warehouse: str, product: str, prices: tuple[int, int], kind: str, quantity: int) -> None:
        """Two batches come, and goods of both leave in one line."""
        lines = [Line(product, 6000, price, batch=b, expiry=BATCHES[b]) for b, price in zip(("B1", "B2"), prices, strict=True)]
        self._post(Doc("purchase_receipt", moment, warehouse, partner="S", lines=lines))
        doc = Doc(kind, moment, warehouse, lines=[Line(product, 1000 * quantity, 90_000)])
        if kind == "sale":
            doc.partner = "C"
        else:
            doc.to, doc.transit = "BACK" if warehouse == "MAIN" else "MAIN", True
        self._post(doc)

    @rule(
        moment=moments, warehouse=warehouses, product=products, counted=st.one_of(st.just(0), quantities),
        price=st.one_of(st.none(), prices), batch=batches, boxes=st.booleans(), late=st.integers(0, 2),
    )  # fmt: skip
    def count(
        self, moment: str, warehouse: str, product: str, counted: int, price: int | None, batch: str, boxes: bool, late: int
    ) -> None:
        line = Line(product, counted=counted, price=price, batch=batch if product in ("MILK", "SALT") else "")
        if product == "TEA" and boxes:
            line.factor, line.counted = BOX, BOX * (counted // 1000) * 1000
        if late:
            line.at = f"{moment[:10]}T{7 + 6 * late:02}:15:00"
        line.expiry = BATCHES[line.batch] if line.batch else ""
        self._post(Doc("stocktake", moment, warehouse, lines=[line]))

    @rule(
        data=st.data(), moment=moments, warehouse=warehouses, quantities=st.lists(quantities, min_size=1, max_size=2),
        kind=st.sampled_from(["sales_return", "purchase_return"]), batch=st.one_of(st.just(""), batches), mixed=st.booleans(),
    )  # fmt: skip
    @precondition(lambda self: self.model.living())
    def bring_back(
        self, data: st.DataObject, moment: str, warehouse: str, quantities: list[int], kind: str, batch: str, mixed: bool
    ) -> None:
        of = ("sale", "retail_sale") if kind == "sales_return" else ("purchase_receipt",)
        open_lines = self._open_lines(lambda doc: doc.kind in of, mixed)
        if not open_lines:
            return
        index, number = data.draw(st.sampled_from(open_lines))
        original = self.model.docs[index].lines[number - 1]
        doc = Doc(kind, max(moment, self.model.docs[index].moment), warehouse)
        left = self.model.left_of((index, number))
        for rest, quantity in zip(range(len(quantities), 0, -1), quantities, strict=True):
            most = left // rest or left  # something is left for the line behind this one
            line = Line(original.product, most if quantity > 15000 else min(quantity, most), against=(index, number))
            if kind == "purchase_return" and original.net is None:
                line.price = 10_000
            if kind == "sales_return" and original.product in ("MILK", "SALT"):
                line.batch, line.expiry = batch, BATCHES.get(batch, "")
            if line.quantity:
                doc.lines.append(line)
            left -= line.quantity
            batch = ""
        if kind == "sales_return" and self.model.docs[index].kind == "retail_sale":
            doc.kind = "retail_return"
        doc.partner = {"sales_return": "C", "purchase_return": "S"}.get(doc.kind)
        self._post(doc)

    @rule(
        moment=moments,
        warehouse=warehouses,
        line=incoming(),
        kind=st.sampled_from(["sales_return", "retail_return", "purchase_return"]),
    )
    def bring_back_something(self, moment: str, warehouse: str, line: Line, kind: str) -> None:
        line.price = line.price or 10_000
        self._post(Doc(kind, moment, warehouse, partner={"sales_return": "C", "purchase_return": "S"}.get(kind), lines=[line]))

    @rule(moment=moments, amount=st.integers(1, 50_000), out=st.booleans(), data=st.data())
    def settle(self, moment: str, amount: int, out: bool, data: st.DataObject) -> None:
        kind, of, partner = ("payment", "purchase_receipt", "S") if out else ("receipt", "sale", "C")
        doc = Doc(kind, moment, partner=partner, paid=[("wechat", amount)])
        docs = self.model.docs
        open_ones = [i for i, one in enumerate(docs) if one.kind == of and not one.voided and one.total > self._settled(i)]
        if open_ones and data.draw(st.booleans()):
            doc.settles = [data.draw(st.sampled_from(open_ones))]
        self._post(doc)

    @rule(moment=moments, warehouse=warehouses, product=products, price=prices, batch=batches, boxes=st.booleans())
    def reprice(self, moment: str, warehouse: str, product: str, price: int, batch: str, boxes: bool) -> None:
        line = Line(product, price=price, factor=BOX if boxes and product == "TEA" else 1)
        if product == "MILK":
            line.batch = batch
            if (product, batch) not in self.model.batches:
                return
        self._post(Doc("cost_adjustment", moment, warehouse, lines=[line]))

    @rule(moment=moments, amount=st.integers(1, 5000), by=st.sampled_from(["value", "quantity"]), data=st.data())
    def land(self, moment: str, amount: int, by: str, data: st.DataObject) -> None:
        doc = Doc("landed_cost", moment, partner="S", amount=amount, spread=by)
        receipts = [
            one.index
            for one in self.model.living()
            if one.kind == "purchase_receipt" and (by == "quantity" or any(line.given for line in one.lines))
        ]
        if receipts:
            doc.targets = data.draw(st.lists(st.sampled_from(receipts), min_size=1, max_size=2, unique=True))
            self._post(doc)

    @rule(
        kind=st.sampled_from(["assembly", "disassembly"]), moment=moments, warehouse=warehouses, made=products,
        quantity=quantities, lines=st.lists(outgoing(True), min_size=1, max_size=3), batch=batches, priced=st.booleans(),
    )  # fmt: skip
    def make(
        self, kind: str, moment: str, warehouse: str, made: str, quantity: int, lines: list[Line], batch: str, priced: bool
    ) -> None:
        whole = Line(made, quantity, batch=batch if made in ("MILK", "SALT") else "")
        lines = [line for line in lines if line.product != made]
        for line in lines:
            line.price = line.price if priced and kind == "disassembly" else None
            if kind == "disassembly" and line.product in ("MILK", "SALT"):
                line.batch = line.batch or batch
        for line in [whole] if kind == "assembly" else lines:
            line.expiry = BATCHES.get(line.batch, "")
        if lines:
            self._post(Doc(kind, moment, warehouse, lines=lines, made=whole))

    def _settled(self, index: int) -> int:
        paid = sum(amount for _, amount in self.model.docs[index].paid)
        return paid + sum(1 for other in self.model.living() if index in other.settles)

    @rule(pick=st.integers(0, 200))
    @precondition(lambda self: self.model.living())
    def void(self, pick: int) -> None:
        living = self.model.living()
        self.void_doc(living[-1 - pick % len(living)])

    def void_doc(self, doc: Doc) -> None:
        index, expected = doc.index, self.model.void(doc)
        try:
            with self.database.write() as session:
                posted = void_document(session, self.ids[index], ACT, reason="试")
        except errors.JxcError as refusal:
            self._refused(refusal, expected)
            return
        self._done(posted, expected, "voided")

    @rule(pick=st.integers(0, 200))
    @precondition(lambda self: any(doc.voided for doc in self.model.docs))
    def void_again(self, pick: int) -> None:
        voided = [i for i, doc in enumerate(self.model.docs) if doc.voided]
        with self.database.write() as session:
            assert void_document(session, self.ids[voided[pick % len(voided)]], ACT, reason="试").existing

    # ---- doing and comparing --------------------------------------------------------------------------------------------

    def _post(self, doc: Doc) -> None:
        if doc.kind not in MAKES_BATCHES:
            for line in doc.leaving():
                if (line.product, line.batch) not in self.model.batches:
                    line.batch = ""
        draft = self._draft(doc)
        expected = self.model.post(doc)
        try:
            with self.database.write() as session:
                posted = post_document(session, draft, ACT)
        except errors.JxcError as refusal:
            self._refused(refusal, expected)
            return
        self.ids.append(posted.document_id)
        self._done(posted, expected, "posted")

    def _draft(self, doc: Doc) -> Draft:
        draft = Draft(doc.kind, doc.moment, self.partners.get(doc.partner or ""), self.warehouses[doc.warehouse])
        if doc.to:
            draft.to_warehouse_id = self.warehouses[doc.to]
        draft.transit, draft.order_id = doc.transit, None if doc.sent is None else self.ids[doc.sent]
        draft.discount_amount, draft.freight = Decimal(doc.discount) / 100, Decimal(doc.freight) / 100
        if doc.paid:
            draft.paid = [Paid(self.accounts[account], Decimal(amount) / 100) for account, amount in doc.paid]
        draft.settles = [Settles(self.ids[index], Decimal("0.01")) for index in doc.settles]
        draft.lines = [self._line(line, doc.sent is not None) for line in doc.lines]
        draft.made = self._line(doc.made) if doc.made else None
        draft.targets, draft.spread = [self.ids[index] for index in doc.targets], doc.spread
        draft.amount = Decimal(doc.amount) / 100 if doc.amount else None
        return draft

    def _line(self, line: Line, taken: bool = False) -> DraftLine:
        made = DraftLine(self.products[line.product])
        pieces = Decimal(line.quantity if line.counted is None else line.counted) / 1000 / line.factor
        if line.counted is None:
            made.quantity = pieces or None
        else:
            made.counted, made.counted_at = pieces, line.at or None
        made.unit_id = self.box if line.factor > 1 else None
        made.price = None if line.price is None else Decimal(line.price) / 10_000
        made.discount = Decimal(line.discount.numerator) / line.discount.denominator
        made.batch, made.expiry = line.batch or None, line.expiry or None
        if line.against:
            named = self.ids[line.against[0]], line.against[1]
            made.against, made.order_line = (None, named) if taken else (named, None)
        return made

    def _refused(self, refusal: errors.JxcError, expected: Outcome) -> None:
        BookMachine.steps += 1
        assert expected.refused, f"the book refused what the rules allow: {refusal!r} {refusal}"
        if isinstance(refusal, errors.HasDependents):
            assert expected.hangs
        else:
            assert isinstance(refusal, errors.NotEnoughStock), repr(refusal)
            assert refusal.facts["day"] in expected.days, (refusal.facts, expected)

    def _done(self, posted: Posted, expected: Outcome, status: str) -> None:
        BookMachine.steps += 1
        assert not expected.refused, f"the book allowed what the rules refuse: {expected}"
        assert (posted.number, posted.status, posted.existing) == (expected.number, status, False)
        short = [warning for warning in posted.warnings if "free in" in warning]
        assert bool(short) == expected.warned, (posted.warnings, expected)
        before, self.costs = self.costs, self.model.costs()
        if not self.costs.unsure | before.unsure:
            assert sorted(posted.restated) == sorted(expected.restated)
            # a count stands where it was counted, line by line: every other document stands at its own moment
            assert [n for n in posted.restated if n[:2] != "PD"] == [n for n in expected.restated if n[:2] != "PD"]

    @invariant()
    def both_agree(self) -> None:
        if not hasattr(self, "database"):
            return
        with self.database.read() as session:
            self._same_goods(session)
            self._same_costs(session)
            self._same_money(session)

    def _same_goods(self, session: Any) -> None:
        found = session.execute(
            text(
                "SELECT p.code, w.code, coalesce(b.number, ''), s.quantity FROM stock_balances s"
                " JOIN products p ON p.id = s.product_id JOIN warehouses w ON w.id = s.warehouse_id"
                " LEFT JOIN batches b ON b.id = s.batch_id WHERE s.quantity <> 0"
            )
        )
        assert {(p, w, b): q for p, w, b, q in found} == self.model.on_hand()

    def _same_costs(self, session: Any) -> None:
        at = {document: index for index, document in enumerate(self.ids)}
        found = session.execute(
            text(
                "SELECT l.document_id, l.line, l.part, l.quantity, l.value, l.provisional FROM stock_ledger l"
                " JOIN products p ON p.id = l.product_id WHERE l.void = 0"
            )
        ).all()
        have = {(at[r[0]], r[1], r[2]): (r[3], r[4], bool(r[5])) for r in found}
        want = {row.id: (row.quantity, row.value, row.provisional) for row in self.costs.rows.values()}
        if self.costs.unsure:
            BookMachine.unsure += 1
            have = {row: value for row, value in have.items() if row in want}
        assert have == want
        pools = session.execute(
            text(
                "SELECT p.code, coalesce(w.code, ''), coalesce(b.number, ''), s.quantity, s.value FROM pools s"
                " JOIN products p ON p.id = s.product_id LEFT JOIN warehouses w ON w.id = s.warehouse_id"
                " LEFT JOIN batches b ON b.id = s.batch_id"
            )
        )
        held = {(p, w, b): (q, v) for p, w, b, q, v in pools if p not in self.costs.unsure and (q or v)}
        wanted = {name: (pool.quantity, pool.value) for name, pool in self.costs.pools.items()}
        assert held == {name: both for name, both in wanted.items() if any(both)}

    def _same_money(self, session: Any) -> None:
        owed = session.execute(text("SELECT p.code, b.balance FROM partner_balances b JOIN partners p ON p.id = b.partner_id"))
        assert {code: amount for code, amount in owed if amount} == self.model.partners()
        held = session.execute(text("SELECT a.code, b.balance FROM account_balances b JOIN accounts a ON a.id = b.account_id"))
        assert {code: amount for code, amount in held if amount} == self.model.accounts()
        status = dict(session.execute(select(Document.id, Document.status)).all())
        assert status == {id: "voided" if doc.voided else "posted" for id, doc in zip(self.ids, self.model.docs, strict=True)}


BookMachine.TestCase.settings = settings(
    max_examples=max(1, LONG // 60) if LONG else 12,
    stateful_step_count=60 if LONG else 30,
    deadline=None,
    derandomize=not LONG,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    phases=[Phase.generate, Phase.shrink] if os.environ.get("JXC_SHRINK", "1") == "1" else [Phase.generate],
)
TestBook = BookMachine.TestCase
