"""Derivations of what a document cost and earned: the sum of its lines, and what a line was sold for less its cost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import VOID_PART, StockRow
from jxc_desktop.db.types import raw
from jxc_desktop.domain.documents import DocumentKind, kind_of
from jxc_desktop.domain.errors import UnknownDocument
from jxc_desktop.domain.money import milli, pieces, yuan
from jxc_desktop.domain.why import Derivation, Term, WhyGroup, WhyKey, WhyRow
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.document_detail import DetailLine, DocumentDetail, document_detail
from jxc_desktop.queries.why_parts import QUANTITY_AND_VALUE, capped, compared, earlier, headings, leads, of_whom, said, title_of

ZERO = Decimal(0)


def document_figure(session: Session, key: WhyKey) -> Derivation:
    """Cost or profit of a whole document: the sum of its lines. Raises :class:`UnknownDocument`."""
    assert key.document_id is not None
    detail = document_detail(session, key.document_id)
    kind, earns = kind_of(detail.head.kind), key.figure == "document_profit"
    sums = {line.line: _ledger_sum(session, key.document_id, line, kind) for line in detail.lines}
    rows = [_line_row(key, line, sums[line.line], kind, earns) for line in detail.lines]
    costs = [cost for cost in sums.values() if cost is not None]
    cost = sum(costs, ZERO) if costs else None
    result, stored = cost, detail.cost
    terms: tuple[Term, ...] = (Term("=", cost, "money", _("sum of {count} lines").format(count=len(rows))),)
    if earns:
        sign = 1 if kind.bucket == "sold" else -1
        sold = [sign * line.net for line in detail.lines if line.net is not None and sums[line.line] is not None]
        revenue = sum(sold, ZERO)
        result, stored = None if cost is None else revenue - sign * cost, detail.profit
        terms = (
            Term("=", revenue, "money", _sold_words(sign)),
            Term("−" if sign > 0 else "+", cost, "money", _("cost of the goods"), key.about("document_cost")),
        )
    group = earlier(_("Lines, {count}").format(count=len(rows)), capped(rows))
    heading = headings(N_("Quantity"), N_("Profit (yuan)")) if earns else headings(N_("Quantity"), N_("Cost (yuan)"))
    found = Derivation(
        key, title_of(key), document_words(key, detail), result, leads(result, key, *terms), heading,
        (replace(group, quantity=None),), document_notes(detail),
    )  # fmt: skip
    return compared(found, stored, known=result is not None)


def line_profit(session: Session, key: WhyKey) -> Derivation:
    """What a line of a sale earned: its share of what was paid, less its cost."""
    detail, line = line_of(session, key)
    kind = kind_of(detail.head.kind)
    cost = _ledger_sum(session, detail.head.id, line, kind)
    sign = 1 if kind.bucket == "sold" else -1
    net = line.net
    result = None if net is None or cost is None else sign * (net - cost)
    rows = [WhyRow(_("Amount of the line"), pieces(milli(line.base_quantity)), line.amount)]
    if line.amount is not None and net is not None and net != line.amount:
        rows.append(WhyRow(_("Share of the discount on the whole"), None, net - line.amount))
    groups = (
        WhyGroup(_("Sold for") if sign > 0 else _("Paid back"), line.base_quantity, net, tuple(rows)),
        WhyGroup(_("Cost of the goods"), line.base_quantity, cost, key=key.about("line_cost")),
        WhyGroup(_("Profit of the line"), None, result, result=True),
    )
    terms = (
        Term(
            "=", sign * net if net is not None else None, "money", _("sold for, after discounts") if sign > 0 else _("paid back")
        ),
        Term("−" if sign > 0 else "+", cost, "money", _("cost of the goods"), key.about("line_cost")),
    )
    found = Derivation(
        key, title_of(key), line_words(key, detail, line), result, leads(result, key, *terms),
        headings(*QUANTITY_AND_VALUE), groups, document_notes(detail),
    )  # fmt: skip
    return compared(found, line.profit, known=result is not None)


def _sold_words(sign: int) -> str:
    return _("sold for, after discounts") if sign > 0 else _("paid back")


def _line_row(key: WhyKey, line: DetailLine, cost: Decimal | None, kind: DocumentKind, earns: bool) -> WhyRow:
    value = cost
    if earns and cost is not None and line.net is not None:
        value = line.net - cost if kind.bucket == "sold" else cost - line.net
    figure = "line_profit" if earns else "line_cost"
    return WhyRow(line.name, line.base_quantity, value, key=key.about(figure, line=line.line), note=line.code)


def _ledger_sum(session: Session, document_id: int, line: DetailLine, kind: DocumentKind) -> Decimal | None:
    """The value of the line's ledger rows, as positive as the line is; None where no row has a cost."""
    rows = session.scalars(
        select(raw(StockRow.value)).where(
            StockRow.document_id == document_id,
            StockRow.line == line.line,
            StockRow.part < VOID_PART,
            StockRow.cost != "transfer_in",
        )
    ).all()
    known = [value for value in rows if value is not None]
    return yuan(sum(known) * kind.cost_sign) if known else None


def document_words(key: WhyKey, detail: DocumentDetail) -> str:
    head = detail.head
    return said(of_whom(key, f"{kind_of(head.kind).name} {head.number or ''}".strip()), head.partner_name or "", head.date[:10])


def line_words(key: WhyKey, detail: DocumentDetail, line: DetailLine) -> str:
    number = _("{number}, line {line}").format(number=detail.head.number or "", line=line.line)
    return said(of_whom(key, line.name), number, detail.head.date[:16].replace("T", " "))


def document_notes(detail: DocumentDetail) -> tuple[str, ...]:
    if detail.head.status == "voided":
        return (_("The document is voided: it counts in no figure any more."),)
    return ()


def line_of(session: Session, key: WhyKey) -> tuple[DocumentDetail, DetailLine]:
    assert key.document_id is not None
    detail = document_detail(session, key.document_id)
    told = (*detail.lines, *([detail.made] if detail.made is not None else []))
    found = next((line for line in told if line.line == key.line), None)
    if found is None:
        raise UnknownDocument(what=_("document"), key=f"{detail.head.number} / {key.line}")
    return detail, found
