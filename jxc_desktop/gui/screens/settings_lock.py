"""Closing the days up to one and reopening them, on the settings page: where it stands, who did it last and why."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui import prompts
from jxc_desktop.gui.theme import theme
from jxc_desktop.gui.widgets import Button, Card, DateEdit, column, label, rule
from jxc_desktop.gui.widgets.setting_rows import SettingRow
from jxc_desktop.i18n import _
from jxc_desktop.queries.locking import LockAct, LockState, lock_state, not_final, told_of
from jxc_desktop.services.locking import set_lock

if TYPE_CHECKING:
    from jxc_desktop.gui.screens.settings import Settings


class LockCard(Card):
    """The lock date: lock up to a day, or reopen with a reason. Both are the owner's and stand in the audit trail."""

    def __init__(self, screen: Settings) -> None:
        super().__init__(_("Lock date"), _("Documents up to it can no longer be posted, changed or voided"), spacing=0)
        self._screen, self._until = screen, ""
        self.state, self.history = label("", "section"), label("", "hint", wrap=True)
        self.day = DateEdit(screen.desk.today, _last_month_end(screen.desk.today()))
        self.day.setFixedWidth(theme.px(140))
        self.lock_button = Button(_("Lock up to this day"), icon="lock", on_click=self.lock)
        self.unlock_button = Button(_("Reopen…"), "danger_ghost", on_click=self.unlock)
        self.line = SettingRow(
            _("Lock up to"),
            _("Usually the end of the month that was reported. Nothing is removed, and the owner can reopen it."),
            self.day,
            self.lock_button,
        )
        self.back = SettingRow(
            _("Reopen"), _("All days can change again. Give the reason, it stands in the audit trail."), self.unlock_button
        )
        self.add(column(self.state, self.history, spacing=2, margins=(0, 4, 0, 10)))
        for part in (rule(), self.line, rule(), self.back):
            self.add(part)
        self.add_tool(Button(_("Audit trail"), "link", size="sm", on_click=lambda: screen.navigate("report", name="audit")))

    def read(self) -> None:
        """Look up where it stands."""
        self._screen.tasks.read(self, "lock", lock_state, self._show)

    def _show(self, found: LockState) -> None:
        self._until = found.until
        self.state.setText(
            _("Days up to {day} are locked").format(day=found.until)
            if found.until
            else _("No day is locked, every document can change")
        )
        self.history.setText("\n".join(_words(act) for act in found.acts))
        self.history.setVisible(bool(found.acts))
        self.unlock_button.setEnabled(bool(found.until))

    def lock(self) -> None:
        """Lock up to the day that is typed; a day before the present one is a reopening and needs a reason."""
        self.line.set_error("")
        try:
            day = self.day.value()
        except JxcError as error:
            self.line.set_error(str(error))
            return
        if day is None:
            self.line.set_error(_("Fill this in."))
            return
        until = day.isoformat()
        if until < self._until:
            self._reopen(until)
        elif until != self._until:
            self._screen.tasks.read(
                self, "not final", lambda s: not_final(s, until), lambda found: self._confirm(until, found), self._refused
            )

    def _confirm(self, until: str, guessed: list[str]) -> None:
        """Ask before locking, with room for a reason, and say what costs of these days are ``guessed`` and may still change."""
        text = _("Documents of these days can no longer be posted, changed or voided. Nothing is removed.")
        text = "\n\n".join((text, told_of(guessed))) if guessed else text
        title, action = _("Lock days up to {day}?").format(day=until), _("Lock up to this day")
        hint = _("For example: reported for {month}").format(month=until[:7])
        answer = prompts.ask(
            self,
            prompts.Question(
                title, text, action, danger=bool(guessed), reason=_("Reason"), reason_required=False, reason_hint=hint
            ),
        )
        if answer.yes:
            self._write(until, answer.reason)

    def unlock(self) -> None:
        """Take the lock away altogether."""
        self._reopen("")

    def _reopen(self, until: str) -> None:
        text = _("Days up to {day} can change again, and with them figures that were reported.").format(day=self._until)
        title = _("Lock only up to {day}?").format(day=until) if until else _("Reopen all days?")
        answer = prompts.ask(
            self,
            prompts.Question(
                title, text, _("Reopen"), reason=_("Reason"), reason_hint=_("For example: a receipt of the supplier came late")
            ),
        )
        if answer.yes:
            self._write(until, answer.reason)

    def _write(self, until: str, reason: str) -> None:
        act = self._screen.act()
        self._screen.tasks.write(self._screen, lambda s: set_lock(s, until, act, reason=reason), self._done, self._refused)

    def _done(self, _changes: Changes) -> None:
        self._screen.desk.toasts.show(_("Saved"), tone="success")
        self.read()

    def _refused(self, error: JxcError) -> None:
        self.line.set_error(str(error))


def _words(act: LockAct) -> str:
    when = f"{act.at[:16].replace('T', ' ')} {act.user}"
    if not act.after:
        text = _("{when}: reopened all days (before: up to {before})")
    elif act.after < act.before:
        text = _("{when}: reopened, locked only up to {after} (before: up to {before})")
    else:
        text = _("{when}: locked up to {after}")
    said = text.format(when=when, before=act.before, after=act.after)
    return _("{said}, reason: {reason}").format(said=said, reason=act.reason) if act.reason else said


def _last_month_end(today: date) -> date:
    return today.replace(day=1) - timedelta(days=1)
