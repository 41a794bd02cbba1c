"""The preview of label pages: white paper in both themes, used-up positions grey, free ones dashed; and the calibration."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui.screens.label_data import ShownPage
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Dialog, Field, QuantityEdit, label, row
from jxc_desktop.gui.widgets.paint import CENTER
from jxc_desktop.i18n import _

if TYPE_CHECKING:
    pass

ZOOMS = (1.0, 1.5, 2.0, 3.0)
MARGIN = 14
MOST_SHIFT = Decimal(10)


class LabelPage(QWidget):
    """Paints one page as large as fits, times the zoom."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._small: QImage | None = None
        self._shown: ShownPage | None = None

    def set_page(self, shown: ShownPage | None) -> None:
        self._shown, self._small = shown, None
        page = shown.page if shown is not None else None
        self._image = (
            QImage(page.pixels, page.width, page.height, page.width * 3, QImage.Format.Format_RGB888).copy() if page else None
        )
        self.update()

    def _scaled(self, width: float, height: float) -> QImage:
        """The page at the size it is painted, with every pixel of the paper counted: fine print stays readable."""
        assert self._image is not None
        ratio = self.devicePixelRatioF()
        wanted = QSize(round(width * ratio), round(height * ratio))
        if self._small is None or self._small.size() != wanted:
            mode = Qt.TransformationMode.SmoothTransformation
            self._small = self._image.scaled(wanted, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
            self._small.setDevicePixelRatio(ratio)
        return self._small

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("bg_sunken"))
        if self._image is None or self._shown is None:
            return
        sheet = self._shown.sheet
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        scale = min(room.width() / sheet.page[0], room.height() / sheet.page[1])
        size = (sheet.page[0] * scale, sheet.page[1] * scale)
        box = QRectF(room.center().x() - size[0] / 2, room.center().y() - size[1] / 2, *size)
        painter.fillRect(box, Qt.GlobalColor.white)
        painter.drawImage(box.topLeft(), self._scaled(size[0], size[1]))
        painter.setPen(theme.color("border_default"))
        painter.drawRect(box.adjusted(-1, -1, 0, 0))
        if sheet.positions > 1:
            self._paint_places(painter, box, scale)

    def _paint_places(self, painter: QPainter, box: QRectF, scale: float) -> None:
        """Where labels are gone already, and where none is printed."""
        assert self._shown is not None
        sheet, last = self._shown.sheet, self._shown.first + self._shown.count
        for place in range(sheet.positions):
            if self._shown.first <= place < last:
                continue
            x = sheet.left + (place % sheet.across) * (sheet.label[0] + sheet.gap[0])
            y = sheet.top + (place // sheet.across) * (sheet.label[1] + sheet.gap[1])
            cell = QRectF(box.left() + x * scale, box.top() + y * scale, sheet.label[0] * scale, sheet.label[1] * scale)
            cell.adjust(1, 1, -1, -1)
            if place < self._shown.first:
                painter.fillRect(cell, Qt.GlobalColor.lightGray)
                font = theme.font("caption")
                painter.setFont(font)
                painter.setPen(Qt.GlobalColor.black)
                painter.drawText(cell, CENTER, _("Used"))
            else:
                painter.setPen(QPen(Qt.GlobalColor.lightGray, 1, Qt.PenStyle.DashLine))
                painter.drawRect(cell)


class LabelView(QScrollArea):
    """The page in a frame that scrolls when it is zoomed in."""

    def __init__(self) -> None:
        super().__init__()
        self.page = LabelPage()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(self.page)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._step = 0

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 120)

    def zoom(self, step: int) -> None:
        """Nearer (+1) or farther (-1)."""
        self._step = max(0, min(len(ZOOMS) - 1, self._step + step))
        self._fit()

    @property
    def farthest(self) -> bool:
        return self._step == 0

    @property
    def nearest(self) -> bool:
        return self._step == len(ZOOMS) - 1

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        times = ZOOMS[self._step]
        size = self.viewport().size() if self._step == 0 else QSize(round(self.width() * times), round(self.height() * times))
        self.page.resize(size)


class ShiftDialog(Dialog):
    """How far a printer must move labels on this paper, in mm; kept on this computer."""

    def __init__(self, parent: QWidget, shift: tuple[Decimal, Decimal]) -> None:
        super().__init__(parent, _("Calibrate the print"), icon="target")
        self.right = QuantityEdit(shift[0], name=_("To the right"), low=-MOST_SHIFT, high=MOST_SHIFT, unit="mm", places=1)
        self.down = QuantityEdit(shift[1], name=_("Down"), low=-MOST_SHIFT, high=MOST_SHIFT, unit="mm", places=1)
        said = _(
            "Print a page on plain paper and hold it against the labels. Say how far everything must move; minus is left or up."
        )
        self.body.addWidget(label(said, "secondary", wrap=True))
        self.body.addLayout(row(Field(_("To the right"), self.right), Field(_("Down"), self.down), spacing=12))
        self.add_button(_("Cancel"), key="Esc", reject=True)
        self.keep = self.add_button(_("Save"), "primary", key="Ctrl+S")
        self.keep.clicked.connect(self._keep)
        self.shift = shift
        self.right.setFocus()

    def _keep(self) -> None:
        try:
            self.shift = (self.right.value() or Decimal(0), self.down.value() or Decimal(0))
        except JxcError as error:
            wrong = self.right if error.facts.get("field") == self.right.name else self.down
            wrong.set_error(str(error))
            wrong.setFocus()
            return
        self.accept()
