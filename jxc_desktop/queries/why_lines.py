"""Derivations of what stands on a document: amounts of lines, what was delivered or came back of them, totals, what is unpaid."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import VOID_PART, Account, Document, DocumentLine, LandedShare, MoneyRow, Product, Settlement, StockRow
from jxc_desktop.db.types import raw
from jxc_desktop.domain.documents import SPREADS, kind_of
from jxc_desktop.domain.money import allocate, pieces, yuan
from jxc_desktop.domain.money import line_amount as amount_of
from jxc_desktop.domain.why import Derivation, Term, WhyGroup, WhyKey, WhyRow
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.document_detail import DetailLine, DocumentDetail, document_detail
from jxc_desktop.queries.why_document import document_notes, document_words, line_of, line_words
from jxc_desktop.queries.why_parts import QUANTITY_AND_VALUE, capped, headings, said, spaced, told

ZERO = Decimal(0)


# --- lines -----------------------------------------------------------------------------------------------------------


def line_amount(session: Session, key: WhyKey) -> Derivation:
    """Quantity × price × (1 - discount), rounded once; or what was typed, or the share of what an original came to."""
    detail, line = line_of(session, key)
    counted = None if line.price is None else amount_of(line.quantity, line.price, line.discount)
    as_typed = line.amount is not None and counted != line.amount
    terms = [
        Term("=", line.quantity, "quantity", _("quantity ({unit})").format(unit=line.unit)),
        Term("×", line.price, "price", _("price")),
    ]
    if line.discount:
        terms.append(Term("×", 1 - line.discount, "percent", _("after the discount")))
    notes = list(document_notes(detail))
    origin: tuple[WhyRow, ...] = ()
    if line.against is not None:
        origin = (_original(session, line),)
        if as_typed:
            notes.append(_("It is the share of what the original line came to, so that parts add up to it."))
    elif as_typed:
        notes.append(_("The amount was typed into the document, not counted from the price."))
    groups = [WhyGroup(_("Amount of the line"), line.base_quantity, line.amount, origin)]
    if line.net is not None and line.amount is not None and line.net != line.amount:
        groups.append(WhyGroup(_("Share of the discount on the whole"), None, line.net - line.amount))
        groups.append(WhyGroup(_("Counts as revenue or cost with"), None, line.net, result=True))
    return told(
        key, line_words(key, detail, line), line.amount if as_typed else counted, () if as_typed else terms, groups,
        headings(*QUANTITY_AND_VALUE), stored=line.amount, notes=tuple(notes), known=line.amount is not None,
    )  # fmt: skip


def _original(session: Session, line: DetailLine) -> WhyRow:
    assert line.against is not None
    number, place = line.against
    id = session.execute(select(Document.id).where(Document.number == number)).scalar()
    words = _("{number}, line {line}").format(number=number, line=place)
    return WhyRow(words, document_id=id, key=WhyKey("line_amount", document_id=id, line=place), note=_("the original"))


def progress(session: Session, key: WhyKey) -> Derivation:
    """What was delivered of a line of an order (or accepted of a transfer), came back of it, or is still open.

    What a line got too much of counts for other lines of the same product on the order (:func:`lines_of_orders`).
    """
    detail, line = line_of(session, key)
    back = key.figure == "came_back"
    link = (
        (DocumentLine.against_document_id, DocumentLine.against_line)
        if back
        else (DocumentLine.order_document_id, DocumentLine.order_line)
    )
    rows = session.execute(
        select(Document.id, Document.number, Document.kind, Document.moment, func.sum(raw(DocumentLine.base_quantity)))
        .join(DocumentLine, DocumentLine.document_id == Document.id)
        .where(link[0] == detail.head.id, link[1] == line.line, Document.status == "posted")
        .group_by(Document.id, Document.number, Document.kind, Document.moment)
        .order_by(Document.moment.desc())
    ).all()
    done = [
        WhyRow(number, pieces(int(sum_)), None, id, note=said(kind_of(kind).name, at[5:16].replace("T", " ")))
        for id, number, kind, at, sum_ in rows
    ]
    named = sum((row.quantity or ZERO for row in done), ZERO)
    words = _("Returned with {count} documents") if back else _("Delivered with {count} documents")
    groups = [WhyGroup(words.format(count=len(done)), named, rows=capped(done))]
    spilt = ZERO if back else _spilt(session, detail, line)
    if spilt:
        groups.append(_spilt_group(key, detail, line, spilt))
    whole = named + spilt
    notes = list(document_notes(detail))
    if key.figure != "still_open":
        terms = [Term("=", named, "quantity", _("sum of {count} documents").format(count=len(done)))]
        if spilt:
            terms.append(Term("+" if spilt > 0 else "−", abs(spilt), "quantity", groups[-1].words))
        result, stored = whole, line.returned if back else line.fulfilled
    else:
        order = kind_of(detail.head.kind).is_order
        waits = detail.head.status == "transit" or (order and detail.head.status in ("posted", "partly"))
        result, stored = max(line.base_quantity - whole, ZERO) if waits else ZERO, line.open
        terms = [
            Term("=", line.base_quantity, "quantity", _("ordered ({unit})").format(unit=line.base_unit)),
            Term("−", whole, "quantity", _("delivered"), key.about("delivered")),
        ]
        groups = [WhyGroup(_("Ordered"), line.base_quantity), *groups]
        if not waits:
            terms, notes = [], [*notes, _("The order is done, closed or voided: nothing of it is waited for.")]
    return told(
        key, line_words(key, detail, line), result, terms, groups, headings(N_("Quantity")), stored=stored, notes=tuple(notes)
    )


def _spilt(session: Session, detail: DocumentDetail, line: DetailLine) -> Decimal:
    """What other lines of the order got too much of and this one still lacked; below 0: what this one gave to others."""
    of = DocumentLine
    rows = session.execute(
        select(of.order_line, func.sum(raw(of.base_quantity)))
        .join(Document, Document.id == of.document_id)
        .where(of.order_document_id == detail.head.id, Document.status == "posted")
        .group_by(of.order_line)
    )
    named = {number: pieces(int(quantity)) for number, quantity in rows}
    same = [
        (one.line, one.base_quantity - named.get(one.line, ZERO)) for one in detail.lines if one.product_id == line.product_id
    ]
    over, lacking = sum((max(-left, ZERO) for _n, left in same), ZERO), sum((max(left, ZERO) for _n, left in same), ZERO)
    moved = rest = min(over, lacking)
    for number, left in same:
        came, went = min(max(left, ZERO), moved), min(max(-left, ZERO), rest)
        moved, rest = moved - came, rest - went
        if number == line.line:
            return came - went
    raise AssertionError(line.line)


def _spilt_group(key: WhyKey, detail: DocumentDetail, line: DetailLine, spilt: Decimal) -> WhyGroup:
    others = [one for one in detail.lines if one.product_id == line.product_id and one.line != line.line]
    rows = [
        WhyRow(
            _("{number}, line {line}").format(number=detail.head.number, line=one.line),
            document_id=detail.head.id,
            key=key.about("delivered", line=one.line),
        )
        for one in others
    ]
    words = _("too much on other lines of the order") if spilt > 0 else _("counted for other lines of the order")
    return WhyGroup(words, spilt, rows=tuple(rows))


# --- the document ----------------------------------------------------------------------------------------------------


def total(session: Session, key: WhyKey) -> Derivation:
    """What a document comes to: its lines, less discount and rounding, with freight; or what was received and paid.

    ``shown`` may be below zero (a return in a list of sales): the sign is that of the list.
    """
    assert key.document_id is not None
    detail = document_detail(session, key.document_id)
    sign = -1 if key.shown is not None and key.shown < 0 < detail.head.total else 1
    if not kind_of(detail.head.kind).has_lines or not detail.lines:
        return _of_payments(session, key, detail, sign)
    goods = sum((line.amount or ZERO for line in detail.lines), Decimal("0.00"))
    extras = (
        (_("Discount on the whole"), -detail.discount_amount), (_("Rounding off"), -detail.rounding),
        (_("Freight"), detail.freight),
    )  # fmt: skip
    result = sign * (goods + sum(value for _words, value in extras))
    terms = [Term("=", sign * goods, "money", _("lines, {count}").format(count=len(detail.lines)))]
    terms += [Term("+" if sign * value > 0 else "−", abs(value), "money", words) for words, value in extras if value]
    rows = [
        WhyRow(line.name, line.base_quantity, sign * (line.amount or ZERO), key=_line_key(key, line), note=line.code)
        for line in detail.lines
    ]
    groups = [WhyGroup(_("Lines, {count}").format(count=len(rows)), None, sign * goods, capped(rows))]
    groups += [WhyGroup(words, None, sign * value) for words, value in extras if value]
    groups.append(WhyGroup(_("Amount of the document"), None, result, result=True))
    return told(
        key, document_words(key, detail), result, terms, groups, headings(*QUANTITY_AND_VALUE),
        stored=sign * detail.head.total, notes=document_notes(detail),
    )  # fmt: skip


def _line_key(key: WhyKey, line: DetailLine) -> WhyKey:
    return key.about("line_amount", line=line.line)


def _of_payments(session: Session, key: WhyKey, detail: DocumentDetail, sign: int) -> Derivation:
    """A document without lines: its amount was typed; how it was paid stands below."""
    rows = _payments(session, detail.head.id)
    paid = sum((row.value or ZERO for row in rows), Decimal("0.00"))
    typed = bool(kind_of(detail.head.kind).raises_receipts or kind_of(detail.head.kind).opens_balance or not rows)
    result = sign * detail.head.total if typed else sign * abs(paid)
    terms = () if typed else (Term("=", result, "money", _("money in and out, {count}").format(count=len(rows))),)
    notes = (*document_notes(detail), *([_("It was typed into the document.")] if typed else []))
    groups = [WhyGroup(_("Money that changed hands, {count}").format(count=len(rows)), None, paid, tuple(rows))]
    if kind_of(detail.head.kind).raises_receipts:
        groups.append(WhyGroup(_("Put onto the receipts"), None, None, tuple(_targets(session, detail.head.id))))
    stored = None if typed else sign * detail.head.total
    return told(
        key, document_words(key, detail), result, terms, groups, headings("", QUANTITY_AND_VALUE[1]), stored=stored, notes=notes
    )


def paid(session: Session, key: WhyKey) -> Derivation:
    """What changed hands with the document itself: rows of the money ledger."""
    assert key.document_id is not None
    detail = document_detail(session, key.document_id)
    rows = _payments(session, detail.head.id)
    result = abs(sum((row.value or ZERO for row in rows), Decimal("0.00")))
    terms = (Term("=", result, "money", _("money in and out, {count}").format(count=len(rows))),)
    group = WhyGroup(_("Money that changed hands, {count}").format(count=len(rows)), None, result, tuple(rows))
    return told(
        key, document_words(key, detail), result, terms, (group,), headings("", QUANTITY_AND_VALUE[1]),
        stored=detail.head.paid, notes=document_notes(detail),
    )  # fmt: skip


def unpaid(session: Session, key: WhyKey) -> Derivation:
    """Total less what was paid at once and what later receipts and payments settled of it."""
    assert key.document_id is not None
    detail = document_detail(session, key.document_id)
    settled = session.execute(
        select(Document.id, Document.number, Document.moment, raw(Settlement.amount))
        .join(Settlement, Settlement.document_id == Document.id)
        .where(Settlement.target_id == key.document_id, Document.status == "posted")
        .order_by(Document.moment.desc())
    ).all()
    later = [WhyRow(number, None, -yuan(int(a)), id, note=at[5:16].replace("T", " ")) for id, number, at, a in settled]
    by_name = -sum((row.value or ZERO for row in later), Decimal("0.00"))
    at_once = abs(sum((row.value or ZERO for row in _payments(session, key.document_id)), Decimal("0.00")))
    kind = kind_of(detail.head.kind)
    owes = detail.head.status == "posted" and kind.has_money and not kind.is_order
    result = detail.head.total - at_once - by_name if owes else Decimal("0.00")
    terms = [
        Term("=", detail.head.total, "money", _("amount"), key.about("document_total")),
        Term("−", at_once, "money", _("paid at once"), key.about("document_paid")),
        Term("−", by_name, "money", _("settled later")),
    ]
    words = _("less settled by later receipts and payments, {count}").format(count=len(later))
    groups = [
        WhyGroup(_("Amount of the document"), None, detail.head.total, key=key.about("document_total")),
        WhyGroup(_("less paid at once"), None, -at_once, key=key.about("document_paid")),
        WhyGroup(words, None, -by_name, tuple(later)),
        WhyGroup(_("Unpaid"), None, result, result=True),
    ]
    notes = document_notes(detail)
    if not owes:
        terms, notes = [], (*notes, _("Nothing is owed for this document by itself."))
    return told(
        key, document_words(key, detail), result, terms, groups, headings("", QUANTITY_AND_VALUE[1]), stored=detail.head.unpaid,
        notes=notes,
    )  # fmt: skip


def document_pieces(session: Session, key: WhyKey) -> Derivation:
    """How many pieces a document is about: its lines, each in the product's base unit."""
    assert key.document_id is not None
    detail = document_detail(session, key.document_id)
    lines = [line for line in detail.lines if line.base_quantity]
    rows = [WhyRow(line.name, line.base_quantity, None, note=f"{line.quantity.normalize():f} {line.unit}") for line in lines]
    result = sum((line.base_quantity for line in lines), ZERO)
    terms = (Term("=", result, "quantity", _("sum of {count} lines").format(count=len(rows))),)
    group = WhyGroup(_("Lines, {count}").format(count=len(rows)), result, None, capped(rows))
    return told(key, document_words(key, detail), result, terms, (group,), headings(N_("Quantity")), stored=detail.head.pieces)


