"""为什么是这个数: the panel that tells how a figure comes about, with the way down into its parts and back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QSizePolicy, QWidget

from jxc_desktop.columns import Column
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.why import Derivation, Fact, Heading, WhyGroup, WhyKey, WhyRow
from jxc_desktop.gui.icons import paint_icon
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, Card, KeyValues, Skeleton, column, label, row, set_tone
from jxc_desktop.gui.widgets.details import FoldedScroll
from jxc_desktop.gui.widgets.formula import FormulaBox, figure_words
from jxc_desktop.gui.widgets.why_table import Place, WhyTable
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.why import explain
from jxc_desktop.queries.why_rows import row_facts

if TYPE_CHECKING:
    from jxc_desktop.gui.screen import Screen
    from jxc_desktop.gui.screens.table_paper import Sheet

WIDTH = 372
FACTS_FROM = 700
"""The panel's height from which what stands behind the marked row is shown below the table."""
HINTS = (("← →", N_("Fold / unfold")), ("Enter", N_("Open the document")), ("Esc", N_("Close the explanation")))


@dataclass(slots=True)
class _Step:
    """A figure on the way down, and where in its table a person went on from (None: at the top of it)."""

    key: WhyKey
    place: Place | None = None


class _Mark(QWidget):
    """An icon in the text colour of a tone."""

    def __init__(self, name: str, token: str, size: int) -> None:
        super().__init__()
        self._name, self._token, self._size = name, token, size
        self.setFixedSize(size, size)

    def set(self, name: str, token: str) -> None:
        self._name, self._token = name, token
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_icon(QPainter(self), 0, 0, self._name, self._token, self._size)


