"""One stocktake told in a few words: who scans what when."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from jxc_desktop.domain.counting import Said
from jxc_desktop.domain.stocktake import Plan
from jxc_desktop.services.drafts import load_draft
from jxc_desktop.services.posting import Posted
from jxc_desktop.services.stocktake import Bearings, Taken, begin, take
from jxc_desktop.services.stocktake_posting import post_stocktake, result_of
from tests.helpers.shop import Shop

D = Decimal
FREE = Plan("free")


class Count:
    """One stocktake told in a few words: who scans what when."""

    def __init__(self, shop: Shop, plan: Plan = FREE) -> None:
        self.shop, self.plan = shop, plan
        self.batches: dict[int, str] = {}
        self.due: frozenset[tuple[int, str]] = frozenset()
        with shop.book.write() as session:
            self.id = begin(session, plan, shop.warehouses["MAIN"], shop.act).document_id
            self.listed = frozenset(d.product_id for d in load_draft(session, self.id).lines if d.product_id)

    def say(self, *said: Said) -> tuple[Taken, ...]:
        with self.shop.book.write() as session:
            bearings = Bearings(self.plan, self.listed, self.batches, self.due)
            return take(session, self.id, said, self.shop.act, bearings)

    def scan(self, code: str, at: str = "12:00", who: str = "早班", times: int = 1, **more: object) -> Taken:
        return self.say(*[Said(f"2026-03-09T{at}:00", who, code=code, **more) for _ in range(times)])[-1]  # type: ignore[arg-type]

    def type(self, product: int, quantity: str | None, at: str = "12:00", who: str = "早班", **more: object) -> Taken:
        counted = None if quantity is None else D(quantity)
        said = Said(f"2026-03-09T{at}:00", who, "set", product_id=product, quantity=counted)
        return self.say(replace(said, **more))[-1]  # type: ignore[arg-type]

    def counted(self) -> dict[int, Decimal | None]:
        with self.shop.book.read() as session:
            return {product: found.counted for (product, _batch), found in result_of(session, self.id).found.items()}

    def post(self, approve: str | None = None) -> Posted:
        with self.shop.book.write() as session:
            return post_stocktake(session, self.id, self.shop.act, approve=approve)
