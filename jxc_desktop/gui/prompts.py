"""Every question and message: one place that asks, so that a test or the tour can answer instead of a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui.widgets.dialogs import Dialog
from jxc_desktop.gui.widgets.fields import LineEdit
from jxc_desktop.gui.widgets.forms import Field
from jxc_desktop.gui.widgets.surface import label
from jxc_desktop.gui.widgets.toasts import Toasts
from jxc_desktop.gui.widgets.ways import WayButton
from jxc_desktop.i18n import _


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before something that cannot be undone.

    ``title`` names action and object, ``text`` the effect in numbers, ``action`` the button. ``reason`` asks for a reason under
    that heading; ``typed`` must be typed letter by letter first. ``other`` is a third way out.
    """

    title: str
    text: str
    action: str
    keep: str = ""
    danger: bool = True
    reason: str = ""
    reason_required: bool = True
    reason_hint: str = ""
    typed: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: yes, or the third way ``other``; with the reason given."""

    yes: bool
    reason: str = ""
    other: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """One way out of a refusal: what it is called when answered, what its button says, and what it does in one line."""

    name: str
    words: str
    note: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Ways:
    """Something was refused, and this can be done about it. ``keep`` is the way back to what was typed."""

    title: str
    text: str
    ways: tuple[Way, ...]
    keep: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """Something told rather than asked."""

    title: str
    text: str
    tone: str = "info"


@dataclass(frozen=True, slots=True)
class FileWish:
    """A file to open or to save."""

    title: str
    name: str
    kinds: str
    saving: bool


Asked = Question | Ways | Message | FileWish
_answerer: Callable[[Asked], object] | None = None
asked: list[Asked] = []


@contextmanager
def answering(answer: Callable[[Asked], object]) -> Iterator[list[Asked]]:
    """While it lasts nothing is shown: ``answer(asked)`` gives the ``Answer`` (for a file a path or None).

    Yields the list of what was asked, filled when it ends.
    """
    global _answerer
    before, _answerer = _answerer, answer
    start = len(asked)
    seen: list[Asked] = []
    try:
        yield seen
    finally:
        seen.extend(asked[start:])
        _answerer = before


def _recorded(what: Asked) -> tuple[bool, object]:
    asked.append(what)
    del asked[:-100]
    if _answerer is None:
        return False, None
    return True, _answerer(what)


def ask(parent: QWidget | None, question: Question) -> Answer:
    """Ask and wait. Esc and the safe button answer no."""
    answered, answer = _recorded(question)
    if answered:
        return answer if isinstance(answer, Answer) else Answer(bool(answer))
    dialog = ConfirmDialog(parent, question)
    yes = bool(dialog.exec())
    reason, other = dialog.reason, dialog.other
    dialog.deleteLater()
    return Answer(yes and not other, reason, other)


def confirm(parent: QWidget | None, title: str, text: str, action: str, *, danger: bool = True, keep: str = "") -> bool:
    """The short form of :func:`ask` for a plain yes or no."""
    return ask(parent, Question(title, text, action, keep=keep, danger=danger)).yes


def choose(parent: QWidget | None, ways: Ways) -> str:
    """Offer the ways out and wait: the name of the one that is taken, "" for none (Esc and the way back)."""
    answered, answer = _recorded(ways)
    if answered:
        return str(answer) if isinstance(answer, str) else ""
    dialog = WaysDialog(parent, ways)
    dialog.exec()
    taken = dialog.taken
    dialog.deleteLater()
    return taken


def tell(parent: QWidget | None, title: str, text: str, tone: str = "info") -> None:
    """Say something that must be read before going on."""
    if _recorded(Message(title, text, tone))[0]:
        return
    icon = {"danger": "alert-triangle", "warning": "alert-triangle"}.get(tone, "info-circle")
    dialog = Dialog(parent, title, icon=icon, icon_tone=tone)
    dialog.body.addWidget(label(text, "secondary", wrap=True, selectable=True))
    dialog.add_button(_("Understood"), "primary", accept=True).setFocus()
    dialog.exec()
    dialog.deleteLater()


def show_error(owner: QObject | None, error: JxcError) -> None:
    """Say a refusal: a toast where the window has toasts, else a message."""
    window = owner.window() if isinstance(owner, QWidget) else QApplication.activeWindow()
    toasts = window.findChild(Toasts) if window is not None else None
    if toasts is not None and not isinstance(QApplication.activeModalWidget(), Dialog):
        toasts.show(str(error), tone="danger")
    else:
        tell(window, _("This did not work"), str(error), "danger")


def file_to_save(parent: QWidget | None, title: str, name: str, kinds: str) -> Path | None:
    """Where to save; ``kinds`` as Qt writes filters: ``PDF (*.pdf)``. None when given up."""
    answered, answer = _recorded(FileWish(title, name, kinds, saving=True))
    if answered:
        return Path(str(answer)) if answer else None
    chosen, _kind = QFileDialog.getSaveFileName(parent, title, name, kinds)
    return Path(chosen) if chosen else None


def file_to_open(parent: QWidget | None, title: str, kinds: str, start: str = "") -> Path | None:
    """Which file to open; None when given up."""
    answered, answer = _recorded(FileWish(title, start, kinds, saving=False))
    if answered:
        return Path(str(answer)) if answer else None
    chosen, _kind = QFileDialog.getOpenFileName(parent, title, start, kinds)
    return Path(chosen) if chosen else None


def folder_to_use(parent: QWidget | None, title: str, start: str = "") -> Path | None:
    """Which folder; None when given up. Asked as a :class:`FileWish` without kinds."""
    answered, answer = _recorded(FileWish(title, start, "", saving=True))
    if answered:
        return Path(str(answer)) if answer else None
    chosen = QFileDialog.getExistingDirectory(parent, title, start)
    return Path(chosen) if chosen else None


class ConfirmDialog(Dialog):
    """The dialog of a :class:`Question`: safe button first, the acting one last and not the default."""

    def __init__(self, parent: QWidget | None, question: Question) -> None:
        super().__init__(
            parent,
            question.title,
            icon="alert-triangle" if question.danger else "help-circle",
            icon_tone="danger" if question.danger else "primary",
        )
        self._question = question
        self.other = False
        self.body.addWidget(label(question.text, "secondary", wrap=True))
        self._reason = LineEdit("", question.reason_hint)
        self._typed = LineEdit("")
        if question.reason:
            self.body.addWidget(Field(question.reason, self._reason, required=question.reason_required))
        if question.typed:
            self.body.addWidget(Field(_("Type “{word}” to go on").format(word=question.typed), self._typed, required=True))
        if question.other:
            self.add_button(question.other).clicked.connect(self._other_way)
        safe = self.add_button(question.keep or _("Cancel"), key="Esc", reject=True)
        self.act = self.add_button(question.action, "danger" if question.danger else "primary")
        self.act.clicked.connect(self._act)
        self._typed.textChanged.connect(lambda _text: self._check())
        self._check()
        (self._reason if question.reason else self._typed if question.typed else safe).setFocus()

    @property
    def reason(self) -> str:
        return self._reason.text().strip()

    def _check(self) -> None:
        self.act.setEnabled(not self._question.typed or self._typed.text().strip() == self._question.typed)

    def _other_way(self) -> None:
        self.other = True
        self.accept()

    def _act(self) -> None:
        if self._question.reason and self._question.reason_required and not self.reason:
            self._reason.set_error(_("Give a reason, it is kept in the record."))
            self._reason.setFocus()
            return
        self.accept()


class WaysDialog(Dialog):
    """The dialog of :class:`Ways`: what is wrong, one broad button for each way, the way back at the foot."""

    def __init__(self, parent: QWidget | None, ways: Ways) -> None:
        super().__init__(parent, ways.title, icon="alert-triangle", icon_tone="warning")
        self.taken = ""
        self.body.addWidget(label(ways.text, "secondary", wrap=True, selectable=True))
        self.body.addSpacing(4)
        self.buttons: dict[str, WayButton] = {}
        for way in ways.ways:
            button = self.buttons[way.name] = WayButton(way.words, way.note, way.icon)
            button.clicked.connect(lambda _on=False, name=way.name: self._take(name))
            self.body.addWidget(button)
        if ways.note:
            self.body.addWidget(label(ways.note, "hint", wrap=True))
        self.add_button(ways.keep or _("Go back"), key="Esc", reject=True)
        next(iter(self.buttons.values()), self).setFocus()

    def _take(self, name: str) -> None:
        self.taken = name
        self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        buttons = list(self.buttons.values())
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is not None and buttons:
            at = next((n for n, button in enumerate(buttons) if button.hasFocus()), -step)
            buttons[(at + step) % len(buttons)].setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)
