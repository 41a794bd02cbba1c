"""The base of every screen: header, body, states, following changes; and the desk, which is all a screen is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.why import WhyKey
from jxc_desktop.gui import keys, prompts
from jxc_desktop.gui.preferences import Preferences
from jxc_desktop.gui.tasks import Tasks
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets.buttons import Button
from jxc_desktop.gui.widgets.states import EmptyState, Skeleton
from jxc_desktop.gui.widgets.surface import Badge, ShortLabel, label, row
from jxc_desktop.gui.widgets.toasts import Toasts
from jxc_desktop.i18n import N_, _

if TYPE_CHECKING:
    from jxc_desktop.gui.why_host import WhyHost


@dataclass(frozen=True, slots=True)
class Target:
    """Where to go: the name of a screen entry and what to open there."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


def goto(name: str, /, **arguments: Any) -> Target:
    """``goto("product", id=12)``: the short form of a target."""
    return Target(name, arguments)


@dataclass(frozen=True, slots=True)
class Desk:
    """All that a screen is given. ``today`` and ``now`` are asked at the moment of an act; ``by`` is who works here."""

    tasks: Tasks
    preferences: Preferences
    today: Callable[[], date]
    now: Callable[[], datetime]
    navigate: Callable[[Target], None]
    back: Callable[[], None]
    toasts: Toasts
    shop_name: str
    data_dir: Path | None = None
    is_demo: bool = False
    by: str = ""
    reopen: Callable[[Callable[[], object], str], None] | None = None
    """``reopen(work, words)``: close the window and the book, do ``work`` while ``words`` are shown, and open the shop again."""


GROUP_TOP = "top"
GROUP_DOCUMENTS = N_("Documents")
GROUP_STOCK = N_("Stock")
GROUP_MONEY = N_("Money")
GROUP_DATA = N_("Master data")
GROUP_ANALYSIS = N_("Analysis")
GROUP_BOTTOM = "bottom"


@dataclass(frozen=True, slots=True)
class ScreenEntry:
    """One line of ``SCREENS``. ``title`` and ``group`` are marked texts; an empty group keeps it out of the sidebar.

    ``factory(desk)`` builds the screen when it is first opened. ``single`` False: every target gets a page of its own, dropped
    when left (document editors). ``key`` opens it from anywhere. ``words`` are more words the palette finds it by.
    """

    name: str
    title: str
    icon: str
    group: str
    factory: Callable[[Desk], Screen]
    key: str | None = None
    single: bool = True
    words: str = ""
    under: str = ""


class PageHeader(QWidget):
    """Title once, number or subtitle, badge, and the actions at the right, the primary last."""

    back_requested = Signal()

    def __init__(self, title: str, *, back: bool = False) -> None:
        super().__init__()
        self.title, self.subtitle, self.badge = label(title, "page"), ShortLabel("", "secondary"), Badge("", parent=self)
        self.subtitle.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)  # gives way to the actions
        self.subtitle.hide()
        self.tools = row(spacing=8)
        self.back: Button | None = None
        self._row = row(self.title, self.subtitle, self.badge, 1, spacing=8)
        self._row.addLayout(self.tools)
        self.setLayout(self._row)
        self.setFixedHeight(theme.px(32))
        if back:
            self.back = Button("", "ghost", "arrow-left", size="sm", tip=_("Back"), on_click=self.back_requested.emit)
            self._row.insertWidget(0, self.back)

    def add(self, widget: QWidget) -> None:
        """Append an action."""
        self.tools.addWidget(widget)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._fit_actions()
        return super().event(event)

    def _fit_actions(self) -> None:
        """Where title, state and actions do not fit beside each other, the actions go without their keys."""
        items = [self.tools.itemAt(place) for place in range(self.tools.count())]
        shown = [one for item in items if item is not None and (one := item.widget()) is not None and not one.isHidden()]
        beside = [one for one in (self.back, self.title, self.badge) if one is not None and not one.isHidden()]
        wide = sum(one.whole_width() if isinstance(one, Button) else one.sizeHint().width() for one in shown)
        wide += sum(one.sizeHint().width() for one in beside) + 8 * (len(shown) + len(beside) + 1)
        for one in shown:
            if isinstance(one, Button):
                one.set_short(wide > self.width())


