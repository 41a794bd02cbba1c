"""The first start: language and name of the shop, its lasting choices, and what it begins with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QStackedWidget, QWidget

from jxc_desktop import i18n
from jxc_desktop.backup.new_shop import make_shop
from jxc_desktop.backup.restore import restore
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.domain.text import clean_text
from jxc_desktop.gui import prompts
from jxc_desktop.gui.preferences import Preferences
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, Combo, Field, LineEdit, NoticeBar, Segmented, column, label, require, row
from jxc_desktop.gui.widgets.dialogs import Dialog
from jxc_desktop.gui.widgets.waiting import Waiting
from jxc_desktop.gui.widgets.wizard import ChoiceCard, StepRail
from jxc_desktop.i18n import LANGUAGES, N_, _
from jxc_desktop.paths import ShopPaths, bundled

BACKUPS = "(*.jxcbak)"
LISTS = "(*.xlsx *.xls *.ods *.csv)"
LANGUAGE = "look/language"
LANGUAGE_NAMES = {"zh_CN": "简体中文", "en": "English"}
BEGINNINGS = (
    ("empty", "square-plus", N_("Start empty"), N_("Add products and partners yourself")),
    ("file", "file-import", N_("Bring a product list"), N_("From Excel, WPS or CSV; the columns are recognised")),
    ("demo", "flask", N_("Practise with a demo shop"), N_("A year of invented trade; your own shop in one step later")),
    ("backup", "history", N_("Restore a backup"), N_("From another computer or a USB stick")),
)


class FirstRun(Dialog):
    """Three questions. After ``accept`` the shop is there; what was typed stays while steps are changed."""

    def __init__(self, paths: ShopPaths, act: Act, preferences: Preferences | None = None) -> None:
        super().__init__(None, "", size="lg")
        self.setWindowTitle(_("Open a shop"))
        self._paths, self._act, self._preferences = paths, act, preferences
        self.again = False
        self._step = 0
        self.name = LineEdit("", _("Such as 晨光便利店"))
        self.named = Field(_("Shop name"), self.name, required=True)
        self.language = Segmented([(code, LANGUAGE_NAMES[code]) for code in LANGUAGES], i18n.language())
        self.language.chosen.connect(self._speak)
        self.costing, self.negative = _choice("costing"), _choice("negative")
        self.notice = NoticeBar(parent=self)
        self.notice.label.setWordWrap(True)
        self.rail = StepRail("JXC Desktop", self._steps(), _("Everything stays on this computer"))
        self.count, self.question = label("", "caption"), label("", "page", wrap=True)
        self.why = label("", "secondary", wrap=True)
        self.pages = QStackedWidget()
        for page in (self._page_name(), self._page_rules(), self._page_beginning()):
            self.pages.addWidget(page)
        self._build_foot()
        right = QWidget()
        right.setLayout(column(self.count, self.question, self.why, self.pages, self.notice, 1, self._foot, spacing=8))
        right.setMinimumHeight(theme.px(470))
        self.body.addLayout(row(self.rail, right, spacing=28))
        self._show_step(0)

    def _build_foot(self) -> None:
        quitting = Button(_("Quit"), "ghost", size="lg", on_click=self.reject)
        self.back = Button(_("Back"), key="Alt+Left", size="lg", on_click=lambda: self._show_step(self._step - 1))
        self.next = Button(_("Next"), "primary", key="Return", size="lg", on_click=self.go_on)
        self._foot = row(quitting, 1, self.back, self.next)

    def _page_name(self) -> QWidget:
        where = label(_("The book will lie in {folder}.").format(folder=self._paths.root), "hint", wrap=True)
        return _page(self.named, Field(_("Language"), self.language), where)

    def _page_rules(self) -> QWidget:
        note = _("The cost method is fixed once goods have moved; the other choice can change at any time.")
        fields = [Field(_(_title(name)), control) for name, control in (("costing", self.costing), ("negative", self.negative))]
        return _page(*fields, label(note, "hint", wrap=True))

    def _page_beginning(self) -> QWidget:
        page, grid = QWidget(), QGridLayout()
        grid.setContentsMargins(0, 4, 0, 0)
        grid.setSpacing(12)
        self.beginnings = {name: ChoiceCard(icon, _(title), _(note)) for name, icon, title, note in BEGINNINGS}
        for place, card in enumerate(self.beginnings.values()):
            grid.addWidget(card, place, 0)
        self.beginnings["empty"].setChecked(True)
        grid.setRowStretch(len(self.beginnings), 1)
        page.setLayout(grid)
        return page

    # --- steps ---------------------------------------------------------------------------------------------------

    def _steps(self) -> list[tuple[str, str]]:
        costing = str(self.costing.value)
        words = ShopSettings.__dataclass_fields__["costing"].metadata["choices"][costing]
        return [
            (_("Shop details"), self.name.text().strip() or _("Name and language")),
            (_("Rules"), _(words)),
            (_("Beginning"), _("Empty, a list, a demo or a backup")),
        ]

    def _show_step(self, step: int) -> None:
        self._step = step
        self.pages.setCurrentIndex(step)
        self.rail.set(step, self._steps())
        self.count.setText(_("Step {step} of {count}").format(step=step + 1, count=self.pages.count()))
        question, why = (
            (_("What is your shop called?"), _("The name stands on the window and on every paper.")),
            (_("How does it keep its stock?"), _("The presets fit most shops.")),
            (_("What do you begin with?"), _("Lists and products can be added at any time.")),
        )[step]
        self.question.setText(question)
        self.why.setText(why)
        self.back.setVisible(step > 0)
        self.next.setText(_("Next") if step < 2 else _("Open the shop"))
        self.next.updateGeometry()
        self.notice.clear()
        (self.name, self.costing, self.next)[step].setFocus(Qt.FocusReason.OtherFocusReason)

    def go_on(self) -> None:
        """The next step; at the last one the shop is opened."""
        if self._step == 0 and not require(self.named):
            return
        if self._step < 2:
            self._show_step(self._step + 1)
            return
        chosen = next(name for name, card in self.beginnings.items() if card.isChecked())
        {"empty": self.open_shop, "file": self.bring_list, "demo": self.open_demo, "backup": self.bring_back}[chosen]()

    def _speak(self, value: object) -> None:
        """Everything in the other language: the dialog is made anew."""
        i18n.use(str(value), bundled("resources/locale"))
        if self._preferences is not None:
            self._preferences.set_text(LANGUAGE, str(value))
        self.again = True
        self.reject()

    # --- the four beginnings -------------------------------------------------------------------------------------

    def _make(self, *, demo: bool = False) -> bool:
        """Make the shop; what was wrong is said in place and what was typed stays."""
        if not require(self.named):
            self._show_step(0)
            return False
        try:
            name = clean_text(self.name.text(), field=_("Shop name"), limit=100)
            chosen = ShopSettings(
                shop=name,
                demo=demo,
                language=i18n.language(),
                costing=str(self.costing.value),
                negative=str(self.negative.value),
            )
            make_shop(self._paths, chosen, self._act)
        except JxcError as error:
            self._show_step(0)
            self.named.set_error(str(error))
            return False
        return True

    def open_shop(self) -> None:
        """An empty shop of this name."""
        if self._make():
            self.accept()

    def open_demo(self) -> None:
        """A shop full of invented trade, marked as a demo on every page and paper."""
        if self._make(demo=True):
            self._fill(_("A year of trade is being played"), self._play)

    def bring_list(self) -> None:
        """A shop whose products come from a file; rows that were refused are told, the others are there."""
        if not require(self.named):
            self._show_step(0)
            return
        chosen = prompts.file_to_open(self, _("Bring a product list"), _("Lists") + f" {LISTS}")
        if chosen is not None and self._make():
            result = self._fill(_("The products are being entered"), lambda say: self._enter(chosen, say))
            if result is not None:
                text = _("{created} products are in the book, {errors} rows could not be read.")
                words = [text.format(created=result.created, errors=len(result.errors))]
                words += [f"{problem.row}: {problem.message}" for problem in result.errors[:5]]
                prompts.tell(self, _("The list is entered"), "\n".join(words), "warning" if result.errors else "success")

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
        text = _("{shop}: {documents} documents, the last is {last}.")
        prompts.tell(
            self,
            _("The backup is restored"),
            text.format(shop=done.shop, documents=done.documents, last=done.last_document or "—"),
            "success",
        )
        self.accept()

    def _fill(self, words: str, work: Callable[[Callable[[str], None]], Any]) -> Any:
        """Fill the new shop while a note counts. A refusal is told; the shop is there, without what was refused."""
        waiting = Waiting(self, words, lambda: work(waiting.say))
        answer = None
        try:
            answer = waiting.run()
        except JxcError as error:
            prompts.show_error(self, error)
        self.accept()
        return answer

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
            return import_products(
                database, path, act=self._act, progress=lambda rows: say(_("{count} rows").format(count=rows))
            )
        finally:
            database.close()


def _page(*widgets: QWidget) -> QWidget:
    page = QWidget()
    page.setLayout(column(*widgets, 1, spacing=14, margins=(0, 8, 0, 0)))
    return page


def _title(field: str) -> str:
    return str(ShopSettings.__dataclass_fields__[field].metadata["title"])


def _choice(field: str) -> Combo:
    about = ShopSettings.__dataclass_fields__[field]
    return Combo([(value, _(words)) for value, words in about.metadata["choices"].items()], about.default)


def first_run(paths: ShopPaths, act: Act, preferences: Preferences | None = None) -> bool:
    """Whether there is a shop now; False when the person gave up. Another language asks again in that language."""
    typed = ""
    while True:
        dialog = FirstRun(paths, act, preferences)
        dialog.name.setText(typed)
        there, again, typed = dialog.exec() == QDialog.DialogCode.Accepted, dialog.again, dialog.name.text()
        dialog.deleteLater()
        if there or not again:
            return there
