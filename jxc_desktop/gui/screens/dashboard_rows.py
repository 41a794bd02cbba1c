"""The lines of the exception lists in words: what is short, about to expire, not selling, waiting."""

from __future__ import annotations

from collections.abc import Sequence

from jxc_desktop.columns import word
from jxc_desktop.gui.screen import Target, goto
from jxc_desktop.gui.screens.insight_parts import LinkRow, yuan_words
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.todos import Todo
from jxc_desktop.queries.warnings import ExpiringLine, LowLine, SlowLine

FEW_DAYS = 3
SOON_DAYS = 15
_TODOS = {
    "drafts": N_("Drafts to be posted"),
    "late_orders": N_("Orders that are late"),
    "unpriced": N_("Receipts without a price"),
}


def low_rows(lines: Sequence[LowLine]) -> list[LinkRow]:
    """What is left and for how many days; red where it is gone or gone tomorrow."""
    return [LinkRow(line.name, *_low(line), goto("stock", product=line.product_id)) for line in lines]


def _low(line: LowLine) -> tuple[str, str]:
    left = f"{word(line.available, 'quantity')} {line.unit}"
    if line.available <= 0:
        return left, "danger"
    if line.days_left is None:
        return left, ""
    days = line.days_left.to_integral_value()
    words = _("{left}·{days} days").format(left=left, days=days)
    return words, "danger" if days <= 1 else "warning" if days <= FEW_DAYS else ""


def expiring_rows(lines: Sequence[ExpiringLine]) -> list[LinkRow]:
    """How long the batch may still be sold."""
    return [LinkRow(line.name, *_expiring(line.days_left), goto("stock", product=line.product_id)) for line in lines]


def _expiring(days: int) -> tuple[str, str]:
    if days < 0:
        return _("expired {days} days ago").format(days=-days), "danger"
    if days <= 1:
        return (_("expires tomorrow") if days else _("expires today")), "danger"
    return _("{days} days left").format(days=days), "danger" if days <= FEW_DAYS else "warning" if days <= SOON_DAYS else ""


def slow_rows(lines: Sequence[SlowLine]) -> list[LinkRow]:
    """How long nobody bought it."""
    return [
        LinkRow(
            line.name,
            _("{days} days without a sale").format(days=line.days_without_sale),
            target=goto("stock", product=line.product_id),
        )
        for line in lines
    ]


def todo_rows(todos: Sequence[Todo]) -> list[LinkRow]:
    """What waits, each with the page where it is done."""
    return [_todo(one) for one in todos]


def _todo(one: Todo) -> LinkRow:
    if one.code == "receivable":
        words = _("{name}: payment overdue").format(name=one.name)
        return LinkRow(words, yuan_words(one.amount), "danger", goto("partners", id=one.id))
    count = _("{count} documents").format(count=one.count)
    return LinkRow(_(_TODOS[one.code]), count, "warning" if one.code == "late_orders" else "", _where(one))


def _where(one: Todo) -> Target:
    if one.id is not None:
        return goto("document", id=one.id)
    if one.code == "drafts":
        return goto("drafts")
    if one.code == "late_orders":
        return goto("purchases", kind="purchase_order", status="")
    return goto("purchases", kind="purchase_receipt", status="")
