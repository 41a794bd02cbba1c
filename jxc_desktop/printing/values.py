"""What the papers are given: plain values, worded by whoever knows the book; and what they answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jxc_desktop.columns import Column

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished paper: PDF bytes, how many pages, and the characters no face has (each stands as 〓 on the paper)."""

    pdf: bytes
    pages: int
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One line. ``quantity`` and ``price`` are in ``unit``; ``discount`` is a share (0.05 = 5 % off).

    ``booked`` and ``counted`` are of a stocktake, whose ``quantity`` is the difference. Dates are ``YYYY-MM-DD`` or "".
    """

    no: int
    code: str
    name: str
    unit: str
    quantity: Decimal
    barcode: str = ""
    spec: str = ""
    price: Decimal | None = None
    discount: Decimal = ZERO
    amount: Decimal | None = None
    batch: str = ""
    produced: str = ""
    expiry: str = ""
    booked: Decimal | None = None
    counted: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class PaperPayment:
    """Money on a document: the account's name, or the number of the document it settles, and the amount."""

    name: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class DocumentPaper:
    """One document for the papers. ``kind`` is a code of ``domain.documents.KINDS``; ``number`` None is a draft.

    ``moment`` and ``printed_at`` are local ISO moments, ``day`` the business day. ``rounding`` is what was taken off
    (抹零), ``discount`` what was taken off the whole. ``balance_before`` / ``_after``: what the partner owes us, negative
    when we owe. ``money`` False: no prices at all. ``in_words`` None: as the kind has it. ``change`` is handed back at a
    till; ``payments`` then hold what was handed over. ``made``: what an assembly puts together or a disassembly takes apart,
    with its quantity; the lines are the parts.
    """

    kind: str
    number: str | None
    moment: str
    day: str
    lines: tuple[PaperLine, ...]
    printed_at: str
    partner: str = ""
    partner_phone: str = ""
    partner_address: str = ""
    warehouse: str = ""
    to_warehouse: str = ""
    made: str = ""
    operator: str = ""
    note: str = ""
    goods: Decimal = ZERO
    discount: Decimal = ZERO
    freight: Decimal = ZERO
    rounding: Decimal = ZERO
    total: Decimal = ZERO
    paid: Decimal = ZERO
    unpaid: Decimal = ZERO
    change: Decimal = ZERO
    payments: tuple[PaperPayment, ...] = ()
    settles: tuple[PaperPayment, ...] = ()
    balance_before: Decimal | None = None
    balance_after: Decimal | None = None
    in_words: bool | None = None
    money: bool = True
    shop: str = ""
    shop_address: str = ""
    shop_phone: str = ""
    shop_tax_no: str = ""
    footer: str = ""
    demo: bool = False
    voided: bool = False


@dataclass(frozen=True, slots=True)
class LabelPaper:
    """One label. ``barcode`` "" prints none; ``price`` None leaves the price out; ``updated`` is the day of the price."""

    code: str
    barcode: str
    name: str
    unit: str = ""
    price: Decimal | None = None
    member_price: Decimal | None = None
    spec: str = ""
    origin: str = ""
    shelf: str = ""
    shop: str = ""
    updated: str = ""
    demo: bool = False


@dataclass(frozen=True, slots=True)
class TablePaper:
    """A report. ``rows`` are what the columns read (attributes or mappings); ``totals`` raw values by column key."""

    title: str
    subtitle: str
    columns: tuple[Column, ...]
    rows: Sequence[Any]
    shop: str
    printed_at: str
    totals: Mapping[str, Any] | None = None
    demo: bool = False
