"""What can be done when posting or voiding is refused: the ways out, each a button that does it. Nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jxc_desktop.columns import quantity_text
from jxc_desktop.domain.documents import kind_of
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui import prompts
from jxc_desktop.gui.prompts import Way, Ways
from jxc_desktop.gui.screen import Screen
from jxc_desktop.gui.screens.document_add import Wanted
from jxc_desktop.gui.screens.document_data import acting
from jxc_desktop.gui.screens.document_form import LineForm
from jxc_desktop.i18n import _
from jxc_desktop.queries.documents import DocumentRow, find_document, head_row
from jxc_desktop.queries.shortages import ShortageHelp, shortage_help
from jxc_desktop.services.locking import reopen_from, set_lock

if TYPE_CHECKING:
    from jxc_desktop.gui.screens.document_editor import DocumentEditor

First = Callable[[Any], object]
"""Something that is done in the same transaction, before the posting or void is tried again."""
MOST_PLACES, MOST_LINKS = 2, 6
"""Other warehouses that are offered, and documents that are named with a button."""


class PostingWays:
    """The ways out of a refused posting, for the page on which the document is typed."""

    def __init__(self, editor: DocumentEditor) -> None:
        self._editor, self._desk = editor, editor.desk

    def offer(self, error: JxcError) -> None:
        """Ask what to do about ``error``; of refusals that have no other way nothing is asked."""
        if error.code == "period_closed":
            self._locked(error)
        elif error.code == "expired_goods":
            self._expired(error)
        elif error.code == "not_enough_stock":
            product, warehouse = str(error.facts["product"]), str(error.facts["warehouse"])
            self._editor.tasks.read(
                self._editor, "shortage", lambda s: shortage_help(s, product, warehouse), lambda found: self._short(error, found)
            )

    # --- past their date -----------------------------------------------------------------------------------------

    def _expired(self, error: JxcError) -> None:
        """Another batch, off the shelf with it, or sold all the same for a reason that is kept."""
        form, place = self._editor.form, int(error.facts["line"]) - 1
        if not isinstance(form, LineForm) or not 0 <= place < len(form.grid.lines):
            return
        line, batch, here = form.grid.lines[place], str(error.facts["batch"]), form.head.warehouse_id
        there = next((lot.on_hand.get(here or 0) for lot in line.product.lots if lot.number == batch), None)
        spoilt = there or line.base_quantity
        reason = _("Expired on {expiry}").format(expiry=error.facts["expiry"])
        off = _("A write-off is opened with {quantity} {unit} of batch {batch}").format(
            quantity=quantity_text(spoilt), unit=line.product.units[0].name, batch=batch
        )
        text = _("Batch {batch} expired on {expiry}. What you typed is still here.").format(**error.facts)
        taken = prompts.choose(
            self._editor,
            Ways(
                _("{name} is past its date").format(name=error.facts["name"]),
                text,
                (
                    Way("batch", _("Choose another batch"), _("The cell of the batch is ready to be typed"), "pencil"),
                    Way("off", _("Write it off"), off, "trash"),
                    Way("sell", _("Sell it all the same…"), _("A reason is asked and kept in the audit trail"), "alert-triangle"),
                ),
                keep=_("Back to the document"),
            ),
        )
        if taken == "batch":
            form.grid.edit_cell(place, "batch")
        elif taken == "off":
            wanted = Wanted(line.product.id, None, spoilt, batch=batch, reason=reason)
            self._editor.step_aside("document", kind="write_off", warehouse=here, wanted=(wanted,))
        elif taken == "sell":
            self._sell_expired(form, place, error)

    def _sell_expired(self, form: LineForm, place: int, error: JxcError) -> None:
        answer = prompts.ask(
            self._editor,
            prompts.Question(
                _("Sell {name} past its date?").format(name=error.facts["name"]),
                _("Batch {batch} expired on {expiry}. Who confirmed it, and why, stays in the audit trail.").format(
                    **error.facts
                ),
                _("Sell all the same"),
                reason=_("Reason"),
                reason_hint=_("For example: agreed with the customer"),
            ),
        )
        if answer.yes:
            form.confirm_expired(place, answer.reason)
            self._editor.post()

    # --- the lock date -------------------------------------------------------------------------------------------

    def _locked(self, error: JxcError) -> None:
        day, locked = str(error.facts["date"]), str(error.facts["locked"])
        ways = [reopen_way(day)]
        form = self._editor.form
        own = form is not None and (form.draft().moment or self._desk.today().isoformat())[:10] == day
        if own and self._desk.today().isoformat() > locked:  # else it is a day of what it belongs to: a receipt to be raised
            note = _("Business date {day}; it counts into this month").format(day=self._desk.today().isoformat())
            ways.insert(0, Way("today", _("Post it with today’s date"), note, "calendar-event"))
        taken = prompts.choose(
            self._editor,
            Ways(
                _("{day} is closed").format(day=day),
                _("Days up to {locked} are locked, because they were reported. What you typed is still here.").format(
                    locked=locked
                ),
                tuple(ways),
                keep=_("Back to the document"),
            ),
        )
        if taken == "today":
            self._today()
        elif taken == "reopen":
            first = ask_reopening(self._editor, day, locked)
            if first is not None:
                self._editor.post(first, reopened=locked)

    def _today(self) -> None:
        if self._editor.form is not None:
            self._editor.form.set_day(self._desk.today())
            self._editor.post()

    # --- not enough there ----------------------------------------------------------------------------------------

    def _short(self, error: JxcError, found: ShortageHelp) -> None:
        form = self._editor.form
        available, wanted = Decimal(str(error.facts["available"])), Decimal(str(error.facts["wanted"]))
        if not isinstance(form, LineForm):
            return
        missing = wanted - available
        ways: list[Way] = []
        if available > 0 and any(line.product.id == found.product_id and line.original is None for line in form.grid.lines):
            words = _("Take the {quantity} {unit} that are there").format(quantity=quantity_text(available), unit=found.unit)
            ways.append(Way("take", words, _("The line is lowered; you post when it is right"), "circle-check"))
        if form.day < self._desk.today() and found.here >= wanted:
            note = _("Today there are {quantity} {unit}, only that day was short").format(
                quantity=quantity_text(found.here), unit=found.unit
            )
            ways.append(Way("today", _("Post it with today’s date"), note, "calendar-event"))
        for place in found.elsewhere[:MOST_PLACES]:
            note = _("{quantity} {unit} lie there; a transfer is opened for what is missing").format(
                quantity=quantity_text(place.quantity), unit=found.unit
            )
            ways.append(
                Way(f"from {place.warehouse_id}", _("Fetch from {place}").format(place=place.name), note, "arrows-exchange")
            )
        note = _("A purchase receipt is opened with {quantity} {unit}").format(quantity=quantity_text(missing), unit=found.unit)
        ways.append(Way("receive", _("Receive it first"), note, "package-import"))
        ways.append(Way("keep", _("Keep as draft"), _("Post it later, nothing moves until then"), "file-text"))
        text = _("{sentence} What you typed is still here.").format(sentence=shortage_words(error))
        taken = prompts.choose(
            self._editor,
            Ways(
                _("Not enough {product}").format(product=found.name),
                text,
                tuple(ways),
                keep=_("Back to the document"),
            ),
        )
        self._do(taken, found, form, available, missing)

    def _do(self, taken: str, found: ShortageHelp, form: LineForm, available: Decimal, missing: Decimal) -> None:
        if taken == "take":
            form.take_only(found.product_id, available)
        elif taken == "today":
            self._today()
        elif taken == "keep":
            self._editor.save()
        elif taken == "receive":
            wanted = Wanted(found.product_id, None, missing)
            self._editor.step_aside("document", kind="purchase_receipt", warehouse=found.warehouse_id, wanted=(wanted,))
        elif taken.startswith("from "):
            source = int(taken.removeprefix("from "))
            most = next(place.quantity for place in found.elsewhere if place.warehouse_id == source)
            self._editor.step_aside(
                "document",
                kind="transfer",
                warehouse=source,
                to_warehouse=found.warehouse_id,
                wanted=(Wanted(found.product_id, None, min(missing, most)),),
            )


class VoidWays:
    """The ways out of a refused void (or change) of a document that stands."""

    def __init__(self, screen: Screen, row: DocumentRow, follows: tuple[str, str] | None, again: Callable[[First], None]) -> None:
        self._screen, self._row, self._follows, self._again = screen, row, follows, again

    def offer(self, error: JxcError) -> None:
        """Ask what to do about ``error``, or say it where there is no way round it."""
        if error.code == "period_closed":
            self._locked(error)
        elif error.code == "has_dependents":
            numbers = [str(number) for number in error.facts["documents"]]
            self._screen.tasks.read(
                self._screen,
                "dependents",
                lambda s: [head_row(s, find_document(s, number)) for number in numbers[:MOST_LINKS]],
                lambda rows: self._hanging(rows, len(numbers)),
            )
        elif error.code == "not_enough_stock":
            self._short(error)
        else:
            self._screen.refuse(error)

    def _return_way(self) -> tuple[Way, ...]:
        if self._follows is None or self._row.status != "posted":
            return ()
        note = _("A {kind} of today is opened with its lines").format(kind=kind_of(self._follows[0]).name)
        return (Way("return", _("Return it today instead"), note, "receipt-refund"),)

    def _locked(self, error: JxcError) -> None:
        day, locked = str(error.facts["date"]), str(error.facts["locked"])
        text = _("{number} is of {day}; days up to {locked} are locked, because they were reported.")
        taken = self._choose(
            _("{number} cannot be voided").format(number=self._row.number),
            text.format(number=self._row.number, day=day, locked=locked),
            (*self._return_way(), reopen_way(day)),
        )
        if taken == "reopen":
            first = ask_reopening(self._screen, day, locked)
            if first is not None:
                self._again(first)

    def _hanging(self, rows: list[DocumentRow], count: int) -> None:
        ways = tuple(
            Way(
                f"open {row.id}",
                _("Open {number}").format(number=row.number),
                _hanging_note(row),
                "file-text",
            )
            for row in rows
        )
        note = _("and {count} more").format(count=count - len(rows)) if count > len(rows) else ""
        text = _("{count} documents hang on it. Void those first, the latest one first.").format(count=count)
        self._choose(_("{number} cannot be voided yet").format(number=self._row.number), text, ways, note)

    def _short(self, error: JxcError) -> None:
        product, missing = str(error.facts["product"]), _missing(error)
        words = _("Later documents use these goods: without it {sentence}").format(sentence=shortage_words(error))
        receive = Way("receive", _("Receive it first"), _("A purchase receipt is opened with this product"), "package-import")
        title = _("{number} cannot be voided").format(number=self._row.number)
        if self._choose(title, words, (*self._return_way(), receive)) == "receive":
            warehouse = str(error.facts["warehouse"])

            def receive_it(found: ShortageHelp) -> None:
                wanted = Wanted(found.product_id, None, missing)
                self._screen.navigate("document", kind="purchase_receipt", warehouse=found.warehouse_id, wanted=(wanted,))

            self._screen.tasks.read(self._screen, "shortage", lambda s: shortage_help(s, product, warehouse), receive_it)

    def _choose(self, title: str, text: str, ways: tuple[Way, ...], note: str = "") -> str:
        taken = prompts.choose(self._screen, Ways(title, text, ways, keep=_("Leave it as it is"), note=note))
        if taken == "return" and self._follows is not None:
            kind, takes = self._follows
            self._screen.navigate("document", kind=kind, **{takes: self._row.id})
        elif taken.startswith("open "):
            self._screen.navigate("document", id=int(taken.removeprefix("open ")))
        return taken


def _hanging_note(row: DocumentRow) -> str:
    """Kind, date, and the amount of a document that has one."""
    note = f"{kind_of(row.kind).name}，{row.date[:10]}"
    return f"{note}，¥{row.total:,.2f}" if kind_of(row.kind).has_money else note


def _missing(error: JxcError) -> Decimal:
    return max(Decimal(str(error.facts["wanted"])) - Decimal(str(error.facts["available"])), Decimal(0))


def shortage_words(error: JxcError) -> str:
    """The day, the goods and what is missing, without what to do: that is offered."""
    text = _("On {day} only {available} {unit} of {name} are free in {warehouse_name}, {wanted} {unit} are wanted.")
    return text.format(**error.facts)


def reopen_way(day: str) -> Way:
    """Reopening down to ``day``."""
    note = _("For the owner; the reason is kept. Days before {day} stay locked").format(day=day)
    return Way("reopen", _("Reopen from {day} on…").format(day=day), note, "lock")


def ask_reopening(screen: Screen, day: str, locked: str) -> First | None:
    """Ask for the reason; what reopens, to be done in the transaction of the act itself. None: given up."""
    answer = prompts.ask(
        screen,
        prompts.Question(
            _("Reopen from {day} on?").format(day=day),
            _("The days from {day} to {locked} can change again, and with them figures that were reported.").format(
                day=day, locked=locked
            ),
            _("Reopen and go on"),
            reason=_("Reason"),
            reason_hint=_("For example: a receipt of the supplier came late"),
        ),
    )
    if not answer.yes:
        return None
    act, reason = acting(screen.desk), answer.reason
    return lambda session: reopen_from(session, day, act, reason=reason)


def offer_lock_again(screen: Screen, locked: str) -> None:
    """After a reopening: the days can be locked again with one click."""

    desk = screen.desk  # the page may be left before the message is

    def say(_changes: object) -> None:
        desk.toasts.show(_("Days up to {day} are locked").format(day=locked))

    def refuse(error: JxcError) -> None:
        desk.toasts.show(str(error), tone="danger")

    def lock_again() -> None:
        act = acting(desk)
        desk.tasks.write(desk.toasts, lambda s: set_lock(s, locked, act, reason=_("closed again")), say, refuse)

    desk.toasts.show(
        _("Days up to {day} are open for change").format(day=locked), tone="warning", action=(_("Lock again"), lock_again)
    )
