"""The lists of documents: one page for each family, filtered, with what needs a look marked, and the current one beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from jxc_desktop.columns import Column
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.documents import STATUSES, kind_of
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui import print_preview, prompts
from jxc_desktop.gui.row_table import Look, RowTable
from jxc_desktop.gui.screen import Desk, Screen
from jxc_desktop.gui.screens.document_acts import NOT_TYPED, DocumentActs
from jxc_desktop.gui.screens.document_families import (
    DAYS,
    EXPORT,
    FAMILIES,
    MONEY_COLUMNS,
    MOVE_COLUMNS,
    ORDER_STATES,
    Family,
    pieces_words,
)
from jxc_desktop.gui.screens.document_head import partner_search
from jxc_desktop.gui.screens.document_preview import DocumentPreview
from jxc_desktop.gui.screens.document_view import overdue_days
from jxc_desktop.gui.screens.why_cells import DOCUMENTS, list_of_documents
from jxc_desktop.gui.screens.why_keys import Answer
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, Choice, Combo, DateEdit, ListAndDetail, Picker, SearchEdit, Segmented, row
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.document_detail import document_detail
from jxc_desktop.queries.documents import DocumentFilter, DocumentList, DocumentRow, document_list

AT_ONCE = 1500
"""So many rows are read whole and sorted by any column; more are fetched while scrolling, newest or oldest first."""


class Documents(Screen):
    """The list of one family."""

    follows = Changes.DOCUMENTS
    hints = (("↑+↓", N_("Move")), ("Space", N_("Check")), ("Return", N_("Open")), ("Ctrl+F", N_("Find")))

    def __init__(self, desk: Desk, family: Family) -> None:
        self.family = family
        self._newest = True
        self._wanted: int | None = None
        super().__init__(desk, _(family.title))

    # --- building ------------------------------------------------------------------------------------------------

    def build(self) -> None:
        self.acts = DocumentActs(self)
        first = kind_of(self.family.new[0]).name
        self.export_button = Button(_("Export"), icon="file-export", key="Ctrl+E", on_click=self.export)
        self.new_button = Button(
            _("New {kind}").format(kind=first), "primary", "plus", key="Ctrl+N", on_click=lambda: self.new(self.family.new[0])
        )
        self.new_menu = Button("", "default", "chevron-down", tip=_("New: another kind"), on_click=self._choose_kind)
        for button in (self.export_button, self.new_menu, self.new_button):
            self.add_action(button)
        self._build_filters()
        self._build_table()
        self.preview = DocumentPreview(self.acts, self._open, lambda document: self.navigate("document", id=document))
        self.split = ListAndDetail(self.table, self.preview)
        self.add(self._filters)
        self.add(self.split, 1)
        self.setFocusProxy(self.table)
        self.shortcut("F4", lambda: self._open(self.table.current()))
        self.shortcut("Ctrl+P", self._print_current)

    def _build_filters(self) -> None:
        self.search = SearchEdit(_("Number / partner / product / note"))
        self.search.setFixedWidth(theme.px(232))
        self.search.searched.connect(lambda _text: self.refresh())
        self.days = Segmented([(value, _(words)) for value, words in DAYS], "30")
        self.days.chosen.connect(self._days_chosen)
        today = self.desk.today()
        self.day_from, self.day_to = DateEdit(self.desk.today, today - timedelta(days=89)), DateEdit(self.desk.today, today)
        for edit in (self.day_from, self.day_to):
            edit.setFixedWidth(theme.px(126))
            edit.hide()
            edit.value_changed.connect(lambda _value: self.refresh())
        self.kind = Combo(
            [("", _("All kinds")), *((code, kind_of(code).name) for code in self.family.kinds)], "", width=theme.px(124)
        )
        self.status = Combo([("", _("All states")), *((s, _(STATUSES[s])) for s in self._states())], "", width=theme.px(112))
        self.open_only = Combo([("", _("Paid or not")), ("open", _("Unpaid only"))], "", width=theme.px(112))
        self.partner = Picker(partner_search(self.desk, self), _("All partners"))
        self.partner.setMinimumWidth(theme.px(104))
        self.partner.setMaximumWidth(theme.px(150))
        self.partner.picked.connect(lambda _choice: self.refresh())
        for combo in (self.kind, self.status, self.open_only):
            combo.chosen.connect(lambda _value: self.refresh())
        self._filters = row(
            self.search, self.days, self.day_from, self.day_to, self.kind, self.partner, self.status, self.open_only, 1
        )
        if not self.family.side:
            self.open_only.hide()
        if self.family.name == "moves":
            self.partner.hide()

    def _states(self) -> Sequence[str]:
        orders = any(kind_of(code).is_order for code in self.family.kinds)
        return ORDER_STATES if orders else ("posted", "draft", "voided")

    def _build_table(self) -> None:
        moves = self.family.name == "moves"
        faded: Callable[[DocumentRow], str | None] = lambda r: "faint" if r.status in ("voided", "draft") else None  # noqa: E731
        looks = {
            "number": Look(
                second=lambda r: kind_of(r.kind).name, words=lambda r: r.number or _("Draft"), tone=faded, stretch=moves
            ),
            "date": Look(muted=True, words=lambda r: self._when(r.date)),
            "partner_name": Look(stretch=not moves, tone=lambda r: "muted" if r.status == "voided" else None),
            "warehouse_name": Look(muted=not moves),
            "user": Look(muted=True),
            "pieces": Look(words=lambda r: pieces_words(r.status, r.pieces)),
            "signed_total": Look(tone=lambda r: "muted" if r.status == "voided" else None),
            "unpaid": Look(words=self._unpaid, tone=lambda r: "danger" if self._late(r) else None),
            "status": Look(kind="badge", words=self._exception, tone=self._tone),
        }
        columns: tuple[Column, ...] = MOVE_COLUMNS if moves else MONEY_COLUMNS
        if self.family.name == "money_documents":
            columns = tuple(c for c in columns if c.key not in ("unpaid", "pieces", "warehouse_name"))
        self.table = RowTable(
            columns,
            looks,
            name=f"documents-{self.family.name}",
            preferences=self.desk.preferences,
            checkable=True,
            select_first=True,
        )
        self.table.set_batch(self._batch_words, self._batch_buttons())
        self.table.set_menu(lambda r: [(_("Open"), lambda: self._open(r)), *((a.words, a.act) for a in self.acts.of(r))])
        known = {column.key for column in columns}
        self.table.set_explained([key for key in DOCUMENTS if key in known], self.explain)
        self.table.current_changed.connect(self._show_one)
        self.table.opened.connect(self._enter)
        self.table.sort_requested.connect(self._sort)
        self._filters.addWidget(self.table.columns_button())
        self._filters.addWidget(Button("", "default", "refresh", tip=_("Refresh"), on_click=self.refresh))

    def _batch_buttons(self) -> list[Button]:
        found = [
            Button(_("Print all"), icon="printer", on_click=self._print_checked),
            Button(_("Export"), icon="file-export", on_click=lambda: self._export_rows(self.table.checked())),
        ]
        if self.family.name in ("sales", "purchases"):
            words = _("Receive money for all") if self.family.name == "sales" else _("Pay all")
            found.insert(0, Button(words, icon="cash", on_click=self._settle_checked))
        return found

    def lay_out(self, width: str, height: str) -> None:
        narrow = width == "compact"
        self.search.setFixedWidth(theme.px(170 if narrow else 232))
        self.open_only.setVisible(bool(self.family.side) and not narrow)

    def why(self) -> Answer:
        figure = self.table.figure()
        return None if figure is None else list_of_documents(*figure)

    # --- words of cells ------------------------------------------------------------------------------------------

    def _when(self, moment: str) -> str:
        said = moment[:16].replace("T", " ")
        return said[5:] if said[:4] == str(self.desk.today().year) else said

    def _late(self, found: DocumentRow) -> int:
        return overdue_days(found.due_day, found.unpaid, self.desk.today())

    @staticmethod
    def _unpaid(found: DocumentRow) -> str:
        kind = kind_of(found.kind)
        return "—" if kind.is_order or found.status == "draft" or not kind.has_money else f"{found.unpaid:,.2f}"

    def _exception(self, found: DocumentRow) -> str:
        late = self._late(found)
        if late:
            return _("{days} days overdue").format(days=late)
        return _(STATUSES[found.status]) if found.status in ("voided", "closed", "partly", "transit") else ""

    def _tone(self, found: DocumentRow) -> str:
        return (
            "danger"
            if self._late(found)
            else "warning"
            if found.status == "partly"
            else "info"
            if found.status == "transit"
            else "neutral"
        )

    # --- reading -------------------------------------------------------------------------------------------------

    def filter(self) -> DocumentFilter | None:
        """What is asked for; None while a date is wrong (its field says why)."""
        today = self.desk.today()
        if self.days.value == "own":
            try:
                since, until = self.day_from.value(), self.day_to.value()
            except JxcError as error:
                self.refuse(error)
                return None
        else:
            back = 0 if self.days.value == "today" else int(str(self.days.value)) - 1
            since, until = today - timedelta(days=back), None
        kind = str(self.kind.value or "")
        partner = self.partner.value
        return DocumentFilter(
            kinds=(kind,) if kind else self.family.kinds, day_from=_iso(since), day_to=_iso(until), text=self.search.text(),
            partner_id=partner if isinstance(partner, int) else None, status=str(self.status.value or "") or None,
            open_only=self.open_only.value == "open", newest_first=self._newest,
        )  # fmt: skip

    def reload(self) -> None:
        wanted = self.filter()
        if wanted is None:
            return
        self.table.set_loading()
        self.tasks.read(
            self,
            "rows",
            lambda s: document_list(s, replace(wanted, limit=AT_ONCE)),
            lambda found: self._show(wanted, found),
            self.show_error,
        )

    def _show(self, wanted: DocumentFilter, found: DocumentList) -> None:
        self.show_content()
        self._say_empty(wanted)
        if found.count <= AT_ONCE:
            self.table.set_rows(found.rows)
        else:
            first = found.rows

            def fetch(offset: int, limit: int, answer: Callable[[Sequence[Any]], None]) -> None:
                if offset + limit <= len(first):
                    answer(first[offset : offset + limit])
                    return
                part = replace(wanted, offset=offset, limit=limit)
                self.tasks.read(self, f"page {offset}", lambda s: document_list(s, part).rows, answer)

            self.table.set_pages(found.count, fetch)
        self._say_sums(found)
        if self._wanted is not None and self.table.select_key(self._wanted):
            self._wanted = None

    def _say_sums(self, found: DocumentList) -> None:
        words = {value: _(text) for value, text in DAYS}
        span = words[str(self.days.value)] if self.days.value != "own" else _("This period")
        said = _("{span}: {count} documents").format(span=span, count=f"{found.count:,}")
        if self.family.name != "moves":
            said += _(", {amount}").format(amount=f"¥{found.total:,.2f}")
        if self.family.side and found.unpaid:
            said += _(", {amount} unpaid").format(amount=f"¥{found.unpaid:,.2f}")
        self.set_subtitle(said)

    def _say_empty(self, wanted: DocumentFilter) -> None:
        narrowed = bool(wanted.text or wanted.status or wanted.partner_id or wanted.open_only or len(wanted.kinds) == 1)
        if narrowed:
            clear = Button(_("Clear the filters"), "primary", "filter-off", on_click=self.clear_filters)
            self.table.set_empty("filter-off", _("No document fits"), _("Nothing in this period fits the filters."), [clear])
        else:
            kind = kind_of(self.family.new[0]).name
            new = Button(
                _("New {kind}").format(kind=kind),
                "primary",
                key="Ctrl+N",
                bind_key=False,
                on_click=lambda: self.new(self.family.new[0]),
            )
            self.table.set_empty(
                "files", _("No documents in this period"), _("Choose a longer period, or make the first one."), [new]
            )

    def clear_filters(self) -> None:
        """Everything of the period again."""
        self.search.clear()
        for combo in (self.kind, self.status, self.open_only):
            combo.set_value("")
        self.partner.set_choice(None)
        self.refresh()

    def _days_chosen(self, value: object) -> None:
        for edit in (self.day_from, self.day_to):
            edit.setVisible(value == "own")
        self.refresh()

    def _sort(self, key: str, descending: bool) -> None:
        if key == "date":
            self._newest = descending
            self.refresh()
            return
        self.table.model.sort_key = ""
        self.desk.toasts.show(_("There are too many documents to sort by this column. Narrow them down first."), tone="info")

    def _show_one(self, found: DocumentRow | None) -> None:
        self.preview.show_row(found)
        if found is not None:
            document_id = found.id
            self.tasks.read(self, "detail", lambda s: document_detail(s, document_id), self.preview.show_detail)

    # --- acting --------------------------------------------------------------------------------------------------

    def open(self, **arguments: Any) -> None:
        """``kind``, ``status``, ``partner`` (id, with ``partner_name``), ``unpaid`` narrow the list; ``id`` marks a document."""
        for name, combo in (("kind", self.kind), ("status", self.status)):
            if name in arguments:
                combo.set_value(arguments[name])
        if "unpaid" in arguments:
            self.open_only.set_value("open" if arguments["unpaid"] else "")
        if "partner" in arguments:
            self.partner.set_choice(Choice(arguments["partner"], str(arguments.get("partner_name", ""))))
        self._wanted = arguments.get("id")
        self.refresh()

    def new(self, kind: str) -> None:
        """A new document of ``kind``."""
        self.navigate("document", kind=kind)

    def _choose_kind(self) -> None:
        menu = QMenu(self)
        for code in self.family.new:
            menu.addAction(_("New {kind}").format(kind=kind_of(code).name)).triggered.connect(
                lambda _on=False, code=code: self.new(code)
            )
        menu.exec(self.new_menu.mapToGlobal(QPoint(0, self.new_menu.height() + 4)))
        menu.deleteLater()

    def _enter(self, found: DocumentRow) -> None:
        if not self.split.open_drawer():
            self._open(found)

    def _open(self, found: DocumentRow | None) -> None:
        if found is not None and found.kind in NOT_TYPED and found.status == "draft":
            self.navigate(NOT_TYPED[found.kind], document_id=found.id)
        elif found is not None:
            self.navigate("document", id=found.id)

    def _print_current(self) -> None:
        found = self.table.current()
        if found is not None:
            self.acts.print(found)

    def _print_checked(self) -> None:
        rows = self.table.checked()
        if rows:
            title = _("{count} documents").format(count=len(rows))
            print_preview.preview(self, self.desk, [r.id for r in rows], title, rows[0].kind)

    def _batch_words(self, rows: list[DocumentRow]) -> tuple[str, str]:
        total = sum((r.signed_total for r in rows if r.status != "voided"), Decimal(0))
        partners = len({r.partner for r in rows if r.partner})
        note = "" if self.family.name == "moves" else _("Sum {amount}").format(amount=f"¥{total:,.2f}")
        if partners:
            note += _(", {count} partners").format(count=partners)
        return _("{count} checked").format(count=len(rows)), note

    def _settle_checked(self) -> None:
        rows = [r for r in self.table.checked() if r.unpaid > 0 and r.partner]
        if not rows:
            self.desk.toasts.show(_("Nothing of what is checked is unpaid."), tone="info")
        elif len({r.partner for r in rows}) > 1:
            self.desk.toasts.show(_("These belong to several partners. Check the documents of one partner."), tone="warning")
        else:
            kind = "receipt" if self.family.name == "sales" else "payment"
            self.navigate("document", kind=kind, settles=tuple(r.id for r in rows))

    def export(self) -> None:
        """All that fits the filters, as a spreadsheet."""
        wanted = self.filter()
        if wanted is not None:
            self.export_button.set_busy(True)
            self.tasks.read(self, "export", lambda s: document_list(s, wanted).rows, self._export_rows, self._export_failed)

    def _export_failed(self, error: JxcError) -> None:
        self.export_button.set_busy(False)
        self.refuse(error)

    def _export_rows(self, rows: Sequence[DocumentRow]) -> None:
        self.export_button.set_busy(False)
        title = _(self.family.title)
        path = prompts.file_to_save(
            self, _("Export"), f"{title} {self.desk.today().isoformat()}.xlsx", "Excel (*.xlsx);;CSV (*.csv)"
        )
        if path is not None:
            self.tasks.run(self, lambda: _write_rows(path, rows, title), lambda count: self._exported(path, count))

    def _exported(self, path: Path, count: int) -> None:
        self.desk.toasts.show(_("{count} documents exported").format(count=count), note=str(path), tone="success")


def _write_rows(path: Path, rows: Sequence[DocumentRow], title: str) -> int:
    from jxc_desktop.exchange.write import write_csv, write_xlsx

    return write_csv(path, EXPORT, rows) if path.suffix.lower() == ".csv" else write_xlsx(path, EXPORT, rows, title)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def factory(name: str) -> Callable[[Desk], Documents]:
    """The factory of the list of a family, for ``SCREENS``."""
    family = next(f for f in FAMILIES if f.name == name)
    return lambda desk: Documents(desk, family)
