"""A cost difference slip in words, the same on screen and on paper: cause, average before and after, whether it adds up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from jxc_desktop.columns import quantity_text, word
from jxc_desktop.domain.documents import kind_of
from jxc_desktop.i18n import _, clauses, listed
from jxc_desktop.queries.difference_why import Held, ProductWhy, Slip
from jxc_desktop.queries.differences import DifferenceSum, SlipHead, sum_of


@dataclass(frozen=True, slots=True)
class Line:
    """A label and what it says; ``strong``: the result of the lines above it; ``wrong``: it does not add up."""

    label: str
    value: str
    strong: bool = False
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """One figure of the head: caption, signed amount, and what it is about."""

    caption: str
    amount: Decimal
    note: str


def signed(amount: Decimal) -> str:
    """``+¥18.00``, ``-¥18.00``, ``¥0.00``."""
    return f"{'+' if amount > 0 else '-' if amount < 0 else ''}¥{abs(amount):,.2f}"


def signed_figure(amount: Decimal | None) -> str:
    """``+18.00`` as columns have it; — for none."""
    return "—" if amount is None else f"{'+' if amount > 0 else ''}{amount:,.2f}"


def short_moment(moment: str) -> str:
    """``11-24 11:20``."""
    return moment[5:16].replace("T", " ")


def cause_title(head: SlipHead) -> str:
    """``FY-20261124-001 费用分摊单``."""
    return f"{head.number} {kind_of(head.kind).name}"


def subtitle(head: SlipHead) -> str:
    """When, and by what."""
    text = _("{moment}, by voiding {number}") if head.voided else _("{moment}, caused by {number}")
    return text.format(moment=short_moment(head.at), number=head.number)


def effects(slip: Slip) -> list[Effect]:
    """What it did to cost of sales, profit, losses and stock; supplier returns only where there are any."""
    head, rows = slip.head, slip.rows
    sold = sum_of("", [row for row in rows if row.revenue is not None])
    lost = Counter(kind for _id, kind in {(row.document_id, row.kind) for row in rows if row.bucket == "shrinkage"})
    days = _("{first} to {last}").format(first=head.first_day[5:], last=head.last_day[5:])
    losses = listed(_("{kind}: {count}").format(kind=kind_of(kind).name, count=count) for kind, count in lost.most_common())
    found = [
        Effect(_("Cost of sales"), head.cost_of_sales, head.first_day[5:] if head.first_day == head.last_day else days),
        Effect(_("Gross profit"), head.gross_profit, _from_to(sold)),
        Effect(_("Shrinkage"), head.shrinkage, losses or _("not touched")),
    ]
    if head.return_difference:
        found.append(Effect(_("Purchase return differences"), head.return_difference, _("outside the cost of sales")))
    latest = all(one.latest for one in slip.products)
    found.append(Effect(_("Stock value now") if latest else _("Stock value then"), head.stock_value, _stock_note(slip)))
    return found


def _from_to(sold: DifferenceSum) -> str:
    if sold.old_profit is None or sold.new_profit is None:
        return _("not touched")
    return _("{old} became {new}").format(old=word(sold.old_profit, "money"), new=word(sold.new_profit, "money"))


def _stock_note(slip: Slip) -> str:
    before = sum((one.held_before.value for one in slip.products), Decimal(0))
    after = sum((one.held.value for one in slip.products), Decimal(0))
    change = _("{old} became {new}").format(old=word(before, "money"), new=word(after, "money"))
    if len(slip.products) == 1:
        (only,) = slip.products
        return clauses((f"{quantity_text(only.held.quantity)} {only.unit}", change))
    return clauses((goods_words(slip), change))


def goods_words(slip: Slip) -> str:
    """Which goods it is about."""
    if len(slip.products) == 1:
        return slip.products[0].name
    return _("{count} kinds of goods").format(count=len(slip.products))


def document_count(slip: Slip) -> str:
    """``13 张单据``."""
    return _("{count} documents").format(count=slip.head.documents)


def cause_lines(slip: Slip, why: ProductWhy) -> list[Line]:
    """What the cause did with this product, and who did it when."""
    head = slip.head
    amount = f"¥{abs(why.brought.value):,.2f}"
    if kind_of(head.kind).raises_receipts:
        found = [Line(_("Charges shared"), amount), Line(_("Shared over"), listed(slip.targets))]
    elif head.kind in ("cost_adjustment", "stocktake"):
        found = [Line(_("Value set anew by"), signed(why.brought.value))]
    else:
        came = why.brought.quantity > 0
        goods = clauses((f"{quantity_text(abs(why.brought.quantity))} {why.unit}", amount))
        found = [Line(_("It brought in") if came else _("It took out"), goods)]
    dated, at = short_moment(head.date), short_moment(head.at)
    if dated != at and not kind_of(head.kind).raises_receipts:  # a landed cost counts from its receipts on, whatever its day
        found.append(Line(_("Dated"), dated))
    done = f"{at} {head.user or ''}".strip()
    found.append(Line(_("Voided on") if head.voided else _("Posted on"), done))
    if slip.reason:
        found.append(Line(_("Reason"), slip.reason))
    return found


def average_lines(slip: Slip, why: ProductWhy) -> list[Line]:
    """The pool before and after, at the cause's own place; nothing where it cannot be told exactly."""
    if why.before is None or why.after is None:
        return []
    head, value = slip.head, why.brought.value
    amount = f"¥{abs(value):,.2f}"
    if why.brought.quantity:
        amount = clauses((f"{quantity_text(abs(why.brought.quantity))} {why.unit}", amount))
    if kind_of(head.kind).raises_receipts:
        names = _("Before sharing"), _("plus charges") if value >= 0 else _("less charges"), _("After sharing")
    elif head.voided:
        names = _("Before the void"), _("plus this document") if value >= 0 else _("less this document"), _("After the void")
    else:
        names = _("Before it"), _("plus this document") if value >= 0 else _("less this document"), _("After it")
    return [
        Line(names[0], _held(why.before, why.unit)),
        Line(names[1], amount),
        Line(names[2], _held(why.after, why.unit), strong=True),
    ]


