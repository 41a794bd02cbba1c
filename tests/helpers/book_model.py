"""An independent model of the book, plain and slow: a list of documents, and every question goes over the whole list.

It knows the rules of the trade and nothing of the program: no balances are kept, no row is ever restated. Quantities are
thousandths of the base unit, amounts fen, unit costs fractions; what is rounded to the fen is rounded half up, where the
rules round: an amount, an issue, a share. What is divided adds up: the last part takes the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from math import floor
from typing import Any

from tests.helpers.book_documents import GOES, OWES, PAYS, PREFIX, Doc, Goods, Line, Outcome
from tests.helpers.cost_model import walk
from tests.helpers.cost_pool import Costs, Place, Row, RowId, half_up


def shared(total: int, weights: list[int]) -> list[int]:
    """``total`` over ``weights`` by largest remainder, the first on ties; all weights zero: equal parts."""
    if not weights:
        return []
    used = weights if any(weights) else [1] * len(weights)
    exact = [Fraction(total * weight, sum(used)) for weight in used]
    parts = [floor(one) for one in exact]
    for index in sorted(range(len(used)), key=lambda i: (parts[i] - exact[i], i))[: total - sum(parts)]:
        parts[index] += 1
    return parts


class Book:
    """The list of documents, with the questions asked of it."""

    def __init__(self, method: str, pool: str, negative: str, goods: Iterable[Goods], bought_for: int = 700) -> None:
        self.method, self.pool, self.negative, self.bought_for = method, pool, negative, bought_for
        self.goods = {one.code: one for one in goods}
        self.docs: list[Doc] = []
        self.batches: dict[tuple[str, str], tuple[str, int]] = {}
        self.acts = 0

    # ---- acts ---------------------------------------------------------------------------------------------------------

    def post(self, doc: Doc) -> Outcome:
        """Append ``doc`` if the rules allow it, and say what must come of it."""
        before = self.costs()
        doc.seq = self.acts + 1
        self._reckon(doc)
        self._choose_parts(doc)
        short, warned = self._short(self.living(), [*self.living(), doc], {r.place for r in self.rows([doc])})
        if short:
            self._forget_parts(doc)
            return Outcome(days=short)
        self.acts += 1
        serial = 1 + sum(1 for other in self.docs if (other.kind, other.day) == (doc.kind, doc.day))
        doc.number = f"{PREFIX[doc.kind]}-{doc.day.replace('-', '')}-{serial:03}"
        doc.index = len(self.docs)
        self.docs.append(doc)
        for _, line in doc.numbered():
            if line.batch:
                self.batches.setdefault((line.product, line.batch), (line.expiry, len(self.batches)))
        return Outcome(warned=warned, number=doc.number, restated=self._restated(before, self.costs(), doc))

    def void(self, doc: Doc) -> Outcome:
        """Take ``doc`` out of the living ones if the rules allow it."""
        index = doc.index
        named = {line.against[0] for other in self.living() for line in other.lines if line.against}
        named |= {other.sent for other in self.living() if other.sent is not None}
        if index in named | {target for other in self.living() for target in [*other.settles, *other.targets]}:
            return Outcome(hangs=True)
        rest = [other for other in self.living() if other is not doc]
        short, warned = self._short(self.living(), rest, {r.place for r in self.rows([doc])})
        if short:
            return Outcome(days=short)
        before = self.costs()
        self.acts += 1
        doc.voided = True
        return Outcome(warned=warned, number=doc.number, restated=self._restated(before, self.costs(), doc))

    def living(self) -> list[Doc]:
        return [doc for doc in self.docs if not doc.voided]

    # ---- money ----------------------------------------------------------------------------------------------------------

    def _reckon(self, doc: Doc) -> None:
        """Amounts of the lines, what the whole takes off and adds, and the total."""
        if doc.kind == "landed_cost":
            doc.total = doc.amount
            doc.shares = self._landed_shares(doc)
            return
        if not doc.lines:
            doc.total = sum(amount for _, amount in doc.paid)
            return
        amounts = []
        for line in doc.lines:
            if line.against and line.price is None and line.amount is None:
                line.amount = self._refund(doc, line)
            amounts.append(line.priced() or 0)
        if doc.kind not in OWES:
            doc.discount = doc.freight = 0
        nets = [a - s for a, s in zip(amounts, shared(doc.discount, amounts), strict=True)]
        landed = shared(doc.freight if doc.kind in ("purchase_receipt",) else 0, nets)
        for line, net, freight in zip(doc.lines, nets, landed, strict=True):
            known = line.priced() is not None
            line.net = net if known else None
            line.given = net + freight if known else None
        if doc.kind == "disassembly":
            self._weigh(doc)
        doc.total = sum(nets) + doc.freight
        if doc.kind in ("retail_sale", "retail_return"):
            doc.paid = [("cash", doc.total)] if doc.total else []

    def _weigh(self, doc: Doc) -> None:
        """By what the parts of something share its cost: what they are said to be worth, else what they are bought for."""
        said = [line.priced() for line in doc.lines]
        if None in said or not any(said):
            said = [half_up(Fraction(line.quantity * self.bought_for, 1000)) for line in doc.lines]
        for line, weight in zip(doc.lines, said, strict=True):
            line.given = weight

    def _landed_shares(self, doc: Doc) -> dict[RowId, int]:
        """The amount over the rows of the receipts, by value or by quantity."""
        rows = self.rows(self.docs[target] for target in doc.targets)
        weights = [row.quantity if doc.spread == "quantity" else row.given or 0 for row in rows]
        return dict(zip([row.id for row in rows], shared(doc.amount, weights), strict=True))

    def _refund(self, doc: Doc, line: Line) -> int | None:
        """The same share of what was paid; the last part takes the rest."""
        assert line.against is not None
        original = self.docs[line.against[0]].lines[line.against[1] - 1]
        if original.net is None:
            return None
        earlier = self._before(doc, line)
        if line.quantity == original.quantity - sum(one.quantity for one in earlier):
            return original.net - sum(one.priced() or 0 for one in earlier)
        return half_up(Fraction(original.net * line.quantity, original.quantity))

    def _before(self, doc: Doc, line: Line) -> list[Line]:
        """The lines that brought back or took of the same line before ``line`` of ``doc`` does."""
        here = next(index for index, one in enumerate(doc.lines) if one is line)
        lines = [*(one for other in self.living() for one in other.lines), *doc.lines[:here]]
        return [one for one in lines if one.against == line.against]

    def left_of(self, against: tuple[int, int]) -> int:
        """How much of a line has not come back yet."""
        back = [one.quantity for doc in self.living() for one in doc.lines if one.against == against]
        return self.docs[against[0]].lines[against[1] - 1].quantity - sum(back)

    def partners(self) -> dict[str, int]:
        """What each partner owes us (+) or we owe (-)."""
        owed: dict[str, int] = defaultdict(int)
        for doc in self.living():
            if doc.partner and doc.kind in OWES:
                paid = sum(amount for _, amount in doc.paid) if doc.lines or doc.amount else 0
                owed[doc.partner] += OWES[doc.kind] * (doc.total - paid)
        return {partner: amount for partner, amount in owed.items() if amount}

    def accounts(self) -> dict[str, int]:
        held: dict[str, int] = defaultdict(int)
        for doc in self.living():
            for account, amount in doc.paid:
                held[account] += PAYS[doc.kind] * amount
        return {account: amount for account, amount in held.items() if amount}

    # ---- goods ----------------------------------------------------------------------------------------------------------

    def rows(self, docs: Iterable[Doc]) -> list[Row]:
        """The stock rows of ``docs`` in the order of the ledger: business moment, posting, line, part."""
        found: list[Row] = []
        for doc in docs:
            index = doc.index if doc.index >= 0 else len(self.docs)
            mine = [row for number, line in doc.numbered() for row in self._rows_of(doc, index, number, line)]
            made, run = [row for row in mine if row.how == "made"], 0
            whole = sum(row.weight or 0 for row in made)
            for row in made:
                row.sources = [one.id for one in mine if one.how == "leave"]
                if row.weight is not None:
                    row.share = (run, run + row.weight, whole)
                    run += row.weight
            found += mine
        return sorted(found, key=lambda row: row.key)

    def _rows_of(self, doc: Doc, index: int, number: int, line: Line) -> Iterable[Row]:
        def row(part: int, how: str, warehouse: str, batch: str, quantity: int, **facts: Any) -> Row:
            place = (product, warehouse, batch)
            key = (line.at or doc.moment, doc.seq, number, part)
            return Row((index, number, part), key, place, self.pool_of(place), how, quantity, **facts)

        product = line.product
        if doc.kind == "stocktake":
            price = None if line.price is None else Fraction(line.price, 100_000 * line.factor)
            yield row(1, "count", doc.warehouse, line.batch, 0, counted=line.counted, price=price)
            return
        for part, (product, batch, quantity, original) in enumerate(self._moves(line), start=1):
            if doc.kind == "cost_adjustment":
                assert line.price is not None
                yield row(1, "adjust", doc.warehouse, batch, 0, price=Fraction(line.price, 100_000 * line.factor))
            elif doc.made is not None and line not in doc.leaving():
                yield row(part, "made", doc.warehouse, batch, quantity, weight=None if line is doc.made else line.given)
            elif doc.kind == "transfer":
                here, there = (index, number, part), (index, number, part + 500)
                inside = self.pool_of((product, doc.place, batch)) == self.pool_of((product, doc.arrives, batch))
                yield row(part, "leave", doc.place, batch, -quantity, twin=there, inside=inside)
                yield row(part + 500, "arrive", doc.arrives, batch, quantity, twin=here, inside=inside)
            elif doc.kind in GOES or line is doc.made:
                yield row(part, "leave", doc.place, batch, -quantity, original=original)
            elif doc.kind in ("sales_return", "retail_return"):
                yield row(part, "back", doc.warehouse, batch, quantity, original=original)
            elif line.given is None and doc.kind in ("stock_in", "overage"):
                yield row(part, "found", doc.warehouse, batch, quantity)
            else:
                yield row(part, "given", doc.warehouse, batch, quantity, given=line.given)

    def pool_of(self, place: Place) -> tuple[str, str, str]:
        product, warehouse, batch = place
        batched = self.method_of(product) == "batch"
        return product, warehouse if self.pool == "warehouse" else "", batch if batched else ""

    def method_of(self, product: str) -> str:
        return self.goods[product].costing or self.method

    def _balances(self, docs: Iterable[Doc], place: Place) -> list[tuple[tuple[str, int], int]]:
        """(moment, posting) and what lies in ``place`` after it; the lines of one document happen together."""
        steps: list[tuple[tuple[str, int], int]] = []
        held = 0
        for row in self.rows(docs):
            if row.place == place:
                held = held + row.quantity if row.counted is None else row.counted
                if steps and steps[-1][0] == row.key[:2]:
                    steps.pop()
                steps.append((row.key[:2], held))
        return steps

    def on_hand(self) -> dict[Place, int]:
        places = {row.place for row in self.rows(self.living())}
        held = {place: self._balances(self.living(), place)[-1][1] for place in places}
        return {place: quantity for place, quantity in held.items() if quantity}

    def _short(self, old: list[Doc], new: list[Doc], places: set[Place]) -> tuple[set[str], bool]:
        """The first days on which less than nothing would lie somewhere, and less than without the act; and whether to warn."""
        days, warned = set(), False
        for place in places:
            policy = self.goods[place[0]].negative or self.negative
            was = self._balances(old, place)
            for moment, held in self._balances(new, place):
                before = [quantity for at, quantity in was if at <= moment]
                if held < 0 and held < (before[-1] if before else 0):
                    warned = warned or policy == "warn"
                    if policy == "forbid":
                        days.add(moment[0][:10])
                    break
        return days, warned and not days

    # ---- batches and kits -----------------------------------------------------------------------------------------------

    def _moves(self, line: Line) -> list[tuple[str, str, int, RowId | None]]:
        return line.parts or [(line.product, line.batch, line.quantity, None)]

    def revenues(self, line: Line) -> list[int]:
        """What each part of a sold line brought in: the first all of it; of a kit by quantity, as all goods sell for the same."""
        quantities = [quantity for _, _, quantity, _ in self._moves(line)]
        if self.goods[line.product].kit:
            return shared(line.net or 0, quantities)
        return [line.net or 0] + [0] * (len(quantities) - 1)

    def _choose_parts(self, doc: Doc) -> None:
        """Of what each line consists: the original's batches of a return, those that are on the road, the parts of a kit,
        the batches that are the first to expire.
        """
        taken: dict[Place, int] = defaultdict(int)
        goes = doc.leaving()
        for line in goes:
            if line.batch:
                taken[(line.product, doc.place, line.batch)] += line.quantity
        for _, line in doc.numbered():
            line.parts = []
            kit = self.goods[line.product].kit
            if line.against and doc.sent is None:
                self._back(doc, line)
            elif line.against:
                self._off_the_road(doc, line)
            elif kit or (any(one is line for one in goes) and self.goods[line.product].batches and not line.batch):
                for product, each in kit or ((line.product, 1),):
                    self._first_to_expire(doc, line, product, each * line.quantity, taken)

    def _back(self, doc: Doc, line: Line) -> None:
        """A return goes through its original's parts in order; what came back already does not come back again."""
        assert line.against is not None
        index, number = line.against
        original = self.docs[index].lines[number - 1]
        before = self._before(doc, line)
        done = sum(one.quantity for one in before)
        left: dict[RowId | None, int] = defaultdict(int)
        for one in before:
            for _, _, quantity, row in one.parts:
                left[row] -= quantity
        there = [(p, b, q, (index, number, part)) for part, (p, b, q, _) in enumerate(self._moves(original), start=1)]
        for product in dict.fromkeys(p for p, _, _, _ in there):
            whole = sum(q for p, _, q, _ in there if p == product)
            rest = whole * (done + line.quantity) // original.quantity - whole * done // original.quantity
            mine = [one for one in there if one[0] == product]
            for _, batch, quantity, row in sorted(mine, key=lambda one: bool(line.batch) and one[1] != line.batch):
                take = min(rest, quantity + left[row])
                if take > 0:
                    line.parts.append((product, line.batch or batch, take, row))
                    rest -= take

    def _off_the_road(self, doc: Doc, line: Line) -> None:
        """Of what a transfer sent, what is still on the road: first of the batch that is named, then as it was sent."""
        assert line.against is not None
        gone: dict[str, int] = defaultdict(int)
        for one in self._before(doc, line):
            for _, batch, quantity, _ in one.parts:
                gone[batch] += quantity
        rest = line.quantity
        sent = self._moves(self.docs[line.against[0]].lines[line.against[1] - 1])
        for product, batch, quantity, _ in sorted(sent, key=lambda one: bool(line.batch) and one[1] != line.batch):
            take = min(rest, quantity - gone[batch])
            if take > 0:
                line.parts.append((product, line.batch or batch, take, None))
                rest -= take
        if rest:
            line.parts.append((line.product, line.batch, rest, None))

    def _first_to_expire(self, doc: Doc, line: Line, product: str, rest: int, taken: dict[Place, int]) -> None:
        here = (product, doc.place)
        held = {b: q for (p, w, b), q in self.on_hand().items() if (p, w) == here and b and q > 0}
        held = held if self.goods[product].batches else {}
        for batch in sorted(held, key=lambda b: (not self.batches[(product, b)][0], self.batches[(product, b)])):
            place = (*here, batch)
            take = min(rest, max(0, self._free(place, doc.moment) - taken[place]))
            if take:
                line.parts.append((product, batch, take, None))
                taken[place] += take
                rest -= take
        if rest:
            line.parts.append((product, "", rest, None))

    def _free(self, place: Place, moment: str) -> int:
        """The least that lies there from ``moment`` on, until it is next counted."""
        low = held = 0
        rows = [row for row in self.rows(self.living()) if row.place == place and row.key[0] > moment]
        counted = [row.key for row in rows if row.counted is not None]
        for at, quantity in self._balances(self.living(), place):
            if at[0] <= moment:
                low = held = quantity
            elif not counted or at < counted[0][:2]:
                low = min(low, quantity)
        return min(low, held)

    def _forget_parts(self, doc: Doc) -> None:
        for _, line in doc.numbered():
            line.parts = []

    # ---- cost -----------------------------------------------------------------------------------------------------------

    def costs(self) -> Costs:
        """Everything anew. Products that are made of one another are costed together."""
        found = Costs({}, {}, set())
        landed: dict[RowId, int] = defaultdict(int)
        for doc in self.living():
            for row_id, amount in doc.shares.items():
                landed[row_id] += amount
        rows = self.rows(self.living())
        for row in rows:
            row.landed = landed[row.id]
        for group in self._groups():
            walked = walk([row for row in rows if row.place[0] in group], lambda pool: self.method_of(pool[0]))
            if walked is None:
                found.unsure |= group
                continue
            found.rows |= {row.id: row for row in walked.rows}
            found.pools |= walked.pools
        return found

    def _groups(self) -> list[set[str]]:
        groups = [{product} for product in self.goods]
        for doc in self.living():
            if doc.made is not None:
                named = {line.product for _, line in doc.numbered()}
                groups = [g for g in groups if not g & named] + [set().union(*(g for g in groups if g & named))]
        return groups

    def _restated(self, before: Costs, after: Costs, cause: Doc) -> list[str]:
        """The documents whose cost another act changed, in the order of the ledger."""
        changed = set()
        for row, one in before.rows.items():
            other = after.rows.get(row)
            if other is not None and other.value != one.value and row[0] != cause.index:
                changed.add(row[0])
        return [self.docs[i].number for i in sorted(changed, key=lambda i: (self.docs[i].moment, self.docs[i].seq))]
