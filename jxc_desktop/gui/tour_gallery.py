"""Every control in its states on one page, and the papers of the tour on one sheet: for comparing with the design."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QProgressBar, QVBoxLayout, QWidget

from jxc_desktop.columns import Column
from jxc_desktop.gui.row_table import Look, RowTable
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import (
    Badge,
    Button,
    Card,
    CheckBox,
    EmptyState,
    Field,
    FieldGrid,
    KeyChip,
    LineEdit,
    NoticeBar,
    Segmented,
    Skeleton,
    Tabs,
    column,
    label,
    row,
)
from jxc_desktop.gui.widgets.paint import draw_text, fill_round
from jxc_desktop.gui.widgets.toasts import Toast
from jxc_desktop.i18n import N_, _

SIZE = (1760, 800)
SHEET = (1920, 1010)
PAPERS = (
    ("paper_80.pdf", N_("80 mm slip"), 32, 56, 5.6),
    ("paper_58.pdf", N_("58 mm slip"), 512, 56, 5.6),
    ("paper_241x140.pdf", N_("241 × 140 mm continuous, half page"), 866, 56, 4.25),
    ("label_40x30.pdf", N_("Goods label 40 × 30 mm"), 866, 693, 10.0),
    ("label_70x38.pdf", N_("Shelf tag 70 × 38 mm"), 1298, 693, 8.0),
)
"""File, caption, left, top, pixels for a millimetre."""
MM_PER_INCH = 25.4
COLOURS = (
    "bg_app", "bg_surface", "bg_subtle", "bg_sunken", "primary", "primary_soft", "success", "success_soft", "warning",
    "warning_soft", "danger", "danger_soft", "info", "info_soft", "chart_1", "chart_1_soft", "chart_2", "chart_3", "chart_4",
    "chart_5",
)  # fmt: skip


class _Focused(Button):
    """A button as it looks with the focus; a window has only one."""

    ringed = True

    def hasFocus(self) -> bool:
        return True


class _Swatches(QWidget):
    """The colours of the theme with their names."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(self.sizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(300, theme.px(48) * ((len(COLOURS) + 3) // 4) + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, cell = QPainter(self), self.width() / 4
        for place, token in enumerate(COLOURS):
            box = QRectF(cell * (place % 4), theme.px(48) * (place // 4), cell - 8, theme.px(22))
            fill_round(painter, box, token, 4, "border_subtle")
            draw_text(painter, box.translated(0, theme.px(22)), token.replace("_", " "), "text_secondary", theme.font("caption"))


@dataclass(frozen=True, slots=True)
class _Line:
    id: int
    state: str
    quantity: Decimal
    amount: Decimal


def gallery() -> QWidget:
    """The page, 1760 × 800."""
    page = QWidget()
    page.setProperty("panel", "app")
    page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    page.setFixedSize(*SIZE)
    columns = (
        column(_buttons(), _inputs(), _badges(), 1, spacing=12),
        column(_choices(), _toasts(), _progress(), 1, spacing=12),
        column(_question(), _empty(), _trouble(), 1, spacing=12),
        column(_colours(), _types(), _table(), 1, spacing=12),
    )
    whole = row(*columns, spacing=12, margins=(16, 16, 16, 16))
    for place, share in enumerate((25, 25, 25, 20)):
        whole.setStretch(place, share)
    page.setLayout(whole)
    return page


def _buttons() -> Card:
    card = Card(_("Buttons"))
    over, down, off = Button(_("Hovered"), "primary"), Button(_("Pressed"), "primary"), Button(_("Disabled"), "primary")
    light, dim = Button(_("Hovered")), Button(_("Disabled"))
    for button in (over, light):
        button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    down.setDown(True)
    off.setEnabled(False)
    dim.setEnabled(False)
    card.add(row(Button(_("Save"), "primary"), over, down, _Focused(_("Focus"), "primary"), off, 1))
    card.add(row(Button(_("Keep as draft")), light, _Focused(_("Focus")), dim, Button(_("More"), menu=True), 1))
    printing = Button("", icon="printer", tip=_("Print"))
    card.add(
        row(Button(_("Void"), "danger_ghost"), Button(_("Delete"), "danger"), Button(_("Edit"), "ghost", "pencil"),
            Button(_("Have a look"), "link"), printing, 1)
    )  # fmt: skip
    post = Button(_("Post into stock"), "primary", key="Ctrl+Return", bind_key=False)
    printed = Button(_("Print"), icon="printer", key="Ctrl+P", bind_key=False)
    card.add(row(post, printed, Button(_("Small"), size="sm"), 1))
    return card


def _inputs() -> Card:
    card, grid = Card(_("Fields")), FieldGrid(2)
    fixed, off, wrong = LineEdit("JH-20261124-003"), LineEdit(_("Shop floor")), Field(_("Wrong"), LineEdit("2026-13-02"))
    fixed.setReadOnly(True)
    off.setEnabled(False)
    for field in (
        Field(_("Plain"), LineEdit("96")),
        Field(_("Required"), LineEdit("", _("Choose a warehouse")), required=True),
        wrong,
        Field(_("Read only"), fixed),
        Field(_("Disabled"), off),
    ):
        grid.add(field)
    wrong.set_error(_("There is no month 13; write 01 to 12"))
    card.add(grid)
    card.add(row(CheckBox(_("Allow"), True), CheckBox(_("Warn")), 1, spacing=20))
    return card


def _badges() -> Card:
    card = Card(_("Badges"))
    lines = (
        ((_("Draft"), "neutral"), (_("Posted"), "success"), (_("Under way"), "primary"), (_("Voided"), "neutral")),
        ((_("Low stock"), "warning"), (_("Expired"), "danger"), (_("Slow"), "neutral"), (_("On the way"), "info")),
        ((_("Partly received"), "warning"), (_("Settled"), "success"), (_("{days} days overdue").format(days=12), "danger")),
    )
    for line in lines:
        card.add(row(*(Badge(words, tone, dot=tone == "primary") for words, tone in line), 1))
    return card


def _choices() -> Card:
    card = Card(_("Segments, tabs, keys"))
    tabs = Tabs([("all", _("All")), ("open", _("With a difference")), ("none", _("Not counted"))], "open")
    for value, count in (("all", 240), ("open", 6), ("none", 54)):
        tabs.set_count(value, count)
    card.add(row(Segmented([(1, _("Today")), (7, _("Last 7 days")), (30, _("This month"))], 7), 1))
    card.add(tabs)
    card.add(row(*(KeyChip(key) for key in ("F12", "Ctrl+K", "Return", "Esc", "*")), 1))
    return card


def _toasts() -> Card:
    card, place = Card(_("Messages at the lower right, at most three")), QFrame()
    inside = QVBoxLayout(place)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.setSpacing(-16)
    for text, note, tone, action in (
        (_("{name} is posted").format(name="JH-20261124-003"), "", "success", _("Print")),
        (_("The printer has no paper"), _("The slip waits and is printed later"), "warning", _("Try again")),
        (_("The last backup failed"), _("The stick is full; earlier backups are whole"), "danger", _("Another folder…")),
    ):
        toast = Toast(place, text, note, tone, (action, lambda: None), lambda _toast: None)
        toast.setMinimumWidth(0)
        toast.setMaximumWidth(2000)
        inside.addWidget(toast)
    card.add(place)
    return card


def _progress() -> Card:
    card, bar = Card(_("Progress and waiting")), QProgressBar(textVisible=False)
    bar.setRange(0, 3600)
    bar.setValue(1512)
    card.add(row(label(_("Importing {file}").format(file="1,512 / 3,600")), 1, Button(_("Cancel"), size="sm")))
    card.add(bar)
    card.add(label(_("You can go on with other things; a message says when it is done."), "hint"))
    card.add(Skeleton(3))
    return card


def _question() -> Card:
    card = Card()
    card.add(label(_("Void {number}?").format(number="JH-20261124-003"), "title"))
    card.add(label(_("696 pieces leave the stock again, and ¥3,773.60 less is owed. The number stays used."), wrap=True))
    card.add(Field(_("Reason"), LineEdit("", _("Such as: the wrong goods were delivered")), required=True))
    keep, void = Button(_("Keep it"), key="Esc", bind_key=False), Button(_("Void"), "danger")
    card.add(row(1, keep, void))
    card.add(
        NoticeBar(_("Line {line} is short by {count}").format(line=3, count=24), "warning", [(_("Close the rest"), lambda: None)])
    )
    return card


def _empty() -> Card:
    card = Card()
    begin = Button(_("New stocktake"), "primary", key="Ctrl+N", bind_key=False)
    card.add(
        EmptyState(
            "clipboard-check", _("No count yet"), _("By shelf, by category or the whole warehouse; scan as you walk."), [begin]
        )
    )
    return card


def _trouble() -> Card:
    card = Card()
    buttons = [Button(_("Try again"), "primary"), Button(_("Open the folder"))]
    words = _("Close the other window and try again. No data is lost.")
    card.add(EmptyState("database-x", _("The book is in use by another program"), words, buttons, tone="danger", code="DB-103"))
    return card


def _colours() -> Card:
    card = Card(_("Colours"))
    card.add(_Swatches())
    return card


def _types() -> Card:
    card, grid = Card(_("Type")), QGridLayout()
    lines = (
        ("kpi", "¥118.20", "26 / 600"), ("page", _("Purchase receipt"), "20 / 600"), ("title", _("Why this number"), "16 / 600"),
        ("body", _("Product"), "14 / 400"), ("caption", "6908812040006", "12 / 400"),
    )  # fmt: skip
    for place, (role, words, size) in enumerate(lines):
        grid.addWidget(label(words, role), place, 0)
        grid.addWidget(label(size, "hint"), place, 1, Qt.AlignmentFlag.AlignRight)
    card.add(grid)
    return card


def _table() -> RowTable:
    columns = (
        Column("state", N_("State")),
        Column("quantity", N_("Quantity"), "quantity", total=True),
        Column("amount", N_("Amount (yuan)"), "money", total=True),
    )
    lines = [
        _Line(1, _("Plain"), Decimal(240), Decimal(288)),
        _Line(2, _("Current"), Decimal(96), Decimal("345.60")),
        _Line(3, _("Out of range"), Decimal(-3), Decimal("-10.80")),
    ]
    looks = {
        "state": Look(stretch=True),
        "quantity": Look(tone=lambda line: "danger" if line.quantity < 0 else None),
        "amount": Look(tone=lambda line: "danger" if line.amount < 0 else None),
    }
    table = RowTable(columns, looks, totals=True)
    table.set_rows(lines)
    table.select_key(2)
    table.setMinimumHeight(theme.px(190))
    return table


def paper_sheet(folder: Path, file: Path) -> bool:
    """The papers of ``folder`` beside each other in ``file``; False where it cannot be written."""
    from jxc_desktop.printing.preview import page_images

    sheet = QImage(*SHEET, QImage.Format.Format_RGB32)
    sheet.fill(theme.color("bg_sunken"))
    painter = QPainter(sheet)
    for name, caption, left, top, scale in PAPERS:
        page = page_images((folder / name).read_bytes(), scale * MM_PER_INCH, pages=[0])[0]
        shot = QImage(page.pixels, page.width, page.height, page.width * 3, QImage.Format.Format_RGB888)
        draw_text(painter, QRectF(left, top - 28, 600, 22), _(caption), "text_secondary")
        painter.drawImage(left, top, shot)
    painter.end()
    return sheet.save(str(file))
