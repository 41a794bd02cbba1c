"""The field that adds lines to a document: a code, a name or its initials, and what they may mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent

from jxc_desktop.columns import word
from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.line_batches import is_spoilt
from jxc_desktop.gui.widgets import Choice, LineEdit, Picker
from jxc_desktop.i18n import _
from jxc_desktop.queries.batches import Lot
from jxc_desktop.queries.product_search import CodeHit, find_by_code, search_products


class Wanted(NamedTuple):
    """Product, unit and quantity that a code or a choice means. ``label``: of a scale, so a line of its own; with its amount.

    ``batch`` and ``reason``: what a page that leads here knows already.
    """

    product_id: int
    unit_id: int | None
    quantity: Decimal
    amount: Decimal | None = None
    label: bool = False
    batch: str | None = None
    reason: str = ""


def wanted_of(hit: CodeHit) -> Wanted:
    """What a code asks for."""
    return Wanted(hit.product_id, hit.unit_id, hit.quantity, hit.amount, hit.label)


def spoilt_goods(product_id: int, lots: Sequence[Lot], warehouse_id: int | None, today: date) -> list[Wanted]:
    """What is past its date of a product in a warehouse, to be written off."""
    past = [lot for lot in lots if is_spoilt(lot, today) and lot.on_hand.get(warehouse_id or 0, Decimal(0)) > 0]
    return [
        Wanted(
            product_id, None, lot.on_hand[warehouse_id or 0], batch=lot.number,
            reason=_("Expired on {expiry}").format(expiry=lot.expiry),
        )
        for lot in past
    ]  # fmt: skip


class AddField(Picker):
    """The field that adds lines. Its list opens upward where the window ends; ↑ in the empty field goes back to the lines.

    ``done``: Enter in the empty field, no more lines.
    """

    up = Signal()
    done = Signal()

    def __init__(self, search: Callable[[str, Callable[[Sequence[Choice]], None]], None], placeholder: str) -> None:
        super().__init__(search, placeholder, clear_on_pick=True)
        self.setTextMargins(26, 0, 0, 0)

    def _found(self, asked: str, found: Sequence[Choice]) -> None:
        super()._found(asked, found)
        popup, top = self._popup, self.mapToGlobal(QPoint(0, 0))
        bottom = self.window().mapToGlobal(QPoint(0, self.window().height())).y()
        if popup.y() + popup.height() > bottom:
            popup.move(top.x(), top.y() - popup.height() - 4)

    def _enter(self) -> None:
        if self.text().strip():
            super()._enter()
        else:
            self.done.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Up and not self.text():
            self.up.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text() and not self._popup.isVisible():
            self.clear()
            self.set_error("")
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        LineEdit.paintEvent(self, event)
        paint_icon(QPainter(self), 9, self.height() / 2 - 8, "scan", "primary_text", 16)


def product_choices(session, text: str, place: int | None, level: str, sells: bool) -> list[Choice]:  # type: ignore[no-untyped-def]
    """What a typed text may mean: the exact code first (with its unit and quantity), then what is called like it."""
    hits = search_products(session, text, limit=20, warehouse_id=place)
    exact = find_by_code(session, text.strip()) if text.strip() else None
    found: list[Choice] = []
    for hit in hits:
        price = (
            {"wholesale": hit.wholesale_price, "member": hit.member_price}.get(level) or hit.sale_price
            if sells
            else hit.purchase_price
        )
        note = "·".join(part for part in (hit.code, hit.barcode or "", hit.spec) if part)
        shown = "" if price is None else f"¥{word(price, 'price')}   "
        right = shown + _("{quantity} {unit} here").format(quantity=word(hit.quantity, "quantity"), unit=hit.unit)
        if exact is not None and exact.product_id == hit.id and (exact.unit_id is not None or exact.quantity != 1):
            found.insert(0, Choice(wanted_of(exact), f"{hit.name}（{exact.unit}）", note, right))
        else:
            found.append(Choice(Wanted(hit.id, None, Decimal(1)), hit.name, note, right))
    if exact is not None and exact.label:
        amount = "" if exact.amount is None else f"¥{word(exact.amount, 'money')}   "
        right = amount + f"{word(exact.quantity, 'quantity')} {exact.unit}"
        found.insert(0, Choice(wanted_of(exact), exact.name, _("Label of a scale"), right))
    return found
