"""The list of stocktakes: those still counted first, then what each one found."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jxc_desktop.columns import Column, word
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.documents import STATUSES
from jxc_desktop.gui import prompts
from jxc_desktop.gui.row_table import Look, RowTable
from jxc_desktop.gui.screen import Screen
from jxc_desktop.gui.screens.document_data import acting
from jxc_desktop.gui.screens.stocktake_line import signed, tone_of
from jxc_desktop.gui.screens.stocktake_sheet import preview_count_sheet
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, Card, Sparkline, Tabs, label, row
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.stocktake import StocktakeRow, stocktakes
from jxc_desktop.queries.stocktake_history import Accuracy
from jxc_desktop.services.drafts import delete_draft

COLUMNS = (
    Column("number", N_("Number"), "code", width=152),
    Column("moment", N_("Time"), "moment", width=126),
    Column("warehouse", N_("Warehouse"), width=110, priority=2),
    Column("scope", N_("Scope"), width=140),
    Column("lines", N_("Lines counted"), "integer", width=74),
    Column("different", N_("With a difference"), "integer", width=80, priority=2),
    Column("gain", N_("Gains"), "money", width=90),
    Column("loss", N_("Losses"), "money", width=90),
    Column("net", N_("Net difference"), "money", width=96),
    Column("by_lines", N_("Lines right"), "percent", width=78, priority=2),
    Column("by_value", N_("Right by value"), "percent", width=92, priority=2),
    Column("user", N_("By"), width=80, priority=3),
    Column("status", N_("State"), "choice", width=84),
)
TABS = (
    ("all", N_("All")),
    ("draft", N_("Being counted")),
    ("waiting", N_("Waiting for approval")),
    ("posted", N_("Posted")),
    ("voided", N_("Voided")),
)
STATES = {"draft": N_("Being counted"), "waiting": N_("Waiting for approval"), "voided": STATUSES["voided"]}
"""Posted ones carry no badge: only what stands out does."""
UNPOSTED = ("draft", "waiting")
TRENDED = 12
"""So many of the newest posted stocktakes make the course of the accuracy."""


class AccuracyStrip(Card):
    """How right the last stocktakes were together, and the course over them."""

    def __init__(self) -> None:
        super().__init__(padding=12)
        self.by_lines, self.by_value, self.note = label("", "title"), label("", "title"), label("", "caption")
        self.course = Sparkline([])
        self.course.setFixedSize(theme.px(180), theme.px(30))
        lines, value = label(_("Lines right"), "secondary"), label(_("Right by value"), "secondary")
        figures = row(row(lines, self.by_lines, spacing=10), row(value, self.by_value, spacing=10), self.note, spacing=32)
        self.add(row(figures, 1, self.course))
        self.hide()

    def show_course(self, rows: Sequence[StocktakeRow]) -> None:
        """``rows``: the newest first."""
        known = [r.accuracy for r in rows if r.accuracy is not None and r.accuracy.lines][:TRENDED]
        self.setVisible(bool(known))
        if not known:
            return
        whole = sum(known, Accuracy())
        self.by_lines.setText(word(whole.by_lines, "percent"))
        self.by_value.setText(word(whole.by_value, "percent"))
        self.note.setText(_("the last {count} stocktakes together").format(count=len(known)))
        self.course.set([a.by_lines or 0 for a in reversed(known)])


class Stocktakes(Screen):
    """The list."""

    title = N_("Stocktakes")
    follows = Changes.DOCUMENTS | Changes.STOCK
    hints = (("↑+↓", N_("Move")), ("Return", N_("Open")))

    def build(self) -> None:
        self.rows: Sequence[StocktakeRow] = ()
        self.add_action(Button(_("New stocktake"), "primary", "plus", key="Ctrl+N", on_click=self.new))
        self.tabs = Tabs([(value, _(words)) for value, words in TABS])
        self.tabs.chosen.connect(lambda _value: self._show())
        looks = {
            "number": Look(
                words=lambda r: r.number or _("Not posted yet"), tone=lambda r: "faint" if r.status != "posted" else None
            ),
            "moment": Look(muted=True),
            "warehouse": Look(muted=True),
            "scope": Look(stretch=True),
            "gain": Look(words=lambda r: signed(r.gain, "money"), tone=lambda r: tone_of(r.gain)),
            "loss": Look(words=lambda r: signed(r.loss, "money"), tone=lambda r: tone_of(r.loss)),
            "net": Look(bold=True, words=lambda r: signed(r.net, "money")),
            "user": Look(muted=True),
            "status": Look(
                kind="badge",
                words=lambda r: _(STATES.get(r.status, "")),
                tone=lambda r: {"draft": "primary", "waiting": "warning"}.get(r.status, "neutral"),
            ),
        }
        self.table = RowTable(COLUMNS, looks, name="stocktakes", preferences=self.desk.preferences, select_first=True)
        self.table.opened.connect(self._open)
        self.table.set_menu(self._menu)
        new = Button(_("New stocktake"), "primary", key="Ctrl+N", bind_key=False, on_click=self.new)
        self.table.set_empty(
            "clipboard-check",
            _("No stocktake yet"),
            _("Count what is on the shelves; the shop may go on selling meanwhile."),
            [new],
        )
        self.strip = AccuracyStrip()
        self.add(self.strip)
        self.add(self.tabs)
        self.add(self.table, 1)
        self.setFocusProxy(self.table)
        self.shortcut("F4", lambda: self._open(self.table.current()))

    def reload(self) -> None:
        self.table.set_loading()
        self.tasks.read(self, "rows", stocktakes, self._loaded, self.show_error)

    def _loaded(self, rows: Sequence[StocktakeRow]) -> None:
        self.show_content()
        self.rows = rows
        for value, _words in TABS:
            count = len(rows) if value == "all" else sum(r.status == value for r in rows)
            self.tabs.set_count(value, count)
        self.strip.show_course(rows)
        self._show()

    def _show(self) -> None:
        wanted = self.tabs.value
        self.table.set_rows([r for r in self.rows if wanted in ("all", r.status)])

    def new(self) -> None:
        """Choose where and what to count. Who comes back is in the list, not on the button."""
        self.table.setFocus()
        self.navigate("stocktaking", document_id=None)

    def _open(self, found: StocktakeRow | None) -> None:
        if found is None:
            return
        if found.status in UNPOSTED:
            self.navigate("stocktaking", document_id=found.id)
        else:
            self.navigate("document", id=found.id)

    def _menu(self, found: StocktakeRow) -> list[tuple[str, Callable[[], object]]]:
        acts: list[tuple[str, Callable[[], object]]] = [(_("Open"), lambda: self._open(found))]
        acts.append((_("Print the count sheet"), lambda: self.print_sheet(found)))
        if found.status in UNPOSTED:
            acts.append((_("Give the count up"), lambda: self.give_up(found)))
        return acts

    def print_sheet(self, found: StocktakeRow) -> None:
        """The paper to count it on, without what the book holds."""
        from jxc_desktop.printing.count_sheet_load import sheet_of_document

        at, document_id = acting(self.desk).moment, found.id
        preview_count_sheet(self, lambda s: sheet_of_document(s, document_id, book=False, printed_at=at))

    def give_up(self, found: StocktakeRow) -> None:
        """Throw a count that was not posted away."""
        text = _("{count} counted lines are thrown away. Nothing was posted, so the stock stays as it is.").format(
            count=found.lines
        )
        if prompts.confirm(self, _("Give up this count of “{scope}”?").format(scope=found.scope), text, _("Give the count up")):
            act, document_id = acting(self.desk), found.id
            self.tasks.write(self, lambda s: delete_draft(s, document_id, act), lambda _changes: None)
