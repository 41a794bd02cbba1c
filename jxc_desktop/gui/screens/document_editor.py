"""The page of one document: typed as a draft that is kept by itself, posted, and then shown as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QMenu

from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.documents import DocumentKind, Draft, Settles, kind_of
from jxc_desktop.domain.errors import JxcError
from jxc_desktop.gui import print_preview
from jxc_desktop.gui.screen import Desk, Screen
from jxc_desktop.gui.screens.document_acts import NOT_TYPED, DocumentActs, restated_words, say_restated, slip_of_act
from jxc_desktop.gui.screens.document_add import Wanted
from jxc_desktop.gui.screens.document_data import Editing, acting, read_copy, read_document, read_editing, side_of
from jxc_desktop.gui.screens.document_families import family_of
from jxc_desktop.gui.screens.document_form import LineForm
from jxc_desktop.gui.screens.document_money import MoneyForm
from jxc_desktop.gui.screens.document_opening import OpeningForm
from jxc_desktop.gui.screens.document_view import DocumentView, status_badge
from jxc_desktop.gui.screens.document_ways import First, PostingWays, offer_lock_again
from jxc_desktop.gui.screens.landed_form import LandedForm
from jxc_desktop.gui.screens.why_cells import OF_DRAFT
from jxc_desktop.gui.screens.why_keys import Answer
from jxc_desktop.gui.widgets import Button
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.differences import SlipHead
from jxc_desktop.queries.document_detail import DocumentDetail, document_detail
from jxc_desktop.queries.editing import delivery_of, line_products
from jxc_desktop.queries.scope import find_scope
from jxc_desktop.services.drafts import save_draft
from jxc_desktop.services.posting import Posted, post_document
from jxc_desktop.services.voiding import close_order

KEEP_AFTER = 2500
"""Milliseconds after the last change at which a draft is kept by itself."""
_POST = {
    "purchase_order": N_("Place the order"),
    "sales_order": N_("Confirm the order"),
    "transfer": N_("Post the transfer"),
    "write_off": N_("Post the write-off"),
    "overage": N_("Post the overage"),
    "receipt": N_("Post the receipt"),
    "payment": N_("Post the payment"),
    "opening_balance": N_("Post the opening balance"),
    "assembly": N_("Post the assembly"),
    "disassembly": N_("Post the disassembly"),
    "cost_adjustment": N_("Post the adjustment"),
    "landed_cost": N_("Post the landed cost"),
}
Form = LineForm | MoneyForm | OpeningForm | LandedForm


@dataclass(frozen=True, slots=True)
class Outcome:
    """A posting, whether the rest of its order was closed with it, and what it changed in other documents."""

    posted: Posted
    closed: bool
    slip: SlipHead | None
    changes: Changes


class DocumentEditor(Screen):
    """One document of any kind. ``open(kind=…)`` begins one, ``open(id=…)`` goes on with a draft or shows what stands.

    ``open(kind=…, order=id)`` delivers an order, ``original=id`` returns from a document, ``copy_of=id`` copies one;
    ``partner=id``, ``products=(ids)``, ``wanted=(Wanted, …)``, ``warehouse=id or code``, ``to_warehouse=id`` and
    ``settles=(ids)`` fill a new one in. Whatever is typed is kept: after a pause, and
    when the page is left.
    """

    title = N_("Document")
    has_back = True
    follows = Changes.STOCK | Changes.PRODUCTS | Changes.PARTNERS | Changes.DOCUMENTS

    def __init__(self, desk: Desk) -> None:
        self.kind: DocumentKind | None = None
        self.form: Form | None = None
        self.view: DocumentView | None = None
        self.detail: DocumentDetail | None = None
        self.draft_id: int | None = None
        self._dirty = self._posting = self._low = False
        self._ref = ""
        self._original: int | None = None
        self._products: tuple[int, ...] = ()
        self._wanted: tuple[Wanted, ...] = ()
        self._restated = self._awaited = ""
        super().__init__(desk)

    def build(self) -> None:
        self.acts, self.ways = DocumentActs(self), PostingWays(self)
        self.more = Button("", "default", "dots", tip=_("More"), on_click=self._open_menu)
        self.follow = Button(_("Return"), "default", "truck-return", on_click=self._do_follow)
        self.print_button = Button(_("Print"), icon="printer", key="Ctrl+P", on_click=self.print)
        self.save_button = Button(_("Keep as draft"), key="Ctrl+S", on_click=self.save)
        self.post_button = Button(_("Post"), "primary", key="Ctrl+Return", on_click=lambda: self.post())
        for button in (self.more, self.follow, self.print_button, self.save_button, self.post_button):
            self.add_action(button)
            button.hide()
        self._keep_soon = QTimer(self, singleShot=True, interval=KEEP_AFTER)
        self._keep_soon.timeout.connect(self._keep)
        self.shortcut("Insert", self._to_add_line)

    # --- opening -------------------------------------------------------------------------------------------------

    def open(self, **arguments: Any) -> None:
        """Begin, go on with, or show a document (see the class)."""
        self.show_loading()
        today, document_id = self.desk.today(), arguments.get("id")
        if document_id is not None:
            self.tasks.read(self, "open", lambda s: read_document(s, int(document_id), today), self._opened, self.show_error)
        elif arguments.get("copy_of") is not None:
            source = int(arguments["copy_of"])
            self.tasks.read(self, "open", lambda s: read_copy(s, source, today), self._opened, self.show_error)
        else:
            self._begin(arguments)

    def _begin(self, arguments: dict[str, Any]) -> None:
        kind, order, today = str(arguments["kind"]), arguments.get("order"), self.desk.today()
        self._original, self._products = arguments.get("original"), tuple(arguments.get("products", ()))
        self._wanted = tuple(arguments.get("wanted", ()))
        original, settles = self._original, tuple(arguments.get("settles", ()))

        def look(session):  # type: ignore[no-untyped-def]
            draft = delivery_of(session, int(order), kind) if order is not None else Draft(kind)
            draft.partner_id = arguments.get("partner", draft.partner_id)
            place = arguments.get("warehouse", draft.warehouse_id)
            draft.warehouse_id = find_scope(session, warehouse=place).warehouse_id if isinstance(place, str) else place
            draft.to_warehouse_id = arguments.get("to_warehouse")
            if original is not None or settles:
                source = document_detail(session, int(original if original is not None else settles[0]))
                draft.partner_id = source.partner_id
                draft.warehouse_id = source.warehouse_id if original is not None else None
            draft.settles = [Settles(int(i), document_detail(session, int(i)).unpaid) for i in settles]
            return read_editing(session, draft, None, today)

        self.tasks.read(self, "open", look, self._opened, self.show_error)

    def _opened(self, found: Editing | DocumentDetail) -> None:
        self.show_content()
        if isinstance(found, DocumentDetail):
            self._show_standing(found)
            return
        if found.draft.kind in NOT_TYPED:
            self.leave()
            self.navigate(NOT_TYPED[found.draft.kind], document_id=found.draft_id)
            return
        self.draft_id = found.draft_id
        self._ref = found.draft.ref or f"window-{uuid4().hex}"
        found.draft.ref = self._ref
        self._show_form(kind_of(found.draft.kind))
        assert self.form is not None
        self.form.show_data(found)
        self._dirty = False
        self._show_draft_header(found.draft_id is not None)
        if self.isVisible():
            self.form.show()  # a layout shows its widgets a turn later, and what is hidden gets no focus
            self.form.start()
        if isinstance(self.form, LineForm):
            self._take_over(self.form)

    def _take_over(self, form: LineForm) -> None:
        """What the page was opened with, once."""
        if self._original is not None:
            form.head.original_picked.emit(self._original)
        if self._products:
            form.adding.add_products(self._products)
        if self._wanted:
            form.adding.add(self._wanted, scanned=False)
        self._original, self._products, self._wanted = None, (), ()

    def _show_form(self, kind: DocumentKind) -> None:
        self._clear_body()
        self.kind = kind
        self.set_place(family_of(kind.code))
        form: Form = (
            LineForm(self.desk, kind)
            if kind.has_lines
            else LandedForm(self.desk, kind)
            if kind.code == "landed_cost"
            else OpeningForm(self.desk, kind)
            if kind.code == "opening_balance"
            else MoneyForm(self.desk, kind)
        )
        form.changed.connect(self._touched)
        if isinstance(form, LineForm):
            form.head.grid.set_dense(self._low)
            form.statement_wanted.connect(lambda partner: self.navigate("partners", id=partner))
            form.product_wanted.connect(self._new_product)
        self.form = form
        self.add(form, 1)
        words = _POST.get(kind.code) or (N_("Post into stock") if kind.stock > 0 else N_("Post out of stock"))
        self.post_button.setText(_(words))
        self.post_button.updateGeometry()

    def _clear_body(self) -> None:
        for old in (self.form, self.view):
            if old is not None:
                self.body.removeWidget(old)
                old.hide()
                old.deleteLater()
        self.form = self.view = None

    def _show_draft_header(self, kept: bool) -> None:
        assert self.kind is not None
        self.set_title(self.kind.name, self.header.subtitle.text() if kept else "")
        self.set_badge(_("Draft"), "neutral")
        for button, shown in (
            (self.more, True),
            (self.follow, False),
            (self.print_button, True),
            (self.save_button, True),
            (self.post_button, True),
        ):
            button.setVisible(shown)
        hints = [("Esc", _("Back to the list"))]
        if self.kind.has_lines:
            hints = [("Ctrl+U", _("Unit")), *hints]
        self.set_hints(hints)

    def _show_standing(self, detail: DocumentDetail) -> None:
        if self.view is None:
            self._clear_body()
            self.view = DocumentView(
                self.desk,
                lambda document: self.navigate("document", id=document),
                lambda cause: self.navigate("difference", cause=cause),
            )
            self.view.explain = self.explain
            self.add(self.view, 1)
        self.detail, self.kind, self.draft_id = detail, kind_of(detail.head.kind), None
        self.set_place(family_of(detail.head.kind))
        self._dirty = False
        self._keep_soon.stop()
        self.view.show_detail(detail, self._restated)
        self.set_title(self.kind.name, detail.head.number or "")
        self.set_badge(*status_badge(detail.head.status))
        for button, shown in ((self.more, True), (self.print_button, True), (self.save_button, False), (self.post_button, False)):
            button.setVisible(shown)
        self._show_follow(detail)
        self.set_hints([("Ctrl+P", _("Print")), ("Esc", _("Back to the list"))])
        if self.isVisible() and self.view.table is not None:
            self.view.table.setFocus()

    def _show_follow(self, detail: DocumentDetail) -> None:
        action = next((a for a in self.acts.of(detail.head) if a.name == "follow"), None)
        self.follow.setVisible(action is not None)
        if action is not None:
            self.follow.setText(action.words)
            self.follow.set_icon(action.icon)
            self.follow.updateGeometry()

    def _do_follow(self) -> None:
        if self.detail is not None:
            next(a for a in self.acts.of(self.detail.head) if a.name == "follow").act()

    def lay_out(self, width: str, height: str) -> None:
        self._low = height != "normal"
        if isinstance(self.form, LineForm):
            self.form.head.grid.set_dense(self._low)

    def why(self) -> Answer:
        return self.view.why() if self.view is not None else _(OF_DRAFT)

    def why_total(self) -> Answer:
        return self.view.why_total() if self.view is not None else _(OF_DRAFT)

    def make_room(self, on: bool) -> None:
        if self.view is not None:
            self.view.side.setVisible(not on)

    # --- following the book --------------------------------------------------------------------------------------

    def reload(self) -> None:
        if self.detail is not None and self.view is not None:
            document_id = self.detail.head.id
            self.tasks.read(self, "detail", lambda s: document_detail(s, document_id), self._show_standing)
        elif isinstance(self.form, LineForm):
            form = self.form
            if self._awaited:
                form.adding.add_awaited(self._awaited, self._no_longer_awaited)
            if not form.grid.lines:
                return
            ids, partner, side = [line.product.id for line in form.grid.lines], form.head.partner_id, side_of(form.kind.code)
            self.tasks.read(  # owned by the form: an answer that comes when it has gone is nobody's
                form, "stock", lambda s: line_products(s, ids, partner_id=partner, side=side or "supplier"), form.update_products
            )

    def handle_scan(self, code: str) -> bool:
        if isinstance(self.form, LineForm):
            self.form.adding.add_code(code)
            return True
        return False

    def _to_add_line(self) -> None:
        if isinstance(self.form, LineForm):
            self.form.grid.commit()
            self.form.add_field.setFocus()

    # --- keeping -------------------------------------------------------------------------------------------------

    def _no_longer_awaited(self) -> None:
        self._awaited = ""

    def _touched(self) -> None:
        self._awaited = ""  # whoever goes on typing no longer waits for the product
        self._dirty = True
        self._keep_soon.start()

    def may_leave(self) -> bool:
        """Nothing typed is lost: what is not kept yet is kept now."""
        if self.form is not None and not self._posting:
            draft = self.form.draft()
            if self._dirty and not self.form.empty:
                act, draft_id = acting(self.desk), self.draft_id
                self.tasks.write(self, lambda s: save_draft(s, draft, act, draft_id=draft_id), lambda _kept: None)
                self._dirty = False
                self.desk.toasts.show(
                    _("{kind} is kept as a draft").format(kind=self.kind.name if self.kind else ""), tone="info"
                )
        self._keep_soon.stop()
        return True

    def _keep(self) -> None:
        if self.form is not None and self._dirty and not self._posting and not self.form.empty:
            self._write_draft(_("kept by itself"))

    def save(self) -> None:
        """Keep the draft now."""
        if self.form is not None:
            self.save_button.set_busy(True)
            self._write_draft(_("kept as draft"))

    def _write_draft(self, words: str) -> None:
        assert self.form is not None
        draft, act, draft_id = self.form.draft(), acting(self.desk), self.draft_id
        self._dirty = False
        self.tasks.write(
            self, lambda s: save_draft(s, draft, act, draft_id=draft_id), lambda kept: self._kept(kept, words), self._not_kept
        )

    def _kept(self, kept: Posted, words: str) -> None:
        self.save_button.set_busy(False)
        if self.form is not None and not kept.existing:
            self.draft_id = kept.document_id
            self.set_subtitle(f"{self.desk.now():%H:%M} {words}")

    def _not_kept(self, error: JxcError) -> None:
        self.save_button.set_busy(False)
        self._dirty = True
        self.refuse(error)

    # --- posting -------------------------------------------------------------------------------------------------

    def _new_product(self, code: str) -> None:
        """Make the product that is missing; once it is there, the code that was not found is looked up again."""
        self._awaited = code
        plain = code.isascii() and not any(sign.isspace() for sign in code)
        self.step_aside("product", **({"barcode": code} if plain else {"name": code}))

    def step_aside(self, name: str, **arguments: Any) -> None:
        """Go to another page to put something right; what is typed is kept and still stands here afterwards."""
        self._keep()
        self.navigate(name, **arguments)

    def post(self, first: First | None = None, *, reopened: str = "") -> None:
        """Post what is typed, or say in place what is missing.

        ``first`` is done in the same transaction before it; ``reopened``: the lock date that it takes back.
        """
        form = self.form
        if form is None or self._posting or not form.complete():
            return
        draft, act, draft_id = form.draft(), acting(self.desk), self.draft_id
        closes = isinstance(form, LineForm) and form.closes_order
        self._posting = True
        self._keep_soon.stop()
        self.post_button.set_busy(True)

        def done(outcome: Outcome) -> None:
            self._posted(outcome)
            if reopened:
                offer_lock_again(self, reopened)

        self.tasks.write(self, lambda s: _post(s, draft, act, draft_id, closes, first), done, self._not_posted)

    def _not_posted(self, error: JxcError) -> None:
        self._posting = False
        self.post_button.set_busy(False)
        if self.form is not None:
            self.form.refused(error)
        self._touched()
        self.ways.offer(error)

    def _posted(self, done: Outcome) -> None:
        self._posting = False
        self.post_button.set_busy(False)
        posted, kind, desk = done.posted, self.kind, self.desk
        assert kind is not None
        self._restated = "  ".join(filter(None, (restated_words(posted.restated), *posted.warnings)))
        note = _("The rest of the order is closed.") if done.closed else ""
        if done.slip is not None:
            say_restated(self, done.slip, note)
        else:
            title = f"{kind.name} {posted.number}"
            desk.toasts.show(
                _("{kind} {number} is posted").format(kind=kind.name, number=posted.number),
                note=note,
                tone="success",
                action=(
                    _("Print"),
                    lambda: print_preview.preview(desk.toasts.host, desk, [posted.document_id], title, kind.code),
                ),
            )
        self.tasks.read(self, "detail", lambda s: document_detail(s, posted.document_id), self._show_standing, self.show_error)

    # --- printing and more ---------------------------------------------------------------------------------------

    def print(self) -> None:
        """Preview what stands; a draft is kept first and printed as a draft, without number."""
        if self.detail is not None and self.view is not None:
            self.acts.print(self.detail.head)
        elif self.form is not None and self.kind is not None:
            draft, act, draft_id, kind = self.form.draft(), acting(self.desk), self.draft_id, self.kind
            self._dirty = False

            def kept(done: Posted) -> None:
                self._kept(done, _("kept as draft"))
                self._print_document(done.document_id, f"{kind.name} {_('Draft')}", kind.code)

            self.tasks.write(self, lambda s: save_draft(s, draft, act, draft_id=draft_id), kept, self._not_kept)

    def _print_document(self, document_id: int, title: str, kind: str) -> None:
        print_preview.preview(self, self.desk, [document_id], title, kind)

    def _open_menu(self) -> None:
        menu = QMenu(self)
        if self.detail is not None and self.view is not None:
            self.acts.fill_menu(menu, self.detail.head, without=("print", "follow"))
        else:
            menu.addAction(_("Clear the lines")).triggered.connect(lambda _on=False: self._clear_lines())
            if self.draft_id is not None:
                menu.addAction(_("Delete the draft")).triggered.connect(lambda _on=False: self._delete())
        menu.exec(self.more.mapToGlobal(QPoint(0, self.more.height() + 4)))
        menu.deleteLater()

    def _clear_lines(self) -> None:
        if isinstance(self.form, LineForm):
            self.form.grid.set_lines([])
            self.form.start()

    def _delete(self) -> None:
        from jxc_desktop.gui import prompts
        from jxc_desktop.services.drafts import delete_draft

        draft_id = self.draft_id
        if draft_id is None or not prompts.confirm(
            self, _("Delete this draft?"), _("It was never posted and moved nothing; what is typed in it is gone."), _("Delete")
        ):
            return
        act = acting(self.desk)
        self._dirty = False
        self._keep_soon.stop()
        self.tasks.write(self, lambda s: delete_draft(s, draft_id, act), lambda _done: self._deleted(), self.refuse)

    def _deleted(self) -> None:
        self.draft_id, self._dirty = None, False
        self.leave()


def _post(  # type: ignore[no-untyped-def]
    session, draft: Draft, act, draft_id: int | None, closes: bool, first: First | None
) -> Outcome:
    """Post, and close what is left of the order where that was chosen; all in one transaction."""
    if first is not None:
        first(session)
    posted = post_document(session, draft, act, draft_id=draft_id)
    slip = slip_of_act(session, posted)
    changes = posted.changes | (Changes.SETTINGS if first is not None else Changes.NOTHING)
    closing = closes and draft.order_id is not None
    if closing and draft.order_id is not None:
        close_order(session, draft.order_id, act)
    return Outcome(posted, closing, slip, changes)
