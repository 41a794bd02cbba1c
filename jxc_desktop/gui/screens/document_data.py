"""What the page of a document reads in one go, and who acts there: plain values for the editor, no widget in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.documents import Draft, DraftLine, kind_of
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.gui.document_lines import EditLine
from jxc_desktop.gui.screen import Desk
from jxc_desktop.queries.document_detail import DocumentDetail, document_detail
from jxc_desktop.queries.editing import (
    LineProduct,
    Returnable,
    Standing,
    line_products,
    ordered_quantities,
    returnable_lines,
    standing,
    title_of,
)
from jxc_desktop.queries.partners import Side
from jxc_desktop.queries.settings import Named, accounts, shop_settings, warehouses
from jxc_desktop.services.drafts import copy_document, load_draft

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Editing:
    """A draft with all that its lines and fields name."""

    draft: Draft
    draft_id: int | None
    settings: ShopSettings
    warehouses: tuple[Named, ...]
    accounts: tuple[Named, ...]
    partner: Standing | None = None
    products: dict[int, LineProduct] = field(default_factory=dict)
    originals: dict[tuple[int, int], Returnable] = field(default_factory=dict)
    ordered: dict[int, dict[int, object]] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)

    def line(self, draft: DraftLine) -> EditLine | None:
        """The line as it is edited; None where its product is not known (any more)."""
        product = self.products.get(draft.product_id or 0)
        if product is None:
            return None
        ordered = self.ordered.get(draft.order_line[0], {}).get(draft.order_line[1]) if draft.order_line else None
        original = self.originals.get(draft.against) if draft.against else None
        return EditLine(draft, product, original, ordered)  # type: ignore[arg-type]


def acting(desk: Desk) -> Act:
    """The act of whoever works at this desk, now."""
    return Act(user_id=1, at=desk.now(), today=desk.today())


def side_of(kind: str) -> Side | None:
    """The side of trade whose debts a document of this kind is about."""
    money: dict[str, Side] = {"receipt": "customer", "payment": "supplier"}
    return money.get(kind) or kind_of(kind).side


def read_editing(session: Session, draft: Draft, draft_id: int | None, today: date) -> Editing:
    """Everything the editor shows beside what was typed."""
    side = side_of(draft.kind)
    partner = standing(session, draft.partner_id, side or "customer", today) if draft.partner_id is not None else None
    made = [draft.made] if draft.made is not None else []
    ids = [line.product_id for line in [*draft.lines, *made] if line.product_id is not None]
    against = {line.against[0] for line in draft.lines if line.against}
    orders = {line.order_line[0] for line in draft.lines if line.order_line} | ({draft.order_id} if draft.order_id else set())
    originals = {(r.document_id, r.line): r for r in returnable_lines(session, against)} if against else {}
    return Editing(
        draft,
        draft_id,
        shop_settings(session),
        tuple(warehouses(session)),
        tuple(accounts(session)),
        partner,
        line_products(session, ids, partner_id=draft.partner_id, side=kind_of(draft.kind).side or "supplier"),
        originals,
        {order: dict(ordered_quantities(session, order)) for order in orders},
        {document: title_of(session, document) for document in against | orders},
    )


def read_document(session: Session, document_id: int, today: date) -> Editing | DocumentDetail:
    """A draft to go on with, or a posted document to look at. Raises :class:`UnknownDocument`."""
    detail = document_detail(session, document_id)
    if detail.head.status != "draft":
        return detail
    return read_editing(session, load_draft(session, document_id), document_id, today)


def read_copy(session: Session, document_id: int, today: date) -> Editing:
    """A copy of a document as a new draft. Raises :class:`UnknownDocument`."""
    return read_editing(session, copy_document(session, document_id), None, today)
