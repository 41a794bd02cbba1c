"""What can be done with a document that stands, from list and page alike: print, copy, void, change, deliver, return, settle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QMenu

from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.documents import kind_of
from jxc_desktop.gui import print_preview, prompts
from jxc_desktop.gui.screen import Screen, goto
from jxc_desktop.gui.screens.document_data import acting
from jxc_desktop.gui.screens.document_ways import First, VoidWays
from jxc_desktop.gui.widgets import Button
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.difference_words import signed
from jxc_desktop.queries.differences import SlipHead, difference_slips
from jxc_desktop.queries.documents import DocumentRow
from jxc_desktop.services.drafts import change_document, delete_draft
from jxc_desktop.services.posting import Posted
from jxc_desktop.services.voiding import close_order, void_document

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

OPEN_ORDER = ("posted", "partly")
STANDING = ("posted", "partly", "transit", "done")
FOLLOWS = {
    "purchase_order": ("purchase_receipt", "order", N_("Receive"), "package-import"),
    "sales_order": ("sale", "order", N_("Deliver"), "truck-delivery"),
    "purchase_receipt": ("purchase_return", "original", N_("Return"), "truck-return"),
    "sale": ("sales_return", "original", N_("Return"), "receipt-refund"),
    "retail_sale": ("retail_return", "original", N_("Return"), "receipt-refund"),
}
"""Kind -> the kind that follows from it, what it takes over, and how the button is called."""
NOT_TYPED = {"stocktake": "stocktaking"}
"""Kinds with an editor of their own, and its screen: posted ones are shown here, not copied or changed."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do with a document: how it is called, its icon, and doing it."""

    name: str
    words: str
    icon: str
    act: Callable[[], object]


class DocumentActs:
    """The acts on one document, for the screen it stands on. ``done`` is called after the book changed."""

    def __init__(self, screen: Screen) -> None:
        self.screen, self.desk = screen, screen.desk

    # --- what there is -------------------------------------------------------------------------------------------

    def of(self, row: DocumentRow) -> list[Action]:
        """What can be done with ``row`` now, the likeliest first."""
        found = [Action("print", _("Print"), "printer", lambda: self.print(row))]
        if row.kind not in NOT_TYPED:
            found.append(Action("copy", _("Copy"), "copy", lambda: self.copy(row)))
        if row.status == "draft":
            return [*found, Action("delete", _("Delete the draft"), "trash", lambda: self.delete(row))]
        found += self._following(row)
        if row.status in STANDING and row.kind not in NOT_TYPED:
            found.append(Action("change", _("Change (void and copy)"), "pencil", lambda: self.change(row)))
        if row.status in STANDING:
            found.append(Action("void", _("Void"), "ban", lambda: self.void(row)))
        return found

    def _following(self, row: DocumentRow) -> list[Action]:
        found: list[Action] = []
        if row.status == "transit":
            found.append(Action("follow", _("Accept"), "package-import", lambda: self.screen.navigate("accept", id=row.id)))
        if row.status not in OPEN_ORDER:
            return found
        if row.kind in FOLLOWS:
            kind, takes, words, icon = FOLLOWS[row.kind]
            found.append(Action("follow", _(words), icon, lambda: self.screen.navigate("document", kind=kind, **{takes: row.id})))
        if kind_of(row.kind).is_order:
            found.append(Action("close", _("Close the rest"), "circle-x", lambda: self.close(row)))
        if row.unpaid > 0 and row.partner and row.kind in ("sale", "retail_sale", "purchase_receipt"):
            pays = "payment" if row.kind == "purchase_receipt" else "receipt"
            words = _("Pay") if pays == "payment" else _("Receive money")
            found.append(Action("settle", words, "cash", lambda: self.screen.navigate("document", kind=pays, settles=(row.id,))))
        return found

    def fill_menu(self, menu: QMenu, row: DocumentRow, *, without: tuple[str, ...] = ()) -> None:
        """Append the acts to a menu."""
        for action in self.of(row):
            if action.name not in without:
                menu.addAction(action.words).triggered.connect(lambda _on=False, act=action.act: act())

    def buttons(self, row: DocumentRow, names: tuple[str, ...]) -> list[Button]:
        """Buttons for the acts ``names`` that apply now."""
        there = {action.name: action for action in self.of(row)}
        return [Button(there[n].words, icon=there[n].icon, on_click=there[n].act) for n in names if n in there]

    # --- doing it ------------------------------------------------------------------------------------------------

    @staticmethod
    def title(row: DocumentRow) -> str:
        """``采购入库单 JH-20261124-003``; a draft has only its kind."""
        return f"{kind_of(row.kind).name} {row.number or _('Draft')}"

    def print(self, row: DocumentRow) -> None:
        print_preview.preview(self.screen, self.desk, [row.id], self.title(row), row.kind)

    def copy(self, row: DocumentRow) -> None:
        self.screen.navigate("document", copy_of=row.id, kind=row.kind)

    def delete(self, row: DocumentRow) -> None:
        text = _("It was never posted and moved nothing; what is typed in it is gone.")
        if prompts.confirm(self.screen, _("Delete the draft {kind}?").format(kind=kind_of(row.kind).name), text, _("Delete")):
            act = acting(self.desk)
            self.desk.tasks.write(
                self.screen,
                lambda s: delete_draft(s, row.id, act),
                lambda _changes: self._say(_("The draft is deleted")),
                self.screen.refuse,
            )

    def close(self, row: DocumentRow) -> None:
        text = _("What was delivered stays; what is still open is no longer expected.")
        if prompts.confirm(
            self.screen, _("Close {title}?").format(title=self.title(row)), text, _("Close the rest"), danger=False
        ):
            act = acting(self.desk)
            said = _("{title} is closed").format(title=self.title(row))
            self.desk.tasks.write(
                self.screen, lambda s: close_order(s, row.id, act), lambda _done: self._say(said), self.screen.refuse
            )

    def void(self, row: DocumentRow) -> None:
        answer = prompts.ask(self.screen, self._question(row, _("Void {title}?"), _("Void")))
        if answer.yes:
            reason = answer.reason
            self._try(row, lambda s, act: _voided(s, row.id, act, reason), self._voided)

    def change(self, row: DocumentRow) -> None:
        answer = prompts.ask(self.screen, self._question(row, _("Change {title}?"), _("Void and open a copy")))
        if answer.yes:
            reason = answer.reason
            self._try(row, lambda s, act: _changed(s, row.id, act, reason), self._reopened)

    def _try(self, row: DocumentRow, write: Callable[[Any, Act], Any], done: Callable[[Any], None]) -> None:
        """Do it; where it is refused, offer the ways out, some of which do something first and then this once more."""
        act = acting(self.desk)
        follows = FOLLOWS.get(row.kind)
        taken = follows[:2] if follows is not None and follows[1] == "original" else None

        def again(first: First) -> None:
            def both(session: Any) -> Any:
                first(session)
                return write(session, act)

            self.desk.tasks.write(self.screen, both, done, self.screen.refuse)

        refused = VoidWays(self.screen, row, taken, again).offer
        self.desk.tasks.write(self.screen, lambda s: write(s, act), done, refused)

    def _question(self, row: DocumentRow, title: str, action: str) -> prompts.Question:
        kind = kind_of(row.kind)
        effects = (
            [_("{count} lines, {pieces} pieces go back.").format(count=row.line_count, pieces=f"{row.pieces.normalize():f}")]
            if kind.cost
            else []
        )
        if kind.has_money or not kind.has_lines:
            effects.append(_("{amount} is taken back from the accounts.").format(amount=f"¥{row.total:,.2f}"))
        effects.append(_("The number stays used, and both stay visible."))
        return prompts.Question(
            title.format(title=self.title(row)),
            "".join(effects),
            action,
            reason=_("Reason"),
            reason_hint=_("For example: entered twice"),
        )

    def _voided(self, done: Voided) -> None:
        if done.slip is not None:
            say_restated(self.screen, done.slip)
        else:
            self.desk.toasts.show(_("{number} is voided").format(number=done.posted.number), tone="success")

    def _reopened(self, done: ChangedTo) -> None:
        self._voided(done.voided)
        self.screen.navigate("document", id=done.draft_id)

    def _say(self, words: str) -> None:
        self.desk.toasts.show(words, tone="success")


