"""The first start: one question after the other, the shop made at the last of them, and what comes next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QFrame, QScrollArea, QStackedWidget, QWidget

from jxc_desktop import i18n
from jxc_desktop.backup.new_shop import make_shop
from jxc_desktop.backup.restore import restore
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.domain.text import clean_text
from jxc_desktop.gui import first_run_ends as ends
from jxc_desktop.gui import first_run_pages as pages
from jxc_desktop.gui import prompts
from jxc_desktop.gui.preferences import Preferences
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, NoticeBar, column, label, row
from jxc_desktop.gui.widgets.waiting import Waiting
from jxc_desktop.gui.widgets.wizard import StepRail, WizardCard
from jxc_desktop.i18n import _
from jxc_desktop.paths import ShopPaths, bundled
from jxc_desktop.services.furnish import furnish

BACKUPS = "(*.jxcbak)"
LISTS = "(*.xlsx *.xls *.ods *.csv)"
LANGUAGE = "look/language"


class FirstRun(QDialog):
    """A window of its own. After ``accept`` the shop is there; what was typed stays while steps are changed."""

    def __init__(self, paths: ShopPaths, act: Act, preferences: Preferences | None = None) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setWindowTitle(_("Open a shop"))
        self.setMinimumSize(theme.number("size", "min_window_w"), theme.number("size", "min_window_h"))
        self._paths, self._act, self._preferences = paths, act, preferences
        self.again, self.made, self._step = False, False, 0
        self.shop, self.kind = pages.ShopPage(paths.root), pages.KindPage()
        self.rules, self.places = pages.RulesPage(), pages.PlacesPage()
        self.devices, self.beginning = ends.DevicesPage(), ends.BeginningPage()
        self.pages: tuple[pages.Page, ...] = (self.shop, self.kind, self.rules, self.places, self.devices, self.beginning)
        self.done_page = ends.DonePage()
        self.shop.language.chosen.connect(self._speak)
        self.name, self.named, self.beginnings = self.shop.name, self.shop.named, self.beginning.cards
        self._build()
        self._show_step(0)

    def _build(self) -> None:
        self.rail = StepRail("JXC Desktop", self._steps(), _("Everything stays on this computer"))
        self.count, self.question = label("", "caption"), label("", "page", wrap=True)
        self.why = label("", "secondary", wrap=True)
        self.stack = QStackedWidget()
        for page in (*self.pages, self.done_page):
            self.stack.addWidget(_scrolled(page))
        self.notice = NoticeBar()
        self.notice.label.setWordWrap(True)
        self.leave = Button(_("Quit"), "ghost", size="md", on_click=self.reject)
        self.skip = Button(_("Set the rest later"), "ghost", size="md", on_click=lambda: self._skip_to_the_end())
        self.back = Button(_("Previous"), key="Alt+Left", size="md", on_click=lambda: self._show_step(self._step - 1))
        self.next = Button(_("Next"), "primary", key="Return", size="md", on_click=self.go_on)
        foot = row(self.leave, self.skip, 1, self.back, self.next)
        right = column(self.count, self.question, self.why, spacing=5)
        right.addSpacing(8)
        right.addWidget(self.stack, 1)
        right.addSpacing(4)
        right.addWidget(self.notice)
        right.addSpacing(10)
        right.addLayout(foot)
        self.card = WizardCard(self.rail, right, self)

    # --- steps ---------------------------------------------------------------------------------------------------

    def _steps(self) -> list[tuple[str, str]]:
        return [(_(page.step), page.note()) for page in self.pages]

    def _show_step(self, step: int) -> None:
        self._step, page = step, self.pages[step]
        self.stack.setCurrentIndex(step)
        self.rail.set(step, self._steps())
        self.count.setText(_("Step {step} of {count}").format(step=step + 1, count=len(self.pages)))
        self.question.setText(_(page.question))
        self.why.setText(_(page.why))
        last = step == len(self.pages) - 1
        self.leave.setVisible(step == 0)
        self.skip.setVisible(step > 0 and not last)
        self.back.setVisible(step > 0)
        self.next.setText(_("Open the shop") if last else _("Next"))
        self.next.updateGeometry()
        if page.hint:
            self.notice.show_notice(_(page.hint), "info")
        elif step == 0:
            text = _("Is there a shop already, on another computer or a stick?")
            self.notice.show_notice(text, "info", [(_("Restore a backup…"), self.bring_back)])
        else:
            self.notice.clear()
        page.first().setFocus(Qt.FocusReason.OtherFocusReason)

    def go_on(self) -> None:
        """The next step; at the last one the shop is opened, and after it the window."""
        if self.made:
            self.accept()
        elif self._step < len(self.pages) - 1:
            if self.pages[self._step].ready():
                self._show_step(self._step + 1)
        else:
            begin = {"empty": self.open_shop, "file": self.bring_list, "demo": self.open_demo, "backup": self.bring_back}
            begin[self.beginning.chosen]()

    def _skip_to_the_end(self) -> None:
        if self.pages[self._step].ready():
            self._show_step(len(self.pages) - 1)

    def _speak(self, value: object) -> None:
        """Everything in the other language: the window is made anew."""
        i18n.use(str(value), bundled("resources/locale"))
        if self._preferences is not None:
            self._preferences.set_text(LANGUAGE, str(value))
        self.again = True
        self.reject()

    # --- the four beginnings -------------------------------------------------------------------------------------

    def _make(self, *, demo: bool = False) -> bool:
        """Make the shop; what was wrong is said on the page it was typed on, and what was typed stays."""
        for step, page in enumerate(self.pages):
            if not page.ready():
                self._show_step(step)
                return False
        try:
            settings = self._settings(demo)
            wanted = self.places.furnishing(self.kind.kind)
            make_shop(self._paths, settings, self._act, None if demo else lambda session: furnish(session, wanted, self._act))
        except JxcError as error:
            self._show_step(0)
            self.named.set_error(str(error))
            return False
        if self._preferences is not None:
            self.devices.remember(self._preferences)
        return True

    def _settings(self, demo: bool) -> ShopSettings:
        """What was answered. Raises :class:`BadText` for a name that cannot be printed."""
        asked = {"shop": self.shop.name, "address": self.shop.address, "phone": self.shop.phone}
        answers: dict[str, Any] = {**self.kind.kind.settings(), **self.rules.settings()}
        for name, edit in asked.items():
            title = ShopSettings.__dataclass_fields__[name].metadata["title"]
            answers[name] = clean_text(edit.text(), field=_(title), limit=100)
        return ShopSettings(demo=demo, language=i18n.language(), **answers)

    def open_shop(self) -> None:
        """An empty shop of this name."""
        if self._make():
            self._finish([])

    def open_demo(self) -> None:
        """A shop full of invented trade, marked as a demo on every page and paper."""
        if self._make(demo=True):
            self._fill(_("A year of trade is being played"), self._play)
            self._finish([_("A year of invented trade, to practise with")])

    def bring_list(self) -> None:
        """A shop whose products come from a file; rows that were refused are told, the others are there."""
        if not self.shop.ready():
            self._show_step(0)
            return
        chosen = prompts.file_to_open(self, _("Bring a product list"), _("Lists") + f" {LISTS}")
        if chosen is None or not self._make():
            return
        result = self._fill(_("The products are being entered"), lambda say: self._enter(chosen, say))
        if result is None:
            self._finish([])
            return
        text = _("{created} products are in the book, {errors} rows could not be read.")
        self._finish([text.format(created=result.created, errors=len(result.errors))])
        if result.errors:
            self.notice.show_notice("; ".join(f"{p.row}: {p.message}" for p in result.errors[:3]), "warning")

    def bring_back(self) -> None:
        """Choose a backup and put it in place."""
        chosen = prompts.file_to_open(self, _("Restore a backup…"), _("Backups") + f" {BACKUPS}", str(self._paths.backups))
        if chosen is None:
            return
        try:
            done = restore(chosen, self._paths, now=self._act.at, window_held=True)
        except JxcError as error:
            prompts.show_error(self, error)
            return
        self.name.setText(done.shop)
        text = _("{shop}: {documents} documents, the last is {last}.")
        self._finish(
            [_("The backup is restored"), text.format(shop=done.shop, documents=done.documents, last=done.last_document or "—")],
            fresh=False,
        )

    def _finish(self, facts: list[str], *, fresh: bool = True) -> None:
        """The shop is there: say what was made, and what comes next."""
        self.made = True
        found = [_("The book lies in {folder}").format(folder=self._paths.root)]
        if fresh:
            found.append(_("Warehouses: {names}").format(names=self.places.note()))
            if self.devices.folder is not None:
                found.append(_("Every backup is copied to {folder}").format(folder=self.devices.folder))
        steps = [
            (_("Enter what is there"), _("Products from a list or one by one, then the opening stock and what is owed.")),
            (_("Buy and sell"), _("Ctrl+N begins a document on every list; a scan works anywhere.")),
            (_("Look at the first page"), _("It shows sales, turnover and what needs you; F1 lists the keys.")),
        ]
        self.done_page.show_done([*facts, *found], steps)
        self.stack.setCurrentIndex(len(self.pages))
        self.rail.set(len(self.pages), self._steps())
        self.count.setText(_("Done"))
        self.question.setText(_("{shop} is open").format(shop=self.name.text().strip() or _("The shop")))
        self.why.setText(_("All of this can be changed in the settings, but for what is fixed once goods have moved."))
        for widget in (self.leave, self.skip, self.back, self.notice):
            widget.hide()
        self.next.setText(_("To the shop"))
        self.next.updateGeometry()
        self.next.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self, words: str, work: Callable[[Callable[[str], None]], Any]) -> Any:
        """Fill the new shop while a note counts. A refusal is told; the shop is there, without what was refused."""
        waiting = Waiting(self, words, lambda: work(waiting.say))
        try:
            return waiting.run()
        except JxcError as error:
            prompts.show_error(self, error)
            return None

    def _play(self, say: Callable[[str], None]) -> None:
        from jxc_desktop.db.engine import Database
        from jxc_desktop.exchange.demo import fill_demo

        def tell(done: int, days: int) -> None:
            say(_("{done} of {days} days").format(done=done, days=days))

        database = Database.sqlite(self._paths.book, lock_path=self._paths.write_lock, label=_("the window"))
        try:
            fill_demo(database, self._act, progress=tell)
        finally:
            database.close()

    def _enter(self, path: Path, say: Callable[[str], None]) -> Any:
        from jxc_desktop.db.engine import Database
        from jxc_desktop.exchange.products import import_products

        database = Database.sqlite(self._paths.book, lock_path=self._paths.write_lock, label=_("the window"))
        try:
            return import_products(database, path, act=self._act, progress=lambda rows: say(_("{count} rows").format(count=rows)))
        finally:
            database.close()

    # --- the window ----------------------------------------------------------------------------------------------

    def reject(self) -> None:
        """Closed; a shop that was made stays made."""
        self.done(QDialog.DialogCode.Accepted if self.made else QDialog.DialogCode.Rejected)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        self.reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:  # a step back; leaving the program is a button of its own
            if self.back.isVisible():
                self.back.click()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.card.lay_into(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.color("bg_app"))


def _scrolled(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.viewport().setAutoFillBackground(False)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    page.setAutoFillBackground(False)
    return area


def first_run(paths: ShopPaths, act: Act, preferences: Preferences | None = None) -> bool:
    """Whether there is a shop now; False when the person gave up. Another language asks again in that language."""
    typed = ""
    while True:
        dialog = FirstRun(paths, act, preferences)
        dialog.name.setText(typed)
        dialog.resize(QGuiApplication.primaryScreen().availableGeometry().size())
        dialog.setWindowState(Qt.WindowState.WindowMaximized)
        there, again, typed = dialog.exec() == QDialog.DialogCode.Accepted, dialog.again, dialog.name.text()
        dialog.deleteLater()
        if there or not again:
            return there
