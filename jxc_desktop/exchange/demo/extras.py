"""What the demo shop does beside buying and selling: a gift box, its own mix, freight billed late, goods under way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from jxc_desktop.db.models import Document
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.counting import Said
from jxc_desktop.domain.documents import Draft, DraftLine, Paid
from jxc_desktop.domain.goods import BarcodeForm, ProductForm
from jxc_desktop.domain.money import yuan
from jxc_desktop.domain.partners import PartnerForm
from jxc_desktop.domain.stocktake import Plan
from jxc_desktop.exchange.demo.goods import ean13
from jxc_desktop.services.partners import create_partner
from jxc_desktop.services.products import create_product
from jxc_desktop.services.recipes import save_recipe
from jxc_desktop.services.stocktake import Bearings, begin, take
from jxc_desktop.services.stocktake_posting import post_stocktake

if TYPE_CHECKING:
    from jxc_desktop.exchange.demo.trade import Good, Trade

GIFT_CODE, MIX_CODE = "L001", "Z001"
PACKED = 12
"""So many bags of the mix are packed at once."""
FESTIVALS = (1, 2, 9, 10)
FREIGHT_AFTER, FREIGHT_BEFORE_END = 3, 24
COUNTERS = ("小林", "阿梅")


@dataclass(slots=True)
class Extras:
    """Played beside a :class:`Trade`, with its session, its shelves and its chance."""

    trade: Trade
    gift: int = 0
    mix: int = 0
    gift_parts: list[tuple[Good, int]] = field(default_factory=list)
    mix_parts: list[tuple[Good, int]] = field(default_factory=list)
    bags: int = 0
    carrier: int = 0

    def open(self) -> None:
        """The two products with their recipes, and the carrier."""
        trade = self.trade
        carrier = PartnerForm("顺路货运部", supplier=True, region="城南", phone="13900010011", terms_days=30)
        self.carrier = create_partner(trade.session, carrier, trade.act).partner_id
        self.gift_parts = self._choose(("零食/糖果", "零食/饼干", "零食/坚果"), (2, 1, 1))
        self.mix_parts = self._choose(("零食/坚果", "零食/坚果", "零食/糖果"), (4, 4, 2), skip=[g for g, _n in self.gift_parts])
        if len(self.gift_parts) < 2 or not self.mix_parts:
            self.gift_parts = self.mix_parts = []
            return
        price = sum(good.article.price * pieces for good, pieces in self.gift_parts)
        self.gift = self._product(GIFT_CODE, "团圆零食礼盒", "盒", round(price * 0.95 / 100) * 100, 1)
        parts = [(good.id, Decimal(pieces)) for good, pieces in self.gift_parts]
        save_recipe(trade.session, self.gift, parts, trade.act, kit=True)
        cost = sum(good.article.cost * pieces for good, pieces in self.mix_parts)
        self.mix = self._product(MIX_CODE, "店制坚果混合装 200g", "袋", round(cost / PACKED * 1.8 / 10) * 10, 2)
        mixed = [(good.id, Decimal(pieces)) for good, pieces in self.mix_parts]
        save_recipe(trade.session, self.mix, mixed, trade.act, makes=Decimal(PACKED))

    def _choose(
        self, categories: tuple[str, ...], pieces: tuple[int, ...], skip: list[Good] | None = None
    ) -> list[tuple[Good, int]]:
        """The best seller of each category that is not taken yet."""
        chosen: list[tuple[Good, int]] = []
        for category, count in zip(categories, pieces, strict=True):
            taken = [*(skip or ()), *(good for good, _n in chosen)]
            free = [g for g in self.trade.goods if g.article.family.category == category and not g.dead and g not in taken]
            if free:
                chosen.append((max(free, key=lambda good: good.article.demand), count))
        return chosen

    def _product(self, code: str, name: str, unit: str, price: int, number: int) -> int:
        form = ProductForm(
            code, name, unit, category="零食/礼盒自制", sale_price=yuan(price), shelf="C-01",
            barcodes=(BarcodeForm(ean13(f"2100000{number:05}")),),
        )  # fmt: skip
        return create_product(self.trade.session, form, self.trade.act).product_id

    def play(self, day: date) -> None:
        """What comes of it on one business day, before the day's other sales."""
        if not self.gift:
            return
        if day.weekday() == 0:
            self._pack(day)
        self._sell(day)
        left = (self.trade.act.today - day).days
        if left == FREIGHT_BEFORE_END:
            self._freight(day)
        if left == 1:
            self._send(day)

    def _pack(self, day: date) -> None:
        """On Mondays the bags are filled up."""
        if self.bags >= PACKED or any(good.stock <= pieces + 2 for good, pieces in self.mix_parts):
            return
        made = DraftLine(self.mix, Decimal(PACKED))
        self._post(Draft("assembly", f"{day}T06:45:00", warehouse_id=self.trade.main, made=made))
        for good, pieces in self.mix_parts:
            good.stock -= pieces
        self.bags += PACKED

    def _sell(self, day: date) -> None:
        rng, lines, total = self.trade.rng, [], 0
        gift = sum(good.article.price * pieces for good, pieces in self.gift_parts)
        if rng.random() < (0.8 if day.month in FESTIVALS else 0.35):
            boxes = rng.choice((1, 1, 2)) if all(good.stock > 2 * pieces + 2 for good, pieces in self.gift_parts) else 0
            if boxes:
                lines.append(DraftLine(self.gift, Decimal(boxes)))
                total += boxes * round(gift * 0.95 / 100) * 100
                for good, pieces in self.gift_parts:
                    good.stock -= pieces * boxes
        if self.bags and rng.random() < 0.7:
            bags = min(self.bags, rng.choice((1, 1, 2, 3)))
            lines.append(DraftLine(self.mix, Decimal(bags)))
            total += bags * round(sum(g.article.cost * n for g, n in self.mix_parts) / PACKED * 1.8 / 10) * 10
            self.bags -= bags
        if lines:
            paid = [Paid(self.trade.accounts["wechat"], yuan(total))]
            self._post(Draft("retail_sale", f"{day}T07:{rng.randint(2, 40):02}:00", lines=lines, paid=paid))

    def _freight(self, day: date) -> None:
        """The carrier's bill for the largest delivery of a week comes when part of it is sold already."""
        since, until = (str(day - timedelta(days=n)) for n in (FREIGHT_AFTER + 6, FREIGHT_AFTER))
        receipt = self.trade.session.execute(
            select(Document.id)
            .where(Document.kind == "purchase_receipt", Document.status == "posted", Document.day.between(since, until))
            .order_by(Document.total.desc(), Document.id)
            .limit(1)
        ).scalar()
        if receipt is not None:
            note = "整车运费，货到几天后才来账单"
            self._post(
                Draft("landed_cost", f"{day}T07:45:00", self.carrier, amount=Decimal("86.00"), targets=[receipt], note=note)
            )

    def _send(self, day: date) -> None:
        """In the evening before the last day some goods leave for the back and are not accepted yet."""
        bulky = [g for g in self.trade.goods if g.stock >= 24 and g.article.family.shelf in "AB"][:3]
        lines = [DraftLine(good.id, Decimal(6)) for good in bulky]
        if lines:
            self._post(
                Draft(
                    "transfer", f"{day}T06:50:00", warehouse_id=self.trade.main, to_warehouse_id=self.trade.back,
                    lines=lines, transit=True, note="先放后仓，明早收",
                )
            )  # fmt: skip
            for good in bulky:
                good.stock -= 6

    def count(self, at: str, shelf: str, found: list[tuple[Good, int]]) -> None:
        """Count a shelf with two people, who share the goods between them."""
        session, day = self.trade.session, date.fromisoformat(at[:10])
        act = Act(self.trade.act.user_id, datetime.fromisoformat(at), day, self.trade.act.utc_offset)
        plan = Plan("shelf", shelf)
        counting = begin(session, plan, self.trade.main, act).document_id
        said = [
            Said(act.moment, COUNTERS[n % 2], "set", product_id=good.id, quantity=Decimal(quantity))
            for n, (good, quantity) in enumerate(found)
        ]
        take(session, counting, said, act, Bearings(plan))
        post_stocktake(session, counting, act)

    def _post(self, draft: Draft) -> None:
        if datetime.fromisoformat(str(draft.moment)) <= self.trade.act.at:
            self.trade.post(draft)
