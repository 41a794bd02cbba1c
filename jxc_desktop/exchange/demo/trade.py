"""A plausible year of trade for the demo shop, played day by day with a fixed random seed."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Account, Batch, Document, StockBalance, Warehouse
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import Draft, DraftLine, Paid, Settles
from jxc_desktop.domain.goods import BarcodeForm, ProductForm, UnitForm
from jxc_desktop.domain.money import yuan
from jxc_desktop.domain.partners import PartnerForm
from jxc_desktop.exchange.demo.extras import Extras
from jxc_desktop.exchange.demo.goods import CUSTOMERS, SEASONS, SUPPLIERS, Article, articles
from jxc_desktop.services.drafts import save_draft
from jxc_desktop.services.partners import create_partner
from jxc_desktop.services.places import create_warehouse
from jxc_desktop.services.posting import Posted, post_document
from jxc_desktop.services.products import create_product
from jxc_desktop.services.voiding import close_order

WEEKDAYS = (0.9, 0.88, 0.92, 0.95, 1.08, 1.3, 1.22)
BATCH_LIFE = 31
"""Goods that live at most so many days are kept by batch."""
COUNTED_BY_TWO = 20
"""In so many days before the end shelves are counted by two people."""


@dataclass(slots=True)
class Good:
    """An article in play: its ids, and what the player knows to be on the shelf and on the way."""

    article: Article
    id: int
    box: int
    stock: int = 0
    coming: int = 0
    dead: bool = False

    def rate(self, month: int) -> float:
        return 0.0 if self.dead else self.article.demand * SEASONS[self.article.family.season].get(month, 1.0)


@dataclass(slots=True)
class Delivery:
    """An order on its way."""

    order: Posted
    supplier: int
    day: date
    lines: list[tuple[Good, int]]


@dataclass(slots=True)
class Trade:
    """The shop being played. Every call of :meth:`play` lives one day in the session it is given."""

    session: Session
    rng: Random
    act: Act
    sales_a_day: float
    goods: list[Good] = field(default_factory=list)
    suppliers: list[int] = field(default_factory=list)
    customers: list[int] = field(default_factory=list)
    accounts: dict[str, int] = field(default_factory=dict)
    main: int = 0
    back: int = 0
    deliveries: list[Delivery] = field(default_factory=list)
    unpaid_in: list[tuple[date, Posted, int, Decimal]] = field(default_factory=list)
    unpaid_out: list[tuple[date, Posted, int, Decimal]] = field(default_factory=list)
    recent: list[tuple[Posted, list[tuple[Good, int]]]] = field(default_factory=list)
    extras: Extras = field(init=False)

    def open(self, products: int, first: date, slow_from: int) -> None:
        """Master data, opening stock and opening money on ``first``; the last goods of the list never sell (``slow_from``)."""
        self._partners()
        create_warehouse(self.session, "BACK", "后仓", self.act)
        self.accounts = dict(self.session.execute(select(Account.code, Account.id)).all())
        self.main = int(self.session.execute(select(Warehouse.id).where(Warehouse.code == "MAIN")).scalar_one())
        self.back = int(self.session.execute(select(Warehouse.id).where(Warehouse.code == "BACK")).scalar_one())
        for i, article in enumerate(articles(products, self.rng)):
            self.goods.append(self._product(article, dead=i >= slow_from and (article.family.life or 999) > BATCH_LIFE))
        self.extras = Extras(self)
        self.extras.open()
        lines = []
        for good in self.goods:
            good.stock = max(2, math.ceil(good.article.demand * min(16, (good.article.family.life or 60) / 2)))
            lines.append(self._line(good, good.stock, good.article.cost, first - timedelta(days=1)))
        self.post(Draft("opening_stock", f"{first}T06:00:00", lines=lines))
        for account, amount in (("cash", "5000"), ("bank", "80000"), ("wechat", "1200"), ("alipay", "800")):
            self.post(Draft("opening_balance", f"{first}T06:10:00", account_id=self.accounts[account], amount=Decimal(amount)))

    def play(self, day: date, share: float = 1.0) -> None:
        """One business day; ``share`` of its sales happen (the last day is not over yet)."""
        self._receive(day)
        self._order(day)
        self._settle(day)
        self.extras.play(day)
        self._sell(day, share)
        if self.rng.random() < 0.45 and share == 1.0:
            self._deliver_wholesale(day)
        if self.rng.random() < 0.3 and self.recent:
            self._return(day)
        self._write_off(day, broken=day.weekday() in (2, 6))
        if day.day in (5, 20):
            self._stocktake(day)
        if day.weekday() == 2:
            self._transfer(day)

    def leave_open(self, day: date) -> None:
        """What a real morning looks like: an order that is late, one that is new, drafts not finished."""
        late = [g for g in self.goods if not g.dead][3:6]
        self.post(
            Draft(
                "purchase_order",
                f"{day - timedelta(days=6)}T10:00:00",
                self.suppliers[3],
                expected=str(day - timedelta(days=2)),
                lines=[self._line(g, g.box, g.article.cost) for g in late],
            )
        )
        some = sorted((g for g in self.goods if not g.dead), key=lambda g: -g.stock)[5:13:2]
        self.post(
            Draft(
                "sales_order",
                f"{day}T09:20:00",
                self.customers[0],
                expected=str(day + timedelta(days=2)),
                lines=[self._line(g, 6, g.article.price) for g in some],
            )
        )
        lines = [self._line(g, g.box, g.article.cost) for g in some[:3]]
        save_draft(
            self.session,
            Draft("purchase_receipt", f"{day}T09:40:00", self.suppliers[0], self.main, lines=lines, note="等送货单"),
            self.act,
        )

    def _partners(self) -> None:
        for name, region, phone, terms in SUPPLIERS:
            form = PartnerForm(name, supplier=True, region=region, phone=phone, terms_days=terms)
            self.suppliers.append(create_partner(self.session, form, self.act).partner_id)
        for i, (name, region, level, terms, limit) in enumerate(CUSTOMERS):
            form = PartnerForm(
                name,
                customer=True,
                region=region,
                phone=f"1380001{i:04}",
                price_level=level,
                terms_days=terms,
                credit_limit=Decimal(limit),
            )
            self.customers.append(create_partner(self.session, form, self.act).partner_id)

    def _product(self, article: Article, *, dead: bool) -> Good:
        family = article.family
        box_name, box = family.box
        price, cost = yuan(article.price), yuan(article.cost)
        weekly = max(1, round(article.demand * 7))
        form = ProductForm(
            article.code,
            f"{article.name} {article.spec}".strip(),
            family.unit,
            article.spec,
            article.brand,
            family.category,
            self.suppliers[family.supplier],
            cost,
            price,
            yuan(round(article.cost * 1.12)),
            yuan(round(article.price * 0.95 / 10) * 10),
            Decimal(max(2, math.ceil(weekly * 0.6))),
            Decimal(max(6, weekly * 3)),
            lead_days=1 + family.supplier % 3,
            pack_size=Decimal(box) if article.demand * 10 >= box else None,
            shelf_life_days=family.life,
            batches=family.life is not None and family.life <= BATCH_LIFE,
            shelf=f"{family.shelf}-{1 + int(article.code) % 12:02}",
            units=(UnitForm(box_name, box),),
            barcodes=(BarcodeForm(article.barcode),),
        )
        return Good(article, create_product(self.session, form, self.act).product_id, box, dead=dead)

    def _line(self, good: Good, quantity: int, price: int, made: date | None = None) -> DraftLine:
        line = DraftLine(good.id, Decimal(quantity), price=yuan(price))
        life = good.article.family.life
        if made is not None and life is not None and life <= BATCH_LIFE:
            line.batch, line.produced = made.strftime("B%y%m%d"), str(made)
        return line

    def post(self, draft: Draft) -> Posted:
        assert draft.moment is not None
        at = datetime.fromisoformat(draft.moment)
        return post_document(
            self.session, draft, Act(self.act.user_id, max(at, datetime.min), self.act.today, self.act.utc_offset)
        )

    def _receive(self, day: date) -> None:
        """Deliveries that arrive today; now and then something is missing."""
        for delivery in [d for d in self.deliveries if d.day <= day]:
            self.deliveries.remove(delivery)
            lines = []
            for good, wanted in delivery.lines:
                got = wanted if self.rng.random() > 0.04 else max(1, wanted - self.rng.randint(1, max(1, wanted // 4)))
                good.coming -= wanted
                good.stock += got
                drift = self.rng.choice((0.98, 1.0, 1.0, 1.0, 1.02))
                lines.append(self._line(good, got, max(1, round(good.article.cost * drift)), day - timedelta(days=1)))
            supplier = self.suppliers[delivery.supplier]
            freight = Decimal(self.rng.choice((0, 0, 0, 20, 30)))
            draft = Draft(
                "purchase_receipt",
                f"{day}T06:{self.rng.randint(20, 59):02}:00",
                supplier,
                self.main,
                lines=lines,
                order_id=delivery.order.document_id,
                freight=freight,
            )
            posted = self.post(draft)
            if any(line.quantity != wanted for line, (_good, wanted) in zip(lines, delivery.lines, strict=True)):
                close_order(self.session, delivery.order.document_id, replace(self.act, today=day))
            total = sum((line.quantity * line.price for line in lines if line.quantity and line.price), Decimal(0)) + freight
            self.unpaid_in.append(
                (day + timedelta(days=SUPPLIERS[delivery.supplier][3]), posted, supplier, total.quantize(Decimal("0.01")))
            )

    def _order(self, day: date) -> None:
        """Each supplier has order days; what would not last until the next delivery is ordered in whole boxes."""
        needs: dict[int, list[tuple[Good, int]]] = defaultdict(list)
        for good in self.goods:
            family = good.article.family
            short = family.life is not None and family.life <= BATCH_LIFE
            if good.dead or (not short and day.weekday() != family.supplier % 6):
                continue
            rate = good.rate(day.month)
            cover = 3 if short and (family.life or 0) <= 7 else 6 if short else 14
            missing = rate * cover + 1.2 * math.sqrt(rate * cover) - good.stock - good.coming
            if missing > 0.6 * min(good.box, max(1.0, rate * cover)):
                pieces = math.ceil(missing) if short or missing < good.box * 0.6 else math.ceil(missing / good.box) * good.box
                needs[family.supplier].append((good, pieces))
        for supplier, lines in needs.items():
            order = (
                self.post(
                    Draft(
                        "purchase_order",
                        f"{day}T17:{self.rng.randint(0, 59):02}:00",
                        self.suppliers[supplier],
                        self.main,
                        lines=[self._line(g, n, g.article.cost) for g, n in lines],
                        expected=str(day + timedelta(days=1 + supplier % 3)),
                    )
                )
                if day < self.act.today or self.act.at.hour >= 18
                else None
            )
            if order is None:
                continue
            for good, pieces in lines:
                good.coming += pieces
            self.deliveries.append(Delivery(order, supplier, day + timedelta(days=1 + supplier % 3), lines))

    def _sell(self, day: date, share: float) -> None:
        """Retail: baskets by the hour, goods weighted by their demand, paid by four means."""
        weights = [g.rate(day.month) for g in self.goods]
        wanted = self.sales_a_day * WEEKDAYS[day.weekday()] * self.rng.uniform(0.85, 1.15)
        minutes = sorted(self._minute() for _ in range(round(wanted)))
        promotion = day.day in (8, 18, 28)
        for minute in minutes[: round(len(minutes) * share)]:
            basket: dict[int, int] = {}
            for index in self.rng.choices(
                range(len(self.goods)), weights, k=self.rng.choices((1, 2, 3, 4, 6), (30, 30, 20, 13, 7))[0]
            ):
                good = self.goods[index]
                pieces = min(self.rng.choices((1, 2, 3, 6), (62, 24, 9, 5))[0], good.stock - basket.get(index, 0))
                if pieces > 0:
                    basket[index] = basket.get(index, 0) + pieces
            if not basket:
                continue
            at = datetime.combine(day, datetime.min.time()) + timedelta(minutes=int(minute), seconds=self.rng.randint(0, 59))
            if at > self.act.at:
                continue
            bought = [(self.goods[i], n) for i, n in basket.items()]
            lines = [self._line(g, n, g.article.price) for g, n in bought]
            if promotion:
                lines[0].discount = Decimal("0.1")
            means = self.rng.choices(("cash", "wechat", "alipay", "card"), (18, 52, 24, 6))[0]
            total = sum((n * g.article.price for g, n in bought), 0)
            posted = self.post(
                Draft(
                    "retail_sale", at.isoformat(timespec="seconds"), lines=lines, paid=[Paid(self.accounts[means], yuan(total))]
                )
            )
            for good, pieces in bought:
                good.stock -= pieces
            self.recent = [*self.recent[-30:], (posted, bought)]

    def _minute(self) -> float:
        """A minute of the day at which somebody buys: a small rush at noon, a larger one after work."""
        return (
            self.rng.triangular(7 * 60, 15 * 60, 12 * 60)
            if self.rng.random() < 0.45
            else self.rng.triangular(14 * 60, 21 * 60 + 30, 18 * 60)
        )

    def _deliver_wholesale(self, day: date) -> None:
        customer = self.rng.randrange(len(self.customers))
        picked = self.rng.sample([g for g in self.goods if g.stock >= 8], k=min(4, sum(g.stock >= 8 for g in self.goods)))
        if not picked:
            return
        lines = [DraftLine(g.id, Decimal(self.rng.randint(3, min(g.stock // 2, g.box) + 1))) for g in picked]
        posted = self.post(
            Draft("sale", f"{day}T10:{self.rng.randint(0, 59):02}:00", self.customers[customer], self.main, lines=lines)
        )
        for good, line in zip(picked, lines, strict=True):
            good.stock -= int(line.quantity or 0)
        total = self._total(posted)
        late = self.rng.choices((0, 12, 75), (70, 20, 10))[0]
        self.unpaid_out.append((day + timedelta(days=CUSTOMERS[customer][3] + late - 3), posted, self.customers[customer], total))

    def _total(self, posted: Posted) -> Decimal:
        return Decimal(self.session.execute(select(Document.total).where(Document.id == posted.document_id)).scalar_one())

    def _settle(self, day: date) -> None:
        """Pay suppliers when due; customers pay when they please."""
        for kind, waiting in (("payment", self.unpaid_in), ("receipt", self.unpaid_out)):
            due = [w for w in waiting if w[0] <= day]
            for entry in due:
                waiting.remove(entry)
                _when, posted, partner, _about = entry
                total = self._total(posted)
                account = (
                    "bank" if kind == "receipt" else self.rng.choices(("wechat", "alipay", "cash", "bank"), (50, 22, 16, 12))[0]
                )
                draft = Draft(
                    kind,
                    f"{day}T09:{self.rng.randint(0, 59):02}:00",
                    partner,
                    paid=[Paid(self.accounts[account], total)],
                    settles=[Settles(posted.document_id, total)],
                )
                if datetime.fromisoformat(str(draft.moment)) <= self.act.at and total:
                    self.post(draft)

    def _return(self, day: date) -> None:
        """A customer brings back the first line of one of the last sales."""
        posted, bought = self.recent.pop(self.rng.randrange(len(self.recent)))
        at = f"{day}T21:{self.rng.randint(31, 50):02}:00"
        if datetime.fromisoformat(at) > self.act.at:
            return
        good, _pieces = bought[0]
        self.post(Draft("retail_return", at, lines=[DraftLine(good.id, Decimal(1), against=(posted.document_id, 1))]))
        good.stock += 1

    def _write_off(self, day: date, *, broken: bool) -> None:
        """Clear off the shelf what cannot be sold tomorrow, and now and then something that broke."""
        at = f"{day}T21:55:00"
        if datetime.fromisoformat(at) > self.act.at:
            return
        by_id = {g.id: g for g in self.goods}
        expired = self.session.execute(
            select(Batch.product_id, Batch.number, StockBalance.quantity)
            .join(StockBalance, (StockBalance.product_id == Batch.product_id) & (StockBalance.batch_id == Batch.id))
            .where(Batch.expiry <= str(day), StockBalance.quantity > 0, StockBalance.warehouse_id == self.main)
        ).all()
        gone: list[tuple[Good, int, str | None]] = [
            (by_id[product], int(quantity), number) for product, number, quantity in expired
        ]
        whole = [g for g in self.goods if g.stock > 3 and not self._short_lived(g)]
        gone += [(good, 1, None) for good in self.rng.sample(whole, min(1, len(whole)))] if broken else []
        if not gone:
            return
        lines = [DraftLine(good.id, Decimal(pieces), batch=number) for good, pieces, number in gone]
        self.post(Draft("write_off", at, warehouse_id=self.main, reason="过期 / 破损", lines=lines))
        for good, pieces, _number in gone:
            good.stock -= pieces

    @staticmethod
    def _short_lived(good: Good) -> bool:
        return (good.article.family.life or 999) <= BATCH_LIFE

    def _stocktake(self, day: date) -> None:
        """Count one shelf after closing; a few lines differ."""
        shelf = self.rng.choice(list("ABCEFG"))
        counted = [g for g in self.goods if g.article.family.shelf == shelf and (g.article.family.life or 999) > BATCH_LIFE]
        at = f"{day}T22:00:00"
        if not counted or datetime.fromisoformat(at) > self.act.at:
            return
        for good in counted:
            good.stock = max(0, good.stock + self.rng.choices((0, -1, 1, -2), (88, 7, 3, 2))[0])
        if (self.act.today - day).days < COUNTED_BY_TWO:
            self.extras.count(at, shelf, [(good, good.stock) for good in counted])
            return
        lines = [DraftLine(good.id, counted=Decimal(good.stock)) for good in counted]
        self.post(Draft("stocktake", at, warehouse_id=self.main, lines=lines, reason=f"{shelf} 区月度盘点"))

    def _transfer(self, day: date) -> None:
        """Bulky goods go to the back and return the same evening; the book sees both ways."""
        picked = [g for g in self.goods if g.stock >= 12 and g.article.family.shelf in "AB"][:3]
        if not picked or datetime.fromisoformat(f"{day}T22:40:00") > self.act.at:
            return
        lines = [DraftLine(g.id, Decimal(4)) for g in picked]
        self.post(Draft("transfer", f"{day}T22:30:00", warehouse_id=self.main, to_warehouse_id=self.back, lines=lines))
        self.post(Draft("transfer", f"{day}T22:40:00", warehouse_id=self.back, to_warehouse_id=self.main, lines=lines))
