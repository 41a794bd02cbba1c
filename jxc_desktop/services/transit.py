"""Transfers in two steps: goods lie in the warehouse “in transit” from when they are sent until they are accepted."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Document, Warehouse
from jxc_desktop.domain import errors
from jxc_desktop.domain.documents import STATUSES, DocumentKind, Draft
from jxc_desktop.i18n import N_, _

TRANSIT_CODE = "TRANSIT"
TRANSIT_NAME = N_("Between warehouses")


@dataclass(frozen=True, slots=True)
class Route:
    """Where the rows of a document move goods from and to, and what its head says as destination.

    ``sent``: it takes goods that are under way; ``transit``: it sends goods that then are.
    """

    warehouse: int
    arrives: int | None
    destination: int | None
    sent: bool = False
    transit: bool = False


def route_of(session: Session, kind: DocumentKind, draft: Draft, warehouse: int) -> Route:
    """The way of ``draft``. Raises :class:`NotAnOrder` or :class:`OrderClosed` for what is not under way."""
    if kind.family != "stock":
        return Route(warehouse, draft.to_warehouse_id, draft.to_warehouse_id)
    if draft.order_id is not None:
        sent = session.get(Document, draft.order_id)
        if sent is None or not sent.transit or not kind.takes_goods_under_way:
            raise errors.NotAnOrder(document=(sent.number if sent else None) or str(draft.order_id))
        if sent.status != "posted":
            raise errors.OrderClosed(number=sent.number, status=_(STATUSES[sent.status]))
        to = (draft.to_warehouse_id or sent.to_warehouse_id) if kind.is_transfer else None
        return Route(transit_warehouse(session), to, to, sent=True)
    if kind.is_transfer and draft.transit:
        if draft.to_warehouse_id is None:
            raise errors.Missing(field=_("The warehouse that receives the goods"))
        if draft.to_warehouse_id == warehouse:
            raise errors.SameWarehouse()
        return Route(warehouse, transit_warehouse(session), draft.to_warehouse_id, transit=True)
    return Route(warehouse, draft.to_warehouse_id, draft.to_warehouse_id)


def transit_warehouse(session: Session) -> int:
    """The warehouse where goods are between two others; made the first time it is needed."""
    found = session.execute(select(Warehouse.id).where(Warehouse.transit == 1)).scalar()
    if found is not None:
        return int(found)
    codes = set(session.scalars(select(Warehouse.code)))
    code = next(c for c in (TRANSIT_CODE, *(f"{TRANSIT_CODE}{n}" for n in range(2, 99))) if c not in codes)
    made = Warehouse(code=code, name=_(TRANSIT_NAME), position=9999, active=1, transit=1)
    session.add(made)
    session.flush()
    return made.id