class WhyPanel(Card):
    """Shows derivations for ``screen``: :meth:`ask` begins anew, a row may lead further down, ``closed`` when done with."""

    closed = Signal()

    def __init__(self, screen: Screen) -> None:
        super().__init__(padding=17, spacing=8)
        self._screen = screen
        self._path: list[_Step] = []
        self.found: Derivation | None = None
        self.setFixedWidth(theme.px(WIDTH))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._build_head()
        self._build_middle()
        self._build_foot()
        self._waiting = QTimer(self, singleShot=True, interval=150)
        self._waiting.timeout.connect(lambda: self._show_state("loading"))
        theme.theme_changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.setFixedWidth(theme.px(WIDTH))

    def _build_head(self) -> None:
        self.back_button = Button("", "ghost", "arrow-left", size="sm", tip=_("Back"), on_click=self.back)
        self.back_button.hide()
        close = Button("", "ghost", "x", size="sm", tip=_("Close (Esc)"), on_click=self.close_panel)
        head = row(self.back_button, _Mark("math-function", "primary_text", 18), spacing=8)
        head.addWidget(label(_("Why is this the number"), "title"), 1)
        head.addWidget(close)
        self.subject = label("", "caption", wrap=True)
        self.formula = FormulaBox()
        self.formula.asked.connect(self.deeper)
        self.formula.left.connect(lambda: self.table.setFocus(Qt.FocusReason.TabFocusReason))
        self.note = label("", "caption", tone="warning", wrap=True)
        self.note.hide()
        for item in (head, self.subject, self.formula, self.note):
            self.add(item)

    def _build_middle(self) -> None:
        self.table = WhyTable()
        self.table.document.connect(self._open_document)
        self.table.asked.connect(self.deeper)
        self.table.left.connect(self.formula.enter)
        self.table.marked.connect(self._marked)
        self.parts_head = QWidget()
        self.parts_head.setLayout(
            row(label(_("How it came about"), "section"), 1, label(_("Click a number to open it"), "caption"))
        )
        self.facts_title, self.facts = label("", "section"), KeyValues()
        self.facts_open = Button(_("Open the document"), "link", "external-link", size="sm", on_click=lambda: self._open_marked())
        self.facts_box = QWidget()
        box = Card(kind="subtle", padding=12)
        box.add(self.facts)
        self.facts_box.setLayout(column(row(self.facts_title, 1, self.facts_open), box, spacing=4))
        self.facts_box.hide()
        self._inside = QWidget()
        self._inside.setProperty("panel", "clear")
        self._inside.setAutoFillBackground(False)
        self._inside.setLayout(column(self.table, self.facts_box, 1, spacing=12))
        self.area = FoldedScroll(self._inside)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.viewport().setAutoFillBackground(False)
        self.area.setWidget(self._inside)
        self.waiting = Skeleton(8)
        self.trouble = label("", wrap=True)
        self.trouble.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.waiting.hide()
        self.trouble.hide()
        self.add(self.parts_head)
        self.add(self.area, 1)
        self.add(self.waiting, 1)
        self.add(self.trouble, 1)

    def _build_foot(self) -> None:
        self.check_mark, self.check = _Mark("shield-check", "success_text", 16), label("", "caption", tone="success", wrap=True)
        self.check_row = QWidget()
        inside = row(self.check_mark, spacing=8)
        inside.addWidget(self.check, 1)
        self.check_row.setLayout(inside)
        self.copy_button = Button(_("Copy the explanation"), icon="copy", on_click=self.copy)
        self.print_button = Button(_("Print"), icon="printer", on_click=self.print)
        buttons = row(self.copy_button, self.print_button)
        for button in (self.copy_button, self.print_button):
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.add(self.check_row)
        self.add(buttons)

    # --- asking --------------------------------------------------------------------------------------------------

    @property
    def key(self) -> WhyKey | None:
        """What is shown or asked for now."""
        return self._path[-1].key if self._path else None

    def ask(self, key: WhyKey) -> None:
        """Begin with ``key``; what was gone down into before is left."""
        self._path = [_Step(key)]
        self._read()

    def say(self, words: str) -> None:
        """The marked number comes from no sum: say what it is."""
        self._path, self.found = [], None
        self._waiting.stop()
        self.back_button.hide()
        self._tell(words, "")

    def deeper(self, key: WhyKey) -> None:
        """Down into a part, to come back with Esc."""
        if self._path:
            self._path[-1].place = self.table.place()
        self._path.append(_Step(key))
        self._read()

    def back(self) -> bool:
        """Up again; False at the top."""
        if len(self._path) < 2:
            return False
        self._path.pop()
        self._read()
        return True

    def again(self) -> None:
        """Count anew: the book changed. What stood on the screen may have moved meanwhile, so only the book is compared."""
        if self._path:
            key = self._path[-1].key
            self._path[-1] = _Step(key.about(key.figure), self.table.place())
            self._read()

    def _read(self) -> None:
        key = self._path[-1].key
        self.back_button.setVisible(len(self._path) > 1)
        self._waiting.start()
        self._screen.tasks.read(self, "why", lambda s: explain(s, key), self._show, self._refused)

    def _refused(self, error: JxcError) -> None:
        self._waiting.stop()
        self.found = None
        self._tell(str(error), "danger")

    def _tell(self, words: str, tone: str) -> None:
        self.trouble.setText(words)
        set_tone(self.trouble, tone)
        self._show_state("trouble")

    def _show_state(self, state: str) -> None:
        if state != "found" and self.table.hasFocus():
            self.setFocus()  # what is hidden would hand the focus to some other part of the window
        for widget in (self.area, self.parts_head, self.formula, self.check_row):
            widget.setVisible(state == "found")
        self.waiting.setVisible(state == "loading")
        self.trouble.setVisible(state == "trouble")
        for button in (self.copy_button, self.print_button):
            button.setEnabled(state == "found")
        if state != "found":
            self.note.hide()
            self.subject.setText("")

    def _show(self, found: Derivation) -> None:
        self._waiting.stop()
        self.found = found
        focus = QApplication.focusWidget()
        had_focus = focus is not None and (focus is self or self.isAncestorOf(focus))
        self.subject.setText(found.subject)
        self.formula.set(found.formula)
        self.note.setText("\n".join(found.notes))
        self.note.setVisible(bool(found.notes))
        self.check.setText(found.check)
        tone = {True: "success", False: "danger", None: ""}[found.checked]
        set_tone(self.check, tone)
        self.check_mark.set(
            "alert-triangle" if found.checked is False else "shield-check" if found.checked else "info-circle",
            f"{tone}_text" if tone else "text_secondary",
        )
        self.facts_box.hide()
        self._show_state("found")
        self.note.setVisible(bool(found.notes))
        self.subject.setText(found.subject)
        self.table.set(found)
        if (place := self._path[-1].place if self._path else None) is not None:
            self.table.go_to(place)
        QTimer.singleShot(0, self, self._fit)
        self.area.ensureVisible(0, 0)
        if had_focus:
            self.table.setFocus()
        self._marked(self.table.current())

    # --- the marked row ------------------------------------------------------------------------------------------

    def _marked(self, marked: WhyRow | None) -> None:
        if self.table.mark_at >= 0:
            box = self.table.line_box(self.table.mark_at)
            self.area.ensureVisible(0, box.center().y(), 0, box.height())
        document = marked.document_id if marked is not None else None
        if document is None or self.found is None or self.height() < theme.px(FACTS_FROM):
            self.facts_box.hide()
            return
        key, words = self.found.key, marked.words if marked is not None else ""
        self._screen.tasks.read(
            self, "facts", lambda s: row_facts(s, key, document), lambda facts: self._show_facts(words, facts)
        )

    def _show_facts(self, words: str, facts: tuple[Fact, ...]) -> None:
        marked = self.table.current()
        if marked is None or marked.words != words:
            return
        self.facts_title.setText(_("This row of {number}").format(number=words))
        self.facts.set([(fact.words, fact.value) for fact in facts])
        self.facts_box.show()

    def _open_marked(self) -> None:
        marked = self.table.current()
        if marked is not None and marked.document_id is not None:
            self._open_document(marked.document_id)

    def _open_document(self, document: int) -> None:
        self._screen.navigate("document", id=document)

    # --- closing, keys, room -------------------------------------------------------------------------------------

    def close_panel(self) -> None:
        """Done with it."""
        self.closed.emit()

    def escape(self) -> None:
        """Up one part, or out."""
        if not self.back():
            self.close_panel()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.escape()
        elif event.key() == Qt.Key.Key_Backspace:
            self.back()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        room = self.area.contentsRect().height()
        if self.height() >= theme.px(FACTS_FROM):
            room -= theme.px(230)
        self.table.set_room(room)

    # --- out -----------------------------------------------------------------------------------------------------

    def text(self) -> str:
        """The whole explanation as plain text, folded rows too."""
        found = self.found
        if found is None:
            return ""
        lines = [found.subject, _formula_text(found), ""]
        for each in found.rows:
            figures = [figure_words(value, heading.shape) for value, heading in _figures(found, each)]
            indent = "" if isinstance(each, WhyGroup) else "  "
            note = each.note if isinstance(each, WhyRow) and each.note else ""
            lines.append(indent + "\t".join(part for part in (each.words, note, *figures) if part))
        return "\n".join([*lines, "", *found.notes, found.check])

    def copy(self) -> None:
        """Put the explanation on the clipboard."""
        if self.found is not None:
            QGuiApplication.clipboard().setText(self.text())
            self._screen.desk.toasts.show(_("The explanation is on the clipboard"))

    def print(self) -> None:
        """Look at the pages, then print them or keep them as PDF."""
        from jxc_desktop.gui.screens.table_paper import preview_sheet

        if self.found is not None:
            preview_sheet(self._screen, sheet_of(self.found))


