"""Cost checkpoints and what posts beside them: after every act the book equals a fresh replay from the first row."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select, text

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import CostCheckpoint, Document, DocumentLine, Pool, StockRow, table
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import Draft, DraftLine
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.queries import checkpoints
from jxc_desktop.queries import costing as facts
from jxc_desktop.queries.proof import prove, replay_findings
from jxc_desktop.services.posting import post_document
from jxc_desktop.services.rebuild import rebuild
from jxc_desktop.services.voiding import void_document
from tests.helpers.shop import TODAY, Shop, line

GOODS = ("A", "B", "K", "SET")  # K is kept by batch where the shop's own method is not FIFO; SET is put together from A and B


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint every five rows."""
    monkeypatch.setattr(checkpoints, "EVERY", 5)


class Trader:
    """Posts and voids at random, mostly dated today, often back, within ten days."""

    def __init__(self, book: Database, act: Act, seed: int, **settings: Any) -> None:
        self.shop = Shop(book, act)
        self.shop.settings(**settings)
        self.book, self.act, self.dice = book, act, Random(seed)
        batched = settings["costing"] == "average"
        self.goods = {code: self.shop.product(code) for code in GOODS if code != "K"}
        self.goods["K"] = self.shop.product("K", batches=int(batched), costing="batch" if batched else None)
        self.refused = 0
        for code, warehouse in (("A", "MAIN"), ("A", "B"), ("K", "MAIN"), ("K", "B")):  # of the others too little comes in
            batch = {"batch": "甲"} if batched and code == "K" else {}
            self.shop.post("opening_stock", 1, line(self.goods[code], "60", "3.3333", **batch), warehouse=warehouse)

    def moment(self) -> str:
        back = self.dice.choice((0, 0, 0, 1, 2, 5, 9))
        clock = timedelta(hours=self.dice.randrange(8, 20), minutes=self.dice.choice((0, 30)))
        return f"{TODAY - timedelta(days=back)}T{int(clock.total_seconds()) // 3600:02}:{clock.seconds % 3600 // 60:02}:00"

    def act_once(self) -> None:
        try:
            with self.book.write() as session:
                posted = list(session.scalars(select(Document.id).where(Document.status == "posted")))
                if posted and self.dice.random() < 0.15:
                    void_document(session, self.dice.choice(posted), self.act, reason="试")
                else:
                    post_document(session, self.draft(session), self.act)
        except JxcError:
            self.refused += 1

    def draft(self, session: Any) -> Draft:
        dice = self.dice
        kind = dice.choice(
            ["purchase_receipt"] * 4 + ["sale"] * 6 + ["sales_return"] * 3 + ["transfer"] * 3 + ["stocktake"] * 2
            + ["purchase_return", "stock_in", "assembly", "disassembly", "cost_adjustment", "landed_cost"]
        )  # fmt: skip
        draft = Draft(kind, self.moment(), warehouse_id=dice.choice((1, 1, 2)))
        draft.partner_id = self.shop.partners["S" if kind in ("purchase_receipt", "purchase_return", "landed_cost") else "C"]
        if kind in ("transfer", "stocktake", "stock_in", "assembly", "disassembly", "cost_adjustment"):
            draft.partner_id = None
        if kind == "transfer":
            draft.to_warehouse_id = 3 - (draft.warehouse_id or 1)
        if kind == "landed_cost":
            draft.targets = list(session.scalars(select(Document.id).where(Document.kind == "purchase_receipt")))[-1:]
            draft.amount, draft.spread = D(dice.randrange(1, 900)) / 100, "quantity"
            return draft
        if kind in ("assembly", "disassembly"):
            draft.made = DraftLine(self.goods["SET"], D(dice.randrange(1, 4)))
            draft.lines = [DraftLine(self.goods["A"], D(2)), DraftLine(self.goods["B"], D(dice.randrange(1, 4)))]
            return draft
        draft.lines = [self.line(session, kind) for _ in range(dice.choice((1, 1, 2, 3)))]
        return draft

    def line(self, session: Any, kind: str) -> DraftLine:
        dice = self.dice
        product = self.goods[dice.choice(GOODS)]
        quantity, price = D(dice.randrange(1, 9)), D(dice.randrange(0, 90000)) / 10000
        made = DraftLine(product, quantity)
        if kind == "purchase_receipt":
            made.quantity, made.price = quantity * 3, None if dice.random() < 0.1 else price
        elif kind == "stocktake":
            made.quantity, made.counted, made.price = None, quantity, price if dice.random() < 0.2 else None
        elif kind == "cost_adjustment":
            made.quantity, made.price = None, price
        elif kind in ("sales_return", "purchase_return"):
            origin = "sale" if kind == "sales_return" else "purchase_receipt"
            lines = select(DocumentLine.document_id, DocumentLine.line, DocumentLine.product_id).join(
                Document, Document.id == DocumentLine.document_id
            )
            found = session.execute(lines.where(Document.kind == origin, Document.status == "posted")).all()
            if found and dice.random() < 0.9:
                document_id, number, made.product_id = dice.choice(found)
                made.against, made.quantity = (document_id, number), D(dice.randrange(1, 3))
        if made.product_id == self.goods["K"] and kind in ("purchase_receipt", "stocktake", "stock_in"):
            made.batch = dice.choice("甲乙")
        return made


def findings(book: Database) -> list[str]:
    with book.read() as session:
        return [finding.message for finding in replay_findings(session)]