def _payments(session: Session, document_id: int) -> list[WhyRow]:
    rows = session.execute(
        select(Account.name, Account.code, MoneyRow.part, raw(MoneyRow.amount))
        .join(MoneyRow, MoneyRow.account_id == Account.id)
        .where(MoneyRow.document_id == document_id, MoneyRow.part < VOID_PART)
        .order_by(MoneyRow.part)
    )
    return [
        WhyRow(name, None, yuan(amount), key=WhyKey("account_change", document_id=document_id, account=code, part=part))
        for name, code, part, amount in rows
    ]


# --- landed costs ----------------------------------------------------------------------------------------------------


def landed_share(session: Session, key: WhyKey) -> Derivation:
    """What a landed cost put onto a receipt: the amount by the weight of its goods among those of all its receipts."""
    assert key.document_id is not None
    detail = document_detail(session, key.document_id)
    spread = str(session.execute(select(Document.spread).where(Document.id == key.document_id)).scalar_one())
    shares = _shares(session, key.document_id)
    mine = [row for row in shares if _is_mine(row, key)]
    stored = yuan(sum(row.amount for row in mine))
    result = stored
    if spread != "weight":  # what a product weighs may have been changed since
        again = allocate(detail.head.total, [_weight(row, spread) for row in shares])
        counted = [share for share, row in zip(again, shares, strict=True) if _is_mine(row, key)]
        result = sum(counted, Decimal("0.00"))
    own, whole = (sum((_weight(row, spread) for row in rows), ZERO) for rows in (mine, shares))
    measured = {"value": "money", "quantity": "quantity"}.get(spread, "quantity")
    by = _(SPREADS[spread])
    terms = (
        Term("=", detail.head.total, "money", _("amount to share"), key.about("document_total", target_id=None, line=None)),
        Term("×", own, measured, _("of this receipt, {by}").format(by=by)),  # type: ignore[arg-type]
        Term("÷", whole, measured, _("of all its receipts")),  # type: ignore[arg-type]
    )
    rows = [
        WhyRow(
            row.name, pieces(row.quantity), yuan(row.amount),
            document_id=row.target_id, key=None if key.line else key.about("landed_share", line=row.target_line), note=row.code,
        )
        for row in mine
    ]  # fmt: skip
    number = mine[0].number if mine else ""
    group = WhyGroup(_("Goods of {number}, {count}").format(number=number, count=len(rows)), None, result, capped(rows))
    others = [row for row in _targets(session, key.document_id) if row.key is None or row.key.target_id != key.target_id]
    groups = [group, *([WhyGroup(_("Other receipts"), None, None, tuple(others))] if others else [])]
    subject = said(document_words(key, detail), spaced(number).strip())
    notes = (*document_notes(detail), _("Shares are rounded so that they add up to the fen."))
    return told(key, subject, result, terms, groups, headings(*QUANTITY_AND_VALUE), stored=stored, notes=notes)