def _figures(found: Derivation, each: WhyGroup | WhyRow) -> list[tuple[Decimal | None, Heading]]:
    values = (each.quantity, each.value)
    return [(value, heading) for value, heading in zip(values, found.headings, strict=True) if heading.title]


def _formula_text(found: Derivation) -> str:
    parts = []
    for term in found.formula:
        said = f"{term.words} {figure_words(term.value, term.shape)}"
        parts.append(f"{term.operator} {said}".strip())
    return " ".join(parts)


def sheet_of(found: Derivation) -> Sheet:
    """The explanation as a list on paper."""
    from jxc_desktop.gui.screens.table_paper import Sheet

    columns: list[Column] = [_Titled("words", _("Comes from")), _Titled("note", _("Time"))]
    for key, heading in zip(("quantity", "value"), found.headings, strict=True):
        if heading.title:
            columns.append(_Titled(key, heading.title, heading.shape))
    rows = [
        {
            "words": each.words if isinstance(each, WhyGroup) else f"　{each.words}",
            "note": each.note if isinstance(each, WhyRow) else "",
            "quantity": each.quantity,
            "value": each.value,
        }
        for each in found.rows
    ]
    return Sheet(_("Why is this the number"), f"{found.subject}    {_formula_text(found)}", tuple(columns), rows, {})


class _Titled(Column):
    """A column whose title is worded already."""

    __slots__ = ()

    @property
    def heading(self) -> str:
        return self.title

    def text(self, row: object) -> str:
        value = self.value(row)
        return "" if value in (None, "") else Column.text(self, row)
