"""The words a paper needs beyond its values: who signs, who gets which copy, what is owed by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jxc_desktop.columns import word
from jxc_desktop.domain.documents import DocumentKind, kind_of
from jxc_desktop.domain.money import in_words
from jxc_desktop.i18n import N_, _
from jxc_desktop.printing.values import DocumentPaper, PaperPayment

IN_WORDS = frozenset({"purchase_order", "purchase_receipt", "sales_order", "sale", "retail_sale", "receipt", "payment"})

_SIGNED_BY: dict[str, tuple[str, ...]] = {
    "purchase": (N_("Made out by"), N_("Buyer"), N_("Received by"), N_("Supplier signature")),
    "sales": (N_("Made out by"), N_("Handed out by"), N_("Delivered by"), N_("Customer signature")),
    "stock": (N_("Made out by"), N_("Storekeeper"), N_("Handled by"), N_("Approved by")),
    "money": (N_("Made out by"), N_("Accountant"), N_("Cashier"), N_("Other party’s signature")),
}
_COPIES = {
    "purchase": N_("White: file    Red: supplier    Yellow: accounts"),
    "sales": N_("White: file    Red: customer    Yellow: accounts"),
    "stock": N_("White: file    Red: warehouse    Yellow: accounts"),
    "money": N_("White: file    Red: other party    Yellow: accounts"),
}


@dataclass(frozen=True, slots=True)
class DueWords:
    """How the total, its paid and its open part are called on this paper."""

    total: str
    paid: str
    unpaid: str


def due_words(kind: DocumentKind) -> DueWords:
    if kind.family == "money":
        return DueWords(_("Received in all") if kind.money > 0 else _("Paid in all"), "", "")
    if kind.is_return:
        return DueWords(_("To refund"), _("Refunded"), _("Not refunded yet"))
    if kind.money > 0:
        return DueWords(_("Amount due"), _("Amount received"), _("Open on this document"))
    return DueWords(_("To pay"), _("Amount paid"), _("Unpaid on this document"))


def partner_word(kind: DocumentKind) -> str:
    return {"supplier": _("Supplier"), "customer": _("Customer")}.get(kind.side or "", _("Partner"))


def signatures(kind: DocumentKind) -> list[str]:
    return [_(text) for text in _SIGNED_BY[kind.family]]


def copies(kind: DocumentKind) -> str:
    return _(_COPIES[kind.family])


def marks(paper: DocumentPaper) -> list[str]:
    """What must not be overlooked on this paper: draft, voided, demo."""
    said = ((paper.number is None, _("Draft")), (paper.voided, _("Voided")), (paper.demo, _("Demo")))
    return [text for holds, text in said if holds]


def shown_number(paper: DocumentPaper) -> str:
    return paper.number if paper.number is not None else _("Draft")


def amount_in_words(paper: DocumentPaper) -> str:
    """The total in capital numerals, "" where this paper carries none."""
    wanted = paper.kind in IN_WORDS if paper.in_words is None else paper.in_words
    return in_words(paper.total) if wanted and paper.money else ""


def money(value: Decimal) -> str:
    return word(value, "money")


def yuan(value: Decimal) -> str:
    """¥1,470.00, the sign in front of the currency."""
    return ("-" if value < 0 else "") + "¥" + money(abs(value))


def labelled(label: str, value: str) -> str:
    return _("{label}: {value}").format(label=label, value=value)


def adjustments(paper: DocumentPaper) -> list[tuple[str, Decimal]]:
    """What stands between the goods and the total, signed, in the order papers list it."""
    listed = ((_("Discount on the whole"), -paper.discount), (_("Freight"), paper.freight), (_("Rounding-off"), -paper.rounding))
    return [(text, value) for text, value in listed if value]


def settlement(paper: DocumentPaper) -> list[str]:
    """The sentences about money under the lines: paid how, open, owed before and after. Empty where nothing is owed."""
    kind = kind_of(paper.kind)
    if not paper.money:
        return []
    due = due_words(kind)
    said = []
    if paper.paid and kind.family != "money":
        by = payments(paper.payments)
        said.append(labelled(due.paid, yuan(paper.paid)) + (_(" ({accounts})").format(accounts=by) if by else ""))
    if paper.unpaid:
        said.append(labelled(due.unpaid, yuan(paper.unpaid)))
    sign = -1 if kind.side == "supplier" else 1
    balances = (_("We owed before"), _("We owe now")) if sign < 0 else (_("Owed before"), _("Owed now"))
    for label, value in zip(balances, (paper.balance_before, paper.balance_after), strict=True):
        if value is not None:
            said.append(labelled(label, yuan(sign * value)))
    return said


def payments(paid: Sequence[PaperPayment]) -> str:
    return _(", ").join(f"{each.name} {money(each.amount)}" for each in paid)


def goods_name(name: str, spec: str) -> str:
    """Name and spec as one text; a spec that the name ends with already is not said twice."""
    return name if not spec or name.endswith(spec) else f"{name} {spec}"


def page_of(page: int, pages: int) -> str:
    return _("Page {page} / {pages}").format(page=page, pages=pages)


def printed(moment: str) -> str:
    return _("Printed {moment}").format(moment=word(moment, "moment"))


def together(*parts: str) -> str:
    return "  ".join(part for part in parts if part)


def phone(number: str) -> str:
    return _("Tel {number}").format(number=number) if number else ""
