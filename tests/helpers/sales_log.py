"""A retailer's log of sales lines as documents, and what the book must make of them, counted plainly and in fractions.

The log has what such logs have: invoices of one to many lines, cancellations, goods that went missing, buyers without a name.
What was bought is not in it; it is bought by a rule: on Mondays, in dozens, enough for the week, at costs that move.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LogRow:
    """A line of the log. ``quantity`` below 0: cancelled, or without a price: gone. ``customer`` "" is anybody."""

    invoice: str
    code: str
    quantity: int
    moment: datetime
    price: Decimal
    customer: str


def made_up(first: date, days: int, *, seed: int, invoices_a_day: int = 14, goods: int = 120) -> list[LogRow]:
    """A log of that shape. The best sellers are bought a hundred times as often as the last ones."""
    random = Random(seed)
    codes = [f"{20000 + 7 * i}{'ABCDE'[i % 5] if i % 4 == 0 else ''}" for i in range(goods)]
    prices = [Decimal(random.choice((29, 42, 85, 125, 165, 195, 295, 425, 795, 1275))) / 100 for _ in codes]
    weights = [1 / (1 + i) for i in range(goods)]
    rows: list[LogRow] = []
    number = 536000
    for day in (first + timedelta(days=n) for n in range(days)):
        if day.weekday() == 5:  # closed on Saturdays
            continue
        for minute in sorted(random.sample(range(480, 1080), invoices_a_day)):
            number += 1
            at = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
            rows += _invoice(random, rows, number, at, codes, prices, weights)
    return rows


def _invoice(
    random: Random,
    before: Sequence[LogRow],
    number: int,
    at: datetime,
    codes: Sequence[str],
    prices: Sequence[Decimal],
    weights: Sequence[float],
) -> list[LogRow]:
    chance = random.random()
    if chance < 0.08 and before:  # somebody brings back some of what was bought
        old = random.choice(before[-400:])
        if old.quantity > 0 and old.customer:
            quantity = random.randint(1, old.quantity)
            return [LogRow(f"C{number}", old.code, -quantity, at, old.price, old.customer)]
    picked = random.choices(range(len(codes)), weights, k=1 if chance > 0.93 else random.randint(2, 24))
    if chance < 0.1:  # found broken
        return [LogRow(str(number), codes[picked[0]], -random.randint(1, 5), at, Decimal(0), "")]
    customer = str(12346 + random.randrange(60)) if random.random() < 0.75 else ""
    return [
        LogRow(str(number), codes[i], random.choice((1, 1, 2, 3, 4, 6, 8, 12, 24, 48)), at, prices[i], customer) for i in picked
    ]


def documents_of(rows: Iterable[LogRow]) -> list[Document]:
    """The documents in the order of time: receipts by the rule, sales, returns (of a sale that is known where there is one)."""
    invoices: dict[tuple[str, bool], list[LogRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.moment):
        invoices[(row.invoice, row.quantity < 0)].append(row)
    weeks: dict[date, list[list[LogRow]]] = defaultdict(list)
    for lines in sorted(invoices.values(), key=lambda lines: lines[0].moment):
        day = lines[0].moment.date()
        weeks[day - timedelta(days=day.weekday())].append(lines)
    maker = _Maker()
    return [document for monday in sorted(weeks) for document in maker.week(monday, weeks[monday])]


@dataclass(slots=True)
class _Maker:
    there: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    costs: dict[str, Decimal] = field(default_factory=dict)
    sold: dict[tuple[str, str], list[list[Any]]] = field(default_factory=lambda: defaultdict(list))

    def week(self, monday: date, invoices: Sequence[list[LogRow]]) -> Iterator[Document]:
        wanted: dict[str, int] = defaultdict(int)
        for row in (row for lines in invoices for row in lines):
            if row.price and row.code not in self.costs:
                self.costs[row.code] = (row.price * Decimal("0.6")).quantize(Decimal("0.0001"))
            if row.quantity > 0 or not row.price:
                wanted[row.code] += abs(row.quantity)
        lines = []
        for n, (code, quantity) in enumerate(sorted(wanted.items())):
            missing = quantity + 6 - self.there[code]
            if missing > 0:
                drift = Decimal(100 + (n * 7 + monday.toordinal()) % 13 - 6) / 100
                cost = (self.costs.get(code, Decimal(1)) * drift).quantize(Decimal("0.0001"))
                lines.append({"product": code, "qty": str(-(-missing // 12) * 12), "price": str(cost)})
                self.there[code] += -(-missing // 12) * 12
        if lines:
            yield self._document(
                "purchase_receipt", f"buy-{monday}", datetime.combine(monday, datetime.min.time()), "SUPPLIER", lines
            )
        for rows in invoices:
            yield self._of(rows)

    def _of(self, rows: list[LogRow]) -> Document:
        first = rows[0]
        ref = first.invoice if first.quantity > 0 else f"{first.invoice}-"
        lines: list[dict[str, Any]] = []
        for row in rows:
            self.there[row.code] -= row.quantity if row.price else abs(row.quantity)
            line: dict[str, Any] = {"product": row.code, "qty": str(abs(row.quantity)), "price": str(row.price)}
            key = (row.customer, row.code)
            if row.quantity > 0:
                self.sold[key].append([ref, len(lines) + 1, row.quantity])
            elif row.customer and (origin := next((o for o in reversed(self.sold[key]) if o[2] >= -row.quantity), None)):
                origin[2] += row.quantity
                line |= {"against": {"ref": origin[0], "line": origin[1]}}
            lines.append(line)
        if first.quantity < 0 and not any(row.price for row in rows):
            return self._document(
                "write_off", ref, first.moment, "", [{k: line[k] for k in ("product", "qty")} for line in lines]
            )
        sale, back = ("sale", "sales_return") if first.customer else ("retail_sale", "retail_return")
        return self._document(sale if first.quantity > 0 else back, ref, first.moment, first.customer, lines)

    @staticmethod
    def _document(kind: str, ref: str, moment: datetime, partner: str, lines: list[dict[str, Any]]) -> Document:
        made: Document = {"ref": ref, "kind": kind, "date": moment.isoformat(timespec="seconds"), "create": True, "lines": lines}
        return made | ({"partner": partner} if partner else {})


def half_up(value: Fraction, places: int) -> Decimal:
    """Rounded half away from zero."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if value >= 0 else -whole).scaleb(-places)


