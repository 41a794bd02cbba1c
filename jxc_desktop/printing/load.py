"""From the book to the values that papers are given: a posted document or a draft, and labels of products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from jxc_desktop.columns import quantity_text
from jxc_desktop.domain.documents import DocumentKind, Draft, kind_of
from jxc_desktop.domain.money import line_amount
from jxc_desktop.printing.difference import DifferencePaper
from jxc_desktop.printing.values import ZERO, DocumentPaper, LabelPaper, PaperLine, PaperPayment
from jxc_desktop.queries.difference_why import Slip, slip_of_cause
from jxc_desktop.queries.paper import (
    GoodsFacts,
    HeadFacts,
    PaperLineFacts,
    goods_facts,
    paper_head,
    paper_lines,
    paper_payments,
    paper_raised,
    paper_settles,
    paper_values,
    partner_balances,
)
from jxc_desktop.queries.settings import accounts, shop_settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from jxc_desktop.domain.settings import ShopSettings


def document_paper(session: Session, document_id: int, *, printed_at: str) -> DocumentPaper:
    """The document as its papers need it; a draft has no number and is marked. Raises :class:`UnknownDocument`."""
    head, settings = paper_head(session, document_id), shop_settings(session)
    if head.status == "draft":
        return _draft_paper(session, head, settings, printed_at)
    kind = kind_of(head.kind)
    told = paper_lines(session, document_id)
    made = next((facts for facts in told if facts.line == head.made_line), None)
    lines = tuple(_line(number, facts, kind) for number, facts in enumerate((f for f in told if f is not made), start=1))
    told_total = head.total
    if kind.sets_cost:  # the amount is what the goods on hand are worth more or less
        values = paper_values(session, document_id)
        told_total = sum(values.values(), ZERO)
        lines = tuple(replace(line, amount=values.get(facts.line)) for line, facts in zip(lines, told, strict=True))
    payments = tuple(PaperPayment(name, amount) for name, amount in paper_payments(session, document_id))
    paid_for = paper_raised if kind.raises_receipts else paper_settles
    settles = tuple(PaperPayment(number, amount) for number, amount in paid_for(session, document_id))
    balances = partner_balances(session, head)
    return _paper(
        head, kind, settings, printed_at, lines=lines, payments=payments, settles=settles,
        goods=head.goods, discount=head.discount_amount, freight=head.freight, rounding=head.rounding, total=told_total,
        paid=head.paid,
        balances=balances, made="" if made is None else goods_made(made.name, made.quantity, made.unit),
    )  # fmt: skip


def goods_made(name: str, quantity: Decimal, unit: str) -> str:
    """What is put together or taken apart: ``礼盒 × 3 件``."""
    return f"{name} × {quantity_text(quantity)} {unit}"


def difference_paper(session: Session, document_id: int, *, printed_at: str) -> DifferencePaper:
    """The newest cost difference slip that this document caused. Raises :class:`NotFound` where it caused none."""
    return slip_paper(session, slip_of_cause(session, document_id), printed_at=printed_at)


def slip_paper(session: Session, slip: Slip, *, printed_at: str) -> DifferencePaper:
    """``slip`` as its paper needs it."""
    settings = shop_settings(session)
    return DifferencePaper(slip, settings.shop, printed_at, settings.demo)


def _paper(
    head: HeadFacts,
    kind: DocumentKind,
    settings: ShopSettings,
    printed_at: str,
    *,
    lines: tuple[PaperLine, ...],
    payments: tuple[PaperPayment, ...],
    settles: tuple[PaperPayment, ...],
    goods: Decimal,
    discount: Decimal,
    freight: Decimal,
    rounding: Decimal,
    total: Decimal,
    paid: Decimal,
    balances: tuple[Decimal, Decimal] | None,
    made: str = "",
) -> DocumentPaper:
    unpriced = kind.is_count or bool(kind.makes)
    priced = kind.has_money or not kind.has_lines or (not unpriced and any(line.price is not None for line in lines))
    before, after = balances or (None, None)
    return DocumentPaper(
        kind=head.kind, number=head.number, moment=head.moment, day=head.day, lines=lines, printed_at=printed_at,
        partner=head.partner,
        partner_phone=head.partner_phone, warehouse=head.warehouse, to_warehouse=head.to_warehouse, operator=head.made_by,
        note=head.note,
        goods=goods, discount=discount, freight=freight, rounding=rounding, total=total, paid=paid,
        unpaid=max(total - paid, ZERO) if kind.has_money else ZERO, payments=payments, settles=settles, balance_before=before,
        balance_after=after, money=priced, shop=settings.shop, shop_address=settings.address, shop_phone=settings.phone,
        demo=settings.demo,
        voided=head.status == "voided", made=made,
    )  # fmt: skip


def _line(number: int, facts: PaperLineFacts, kind: DocumentKind) -> PaperLine:
    counting = kind.is_count and facts.counted is not None
    booked = facts.counted - facts.difference if facts.counted is not None and counting else None
    return PaperLine(
        no=number,
        code=facts.code,
        name=facts.name,
        unit=facts.base_unit if counting else facts.unit,
        quantity=facts.difference if counting else facts.quantity,
        barcode=facts.barcode,
        spec=facts.spec,
        price=facts.price,
        discount=facts.discount,
        amount=facts.amount,
        batch=facts.batch,
        produced=facts.produced,
        expiry=facts.expiry,
        booked=booked,
        counted=facts.counted if counting else None,
        note=facts.note,
    )


def _draft_paper(session: Session, head: HeadFacts, settings: ShopSettings, printed_at: str) -> DocumentPaper:
    from jxc_desktop.services.drafts import parse

    draft = parse(head.draft or "{}")
    kind = kind_of(head.kind)
    named = [*draft.lines, *([draft.made] if draft.made else [])]
    goods = goods_facts(session, [(line.product_id, line.unit_id) for line in named if line.product_id is not None])
    made = goods.get((draft.made.product_id, draft.made.unit_id)) if draft.made and draft.made.product_id is not None else None
    lines = _draft_lines(draft, goods)
    names = {account.id: account.name for account in accounts(session)}
    payments = tuple(PaperPayment(names.get(p.account_id, ""), p.amount) for p in draft.paid or [])
    paid = sum((p.amount for p in payments), ZERO)
    summed = sum((line.amount or ZERO for line in lines), ZERO)
    total = summed - draft.discount_amount - draft.rounding + draft.freight if kind.has_lines else draft.amount or paid
    return _paper(
        head, kind, settings, printed_at, lines=lines, payments=payments, settles=(), goods=summed,
        discount=draft.discount_amount,
        freight=draft.freight, rounding=draft.rounding, total=total, paid=paid, balances=None,
        made=goods_made(made.name, draft.made.quantity or ZERO, made.unit) if made and draft.made else "",
    )  # fmt: skip


def _draft_lines(draft: Draft, goods: dict[tuple[int, int | None], GoodsFacts]) -> tuple[PaperLine, ...]:
    """The lines that name a product, with what is known of them."""
    lines: list[PaperLine] = []
    for line in draft.lines:
        facts = goods.get((line.product_id, line.unit_id)) if line.product_id is not None else None
        if facts is None:
            continue
        quantity = line.quantity if line.quantity is not None else line.counted or ZERO
        amount = line.amount
        if amount is None and line.price is not None:
            amount = line_amount(quantity, line.price, line.discount)
        lines.append(
            PaperLine(
                no=len(lines) + 1, code=facts.code, name=facts.name, unit=facts.unit, quantity=quantity,
                barcode=facts.barcode, spec=facts.spec,
                price=line.price, discount=line.discount, amount=amount, batch=line.batch or "", produced=line.produced or "",
                expiry=line.expiry or "", counted=line.counted, note=line.note,
            )
        )  # fmt: skip
    return tuple(lines)


def label_papers(session: Session, wanted: Sequence[tuple[int, int | None, str]], *, day: str) -> list[LabelPaper]:
    """A label for each (product, unit, barcode): with no barcode named the product's first one, else its code.

    ``day`` is printed as the day the price is of. A code that no barcode can carry is left out of the bars.
    """
    settings = shop_settings(session)
    facts = goods_facts(session, [(product, unit) for product, unit, _code in wanted])
    labels = []
    for product, unit, code in wanted:
        goods = facts[(product, unit)]
        own = code or goods.barcode or goods.code
        labels.append(
            LabelPaper(
                code=goods.code, barcode=own if own.isascii() and own.isprintable() else "", name=goods.name,
                unit=goods.unit, price=goods.sale_price,
                member_price=goods.member_price, spec=goods.spec, shelf=goods.shelf, shop=settings.shop, updated=day,
                demo=settings.demo,
            )
        )  # fmt: skip
    return labels
