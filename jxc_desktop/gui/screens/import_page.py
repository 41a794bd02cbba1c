"""导入: a spreadsheet of products, partners or opening stock - what its columns are, what would happen, then entering it."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

from jxc_desktop.domain.errors import ImportStopped, JxcError
from jxc_desktop.gui import prompts
from jxc_desktop.gui.row_table import RowTable
from jxc_desktop.gui.screen import Desk, Screen
from jxc_desktop.gui.screens.import_data import (
    FILES,
    KINDS,
    FileLook,
    Job,
    look_at,
    run_import,
    write_blank,
)
from jxc_desktop.gui.screens.import_parts import mapping_fields, problems_table, sample_table
from jxc_desktop.gui.screens.master_parts import act_of
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import (
    Button,
    Card,
    Combo,
    DateEdit,
    EmptyState,
    Figures,
    NoticeBar,
    Segmented,
    Tabs,
    column,
    label,
    row,
)
from jxc_desktop.i18n import N_, _

if TYPE_CHECKING:
    from jxc_desktop.exchange.intake import ImportResult

LEAVES = {"products": "products", "partners": "partners", "opening_stock": "moves"}


class ImportPage(Screen):
    """``open(kind=…, path=…)``: what to import (a key of ``KINDS``), and which file if it is known."""

    title = N_("Import")
    has_back = True
    hints = (("Ctrl+O", N_("Choose a file")), ("Ctrl+Return", N_("Import")), ("Esc", N_("Back")))

    def __init__(self, desk: Desk) -> None:
        self.kind = "products"
        self.look: FileLook | None = None
        self.result: ImportResult | None = None
        self.chosen: dict[str, tuple[str, ...]] = {}
        self._running = ""
        self._stop = threading.Event()
        super().__init__(desk)

    # --- making the page -----------------------------------------------------------------------------------------

    def build(self) -> None:
        self.setAcceptDrops(True)
        self.blank = Button(_("Save an empty list"), icon="download", on_click=self.save_blank)
        self.choose = Button(_("Choose a file…"), icon="folder-open", key="Ctrl+O", on_click=self.choose_file)
        self.enter = Button(_("Import"), "primary", "file-import", key="Ctrl+Return", on_click=self.enter_rows)
        for button in (self.blank, self.choose, self.enter):
            self.add_action(button)
        self.kinds = Segmented([(kind, _(words)) for kind, words in KINDS.items()], self.kind)
        self.kinds.chosen.connect(self._kind_chosen)
        self.sheet = Combo(width=theme.px(180))
        self.sheet.chosen.connect(lambda _value: self._read_file())
        self.day = DateEdit(self.desk.today, self.desk.today())
        self.day.setFixedWidth(theme.px(140))
        self.day.value_changed.connect(lambda _value: self._try_out())
        self.sheet_label, self.day_label = label(_("Sheet"), "secondary"), label(_("Stock of the morning of"), "secondary")
        self.add(row(self.kinds, self.sheet_label, self.sheet, self.day_label, self.day, 1))
        self.notice = NoticeBar()
        self.add(self.notice)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._start_card())
        self._pages.addWidget(self._work())
        self.add(self._pages, 1)
        self._show_progress()

    def _start_card(self) -> QWidget:
        card = Card()
        state = EmptyState(
            "file-import",
            _("Bring your list"),
            _("Excel, WPS, OpenDocument or CSV. Choose the file or drop it here; nothing is entered before you have seen it."),
            [Button(_("Choose a file…"), "primary", key="Ctrl+O", bind_key=False, on_click=self.choose_file)],
        )
        card.add(state, 1)
        return card

    def _work(self) -> QWidget:
        self.mapping_card = Card(_("Columns of the file"))
        self.mapping_card.setFixedWidth(theme.px(340))
        self._mapping = QWidget()
        self._mapping.setProperty("panel", "clear")
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        scroll.setWidget(self._mapping)
        self._mapping.setAutoFillBackground(False)
        self.mapping_card.add(scroll, 1)
        self._scroll = scroll
        self.figures = Figures()
        self.tabs = Tabs([("problems", _("Remarks")), ("rows", _("Rows of the file"))])
        self.tabs.chosen.connect(self._show_tab)
        self.problems = problems_table(self.desk.preferences, lambda: self.kind)
        self._tables = QStackedWidget()
        self._tables.addWidget(self.problems)
        self.sample: RowTable | None = None
        page = QWidget()
        page.setLayout(row(self.mapping_card, column(self.figures, self.tabs, self._tables, spacing=10), spacing=12))
        layout = page.layout()
        assert layout is not None
        layout.setStretch(1, 1)  # type: ignore[attr-defined]  # a QHBoxLayout
        return page

    # --- choosing ------------------------------------------------------------------------------------------------

    def open(self, **arguments: Any) -> None:
        kind = str(arguments.get("kind", self.kind)).replace("-", "_")
        if kind in KINDS and kind != self.kind:
            self.kinds.set_value(kind)
            self._kind_chosen(kind)
        if arguments.get("path"):
            self.take(Path(str(arguments["path"])))

    def _kind_chosen(self, kind: object) -> None:
        self.kind = str(kind)
        self.chosen = {}
        self.result = None
        if self.look is not None:
            self._read_file()
        self._show_progress()

    def choose_file(self) -> None:
        path = prompts.file_to_open(self, _("Choose a file"), _(FILES))
        if path is not None:
            self.take(path)

    def take(self, path: Path) -> None:
        """Look at this file."""
        self.chosen, self.look, self.result = {}, None, None
        self.sheet.set_options([])
        self._read_file(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls()[:1]:
            self.take(Path(url.toLocalFile()))

    def save_blank(self) -> None:
        """An empty list with the right headings."""
        kind = self.kind
        path = prompts.file_to_save(self, _("Save an empty list"), f"{_(KINDS[kind])}.xlsx", "Excel (*.xlsx)")
        if path is not None:
            target = path if path.suffix.lower() == ".xlsx" else path.with_suffix(".xlsx")
            self.tasks.run(
                self,
                lambda: write_blank(kind, target),
                self._blank_saved,
            )

    def _blank_saved(self, path: Path) -> None:
        self.desk.toasts.show(_("Saved as {name}").format(name=path.name), note=str(path.parent), tone="success")

    # --- looking -------------------------------------------------------------------------------------------------

    def _read_file(self, path: Path | None = None) -> None:
        path = path or (self.look.path if self.look is not None else None)
        if path is None:
            return
        kind, sheet, mapping = self.kind, self.sheet.value, dict(self.chosen)
        self._running = "look"
        self._show_progress()
        self.tasks.run(self, lambda: look_at(kind, path, str(sheet) if sheet else None, mapping), self._looked, self._unreadable)

    def _looked(self, look: FileLook) -> None:
        self._running = ""
        self.look = look
        self.notice.clear()
        if look.problem:
            self.notice.show_notice(look.problem, "danger")
        self.sheet.set_options([(name, name) for name in look.sheets], look.sheet)
        self._show_mapping(look)
        self._show_sample(look)
        self._show_progress()
        if not look.problem:
            self._try_out()

    def _unreadable(self, error: JxcError) -> None:
        self._running = ""
        self.look = None
        self._show_progress()
        self.notice.show_notice(str(error), "danger")

    def _show_mapping(self, look: FileLook) -> None:
        """A combo for each field: which column of the file holds it."""
        fields = mapping_fields(self.kind, look, self._map)
        holder = QWidget()
        holder.setProperty("panel", "clear")
        holder.setAutoFillBackground(False)
        holder.setLayout(column(*fields, 1, spacing=8, margins=(0, 0, 8, 0)))
        self._scroll.setWidget(holder)
        used = {place for places in look.columns.values() for place in places}
        named = [place for place, text in enumerate(look.headings) if text]
        self.mapping_card.note_label.setText(
            _("{used} of {all} recognised").format(used=len([p for p in named if p in used]), all=len(named))
        )

    def _map(self, name: str, place: object) -> None:
        """The person says which column holds a field."""
        self.chosen[name] = (str(int(str(place)) + 1),) if place is not None else ()
        self._read_file()

    def _show_sample(self, look: FileLook) -> None:
        table = sample_table(self.kind, look)
        if self.sample is not None:
            self._tables.removeWidget(self.sample)
            self.sample.deleteLater()
        self.sample = table
        self._tables.addWidget(table)
        self._show_tab(self.tabs.value)

    def _show_tab(self, value: object) -> None:
        self._tables.setCurrentWidget(self.sample if value == "rows" and self.sample is not None else self.problems)

    # --- trying and entering -------------------------------------------------------------------------------------

    def _job(self) -> Job | None:
        if self.look is None or self.look.problem:
            return None
        day = ""
        if self.kind == "opening_stock":
            try:
                chosen = self.day.value()
            except JxcError as error:
                self.notice.show_notice(str(error), "danger")
                return None
            day = chosen.isoformat() if chosen is not None else ""
        return Job(self.kind, self.look.path, self.look.sheet, dict(self.chosen), day)

    def _start(self, what: str, words: str, *, dry_run: bool) -> None:
        job = self._job()
        if job is None:
            return
        self._running = what
        self.result = None
        self._stop = stop = threading.Event()
        book, act, report = self.tasks.database, act_of(self.desk), self.tasks.report

        def tell(rows: int) -> None:
            if stop.is_set():
                raise ImportStopped
            report(words, rows, 0, stop.set)

        def work() -> ImportResult:
            try:
                return run_import(book, job, act, dry_run=dry_run, progress=tell)
            finally:
                report(words, 1, 1)

        self._show_progress()
        done = self._tried if dry_run else self._entered
        self.tasks.run(self, work, lambda result: done(job, result), lambda error: self._failed(stop, error))

    def _try_out(self) -> None:
        self._stop.set()
        self._start("try", _("Reading {file}").format(file=self.look.path.name if self.look else ""), dry_run=True)

    def _tried(self, job: Job, result: ImportResult) -> None:
        if job != self._job():
            return
        self._running = ""
        self.result = result
        self._show_result(result)
        self._show_progress()

    def enter_rows(self) -> None:
        """Enter what the dry run found good."""
        if self.result is not None and self._good(self.result) and not self._running:
            self._start("enter", _("Importing {file}").format(file=self.look.path.name if self.look else ""), dry_run=False)

    def _entered(self, job: Job, result: ImportResult) -> None:
        self._running = ""
        self._show_result(result)
        self.tasks.announce(result.changes)
        words = _("{created} new, {updated} changed, {unchanged} as they were").format(
            created=result.created, updated=result.updated, unchanged=result.unchanged
        )
        refused = _("{count} rows were left out").format(count=_left_out(result)) if result.errors else ""
        go = (_("Have a look"), lambda: self.navigate(LEAVES[job.kind]))
        self.desk.toasts.show(
            _("{file} is imported").format(file=job.path.name),
            note="; ".join(part for part in (words, refused) if part),
            tone="warning" if refused else "success",
            action=go,
        )
        self.result = None
        self._show_progress()

    def _failed(self, stop: threading.Event, error: JxcError) -> None:
        if stop is not self._stop:
            return
        self._running = ""
        self._show_progress()
        self.notice.show_notice(str(error), "info" if isinstance(error, ImportStopped) else "danger")

    @staticmethod
    def _good(result: ImportResult) -> int:
        return result.created + result.updated

    def _show_result(self, result: ImportResult) -> None:
        self.figures.set(
            [
                (_("Rows"), f"{result.rows:,}"),
                (_("New"), f"{result.created:,}"),
                (_("Changed"), f"{result.updated:,}"),
                (_("As they are"), f"{result.unchanged:,}"),
                (_("Left out"), f"{_left_out(result):,}", "danger" if result.errors else ""),
            ]
        )
        remarks: Sequence[Any] = [*result.errors, *result.warnings]
        self.problems.set_empty("circle-check", _("No remarks"), _("Every row can be entered."))
        self.problems.set_rows(remarks)
        self.tabs.set_count("problems", len(remarks) or None)
        if self.isVisible():
            self.problems.setFocus()
        self.tabs.set_count("rows", result.rows)

    def _show_progress(self) -> None:
        """Buttons and headings follow what is going on."""
        known = self.look is not None
        self._pages.setCurrentIndex(1 if known else 0)
        several = self.look is not None and len(self.look.sheets) > 1
        self.sheet_label.setVisible(several)
        self.sheet.setVisible(several)
        self.day_label.setVisible(self.kind == "opening_stock")
        self.day.setVisible(self.kind == "opening_stock")
        good = self._good(self.result) if self.result is not None else 0
        self.enter.setText(_("Import {count} rows").format(count=f"{good:,}") if good else _("Import"))
        self.enter.updateGeometry()
        self.enter.set_busy(self._running == "enter")
        self.enter.setEnabled(bool(good) and not self._running)
        self.choose.setEnabled(self._running != "enter")
        self.kinds.setEnabled(self._running != "enter")
        words: Mapping[str, str] = {
            "look": _("Reading…"),
            "try": _("Trying it out, nothing is entered yet…"),
            "enter": _("Entering…"),
        }
        name = self.look.path.name if self.look is not None else ""
        self.set_subtitle("  ".join(part for part in (name, words.get(self._running, "")) if part))

    def may_leave(self) -> bool:
        if self._running != "enter":
            self._stop.set()
            return True
        title, text = _("Give up the import?"), _("The rows are being entered. Given up now, none of them is.")
        if prompts.confirm(self, title, text, _("Give up"), keep=_("Go on importing")):
            self._stop.set()
            return True
        return False


def _left_out(result: ImportResult) -> int:
    """Rows that do not enter; one may have several faults."""
    return len({problem.row for problem in result.errors})