def fen(value: Fraction) -> Fraction:
    return Fraction(half_up(value, 2))


@dataclass(slots=True)
class _Goods:
    """One product, costed plainly: a list of (pieces, value) layers, of which moving average has one."""

    fifo: bool
    layers: deque[list[Fraction]] = field(default_factory=deque)
    last: Fraction = Fraction(0)

    def come(self, quantity: Fraction, value: Fraction) -> None:
        if self.layers and not self.fifo:
            self.layers[0] = [self.layers[0][0] + quantity, self.layers[0][1] + value]
        else:
            self.layers.append([quantity, value])
        self._note()

    def go(self, quantity: Fraction) -> Fraction:
        value, left = Fraction(0), quantity
        while left:
            layer = self.layers[0]
            taken = min(left, layer[0])
            worth = fen(layer[1] * taken / layer[0])
            self.layers[0] = [layer[0] - taken, layer[1] - worth]
            value, left = value + worth, left - taken
            if not self.layers[0][0]:
                self.layers.popleft()
        self._note()
        return value

    def present(self, quantity: Fraction) -> Fraction:
        return fen(self.last * quantity)

    def _note(self) -> None:
        if self.layers:
            self.last = sum((layer[1] for layer in self.layers), Fraction(0)) / sum(
                (layer[0] for layer in self.layers), Fraction(0)
            )


@dataclass(slots=True)
class Plain:
    """What was sold and what lay there, day by day, by product."""

    cost: dict[tuple[str, date], Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    revenue: dict[tuple[str, date], Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    change: dict[tuple[str, date], Fraction] = field(default_factory=lambda: defaultdict(Fraction))

    def line(self, first: date, last: date, product: str | None = None) -> dict[str, Any]:
        """The figures of turnover from ``first`` to ``last`` for one product or all, as the report words them."""

        def summed(of: dict[tuple[str, date], Fraction], since: date, until: date) -> Fraction:
            return sum((v for (p, d), v in of.items() if product in (None, p) and since <= d <= until), Fraction(0))

        days = (last - first).days + 1
        opening = summed(self.change, date.min, first - timedelta(days=1))
        over = opening * days
        for (p, day), value in self.change.items():
            if product in (None, p) and first <= day <= last:
                over += value * ((last - day).days + 1)
        cost, revenue = summed(self.cost, first, last), summed(self.revenue, first, last)
        average = over / days
        return {
            "cost_of_sales": f"{half_up(cost, 2)}",
            "average_inventory": f"{half_up(average, 2)}",
            "turnover": f"{half_up(cost / average, 6)}" if average else None,
            "turnover_days": f"{half_up(days * average / cost, 6)}" if cost and average else None,
            "opening_value": f"{half_up(opening, 2)}",
            "closing_value": f"{half_up(opening + summed(self.change, first, last), 2)}",
            "revenue": f"{half_up(revenue, 2)}",
            "gross_profit": f"{half_up(revenue - cost, 2)}",
            "gmroi": f"{half_up((revenue - cost) / average, 6)}" if average else None,
        }


def plain(documents: Iterable[Document], method: str) -> Plain:
    """Count the documents, in order, by the rules of the trade and nothing else.

    What came back before anything was bought has the cost of what was bought first.
    """
    found, documents = Plain(), list(documents)
    goods: dict[str, _Goods] = {}
    for line in (line for document in documents if document["kind"] == "purchase_receipt" for line in document["lines"]):
        amount = fen(Fraction(line["qty"]) * Fraction(line["price"]))
        goods.setdefault(line["product"], _Goods(method == "fifo", last=amount / Fraction(line["qty"])))
    sold: dict[tuple[str, int], list[Fraction]] = {}
    for document in documents:
        day = date.fromisoformat(document["date"][:10])
        for number, line in enumerate(document["lines"], start=1):
            code, quantity = line["product"], Fraction(line["qty"])
            amount = fen(quantity * Fraction(line.get("price", "0")))
            of = goods.setdefault(code, _Goods(method == "fifo"))
            kind, key = document["kind"], (code, day)
            if kind == "purchase_receipt":
                of.come(quantity, amount)
                found.change[key] += amount
            elif kind in ("sales_return", "retail_return"):
                value = of.present(quantity)
                if "against" in line:
                    origin = sold[(line["against"]["ref"], line["against"]["line"])]
                    value = fen(origin[1] * quantity / origin[0])  # its share of what has not come back yet
                    origin[:] = [origin[0] - quantity, origin[1] - value]
                of.come(quantity, value)
                found.change[key] += value
                found.cost[key] -= value
                found.revenue[key] -= amount
            else:
                value = of.go(quantity)
                sold[(document["ref"], number)] = [quantity, value]
                found.change[key] -= value
                if kind != "write_off":
                    found.cost[key] += value
                    found.revenue[key] += amount
    return found