@dataclass(frozen=True, slots=True)
class Voided:
    """A document that was voided, and what that changed in others."""

    posted: Posted
    slip: SlipHead | None
    changes: Changes


@dataclass(frozen=True, slots=True)
class ChangedTo:
    """A document that was voided, and the draft that stands in its place."""

    voided: Voided
    draft_id: int
    changes: Changes


def _voided(session: Session, document_id: int, act: Act, reason: str) -> Voided:
    posted = void_document(session, document_id, act, reason=reason)
    return Voided(posted, slip_of_act(session, posted), posted.changes | Changes.SETTINGS)


def _changed(session: Session, document_id: int, act: Act, reason: str) -> ChangedTo:
    posted, draft_id = change_document(session, document_id, act, reason=reason)
    return ChangedTo(Voided(posted, slip_of_act(session, posted), posted.changes), draft_id, posted.changes | Changes.SETTINGS)


def slip_of_act(session: Session, posted: Posted) -> SlipHead | None:
    """The slip of the posting or void that was just done; None where it changed no other document."""
    if not posted.restated:
        return None
    heads = difference_slips(session, cause_id=posted.document_id, limit=1)
    return heads[0] if heads and heads[0].documents else None


def say_restated(screen: Screen, slip: SlipHead, note: str = "") -> None:
    """Say that it is done and that others changed with it; the link opens the slip."""
    posted = _("{number} is posted; the cost of {count} other documents changed with it")
    voided = _("{number} is voided; the cost of {count} other documents changed with it")
    desk = screen.desk
    desk.toasts.show(
        (voided if slip.voided else posted).format(number=slip.number, count=slip.documents),
        note=note or _("Gross profit {amount}").format(amount=signed(slip.gross_profit)),
        tone="success",
        action=(_("See what changed"), lambda: desk.navigate(goto("difference", seq=slip.seq))),
    )


def restated_words(numbers: tuple[str, ...]) -> str:
    """Which documents got another cost."""
    if not numbers:
        return ""
    named = "、".join(numbers[:3]) + ("…" if len(numbers) > 3 else "")
    return _("The cost of {count} documents was worked out again: {numbers}").format(count=len(numbers), numbers=named)
