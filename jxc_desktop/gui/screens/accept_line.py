"""One line of a transfer while it is accepted: what was sent, what was found, what becomes of the difference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QMenu, QStyleOptionViewItem

from jxc_desktop.columns import EMPTY, quantity_text, word
from jxc_desktop.domain.arrivals import WAYS, Received, Way
from jxc_desktop.domain.documents import DocumentKind, DraftLine, kind_of
from jxc_desktop.domain.errors import JxcError, OutOfRange
from jxc_desktop.domain.money import QUANTITY_PLACES, round_half_up
from jxc_desktop.domain.units import BASE
from jxc_desktop.gui.document_lines import EditLine
from jxc_desktop.gui.line_cells import FIRST, NUMBER, PAD, PRODUCT, LineDelegate
from jxc_desktop.gui.line_columns import LineColumn
from jxc_desktop.gui.line_editor import LineGrid
from jxc_desktop.gui.widgets.fields import typed_number
from jxc_desktop.gui.widgets.paint import draw_badge, draw_text
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.editing import LineProduct, LineUnit
from jxc_desktop.queries.transit import TransitLine

SHORT_WAYS: dict[Way, tuple[str, str]] = {
    "damaged": (N_("Damaged"), "danger"),
    "short": (N_("Not sent"), "warning"),
    "": (N_("Still under way"), "info"),
}
"""Way -> the words of its badge and their tone."""


@dataclass(slots=True)
class AcceptLine(EditLine):
    """``found``: base units that arrived, None while nothing is typed; ``way``: what becomes of what is missing."""

    of: TransitLine = field(kw_only=True)
    found: Decimal | None = None
    way: Way = "short"

    @property
    def difference(self) -> Decimal | None:
        """What arrived less than was sent: 0 or below."""
        return None if self.found is None else self.found - self.of.open

    @property
    def worth(self) -> Decimal | None:
        """The difference at the present unit cost."""
        if self.difference is None or self.of.cost is None:
            return None
        return round_half_up(self.difference * self.of.cost)

    def text(self, key: str) -> str:
        """What stands in a cell: as typed where it is wrong."""
        if key != "quantity" or key in self.draft.typed:
            return EditLine.text(self, key)
        return "" if self.found is None else quantity_text(self.found)

    def put(self, key: str, text: str, *, kind: DocumentKind, today: date) -> bool:
        """Take what was typed; more than was sent is refused."""
        if key != "quantity":
            return EditLine.put(self, key, text, kind=kind, today=today)
        self.draft.typed.pop(key, None)
        self.errors.pop(key, None)
        try:
            found = typed_number(text.strip(), _("Arrived"), QUANTITY_PLACES)
            if found is not None and found > self.of.open:
                raise OutOfRange(field=_("Arrived"), value=text.strip(), low="0", high=quantity_text(self.of.open))
        except JxcError as error:
            self.errors[key], self.draft.typed[key], self.found = str(error), text, None
            return False
        self.found = found
        return True

    def received(self) -> Received | None:
        """What is said of the line; None while nothing is."""
        return None if self.found is None else Received(self.of.line, self.found, self.way, self.draft.note)


def line_of(of: TransitLine, kept: Received | None = None) -> AcceptLine:
    """A line that waits to be checked off; ``kept``: what was said of it before."""
    units = (LineUnit(None, of.unit, BASE, (None, None, None, None)),)
    product = LineProduct(of.product_id, of.code, of.name, "", of.barcode, False, None, None, units)
    line = AcceptLine(DraftLine(of.product_id), product, of=of)
    if kept is not None:  # another counter may have accepted a part since
        line.found, line.way, line.draft.note = min(kept.quantity, of.open), kept.way, kept.note
    return line


def signed(value: Decimal | None, shape: str = "quantity") -> str:
    """With its sign; a dash where there is none."""
    return EMPTY if value is None else word(value, shape)  # type: ignore[arg-type]


def _of(words: Callable[[AcceptLine], str]) -> Callable[[EditLine], str]:
    return lambda line: words(cast(AcceptLine, line))


def _tone(line: EditLine) -> str | None:
    return "danger" if cast(AcceptLine, line).difference else None


COLUMNS = (
    LineColumn("unit", N_("Unit"), 52, _of(lambda line: line.of.unit), "left", muted=True),
    LineColumn("sent", N_("Sent"), 72, _of(lambda line: quantity_text(line.of.open))),
    LineColumn("quantity", N_("Arrived"), 92, lambda line: line.text("quantity"), editable=True, walk=True),
    LineColumn("difference", N_("Difference"), 72, _of(lambda line: signed(line.difference)), tone=_tone),
    LineColumn("worth", N_("Value of the difference"), 118, _of(lambda line: signed(line.worth, "money")), tone=_tone),
    LineColumn("way", N_("Reason"), 96, lambda _line: "", "left"),
    LineColumn("note", N_("Note"), 168, lambda line: line.text("note"), "left", editable=True, priority=2),
)


class AcceptDelegate(LineDelegate):
    """As in a document, with what becomes of a difference as a badge."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().paint(painter, option, index)
        if index.column() >= FIRST and self._grid.rows.columns[index.column() - FIRST].key == "way":
            self._paint_way(painter, option.rect, cast(AcceptLine, self._grid.lines[index.row()]))

    @staticmethod
    def _paint_way(painter: QPainter, rect: QRect, line: AcceptLine) -> None:
        if line.difference:
            words, tone = SHORT_WAYS[line.way]
            draw_badge(painter, rect.left() + PAD, rect.center().y(), _(words), tone)
        else:
            draw_text(painter, rect.adjusted(PAD, 0, -PAD, 0), EMPTY, "text_tertiary")


class AcceptGrid(LineGrid):
    """The lines to check off. ``way_chosen`` after another way was chosen for a line's difference."""

    way_chosen = Signal()

    def __init__(self, today: date) -> None:
        super().__init__(kind_of("transfer"), today)
        self.setItemDelegate(AcceptDelegate(self))
        self.set_columns(COLUMNS)

    def remove_current(self) -> None:
        """Lines follow what was sent: none goes."""

    def choose_unit(self) -> None:
        """Arrivals are counted in the base unit."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        key = self.rows.columns[index.column() - FIRST].key if index.isValid() and index.column() >= FIRST else ""
        if key == "way" or (index.isValid() and index.column() in (NUMBER, PRODUCT)):
            self.commit()
            self.editor.hide()
            self.select_row(index.row())
            if key == "way":
                self.choose_way()
            return
        super().mousePressEvent(event)

    def choose_way(self) -> None:
        """A menu of what may become of the current line's difference."""
        line = cast("AcceptLine | None", self.current)
        if line is None or not line.difference:
            return
        menu = QMenu(self)
        for way, words in WAYS.items():
            menu.addAction(_(words)).triggered.connect(lambda _on=False, way=way: self.set_way(line, way))
        place = FIRST + [c.key for c in self.rows.columns].index("way")
        box = self.visualRect(self.rows.index(self.currentIndex().row(), place))
        menu.exec(self.viewport().mapToGlobal(QPoint(box.left(), box.bottom())))
        menu.deleteLater()

    def set_way(self, line: AcceptLine, way: Way) -> None:
        """Choose what becomes of what is missing."""
        line.way = way
        self.refresh()
        self.way_chosen.emit()