def kept(book: Database, what: Any) -> list[Any]:
    with book.read() as session:
        return [tuple(row) for row in session.execute(table(what).select().order_by(*table(what).primary_key.columns))]


@pytest.mark.parametrize("costing", ["average", "fifo"])
@pytest.mark.parametrize("pool", ["product", "warehouse"])
@pytest.mark.parametrize("negative", ["forbid", "allow"])
def test_after_every_act_the_book_equals_a_fresh_replay(
    book: Database, act: Act, monkeypatch: pytest.MonkeyPatch, costing: str, pool: str, negative: str
) -> None:
    begun: list[bool] = []
    start_of = checkpoints.start_of

    def watched(*given: Any) -> checkpoints.Start:
        start = start_of(*given)
        begun.append(start.at is not None)
        return start

    monkeypatch.setattr(facts, "start_of", watched)
    trader = Trader(book, act, seed=len(costing + pool + negative), costing=costing, pool=pool, negative=negative)
    for number in range(90):
        trader.act_once()
        assert findings(book) == [], number
    with book.read() as session:
        assert [finding for finding in prove(session) if finding.code == "cache"] == []
        assert session.execute(select(func.count()).select_from(StockRow)).scalar_one() > 60
    assert trader.refused < 60
    assert any(begun)
    before = kept(book, Pool)
    with book.write() as session:
        rebuild(session, act)
    # but for where the last checkpoint stands and the rows since: a fresh replay may find more places for one
    assert [row[:-2] for row in kept(book, Pool)] == [row[:-2] for row in before]
    assert findings(book) == []


def trade_a_while(book: Database, act: Act, **settings: Any) -> tuple[Shop, int]:
    """Thirty rows of one product, bought and sold by turns on three days."""
    shop = Shop(book, act)
    shop.settings(**settings)
    product = shop.product("A")
    for number in range(15):
        moment = f"2026-03-0{1 + number // 5}T{8 + number % 5:02}:00:00"
        shop.buy(moment, product, "5", f"{3 + number % 4}")
        shop.sell(moment, product, "2")
    return shop, product


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each replay loads."""
    counts: list[int] = []
    stored_rows = facts.stored_rows

    def watched(*given: Any) -> Any:
        rows = stored_rows(*given)
        counts.append(len(rows))
        return rows

    monkeypatch.setattr(facts, "stored_rows", watched)
    return counts


@pytest.mark.parametrize("costing", ["average", "fifo"])
@pytest.mark.parametrize("pool", ["product", "warehouse"])
def test_the_end_of_the_ledger_needs_no_history_and_a_day_back_little(
    book: Database, act: Act, loaded: list[int], costing: str, pool: str
) -> None:
    shop, product = trade_a_while(book, act, costing=costing, pool=pool)
    assert len(kept(book, CostCheckpoint)) == 6
    assert max(loaded) <= 6  # from one checkpoint to the next
    loaded.clear()
    shop.sell(5, product, "3")
    shop.post("transfer", 5, line(product, "2"), to="B")
    shop.post("stocktake", 5, line(product, None, counted=D(40)))
    assert loaded == []
    shop.sell("2026-03-03T11:30:00", product, "1")
    assert max(loaded) < 14
    assert findings(book) == []


def test_a_row_before_a_checkpoint_takes_away_all_that_hold_it(book: Database, act: Act) -> None:
    shop, product = trade_a_while(book, act)
    places = [row[1:3] for row in kept(book, CostCheckpoint)]
    voided = shop.buy("2026-03-02T10:30:00", product, "1", "9")
    assert [row[1:3] for row in kept(book, CostCheckpoint)][:2] == [place for place in places if place[0] < "2026-03-02T10:30"][
        :2
    ]
    assert findings(book) == []
    shop.void(voided)
    assert findings(book) == []


def test_goods_leave_a_pool_that_misses_some_without_its_history(shop: Shop, book: Database, loaded: list[int]) -> None:
    shop.settings(negative="allow")
    known, unknown = shop.product("A"), shop.product("B")
    shop.buy(1, known, "1", "3")
    for day in (2, 3):
        shop.sell(day, known, "4")
        shop.sell(day, unknown, "1")
    assert loaded == []
    assert findings(book) == []
    loaded.clear()
    restated = shop.buy(4, known, "10", "5").restated
    assert len(restated) == 2
    assert loaded == [4]
    assert findings(book) == []


def test_a_checkpoint_that_says_something_else_is_found_and_made_anew(book: Database, act: Act) -> None:
    trade_a_while(book, act, costing="fifo")
    before = kept(book, CostCheckpoint)
    wrong = ("replace(state, '[[1,0,0],', '[[1,0,0],1')", "'[]'")
    for change in wrong:
        with book.write() as session:
            session.execute(
                text(f"UPDATE cost_checkpoints SET state = {change} WHERE seq = (SELECT min(seq) FROM cost_checkpoints)")
            )
        with book.read() as session:
            assert {finding.code for finding in replay_findings(session)} == {"checkpoint_differs"}
        with book.write() as session:
            rebuild(session, act)
        assert findings(book) == []
        assert kept(book, CostCheckpoint) == before
    with book.write() as session:
        session.execute(text("UPDATE pools SET layers = '[]'"))
    with book.read() as session:
        assert {finding.code for finding in replay_findings(session)} == {"cost"}
