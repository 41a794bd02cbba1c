"""The list of what is to be labelled: products with their copies, typed in place; and choosing a receipt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from jxc_desktop.columns import Column
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui.preferences import Preferences
from jxc_desktop.gui.row_table import Look, RowTable
from jxc_desktop.gui.screen import Screen
from jxc_desktop.gui.widgets import Choice, Dialog, Field, Picker, QuantityEdit, label
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.documents import DocumentFilter, document_list
from jxc_desktop.queries.product_lines import TagLine

MOST_COPIES = 999
REASONS = {"changed": N_("Price changed"), "arrived": N_("Just arrived"), "chosen": N_("Chosen by hand")}
COLUMNS = (
    Column("name", N_("Product / barcode")),
    Column("shelf", N_("Place on the shelf"), priority=3),
    Column("sale_price", N_("Retail price"), "price"),
    Column("member_price", N_("Member price"), "price", priority=2),
    Column("reason", N_("Why"), "choice", choices=REASONS),
    Column("source", N_("From"), priority=3, width=140),
    Column("copies", N_("Copies"), "integer", width=72),
)


@dataclass(slots=True)
class Item:
    """A product on the list with the copies that are wanted now."""

    line: TagLine
    copies: int = 0

    @property
    def id(self) -> int:
        return self.line.id

    def __getattr__(self, name: str) -> Any:
        return getattr(self.line, name)


class CopiesTable(RowTable):
    """The list. Space checks a row (one copy), Enter or a figure types its copies. ``copies_changed`` after any of it."""

    copies_changed = Signal()

    def __init__(self, preferences: Preferences) -> None:
        super().__init__(
            COLUMNS,
            {
                "name": Look(second="second", stretch=True),
                "shelf": Look(muted=True),
                "member_price": Look(muted=True),
                "reason": Look(tone=lambda r: "warning" if r.reason == "changed" else "muted"),
                "source": Look(muted=True),
                "copies": Look(bold=True, tone=lambda r: None if r.copies else "faint"),
            },
            name="labels",
            preferences=preferences,
            checkable=True,
            select_first=True,
        )
        self._filling = False
        self._editing: Item | None = None
        self.editor = QuantityEdit(
            name=_("Copies"), places=0, low=Decimal(0), high=Decimal(MOST_COPIES), parent=self.view.viewport()
        )
        self.editor.hide()
        self.editor.installEventFilter(self)
        self.view.installEventFilter(self)
        self.view.verticalScrollBar().valueChanged.connect(lambda _value: self._close())
        self.opened.connect(lambda _item: self.edit_copies())
        self.checked_changed.connect(self._checks)

    def show_items(self, items: Sequence[Item]) -> None:
        """Show these; those with copies are checked."""
        self._filling = True
        self._close()
        self.set_rows(items)
        for number, item in enumerate(self.model.loaded()):
            self.model.check(number, bool(item.copies))
        self._filling = False

    def _checks(self) -> None:
        """A check is one copy, none is none."""
        if self._filling:
            return
        changed = False
        for item in self.model.loaded():
            on = self.model.is_checked(item)
            if on != bool(item.copies):
                item.copies, changed = (1 if on else 0), True
        if changed:
            self.view.viewport().update()
            self.copies_changed.emit()

    def set_copies(self, item: Item, copies: int) -> None:
        item.copies = copies
        self._filling = True
        number = self.model.find(item.id)
        if number >= 0:
            self.model.check(number, bool(copies))
        self._filling = False
        self.view.viewport().update()
        self.copies_changed.emit()

    # --- typing --------------------------------------------------------------------------------------------------

    def edit_copies(self, typed: str = "") -> None:
        """Open the field over the copies of the current row."""
        item = self.current()
        if item is None:
            return
        self._editing = item
        place: QModelIndex = self.model.index(self.view.currentIndex().row(), self.model.section("copies"))
        box = self.view.visualRect(place)
        height = min(box.height() - 6, self.editor.sizeHint().height())
        self.editor.setGeometry(box.left() + 6, box.center().y() - height // 2, box.width() - 12, height)
        self.editor.set_value(Decimal(item.copies))
        self.editor.show()
        self.editor.setFocus()
        self.editor.selectAll()
        if typed:
            self.editor.setText(typed)
            self.editor.setCursorPosition(len(typed))

    def _close(self, *, keep: bool = True) -> None:
        item, self._editing = self._editing, None
        if item is None:
            return
        focused = self.editor.hasFocus()
        try:
            value = self.editor.value()
        except JxcError:
            value = None
        self.editor.hide()
        if focused:
            self.view.setFocus()
        if keep and value is not None and int(value) != item.copies:
            self.set_copies(item, int(value))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if watched is self.editor:
                return self._editor_key(event)
            if watched is self.view and event.text().isdigit() and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
                self.edit_copies(event.text())
                return True
        if watched is self.editor and event.type() == QEvent.Type.FocusOut:
            self._close()
        return False

    def _editor_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = -1 if key == Qt.Key.Key_Up else 1
            number = self.view.currentIndex().row() + step
            self._close()
            if 0 <= number < self.model.rowCount():
                self.view.setCurrentIndex(self.model.index(number, 1))
            return True
        if key == Qt.Key.Key_Escape:
            self._close(keep=False)
            return True
        return False


class ReceiptDialog(Dialog):
    """Asks from which purchase receipt the products come; ``document`` is its id after ``exec()`` answered 1."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen, _("Add the goods of a receipt"), icon="package-import")
        self.document: int | None = None
        self._screen = screen
        self.picker = Picker(self._find, _("Number, supplier or product"))
        self.picker.picked.connect(self._picked)
        self.body.addWidget(label(_("The newest stand first."), "secondary"))
        self.body.addWidget(Field(_("Purchase receipt"), self.picker, required=True))
        self.add_button(_("Cancel"), key="Esc", reject=True)
        self.picker.setFocus()

    def _find(self, text: str, answer: Callable[[Sequence[Choice]], None]) -> None:
        filters = DocumentFilter(kinds=("purchase_receipt",), status="posted", text=text, limit=30)

        def look(session: Any) -> list[Choice]:
            return [
                Choice(
                    found.id,
                    found.number or "",
                    f"{found.date[:10]} {found.partner_name or ''}",
                    _("{count} lines").format(count=found.line_count),
                )
                for found in document_list(session, filters).rows
            ]

        self._screen.tasks.read(self, "receipts", look, answer)

    def _picked(self, choice: Choice | None) -> None:
        if choice is not None and isinstance(choice.value, int):
            self.document = choice.value
            self.accept()