def _is_mine(row: Any, key: WhyKey) -> bool:
    return row.target_id == key.target_id and key.line in (None, row.target_line)


def _shares(session: Session, document_id: int) -> Sequence[Any]:
    return session.execute(
        select(
            LandedShare.target_id, LandedShare.target_line, Document.number, Product.id.label("product_id"), Product.code,
            Product.name, Product.weight, raw(LandedShare.amount).label("amount"), raw(StockRow.quantity).label("quantity"),
            raw(StockRow.given).label("given"),
        )
        .join(Document, Document.id == LandedShare.target_id)
        .join(Product, Product.id == LandedShare.product_id)
        .join(
            StockRow,
            (StockRow.document_id == LandedShare.target_id)
            & (StockRow.line == LandedShare.target_line)
            & (StockRow.part == LandedShare.target_part),
        )
        .where(LandedShare.document_id == document_id)
        .order_by(StockRow.seq, StockRow.line, StockRow.part)
    ).all()  # fmt: skip


def _weight(row: Any, spread: str) -> Decimal:
    """What the row counts with: its amount in yuan, its pieces, or what they weigh now."""
    if spread == "value":
        return yuan(row.given or 0)
    quantity = pieces(row.quantity)
    return quantity if spread == "quantity" else quantity * (row.weight or ZERO)


def _targets(session: Session, document_id: int) -> list[WhyRow]:
    """The receipts that a landed cost raises, with their shares."""
    sums: dict[int, list[Any]] = {}
    for row in _shares(session, document_id):
        sums.setdefault(row.target_id, [row.number, 0])[1] += row.amount
    return [
        WhyRow(number, None, yuan(amount), target, WhyKey("landed_share", document_id=document_id, target_id=target))
        for target, (number, amount) in sums.items()
    ]
