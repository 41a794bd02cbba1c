"""Documents out as JSON Lines, in posting order, in the form that the import reads.

Quantities are in the base unit, so that an empty shop that makes the products from these lines counts as this one does;
what was entered in another unit stands beside them under ``entered``. A voided document carries ``"status": "voided"``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from jxc_desktop.columns import json_line, plain
from jxc_desktop.db.engine import Database
from jxc_desktop.domain.documents import ZERO, Draft, DraftLine, kind_of
from jxc_desktop.domain.errors import TooFine
from jxc_desktop.domain.money import line_amount, round_half_up
from jxc_desktop.domain.units import BASE, price_in
from jxc_desktop.exchange.write import replacing
from jxc_desktop.queries.document_facts import Codes, LineFacts, all_facts, codes_of, drafts_of, numbers_of
from jxc_desktop.services.drafts import parse

MADE = ("product", "unit", "qty", "batch", "produced", "expiry", "create_as")
"""What a document says of the product that it puts together or takes apart."""


def export_documents(database: Database, path: Path) -> int:
    """Write every document of the book to ``path``, drafts last; returns how many. Raises what :func:`replacing` raises."""
    count = 0
    with database.read() as session, replacing(path) as file:
        codes = codes_of(session)
        for given in _documents(session, codes):
            file.write((json_line(given) + "\n").encode("utf-8", "backslashreplace"))
            count += 1
    return count


def _documents(session: Any, codes: Codes) -> Iterator[dict[str, Any]]:
    keys = numbers_of(session)
    for head, lines, payments, settles, shares in all_facts(session):
        given = _head(head, codes, keys)
        kind = kind_of(head.kind)
        if kind.opens_balance:
            given["amount"] = plain(head.total, "money")
            if payments:
                given["account"] = codes.accounts[payments[0][0]]
        elif kind.money:
            given["paid"] = [
                {"account": codes.accounts[account], "amount": plain(abs(amount), "money")} for account, amount in payments
            ]
        if kind.has_lines:
            told = [_line(line, codes, keys, head) for line in lines]
            for one, line in zip(told, lines, strict=True):
                if kind.hands_over and line.first_expiry is not None and line.first_expiry < head.day:
                    one["expired_ok"] = True  # it was handed over, confirmed or not
            given["lines"] = [one for one, line in zip(told, lines, strict=True) if line.line != head.made_line]
            if head.made_line is not None:
                made = next(one for one, line in zip(told, lines, strict=True) if line.line == head.made_line)
                given |= {name: made[name] for name in MADE if name in made}
        if kind.raises_receipts:
            targets = dict.fromkeys(share.document_id for share in shares)
            given |= {"amount": plain(head.total, "money"), "by": head.spread, "against": [keys[t] for t in targets]}
            if head.spread == "weight":  # what each weighs is not said here
                given["shares"] = [
                    {"ref": keys[share.document_id], "line": share.line, "amount": plain(share.amount, "money")}
                    for share in shares
                ]
        if settles:
            given["settles"] = [{"ref": keys[target], "amount": plain(amount, "money")} for target, amount in settles]
        if head.status == "voided":
            given |= {"status": "voided", "void_reason": head.void_reason}
        if head.status == "closed":
            given |= {"status": "closed", "closed": head.closed_day}
        yield given
    for ref, text in drafts_of(session):
        yield _draft(ref, parse(text), codes, keys)


def _head(head: Any, codes: Codes, keys: dict[int, str]) -> dict[str, Any]:
    given: dict[str, Any] = {"ref": keys[head.id], "kind": head.kind, "date": head.moment, "number": head.number, "create": True}
    given |= _places(head.partner_id, head.warehouse_id, head.to_warehouse_id, codes)
    if head.transit:
        given["transit"] = True
    if head.order_id is not None:
        given["order"] = keys[head.order_id]
    return given | _extras(head)


def _places(partner: int | None, warehouse: int | None, to_warehouse: int | None, codes: Codes) -> dict[str, Any]:
    found = {
        "partner": codes.partners.get(partner or 0),
        "warehouse": codes.warehouses.get(warehouse or 0),
        "to_warehouse": codes.warehouses.get(to_warehouse or 0),
    }
    return {name: code for name, code in found.items() if code is not None}


def _extras(head: Any) -> dict[str, Any]:
    """What a document has beside its lines, where it says anything."""
    amounts = {
        name: plain(getattr(head, name), "money") for name in ("discount_amount", "freight", "rounding") if getattr(head, name)
    }
    texts = {name: getattr(head, name) for name in ("expected", "reason", "note", "external_number") if getattr(head, name)}
    return amounts | texts


def _product(product_id: int, codes: Codes, batch: str | None = None) -> dict[str, Any]:
    """Which product, and of one that is not like any other what makes it so: a book that has it not makes it like this."""
    product = codes.products[product_id]
    own: dict[str, Any] = {"batches": True if product.batches and batch is None else None}
    own |= {"costing": product.costing, "negative": product.negative}
    own["kit"] = [_product(part.product_id, codes) | {"qty": plain(part.quantity, "quantity")} for part in product.kit] or None
    made = {name: value for name, value in own.items() if value is not None}
    return {"product": product.code, "unit": product.unit} | ({"create_as": made} if made else {})


def _line(line: LineFacts, codes: Codes, keys: dict[int, str], head: Any) -> dict[str, Any]:
    kind = kind_of(head.kind)
    given = _product(line.product_id, codes, line.batch)
    if not kind.sets_cost:
        given["counted" if kind.is_count else "qty"] = plain(line.base_quantity, "quantity")
    same_unit = (line.factor_num, line.factor_den) == (1, 1)
    if line.price is not None:
        price = line.price if same_unit else round_half_up(line.price * line.factor_den / line.factor_num, 4)
        given["price"] = plain(price, "price")
    if line.discount and same_unit:
        given["discount"] = f"{line.discount:f}"
    if line.amount is not None and (
        not same_unit or line.price is None or line.amount != line_amount(line.quantity, line.price, line.discount)
    ):
        given["amount"] = plain(line.amount, "money")
    if not same_unit:
        given["entered"] = {"unit": line.unit, "qty": plain(line.quantity, "quantity"), "price": plain(line.price, "price")}
    given |= {name: value for name in ("batch", "produced", "expiry", "reason", "note") if (value := getattr(line, name))}
    if line.against is not None:
        given["against"] = {"ref": keys[line.against[0]], "line": line.against[1]}
    elif _says_parts(line, codes, head):
        given["parts"] = [
            _product(part.product_id, codes, part.batch)
            | {"qty": plain(part.quantity, "quantity")}
            | ({"batch": part.batch} if part.batch is not None else {})
            for part in line.parts
        ]
    if kind.is_count and line.counted_at and line.counted_at != head.moment:
        given["at"] = line.counted_at
    return given


def _says_parts(line: LineFacts, codes: Codes, head: Any) -> bool:
    """Whether another book could not tell by itself what left: of a kit, of several batches, or of none because no batch had
    any left then. What takes goods under way follows what it names.
    """
    kind, product = kind_of(head.kind), codes.products[line.product_id]
    if not line.parts or (head.order_id and kind.takes_goods_under_way):
        return False
    if len(line.parts) > 1 or product.kit:
        return True
    leaves = not (kind.is_count or kind.sets_cost or kind.brings_in(False) or line.line == head.made_line)
    return leaves and product.batches


def _draft(ref: str | None, draft: Draft, codes: Codes, keys: dict[int, str]) -> dict[str, Any]:
    """A draft as far as it is filled in; lines without a product or a quantity stay behind."""
    given: dict[str, Any] = {"kind": draft.kind, "date": draft.moment, "post": False, "create": True}
    if ref is not None:
        given["ref"] = ref
    given |= _places(draft.partner_id, draft.warehouse_id, draft.to_warehouse_id, codes) | _extras(draft)
    if draft.order_id is not None and draft.order_id in keys:
        given["order"] = keys[draft.order_id]
    if draft.amount is not None:
        given["amount"] = plain(draft.amount, "money")
    if draft.account_id is not None:
        given["account"] = codes.accounts[draft.account_id]
    if draft.paid is not None:
        given["paid"] = [{"account": codes.accounts[p.account_id], "amount": plain(p.amount, "money")} for p in draft.paid]
    if draft.settles:
        given["settles"] = [
            {"ref": keys[s.document_id], "amount": plain(s.amount, "money")} for s in draft.settles if s.document_id in keys
        ]
    if draft.made is not None:
        given |= {name: value for name, value in (_draft_line(draft.made, codes, keys) or {}).items() if name in MADE}
    if draft.transit:
        given["transit"] = True
    if draft.targets:
        given |= {"against": [keys[t] for t in draft.targets if t in keys], "by": draft.spread}
    if kind_of(draft.kind).has_lines:
        given["lines"] = [line for each in draft.lines if (line := _draft_line(each, codes, keys)) is not None]
    return {name: value for name, value in given.items() if value is not None}


def _draft_line(line: DraftLine, codes: Codes, keys: dict[int, str]) -> dict[str, Any] | None:
    product_id = line.product_id or 0
    quantity = line.counted if line.counted is not None else line.quantity
    if product_id not in codes.products or (quantity is None and line.price is None):
        return None
    given = _product(product_id, codes, line.batch)
    factor, price, amount = codes.units.get(line.unit_id or 0, BASE), line.price, line.amount
    if quantity is not None:
        with suppress(TooFine):  # could not be posted either: it comes back without its quantity
            quantity = factor.to_base(quantity, field="qty")
            given["qty" if line.counted is None else "counted"] = plain(quantity, "quantity")
    if price is not None:
        price, exact = price_in(quantity or ZERO, BASE, price, factor, line.discount)
        amount = exact if amount is None and quantity is not None else amount
    given |= {"price": plain(price, "price"), "amount": plain(amount, "money"), "at": line.counted_at}
    given |= {name: getattr(line, name) or None for name in ("batch", "produced", "expiry", "reason", "note")}
    given |= {"expired_ok": line.expired_ok or None, "expired_reason": line.expired_reason or None}
    if line.discount:
        given["discount"] = f"{line.discount:f}"
    if line.against is not None and line.against[0] in keys:
        given["against"] = {"ref": keys[line.against[0]], "line": line.against[1]}
    return {name: value for name, value in given.items() if value is not None}
