"""The parts of the product form that grow: further units, barcodes, the picture; and a field that suggests what is known."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QStringListModel, Qt, Signal
from PySide6.QtGui import QImage, QImageWriter, QPainter, QPixmap
from PySide6.QtWidgets import QCompleter, QGridLayout, QWidget

from jxc_desktop.domain.barcodes import warning
from jxc_desktop.domain.errors import BadValue, JxcError, OutOfRange
from jxc_desktop.domain.goods import FACTOR_LIMIT, PRICES, BarcodeForm, UnitForm, title
from jxc_desktop.domain.money import parse_decimal, ungrouped
from jxc_desktop.gui import prompts
from jxc_desktop.gui.screens.product_detail import factor_words
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, Combo, LineEdit, PriceEdit, QuantityEdit, column, label, row, set_tone
from jxc_desktop.i18n import _

PICTURE_LIMIT = 64 << 10
SIDES = (640, 512, 400, 320, 240)


class KnownEdit(LineEdit):
    """A line of text that suggests what is in the book already; anything else may be typed too."""

    def __init__(self, text: str = "", placeholder: str = "") -> None:
        super().__init__(text, placeholder)
        self._known = QStringListModel(self)
        completer = QCompleter(self._known, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        self.textEdited.connect(self._dress)

    def set_known(self, words: Sequence[str]) -> None:
        self._known.setStringList(list(words))

    def _dress(self) -> None:
        """The list of suggestions looks like that of a combo; it is made when it is first needed."""
        completer = self.completer()
        popup = completer.popup() if completer is not None else None
        if popup is not None:
            popup.setProperty("popup", "true")


class Lines(QWidget):
    """Rows of controls in a grid under headings; each can be taken away. ``changed`` after anything."""

    changed = Signal()

    def __init__(self, headings: Sequence[tuple[str, int]]) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._heads = []
        for place, (words, stretch) in enumerate(headings):
            head = label(words, "caption")
            self._heads.append(head)
            self._grid.addWidget(head, 0, place)
            self._grid.setColumnStretch(place, stretch)
        self._next = 1
        self._show_heads(False)

    def _show_heads(self, shown: bool) -> None:
        for head in self._heads:
            head.setVisible(shown)

    def add_row(self, controls: Sequence[QWidget], remove: Callable[[], None]) -> tuple[QWidget, ...]:
        """Put a row below the others; answers all its widgets."""
        button = Button("", "ghost", "x", size="sm", tip=_("Remove"), on_click=remove)
        widgets = (*controls, button)
        for place, widget in enumerate(widgets):
            self._grid.addWidget(widget, self._next, place)
        self._next += 1
        self._show_heads(True)
        return widgets

    def drop_row(self, widgets: Sequence[QWidget], left: int) -> None:
        for widget in widgets:
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._show_heads(left > 0)
        self.changed.emit()


class FactorEdit(LineEdit):
    """How many base units one unit holds, exactly: ``24``, ``0.5`` or a ratio, ``1/3``."""

    def __init__(self, value: Fraction | None = None) -> None:
        super().__init__("" if value is None else factor_words(value.numerator, value.denominator))
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.editingFinished.connect(self._left)

    def value(self) -> Fraction | None:
        """The ratio, None when empty. Raises ``BadNumber``, ``TooFine`` or ``OutOfRange`` with a sentence."""
        said = unicodedata.normalize("NFKC", self.text()).replace(" ", "")
        if not said:
            return None
        title, most = _("Holds (base units)"), Decimal(FACTOR_LIMIT)
        above, bar, below = ungrouped(said, field=title).partition("/")
        size = Fraction(parse_decimal(above, field=title, places=6, low=Decimal("0.000001"), high=most))
        if bar:
            size /= Fraction(parse_decimal(below, field=title, places=0, low=Decimal(1), high=most))
        if max(size.numerator, size.denominator) > FACTOR_LIMIT:
            raise OutOfRange(field=title, value=said, low="0.000001", high=FACTOR_LIMIT)
        return size

    def _left(self) -> None:
        try:
            value = self.value()
        except JxcError as error:
            self.set_error(str(error))
            return
        self.set_error("")
        if value is not None:
            self.setText(factor_words(value.numerator, value.denominator))


class UnitLines(Lines):
    """Further units: name, base units in one, own prices (empty = worked out from the base unit's)."""

    def __init__(self) -> None:
        super().__init__(
            [
                (_("Unit"), 2),
                (_("Holds (base units)"), 2),
                (_("Purchase price"), 2),
                (_("Retail price"), 2),
                (_("Wholesale price"), 2),
                (_("Member price"), 2),
                ("", 0),
            ]
        )
        self._rows: list[tuple[LineEdit, FactorEdit, tuple[PriceEdit, ...], tuple[QWidget, ...], UnitForm]] = []

    def add(self, unit: UnitForm | None = None) -> None:
        form = unit or UnitForm("")
        name = LineEdit(form.name, _("Box"))
        factor = FactorEdit(form.factor if form.name else None)
        prices = tuple(PriceEdit(getattr(form, field), name=title(field)) for field in PRICES)
        for price in prices:
            price.setPlaceholderText(_("Worked out"))
        widgets = self.add_row((name, factor, *prices), lambda: self._remove(name))
        self._rows.append((name, factor, prices, widgets, form))
        for control in (name, factor, *prices):
            control.textChanged.connect(lambda _text: self.changed.emit())
        if unit is None:
            name.setFocus()

    def _remove(self, name: LineEdit) -> None:
        found = next(each for each in self._rows if each[0] is name)
        self._rows.remove(found)
        self.drop_row(found[3], len(self._rows))

    def clear(self) -> None:
        for each in list(self._rows):
            self._remove(each[0])

    def names(self) -> list[str]:
        return [name.text().strip() for name, *_rest in self._rows if name.text().strip()]

    def forms(self) -> tuple[UnitForm, ...]:
        """The units as typed; rows without a name are left out. Raises the refusals of the fields."""
        made = []
        for name, factor, prices, _widgets, _before in self._rows:
            if not name.text().strip():
                continue
            size = factor.value()
            if size is None:
                factor.set_error(_("Fill this in."))
                factor.setFocus()
                raise BadValue(field=_("Holds (base units)"), value=name.text(), hint=_("Say how many base units it holds."))
            own = dict(zip(PRICES, (price.value() for price in prices), strict=True))
            made.append(UnitForm(name.text().strip(), size.numerator, size.denominator, **own))
        return tuple(made)


class BarcodeLines(Lines):
    """Barcodes: the code, which unit it means and how many of it. A wrong check digit is said and kept."""

    def __init__(self, units: Callable[[], list[str]]) -> None:
        super().__init__([(_("Barcode"), 4), (_("Means"), 2), (_("Quantity"), 1), ("", 0)])
        self._units = units
        self._rows: list[tuple[LineEdit, Combo, QuantityEdit, tuple[QWidget, ...]]] = []
        self.warning = label("", "hint", wrap=True)
        set_tone(self.warning, "warning")
        self.warning.hide()

    def add(self, barcode: BarcodeForm | None = None, *, focus: bool = False) -> LineEdit:
        form = barcode or BarcodeForm("")
        code = LineEdit(form.code, _("Scan or type"))
        code.setProperty("takes_scans", True)
        code.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        base, *further = self._units()
        unit = Combo([(None, base), *((name, name) for name in further)], form.unit)
        quantity = QuantityEdit(form.quantity, name=_("Quantity"), low=Decimal("0.001"))
        widgets = self.add_row((code, unit, quantity), lambda: self._remove(code))
        self._rows.append((code, unit, quantity, widgets))
        code.textChanged.connect(lambda _text: self.changed.emit())
        code.editingFinished.connect(self._check)
        unit.chosen.connect(lambda _value: self.changed.emit())
        quantity.textChanged.connect(lambda _text: self.changed.emit())
        self._check()
        if focus:
            code.setFocus()
        return code

    def take(self, text: str) -> None:
        """A scanned code: into the row that is empty, else a new one."""
        empty = next((code for code, *_rest in self._rows if not code.text().strip()), None)
        (empty or self.add()).setText(text)
        self._check()

    def _remove(self, code: LineEdit) -> None:
        found = next(each for each in self._rows if each[0] is code)
        self._rows.remove(found)
        self.drop_row(found[3], len(self._rows))
        self._check()

    def clear(self) -> None:
        for each in list(self._rows):
            self._remove(each[0])

    def set_units(self) -> None:
        """The units were renamed: the lists follow."""
        base, *further = self._units()
        for _code, unit, _quantity, _widgets in self._rows:
            unit.set_options([(None, base), *((name, name) for name in further)], unit.value)

    def _check(self) -> None:
        said = [found.message for code, *_rest in self._rows if (found := warning(code.text().strip()))]
        self.warning.setText("\n".join(said))
        self.warning.setVisible(bool(said))

    def forms(self) -> tuple[BarcodeForm, ...]:
        """The barcodes as typed; empty rows are left out. Raises the refusals of the fields."""
        made = []
        for code, unit, quantity, _widgets in self._rows:
            if text := code.text().strip():
                made.append(BarcodeForm(text, str(unit.value) if unit.value else None, quantity.value() or Decimal(1)))
        return tuple(made)

    def show_error(self, error: JxcError) -> bool:
        """Mark the code a refusal names; False when it is none of these."""
        key = str(error.facts.get("key", error.facts.get("value", "")))
        for code, *_rest in self._rows:
            if key and code.text().strip() == key:
                code.set_error(str(error))
                code.setFocus()
                return True
        return False


class PictureBox(QWidget):
    """The picture of a product: choose one (it is made small enough by itself), or take it away."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.jpeg: bytes | None = None
        self.touched = False
        self._shown = label(_("No picture"), "hint")
        self._shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._shown.setFixedHeight(theme.px(120))
        self._take = Button(_("Choose a picture…"), icon="folder-open", size="sm", on_click=self.choose)
        self._drop = Button(_("Remove"), "ghost", size="sm", on_click=lambda: self.set_picture(None, touched=True))
        self.setLayout(column(self._shown, row(self._take, self._drop, 1)))
        self.set_picture(None)

    def set_picture(self, jpeg: bytes | None, *, touched: bool = False) -> None:
        self.jpeg, self.touched = jpeg, touched
        pixmap = QPixmap()
        if jpeg is not None:
            pixmap.loadFromData(jpeg)
        if pixmap.isNull():
            self._shown.setPixmap(QPixmap())
            self._shown.setText(_("No picture"))
        else:
            side = theme.px(118)
            self._shown.setPixmap(
                pixmap.scaled(2 * side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
            )
        self._drop.setVisible(jpeg is not None)
        if touched:
            self.changed.emit()

    def choose(self) -> None:
        path = prompts.file_to_open(self, _("Choose a picture"), _("Pictures (*.jpg *.jpeg *.png *.bmp *.webp)"))
        if path is None:
            return
        image = QImage(str(path))
        jpeg = small_jpeg(image)
        if jpeg is None:
            prompts.tell(
                self,
                _("This picture cannot be used"),
                _("{name} is no picture that can be read.").format(name=path.name),
                "warning",
            )
            return
        self.set_picture(jpeg, touched=True)


def small_jpeg(image: QImage) -> bytes | None:
    """``image`` as a JPEG of at most 64 KB, as large as fits; None for what is no picture."""
    if image.isNull():
        return None
    plain = QImage(image.size(), QImage.Format.Format_RGB32)
    plain.fill(Qt.GlobalColor.white)
    painter = QPainter(plain)
    painter.drawImage(0, 0, image)
    painter.end()
    for side in SIDES:
        scaled = plain
        if max(plain.width(), plain.height()) > side:
            scaled = plain.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        for quality in (88, 75, 60):
            buffer = QBuffer()
            buffer.open(QIODevice.OpenModeFlag.WriteOnly)
            writer = QImageWriter(buffer, QByteArray(b"jpeg"))
            writer.setQuality(quality)
            writer.write(scaled)
            data = bytes(buffer.data().data())
            if 0 < len(data) <= PICTURE_LIMIT:
                return data
    return None
