"""Buttons with their keys, segmented choice, switch and check box, all painted from tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QShortcut,
)
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QPushButton, QSizePolicy, QWidget

from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.paint import CENTER, chip_width, draw_chip, draw_text, fill_round, focus_ring, key_words, text_width

KINDS = ("primary", "default", "ghost", "link", "danger", "danger_ghost")
_HEIGHTS = {"sm": 26, "md": 32, "lg": 40, "touch": 48}
_LOOKS = {  # kind -> fill, hover, pressed, border, text
    "primary": ("primary", "primary_hover", "primary_pressed", None, "text_on_primary"),
    "default": ("bg_surface", "bg_hover", "bg_sunken", "border_default", "text_primary"),
    "ghost": (None, "bg_hover", "bg_sunken", None, "text_secondary"),
    "link": (None, "bg_hover", "bg_sunken", None, "primary_text"),
    "danger": ("danger", "danger_hover", "danger_hover", None, "text_on_danger"),
    "danger_ghost": ("bg_surface", "danger_soft", "danger_soft", "border_default", "danger_text"),
}
BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
    Qt.FocusReason.OtherFocusReason,
)


class KeyboardRing:
    """Whether the focus came by keyboard: a mouse click leaves no ring behind."""

    ringed = False

    def note_focus(self, event: QFocusEvent) -> None:
        self.ringed = event.reason() in BY_KEYBOARD


class Button(QPushButton, KeyboardRing):
    """A button that names its result and shows its key.

    ``kind``: primary (one per page), default, ghost, link, danger (in confirmations only), danger_ghost. ``size``: sm 26, md 32,
    lg 40, touch 48. ``key`` binds a shortcut that works while the button can be seen, unless ``bind_key`` is False.
    An icon-only button needs ``tip``.
    """

    def __init__(
        self,
        text: str = "",
        kind: str = "default",
        icon: str | None = None,
        *,
        key: str | None = None,
        bind_key: bool = True,
        size: str = "md",
        tip: str = "",
        menu: bool = False,
        on_click: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        if kind not in KINDS:
            raise ValueError(kind)
        self.kind, self.icon_name, self.key, self._size, self._arrow = kind, icon, key, size, menu
        self._busy = self.short = False
        self._tip = tip
        self._turn = 0
        self._spin = QTimer(self, interval=80)
        self._spin.timeout.connect(self._advance)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip(tip)
        self.setAccessibleName(text or tip)
        if key and bind_key:
            self._shortcuts = [QShortcut(QKeySequence(one), self, self._by_key) for one in _both_enters(key)]
        if on_click is not None:
            self.clicked.connect(lambda *_: on_click())

    def set_icon(self, name: str | None) -> None:
        self.icon_name = name
        self.updateGeometry()
        self.update()

    def set_kind(self, kind: str) -> None:
        """Change the kind; ``ValueError`` for an unknown one."""
        if kind not in KINDS:
            raise ValueError(kind)
        self.kind = kind
        self.update()

    def set_busy(self, busy: bool) -> None:
        """While busy the button spins, keeps its width and cannot be pressed."""
        self._busy = busy
        self.setEnabled(not busy)
        if busy:
            self._spin.start()
        else:
            self._spin.stop()
        self.update()

    def _advance(self) -> None:
        self._turn = (self._turn + 30) % 360
        self.update()

    @property
    def _shown_key(self) -> str | None:
        return None if self.short else self.key

    def set_short(self, on: bool) -> None:
        """Where there is too little room the key is told in the tooltip instead of on the button."""
        if on != self.short:
            self.short = on
            if self.key:
                self._tip = self.toolTip() if on else self._tip
                self.setToolTip(f"{self.text()}  {key_words(self.key)}" if on else self._tip)
            self.updateGeometry()
            self.update()

    def whole_width(self) -> int:
        """What it takes with its key."""
        short, self.short = self.short, False
        width = self.sizeHint().width()
        self.short = short
        return width

    def _by_key(self) -> None:
        if self.isEnabled():
            self.click()

    def sizeHint(self) -> QSize:
        height = theme.px(_HEIGHTS[self._size])
        width = self._content_width() + 2 * self._padding()
        return QSize(max(width, height), height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _padding(self) -> int:
        if self._size == "sm":
            return 8
        return 12 if self.text() else 7

    def _content_width(self) -> int:
        parts = []
        if self.icon_name:
            parts.append(16 + (6 if self.text() else 0))
        if self.text():
            parts.append(text_width(self.text(), self._font()) + 1)
        if self._shown_key:
            parts.append(8 + chip_width(key_words(self._shown_key)))
        if self._arrow:
            parts.append(4 + 16)
        return sum(parts)

    def _font(self) -> QFont:
        return theme.font("caption" if self._size == "sm" else "body")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill, hover, pressed, border, ink = _LOOKS[self.kind]
        enabled = self.isEnabled() or self._busy
        if not enabled:
            filled = self.kind in ("primary", "danger", "default", "danger_ghost")
            fill, border, ink = ("bg_sunken" if filled else None), ("border_subtle" if filled else None), "text_disabled"
        elif self.isDown() or self.isChecked():
            fill = pressed
        elif self.underMouse() and not self._busy:
            fill = hover
        box = QRectF(self.rect())
        if self.hasFocus() and self.ringed:
            focus_ring(painter, box, 6)
            box = box.adjusted(3.5, 3.5, -3.5, -3.5) if self.kind in ("primary", "danger") else box.adjusted(2, 2, -2, -2)
            border = None
        if fill or border:
            fill_round(painter, box, fill, 4 if self.hasFocus() and self.ringed else 6, border)
        self._paint_content(painter, ink)

    def _paint_content(self, painter: QPainter, ink: str) -> None:
        x = (self.width() - self._content_width()) / 2
        middle = self.height() / 2
        if self.icon_name or self._busy:
            spot = x if self.icon_name else 6
            if self._busy:
                self._paint_spinner(painter, QRectF(spot + 1, middle - 7, 14, 14), ink)
            elif self.icon_name:
                paint_icon(painter, spot, middle - 8, self.icon_name, ink, 16)
            x += (16 + (6 if self.text() else 0)) if self.icon_name else 0
        if self.text():
            width = text_width(self.text(), self._font()) + 1
            draw_text(painter, QRectF(x, 0, width + 1, self.height()), self.text(), ink, self._font())
            x += width
        if self._shown_key:
            x += 8
            x += draw_chip(
                painter,
                x,
                middle,
                key_words(self._shown_key),
                self.kind in ("primary", "danger") and self.isEnabled(),
                not self.isEnabled(),
            )
        if self._arrow:
            paint_icon(painter, x + 4, middle - 8, "chevron-down", ink, 16)

    def _paint_spinner(self, painter: QPainter, box: QRectF, ink: str) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color(ink), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawArc(box, -self._turn * 16, 270 * 16)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.note_focus(event)
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.click()
            return
        super().keyPressEvent(event)

    def enterEvent(self, event: QEvent) -> None:
        self.update()
        super().enterEvent(event)  # type: ignore[arg-type]

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)


def _both_enters(key: str) -> list[str]:
    """Enter stands for both Enter keys of the keyboard."""
    if key.endswith(("Enter", "Return")):
        stem = key.rsplit("+", 1)[0] + "+" if "+" in key else ""
        return [stem + "Return", stem + "Enter"]
    return [key]


class KeyChip(QWidget):
    """One key, as printed on a hint."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(chip_width(key_words(self.key)), theme.px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_chip(QPainter(self), 0, self.height() / 2, key_words(self.key))


