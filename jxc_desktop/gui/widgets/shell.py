"""The frame around the pages: sidebar and top bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.buttons import Button, KeyboardRing
from jxc_desktop.gui.widgets.paint import (
    CENTER,
    RIGHT,
    chip_width,
    draw_chip,
    draw_text,
    fill_round,
    focus_ring,
    key_words,
    text_width,
)
from jxc_desktop.gui.widgets.surface import Badge, row
from jxc_desktop.i18n import _

NAV_ROOM = 84
"""What an item of the sidebar needs beside its words: edges, icon, a number of two digits."""


class NavItem(QAbstractButton, KeyboardRing):
    """One line of the sidebar."""

    def __init__(self, text: str, icon: str, key: str | None = None) -> None:
        super().__init__()
        self._icon, self._key, self.count, self.collapsed = icon, key, 0, False
        self.note = ""
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def collapse(self, yes: bool) -> None:
        self.collapsed = yes
        parts = [self.text() if yes else "", key_words(self._key or ""), self.note]
        self.setToolTip("  ".join(part for part in parts if part))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(40 if self.collapsed else 168, theme.px(32))

    def checkStateSet(self) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        on = self.isChecked()
        if on or self.underMouse():
            fill_round(painter, self.rect(), "primary_soft" if on else "bg_hover", 6)
        ink = "primary_text" if on else "text_secondary"
        middle = self.height() / 2
        paint_icon(painter, 11, middle - 9, self._icon, ink, 18)
        if self.collapsed:
            if self.count:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("primary"))
                painter.drawEllipse(QPointF(30, middle - 8), 3, 3)
        else:
            count = str(self.count) if self.count else ""
            room = text_width(count, theme.font("caption")) + 18 if count else 6
            draw_text(
                painter,
                self.rect().adjusted(38, 0, -room, 0),
                self.text(),
                "primary_text" if on else "text_primary",
                theme.font("body", on),
            )
            draw_text(painter, self.rect().adjusted(0, 0, -12, 0), count, ink, theme.font("caption"), RIGHT)
        if self.hasFocus() and self.ringed:
            focus_ring(painter, self.rect())

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.note_focus(event)
        super().focusInEvent(event)

    def enterEvent(self, event: QEvent) -> None:
        self.update()
        super().enterEvent(event)  # type: ignore[arg-type]

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)


class _GroupCaption(QWidget):
    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self.collapsed = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def collapse(self, yes: bool) -> None:
        self.collapsed = yes
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(40, 13 if self.collapsed else theme.px(30))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.collapsed:
            painter.fillRect(QRectF(8, 6, self.width() - 16, 1), theme.color("border_subtle"))
        else:
            draw_text(painter, self.rect().adjusted(10, 6, 0, 0), self._text, "text_secondary", theme.font("caption"))


class _ShopHead(QWidget):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.collapsed = name, False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(name)

    def sizeHint(self) -> QSize:
        return QSize(56, theme.px("topbar"))

    def collapse(self, yes: bool) -> None:
        self.collapsed = yes
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill_round(painter, QRectF(15, self.height() / 2 - 13, 26, 26), "primary", 6)
        paint_icon(painter, 19, self.height() / 2 - 9, "packages", "text_on_primary", 18)
        if not self.collapsed:
            draw_text(painter, self.rect().adjusted(52, 0, -8, 0), self.name, font=theme.font("section"))


class Sidebar(QWidget):
    """Groups of pages. ``items``: (name, words, icon, group, key); group "top" has no caption, "bottom" stands at the foot."""

    chosen = Signal(str)

    def __init__(self, shop: str, items: Sequence[tuple[str, str, str, str, str | None]]) -> None:
        super().__init__()
        self.setProperty("panel", "sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.collapsed = False
        self._items: dict[str, NavItem] = {}
        self._head = _ShopHead(shop)
        self._captions: list[_GroupCaption] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 1, 0)
        outer.setSpacing(0)
        outer.addWidget(self._head)
        holder = QWidget()
        holder.setProperty("panel", "clear")
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        scroll.setWidget(holder)
        holder.setAutoFillBackground(False)
        outer.addWidget(scroll, 1)
        inside, foot = QVBoxLayout(holder), QVBoxLayout()
        inside.setContentsMargins(8, 5, 8, 8)
        foot.setContentsMargins(8, 0, 8, 9)
        inside.setSpacing(2)
        foot.setSpacing(2)
        group = "top"
        for name, words, icon, where, key in items:
            if where not in (group, "bottom"):
                caption = _GroupCaption(_(where))
                self._captions.append(caption)
                inside.addWidget(caption)
                group = where
            item = NavItem(words, icon, key)
            item.setObjectName(f"nav-{name}")
            item.clicked.connect(lambda _checked=False, name=name: self.chosen.emit(name))
            self._items[name] = item
            (foot if where == "bottom" else inside).addWidget(item)
        inside.addStretch(1)
        outer.addLayout(foot)
        self.collapse(False)

    def collapse(self, yes: bool) -> None:
        """Icons only, 56 px wide, or with words."""
        self.collapsed = yes
        self.setFixedWidth(theme.number("size", "sidebar_collapsed") if yes else self._wide())
        self._head.collapse(yes)
        for caption in self._captions:
            caption.collapse(yes)
        for item in self._items.values():
            item.collapse(yes)

    def _wide(self) -> int:
        """As the design says, and a little wider where a language needs it for its words."""
        words = max((text_width(item.text(), theme.font("body", True)) for item in self._items.values()), default=0)
        return min(max(theme.px("sidebar"), words + NAV_ROOM), theme.px("sidebar") + 60)

    def mark(self, name: str) -> None:
        """Show which page is in front; a name that is not here marks nothing new."""
        if name in self._items:
            for other, item in self._items.items():
                item.setChecked(other == name)

    def set_counts(self, counts: Mapping[str, int], notes: Mapping[str, str] | None = None) -> None:
        """The numbers behind the pages; ``notes`` say what each counts."""
        for name, item in self._items.items():
            item.count = counts.get(name, 0)
            item.note = (notes or {}).get(name, "")
            item.collapse(item.collapsed)

    def set_shop(self, name: str) -> None:
        self._head.name = name
        self._head.update()


class _SearchButton(QAbstractButton, KeyboardRing):
    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Search everything"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.IBeamCursor)

    def sizeHint(self) -> QSize:
        return QSize(380, theme.px(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill_round(painter, self.rect(), "bg_subtle", 6, "border_default")
        paint_icon(painter, 11, self.height() / 2 - 8, "search", "text_secondary", 16)
        draw_text(painter, self.rect().adjusted(34, 0, -60, 0), _("Search products, documents, pages"), "text_tertiary")
        width = chip_width("Ctrl K")
        draw_chip(painter, self.width() - width - 7, self.height() / 2, "Ctrl K")
        if self.hasFocus() and self.ringed:
            focus_ring(painter, self.rect())

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.note_focus(event)
        super().focusInEvent(event)


class _Bell(Button):
    def __init__(self) -> None:
        super().__init__("", "ghost", "bell", tip=_("Alerts"))
        self.count = 0

    def sizeHint(self) -> QSize:
        return QSize(36, theme.px(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.count:
            painter = QPainter(self)
            words = str(min(self.count, 99))
            font = theme.font("caption", True)
            width = max(16, text_width(words, font) + 8)
            box = QRectF(self.width() - width - 1, 0, width, 16)
            fill_round(painter, box, "danger", 8)
            draw_text(painter, box.adjusted(0, 0, 0, 1), words, "text_on_danger", font, CENTER)


class TopBar(QWidget):
    """Search, the mark of a practice book, bell and who works here."""

    search_clicked = Signal()
    bell_clicked = Signal(QWidget)
    user_clicked = Signal(QWidget)

    def __init__(self, by: str, demo: bool) -> None:
        super().__init__()
        self.setProperty("panel", "topbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._search, self._bell = _SearchButton(), _Bell()
        self._user = Button(by or _("Owner"), "ghost", "user-circle", menu=True, bind_key=False)
        self._search.clicked.connect(lambda: self.search_clicked.emit())
        self._bell.clicked.connect(lambda: self.bell_clicked.emit(self._bell))
        self._user.clicked.connect(lambda: self.user_clicked.emit(self._user))
        self.demo = Badge(_("Practice book"), "warning") if demo else None
        parts: list[QWidget | int] = [self._search]
        if self.demo is not None:
            parts.append(self.demo)
        self.setLayout(row(*parts, 1, self._bell, self._user, margins=(16, 0, 8, 1)))

    def sizeHint(self) -> QSize:
        return QSize(600, theme.px("topbar"))

    def set_alerts(self, count: int) -> None:
        self._bell.count = count
        self._bell.setAccessibleName(_("{count} alerts").format(count=count))
        self._bell.update()