def _held(held: Held, unit: str) -> str:
    parts = [f"{quantity_text(held.quantity)} {unit}", f"{'-' if held.value < 0 else ''}¥{abs(held.value):,.2f}"]
    return clauses(parts if held.average is None else [*parts, f"{held.average:.4f}"])


def proof_lines(why: ProductWhy) -> list[Line]:
    """That what left and what is held changed by just what the cause brought."""
    more = why.issued >= 0
    if why.issued_quantity > 0:
        left = _("{quantity} {unit} that left cost more") if more else _("{quantity} {unit} that left cost less")
    else:
        left = _("What left costs more") if more else _("What left costs less")
    richer = why.held_change >= 0
    held = _("{quantity} {unit} in stock, worth more by") if richer else _("{quantity} {unit} in stock, worth less by")
    total = why.issued + why.held_change
    if why.rest:
        end = Line(_("It does not add up, off by"), signed(why.rest), strong=True, wrong=True)
    else:
        words = _("Together, just what it brought in") if total >= 0 else _("Together, just what it took out")
        end = Line(words, signed(total), strong=True)
    return [
        Line(left.format(quantity=quantity_text(why.issued_quantity), unit=why.unit), signed(why.issued)),
        Line(held.format(quantity=quantity_text(why.held.quantity), unit=why.unit), signed(why.held_change)),
        end,
    ]


def closing_words(slip: Slip) -> str:
    """What must be known: the documents themselves are as they were."""
    text = _("The documents themselves did not change, only the cost that follows from them.")
    if not slip.carried:
        return text
    return _("{sentence} {count} more only carried goods on at the new cost.").format(sentence=text, count=slip.carried)