class Segmented(QWidget, KeyboardRing):
    """One of a few choices side by side. ``options``: (value, words) pairs. ←→ move, ``chosen`` tells the value."""

    chosen = Signal(object)

    def __init__(self, options: Sequence[tuple[object, str]], value: object = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = list(options)
        self._value = value if value is not None else (self._options[0][0] if self._options else None)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(" / ".join(words for _, words in self._options))

    @property
    def value(self) -> object:
        return self._value

    def set_value(self, value: object) -> None:
        """Choose without telling."""
        self._value = value
        self.update()

    def _choose(self, value: object) -> None:
        if value != self._value:
            self._value = value
            self.update()
            self.chosen.emit(value)

    def _widths(self) -> list[int]:
        return [text_width(words, theme.font("body")) + 24 for _, words in self._options]

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()) + 6, theme.px(32))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _boxes(self) -> list[QRect]:
        boxes, x = [], 3
        for width in self._widths():
            boxes.append(QRect(x, 3, width, self.height() - 6))
            x += width
        return boxes

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill_round(painter, self.rect(), "bg_sunken", 6)
        for (value, words), box in zip(self._options, self._boxes(), strict=True):
            on = value == self._value
            if on:
                fill_round(painter, box, "bg_hover" if theme.dark else "bg_surface", 4, "border_default")
            draw_text(painter, box, words, "text_primary" if on else "text_secondary", theme.font("body", on), CENTER)
        if self.hasFocus() and self.ringed:
            focus_ring(painter, self.rect())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for (value, _words), box in zip(self._options, self._boxes(), strict=True):
            if box.contains(event.position().toPoint()):
                self._choose(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        values = [value for value, _ in self._options]
        self._choose(values[max(0, min(len(values) - 1, values.index(self._value) + step))])

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.note_focus(event)
        super().focusInEvent(event)


class Switch(QAbstractButton, KeyboardRing):
    """On or off, at once. ``toggled`` tells the state."""

    def __init__(self, on: bool = False, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setChecked(on)
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(40, 26)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        track = QRectF(2, (self.height() - 20) / 2, 36, 20)
        if self.hasFocus() and self.ringed:
            focus_ring(painter, self.rect(), 13)
        fill_round(
            painter, track, "bg_sunken" if not self.isEnabled() else "primary" if self.isChecked() else "border_control", 10
        )
        knob = QRectF(track.right() - 17.5 if self.isChecked() else track.left() + 2.5, track.top() + 2.5, 15, 15)
        fill_round(painter, knob, "text_on_primary", 7.5)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.note_focus(event)
        super().focusInEvent(event)


class CheckBox(QCheckBox, KeyboardRing):
    """A check box with its words."""

    def __init__(self, text: str = "", checked: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setChecked(checked)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        words = text_width(self.text(), theme.font("body")) + 8 if self.text() else 0
        return QSize(18 + words + 2, theme.px(26))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos) -> bool:  # type: ignore[no-untyped-def]
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_check(painter, QRectF(1, self.height() / 2 - 8, 16, 16), self.checkState(), self.isEnabled())
        if self.hasFocus() and self.ringed:
            focus_ring(painter, QRectF(-1, self.height() / 2 - 10, 20, 20).adjusted(0, 0, 0, 0), 5)
        draw_text(
            painter, self.rect().adjusted(26, 0, 0, 0), self.text(), "text_primary" if self.isEnabled() else "text_disabled"
        )

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.note_focus(event)
        super().focusInEvent(event)


def draw_check(painter: QPainter, box: QRectF, state: Qt.CheckState, enabled: bool = True) -> None:
    """The 16 px box of a check mark, also used inside tables."""
    if state == Qt.CheckState.Unchecked:
        fill_round(painter, box, "bg_surface" if enabled else "bg_sunken", 4, "border_control")
        return
    fill_round(painter, box, "primary" if enabled else "border_control", 4)
    painter.setPen(
        QPen(theme.color("text_on_primary"), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    x, y = box.left(), box.top()
    if state == Qt.CheckState.PartiallyChecked:
        painter.drawPolyline(QPolygonF([QRectF(x + 4, y + 8, 0, 0).topLeft(), QRectF(x + 12, y + 8, 0, 0).topLeft()]))
    else:
        points = ((4, 8.3), (6.9, 11.2), (12, 5.2))
        painter.drawPolyline(QPolygonF([QRectF(x + dx, y + dy, 0, 0).topLeft() for dx, dy in points]))