class Screen(QWidget):
    """One page. Subclasses set ``title`` (marked) and ``follows``, make widgets in ``build()`` and read in ``reload()``.

    ``reload`` runs when the screen is first shown, when something it follows changed while visible, and on F5; a hidden screen is
    only marked stale and reloads when shown.
    """

    title: ClassVar[str] = ""
    follows: ClassVar[Changes] = Changes.NOTHING
    has_back: ClassVar[bool] = False
    hints: ClassVar[Sequence[tuple[str, str]]] = ()

    open_requested = Signal(object)
    hints_changed = Signal()
    place_changed = Signal()

    def __init__(self, desk: Desk, title: str = "") -> None:
        super().__init__()
        self.desk = desk
        self.stale = True
        self.place = ""
        self.tasks = desk.tasks
        self.header = PageHeader(title or _(type(self).title), back=self.has_back)
        self.header.back_requested.connect(self.leave)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(12)
        self._stack = QStackedWidget()
        content = QWidget()
        content.setLayout(self.body)
        self._state = EmptyState()
        for page in (content, self._state, self._waiting_page()):
            self._stack.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 16, 16)
        outer.setSpacing(12)
        outer.addWidget(self.header)
        self._middle = row(spacing=12)
        self._middle.addWidget(self._stack, 1)
        outer.addLayout(self._middle, 1)
        self._why_host: WhyHost | None = None
        self._wait = QTimer(self, singleShot=True, interval=150)
        self._wait.timeout.connect(lambda: self._stack.setCurrentIndex(2))
        self.open_requested.connect(desk.navigate)
        self.tasks.changed.connect(self._changed)
        theme.theme_changed.connect(self._restyled)
        if type(self).why is not Screen.why:
            self.shortcut(keys.WHY.sequence, self.explain)
        if type(self).why_total is not Screen.why_total:
            self.shortcut(keys.WHY_TOTAL.sequence, self.explain_total)
        self.build()

    # --- what a screen fills in ----------------------------------------------------------------------------------

    def build(self) -> None:
        """Make the widgets, once."""

    def reload(self) -> None:
        """Ask for the rows again: ``self.tasks.read(self, "rows", fn, self.show_rows)``."""

    def open(self, **arguments: Any) -> None:
        """Someone navigated here with arguments: ``goto("products", id=12)``."""

    def handle_scan(self, code: str) -> bool:
        """A code was scanned while this screen is in front. False: not used here, the window shows the product instead."""
        return False

    def why(self) -> WhyKey | str | None:
        """The figure that is marked now, for F6 "why is this the number"; a sentence where a number comes from no sum; None:
        nothing is marked. A screen that has this has F6."""
        return None

    def why_total(self) -> WhyKey | str | None:
        """The same of the total of the marked column, for Shift+F6."""
        return None

    def find_field(self) -> QWidget | None:
        """The field that Ctrl+F leads to; None where there is nothing to find."""
        from jxc_desktop.gui.widgets.fields import SearchEdit

        return self.findChild(SearchEdit)

    def make_room(self, on: bool) -> None:
        """The explanation is about to stand beside the content (or has gone): put away what the page can do without."""

    def lay_out(self, width: str, height: str) -> None:
        """The window's class changed: ``width`` compact, normal or wide; ``height`` normal, low or very_low."""

    def may_leave(self) -> bool:
        """Asked before the page is left or the window closed; ask the person about unsaved work here."""
        return True

    # --- header --------------------------------------------------------------------------------------------------

    def set_title(self, title: str, subtitle: str = "") -> None:
        self.header.title.setText(title)
        self.set_subtitle(subtitle)

    def set_subtitle(self, text: str) -> None:
        self.header.subtitle.setText(text)
        self.header.subtitle.setVisible(bool(text))

    def set_badge(self, text: str, tone: str = "neutral") -> None:
        """The status beside the title; "" takes it away."""
        self.header.badge.set(text, tone)

    def add_action(self, button: QWidget) -> QWidget:
        """Append a button to the header; the primary one last."""
        self.header.add(button)
        return button

    def add(self, item: QWidget | QLayout, stretch: int = 0) -> None:
        """Append to the body."""
        if isinstance(item, QLayout):
            self.body.addLayout(item, stretch)
        else:
            self.body.addWidget(item, stretch)

    def shortcut(self, key: str, act: Callable[[], object]) -> QShortcut:
        """A key that works while this screen is in front (for keys that have no button)."""
        return QShortcut(QKeySequence(key), self, act)

    # --- states --------------------------------------------------------------------------------------------------

    def show_content(self) -> None:
        """The normal state."""
        self._wait.stop()
        self._stack.setCurrentIndex(0)

    def show_loading(self) -> None:
        """Grey bars, if it takes longer than 150 ms."""
        self._wait.start()

    def show_empty(self, icon: str, title: str, text: str = "", buttons: Sequence[Button] = ()) -> None:
        """Nothing here yet, and what to do about it."""
        self._show_state(icon, title, text, buttons)

    def show_error(self, error: JxcError) -> None:
        """The whole page could not be read: what happened, that data is safe, and a way to try again."""
        retry = Button(_("Try again"), "primary", "refresh", on_click=self.reload)
        self._show_state("database-x", _("This page could not be read"), str(error), (retry,), tone="danger", code=error.code)

    def _show_state(self, icon: str, title: str, text: str, buttons: Sequence[Button], *, tone: str = "", code: str = "") -> None:
        self._wait.stop()
        self._state.set(icon, title, text, buttons, tone=tone, code=code)
        self._stack.setCurrentIndex(1)

    def refuse(self, error: JxcError) -> None:
        """Say a refusal of an act (a toast that stays)."""
        prompts.show_error(self, error)

    @staticmethod
    def _waiting_page() -> QWidget:
        page = QWidget()
        page.setProperty("card", "true")
        page.setLayout(row(Skeleton(12), margins=(16, 16, 16, 16)))
        return page

    # --- why is this the number ----------------------------------------------------------------------------------

    def explain(self, key: WhyKey | str | None = None) -> None:
        """Open the explanation of ``key``, else of the marked figure; what has none is told in a sentence."""
        from jxc_desktop.gui.why_host import WhyHost

        asked = key if key is not None else self.why()
        if asked is None or isinstance(asked, str):
            self.desk.toasts.show(asked or _("Mark a figure first, then press F6"), tone="info")
            return
        if self._why_host is None:
            self._why_host = WhyHost(self, self._stack, self._middle)
        self._why_host.open(asked)

    def explain_total(self) -> None:
        """Open the explanation of the total of the marked column."""
        self.explain(self.why_total() or _("The list has no total of this column"))

    @property
    def why_host(self) -> WhyHost | None:
        """The explanation while it is open."""
        return self._why_host if self._why_host is not None and self._why_host.is_open else None

    # --- life ----------------------------------------------------------------------------------------------------

    def navigate(self, name: str, /, **arguments: Any) -> None:
        """Open another screen."""
        self.open_requested.emit(goto(name, **arguments))

    def leave(self) -> None:
        """Back to where the person came from."""
        self.desk.back()

    def set_hints(self, hints: Sequence[tuple[str, str]]) -> None:
        """(key, words) pairs for the status bar, instead of those of the class."""
        self._hints = tuple(hints)
        self.hints_changed.emit()

    def set_place(self, name: str) -> None:
        """Which page of the sidebar this one belongs to, where that depends on what is shown."""
        self.place = name
        self.place_changed.emit()

    def key_hints(self) -> Sequence[tuple[str, str]]:
        if self.why_host is not None:
            return self.why_host.hints
        return getattr(self, "_hints", None) or [(key, _(words)) for key, words in type(self).hints]

    def refresh(self) -> None:
        """Read again now when visible, else when shown next."""
        if self.isVisible():
            self.stale = False
            self.reload()
        else:
            self.stale = True

    def _changed(self, changes: Changes) -> None:
        if changes & self.follows:
            self.refresh()

    def _restyled(self) -> None:
        self.header.setFixedHeight(theme.px(32))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.stale:
            self.stale = False
            self.reload()

    def hideEvent(self, event: QHideEvent) -> None:
        self._wait.stop()
        super().hideEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.why_host is not None:
                self.why_host.panel.escape()
            else:
                self.leave()
            return
        super().keyPressEvent(event)
