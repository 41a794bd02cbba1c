"""A document as one JSON object says it, turned into a draft: codes become ids, and what is missing is made where asked for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import parse_day, parse_moment
from jxc_desktop.domain.documents import ZERO, DocumentKind, Draft, DraftLine, Paid, Portion, Settles, Share, kind_of
from jxc_desktop.domain.money import LIMIT, TOTAL_LIMIT, round_half_up
from jxc_desktop.exchange.json_values import amount_of, decimal, keys_of, needed, objects, required, text, yes_no
from jxc_desktop.exchange.lookup import Lookup, MadeAs, Meant
from jxc_desktop.i18n import _


def draft_from_json(given: dict[str, Any], lookup: Lookup) -> Draft:
    """The draft that a JSON object of the contract says; codes become ids, and with ``create`` what is missing is made."""
    kind = kind_of(text(given, "kind") or "")
    draft = Draft(kind.code, ref=text(given, "ref", limit=200))
    if given.get("date") is not None or yes_no(given, "post", True):  # a draft may be incomplete
        draft.moment = parse_moment(required(given, "date"), field=_("Date"))
    if given.get("amount") is not None:
        draft.amount = decimal(given, "amount", 2, TOTAL_LIMIT)
    if given.get("partner") is not None:
        draft.partner_id = lookup.partner(required(given, "partner"), _side(kind, draft.amount))
    if given.get("warehouse") is not None:
        draft.warehouse_id = lookup.warehouse(required(given, "warehouse"))
    if given.get("to_warehouse") is not None:
        draft.to_warehouse_id = lookup.warehouse(required(given, "to_warehouse"))
    if given.get("account") is not None:
        draft.account_id = lookup.account(required(given, "account"))
    for name in ("discount_amount", "freight", "rounding"):
        setattr(draft, name, decimal(given, name, 2, TOTAL_LIMIT) or ZERO)
    draft.note = text(given, "note", limit=1000) or ""
    draft.reason = text(given, "reason", limit=200) or ""
    draft.external_number = text(given, "external_number", limit=100) or ""
    if given.get("expected") is not None:
        draft.expected = parse_day(required(given, "expected"), field=_("Expected day"))
    if given.get("order") is not None:
        draft.order_id = lookup.order(required(given, "order"), kind)
    if kind.makes and given.get("product") is not None:
        draft.made = _line(given, kind, lookup)
        _batches_of_issues(given, kind, [draft.made], lookup, made=True)
    if kind.raises_receipts:
        draft.targets = [lookup.document(key) for key in keys_of(given, "against")]
        draft.spread = text(given, "by") or "value"
        draft.shares = [
            Share(lookup.document(required(s, "ref")), _line_number(s), amount_of(s)) for s in objects(given, "shares")
        ]
    draft.transit = yes_no(given, "transit", False)
    draft.lines = [_line(line, kind, lookup) for line in objects(given, "lines")]
    _batches_of_issues(given, kind, draft.lines, lookup)
    if given.get("paid") is not None:
        draft.paid = [Paid(lookup.account(required(p, "account")), amount_of(p)) for p in objects(given, "paid")]
    draft.settles = [Settles(lookup.document(required(s, "ref")), amount_of(s)) for s in objects(given, "settles")]
    return draft


def _side(kind: DocumentKind, amount: Decimal | None) -> str:
    """Which side of trade a partner is on that is made for the document: whom money goes to, or whom we owe, is a supplier."""
    owed = (amount or ZERO) < 0 if kind.opens_balance else kind.money < 0
    return kind.side or ("supplier" if owed else "customer")


def _line(given: dict[str, Any], kind: DocumentKind, lookup: Lookup) -> DraftLine:
    line = DraftLine()
    line.batch = text(given, "batch", limit=100)
    meant = _goods(given, lookup)
    line.product_id, line.unit_id = meant.product_id, meant.unit_id
    line.portions = [Portion(*_part(part, lookup), text(part, "batch", limit=100)) for part in objects(given, "parts")]
    counting = kind.is_count
    quantity = decimal(given, "counted" if counting else "qty", 3, LIMIT)  # missing: a draft may be; posting refuses it
    times, quantity = quantity, None if quantity is None else quantity * meant.quantity
    if counting:
        line.counted = quantity
        if given.get("at") is not None:
            line.counted_at = parse_moment(required(given, "at"), field=_("Time of counting"))
    else:
        line.quantity = quantity
    line.price = decimal(given, "price", 4, LIMIT)
    line.discount = decimal(given, "discount", 6, Decimal(1)) or ZERO
    line.amount = decimal(given, "amount", 2, TOTAL_LIMIT)
    if kind.family == "sales" and meant.amount is not None and times is not None and (line.price, line.amount) == (None, None):
        line.amount = round_half_up(meant.amount * times)
    for name in ("produced", "expiry"):
        if given.get(name) is not None:
            setattr(line, name, parse_day(required(given, name), field=name))
    line.reason = text(given, "reason", limit=200) or ""
    line.note = text(given, "note", limit=1000) or ""
    line.expired_ok = yes_no(given, "expired_ok", False)
    line.expired_reason = text(given, "expired_reason", limit=200) or ""
    if given.get("against") is not None:
        against = given["against"]
        if not isinstance(against, dict):
            raise _no_line(against)
        number = _line_number(against)
        line.against = (lookup.document(required(against, "ref")), number)
    return line


def _batches_of_issues(
    given: dict[str, Any], kind: DocumentKind, lines: list[DraftLine], lookup: Lookup, *, made: bool = False
) -> None:
    """The batches of what is posted and leaves; a draft makes none, and what comes in or is counted makes its own."""
    leaves = not (kind.is_order or kind.is_count or kind.sets_cost or kind.brings_in(made))
    for line in lines if leaves and yes_no(given, "post", True) else ():
        if line.product_id is not None and line.batch is not None:
            lookup.batch_of_issue(line.product_id, line.batch)


def _line_number(given: dict[str, Any]) -> int:
    number = given.get("line")
    if type(number) is not int:
        raise _no_line(given)
    return number


def _no_line(found: Any) -> errors.BadValue:
    return errors.BadValue(field="against", value=str(found)[:80], hint='{"ref": …, "line": 1}')


def _goods(given: dict[str, Any], lookup: Lookup, *, part: bool = False) -> Meant:
    """The product and unit of a line, or of a ``part`` of one, which is no kit."""

    def made_as() -> MadeAs:
        own = given.get("create_as") or {}
        if not isinstance(own, dict):
            raise errors.BadValue(field="create_as", value=str(own)[:80], hint='{"batches": true, "kit": […]}')
        batched = given.get("batch") is not None or yes_no(own, "batches", False)
        parts = [] if part else objects(own, "kit")
        return MadeAs(batched, text(own, "costing"), text(own, "negative"), tuple(_part(each, lookup) for each in parts))

    return lookup.product(required(given, "product"), text(given, "unit", limit=40), made_as=made_as)


def _part(given: dict[str, Any], lookup: Lookup) -> tuple[int, Decimal]:
    """The product of a part and its quantity, in base units. Raises :class:`BadValue` for any other unit."""
    meant = _goods(given, lookup, part=True)
    if meant.unit_id is not None or meant.quantity != 1:
        raise errors.BadValue(field="parts", value=str(given)[:80], hint=_("Parts are said in base units."))
    return meant.product_id, needed(decimal(given, "qty", 3, LIMIT), "qty")
