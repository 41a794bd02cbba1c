"""The kinds of documents: one declaration each. List, editor, numbering, posting, papers and import read it.

To add a kind of the usual shape: one entry in ``KINDS``, its title in the catalogue, one story test. What differs from
the usual shape is a field here or a service of its own, never an ``if kind ==`` elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, get_args

from jxc_desktop.domain.costing import Cost
from jxc_desktop.domain.errors import NotAvailable, UnknownKind
from jxc_desktop.i18n import N_, _

Family = Literal["purchase", "sales", "stock", "money"]
Bucket = Literal["bought", "sold", "returned", "other", "shrinkage"]
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """What a kind does to the three ledgers.

    ``stock``: +1 goods come in, -1 they go out, 0 neither (orders, money; a transfer and a count have their own way).
    ``partner``: +1 the partner owes us more by the total, -1 we owe more. ``money``: +1 the paid part comes in, -1 it goes
    out. ``cost``: how the engine values a row. ``bucket``: the group of the monthly summary. ``price``: where a missing
    price comes from. ``origin``: the kind whose lines a line may return (``against``) or fulfil (``order``).
    """

    code: str
    title: str
    prefix: str
    family: Family
    stock: int = 0
    partner: int = 0
    money: int = 0
    cost: Cost | None = None
    bucket: Bucket | None = None
    price: Literal["list", "original", "cost", "none"] = "none"
    origin: str | None = None

    @property
    def name(self) -> str:
        return _(self.title)

    @property
    def side(self) -> Literal["supplier", "customer"] | None:
        """Which side of trade the partner of this kind is on; ``None`` where it may be either."""
        if self.family == "purchase":
            return "supplier"
        return "customer" if self.family == "sales" else None

    @property
    def is_order(self) -> bool:
        return self.code in ("purchase_order", "sales_order")

    @property
    def is_retail(self) -> bool:
        return self.code in ("retail_sale", "retail_return")

    @property
    def is_return(self) -> bool:
        return self.price == "original"

    @property
    def is_count(self) -> bool:
        """Whether lines state what was counted, and the difference is what moves."""
        return self.cost is Cost.COUNT

    @property
    def is_transfer(self) -> bool:
        return self.cost is Cost.TRANSFER_OUT

    @property
    def takes_goods_under_way(self) -> bool:
        """Whether it may accept, take back or write off what a transfer in two steps sent."""
        return self.code in ("transfer", "write_off")

    @property
    def raises_receipts(self) -> bool:
        """Whether its amount is shared over receipts that stand already, in the place of lines."""
        return self.code == "landed_cost"

    @property
    def opens_balance(self) -> bool:
        """Whether its amount, which may be below zero, opens what a partner owes or an account holds."""
        return self.code == "opening_balance"

    @property
    def has_lines(self) -> bool:
        return self.family != "money" and not self.raises_receipts

    @property
    def names_kits(self) -> bool:
        """Whether lines may name a kit, which leaves or comes back as its parts."""
        return self.family == "sales"

    @property
    def hands_over(self) -> bool:
        """Whether goods reach a customer, now or as parts: a transfer, a write-off and a return to the supplier may move
        what has expired.
        """
        return self.bucket == "sold" or self.makes > 0

    @property
    def has_money(self) -> bool:
        """Whether something is owed or paid, so that totals, payment and amount in words make sense."""
        return self.family in ("purchase", "sales")

    @property
    def makes(self) -> int:
        """+1 the lines are parts that are put together, -1 parts into which the document's product is taken; else 0."""
        return {"assembly": 1, "disassembly": -1}.get(self.code, 0)

    def brings_in(self, made: bool) -> bool:
        """Whether a line brings goods in: its parts and the product ``made`` of them go opposite ways."""
        return (self.stock > 0) != made

    @property
    def cost_sign(self) -> int:
        """Which way the value in the stock ledger counts as the cost of a document: 1 for what came in or became dearer."""
        return 1 if self.stock > 0 or self.sets_cost else -1

    @property
    def sets_cost(self) -> bool:
        """Whether lines state a unit cost and no quantity."""
        return self.cost is Cost.ADJUST


KINDS: tuple[DocumentKind, ...] = (
    DocumentKind("opening_stock", N_("Opening stock"), "QC", "stock", stock=1, cost=Cost.GIVEN, bucket="other", price="cost"),
    DocumentKind("opening_balance", N_("Opening balance"), "QW", "money", partner=1, money=1),
    DocumentKind("purchase_order", N_("Purchase order"), "CG", "purchase", partner=-1, money=-1, price="list"),
    DocumentKind(
        "purchase_receipt",
        N_("Purchase receipt"),
        "JH",
        "purchase",
        1,
        -1,
        -1,
        Cost.GIVEN,
        "bought",
        price="cost",
        origin="purchase_order",
    ),
    DocumentKind(
        "purchase_return",
        N_("Purchase return"),
        "JT",
        "purchase",
        -1,
        1,
        1,
        Cost.RETURN_OUT,
        "bought",
        price="original",
        origin="purchase_receipt",
    ),
    DocumentKind("sales_order", N_("Sales order"), "XD", "sales", partner=1, money=1, price="list"),
    DocumentKind("sale", N_("Sale"), "XS", "sales", -1, 1, 1, Cost.ISSUE, "sold", price="list", origin="sales_order"),
    DocumentKind(
        "sales_return", N_("Sales return"), "XT", "sales", 1, -1, -1, Cost.RETURN, "returned", price="original", origin="sale"
    ),
    DocumentKind("retail_sale", N_("Retail sale"), "LS", "sales", -1, 1, 1, Cost.ISSUE, "sold", price="list"),
    DocumentKind(
        "retail_return",
        N_("Retail return"),
        "LT",
        "sales",
        1,
        -1,
        -1,
        Cost.RETURN,
        "returned",
        price="original",
        origin="retail_sale",
    ),
    DocumentKind("stock_in", N_("Other stock in"), "QTR", "stock", stock=1, cost=Cost.GIVEN, bucket="other"),
    DocumentKind("stock_out", N_("Other stock out"), "QTC", "stock", stock=-1, cost=Cost.ISSUE, bucket="shrinkage"),
    DocumentKind("write_off", N_("Write-off"), "BS", "stock", stock=-1, cost=Cost.ISSUE, bucket="shrinkage"),
    DocumentKind("overage", N_("Overage"), "BY", "stock", stock=1, cost=Cost.GIVEN, bucket="shrinkage"),
    DocumentKind("transfer", N_("Transfer"), "DB", "stock", cost=Cost.TRANSFER_OUT, bucket="other"),
    DocumentKind("stocktake", N_("Stocktake"), "PD", "stock", cost=Cost.COUNT, bucket="shrinkage"),
    DocumentKind("assembly", N_("Assembly"), "ZZ", "stock", stock=-1, cost=Cost.ISSUE, bucket="other"),
    DocumentKind("disassembly", N_("Disassembly"), "CX", "stock", stock=1, cost=Cost.MADE, bucket="other"),
    DocumentKind("cost_adjustment", N_("Cost adjustment"), "TJ", "stock", cost=Cost.ADJUST, bucket="other"),
    DocumentKind("landed_cost", N_("Landed cost"), "FY", "purchase", partner=-1, money=-1),
    DocumentKind("receipt", N_("Money received"), "SK", "money", partner=-1, money=1),
    DocumentKind("payment", N_("Money paid"), "FK", "money", partner=1, money=-1),
)

LATER = {
    "expense": N_("Expense"),
    "income": N_("Other income"),
    "account_transfer": N_("Account transfer"),
}

SPREADS = {"value": N_("By value"), "quantity": N_("By quantity"), "weight": N_("By weight")}
"""By what a landed cost is shared over what was received."""

KIND_TITLES = {kind.code: kind.title for kind in KINDS}

ORDERS = tuple(kind.code for kind in KINDS if kind.is_order)

BUCKETS: tuple[Bucket, ...] = get_args(Bucket)

DELIVERIES: dict[str | None, tuple[str, ...]] = {
    side: tuple(kind.code for kind in KINDS if kind.side == side and kind.cost is not None and not kind.is_return)
    for side in ("supplier", "customer")
}
"""By the partner's side, the kinds in which goods change hands: what its returns may name, where a last price comes from."""

STATUSES = {
    "draft": N_("Draft"),
    "posted": N_("Posted"),
    "voided": N_("Voided"),
    "partly": N_("Partly done"),
    "transit": N_("In transit"),
    "done": N_("Done"),
    "closed": N_("Closed"),
}

_BY_CODE = {kind.code: kind for kind in KINDS}


def kind_of(code: str) -> DocumentKind:
    """The kind named ``code``. Raises :class:`NotAvailable` for a planned one, :class:`UnknownKind` for any other."""
    if code in _BY_CODE:
        return _BY_CODE[code]
    if code in LATER:
        raise NotAvailable(what=_(LATER[code]), kind=code)
    raise UnknownKind(what=N_("kind"), key=code, known=", ".join(_BY_CODE))


@dataclass(slots=True)
class Portion:
    """What a line itself says has left or come in for it: base units of a product, of a batch by its number."""

    product_id: int
    quantity: Decimal
    batch: str | None = None


@dataclass(slots=True)
class DraftLine:
    """One line as meant. Quantities and price are in the line's unit (``unit_id`` None = base unit).

    ``amount`` overrides quantity x price x (1 - discount). ``against``: (document id, line) of the line it returns;
    ``order_line``: (document id, line) of the order line it fulfils. ``counted`` / ``counted_at``: of a stocktake.
    ``expired_ok``: goods past their date are handed over all the same, for ``expired_reason``. ``portions``: the parts of a
    kit, or the batches, where they are said and not to be chosen.
    ``typed`` keeps what stands in the cells of an unfinished line, so that a draft comes back as it was left.
    """

    product_id: int | None = None
    quantity: Decimal | None = None
    unit_id: int | None = None
    price: Decimal | None = None
    discount: Decimal = ZERO
    amount: Decimal | None = None
    batch: str | None = None
    produced: str | None = None
    expiry: str | None = None
    against: tuple[int, int] | None = None
    order_line: tuple[int, int] | None = None
    counted: Decimal | None = None
    counted_at: str | None = None
    reason: str = ""
    note: str = ""
    expired_ok: bool = False
    expired_reason: str = ""
    portions: list[Portion] = field(default_factory=list)
    typed: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Paid:
    """Money that changes hands with the document, always >= 0; the kind gives the direction."""

    account_id: int
    amount: Decimal


@dataclass(slots=True)
class Settles:
    """Which document a receipt or payment pays off, and by how much."""

    document_id: int
    amount: Decimal


@dataclass(slots=True)
class Share:
    """What of a landed cost falls on one line of a receipt."""

    document_id: int
    line: int
    amount: Decimal


AMOUNTS = {"discount": N_("Off the total"), "freight": N_("Freight"), "rounding": N_("Rounding off"), "paid": N_("Paid now")}
"""The amounts of a whole document that a person types, by name."""


@dataclass(slots=True)
class Draft:
    """A document before it is posted: plain values with ids, as typed. ``moment`` is local time ``YYYY-MM-DDTHH:MM:SS``.

    ``amount``: of an opening balance (signed), or what a landed cost comes to. ``account_id``: the account of an opening
    balance. ``paid`` None = the kind's default (retail: everything in cash; others: nothing). ``made``: what an assembly
    puts together or a disassembly takes apart; the lines are the parts. ``targets``: the receipts a landed cost raises,
    ``spread``: by what (a key of ``SPREADS``), ``shares``: what falls on each line, where that is said. ``transit``: a transfer
    whose goods are under way until accepted; what accepts (or writes off, or takes back) names it as ``order_id``.
    ``moving_in``: it stands posted in another book whose documents this one takes over, so that what was missing there is
    said and not refused, and a batch is made by whatever names it first. ``typed``: what stands in the amounts of an
    unfinished document that cannot be read (keys of ``AMOUNTS``); it refuses to be posted.
    """

    kind: str
    moment: str | None = None
    partner_id: int | None = None
    warehouse_id: int | None = None
    to_warehouse_id: int | None = None
    lines: list[DraftLine] = field(default_factory=list)
    discount_amount: Decimal = ZERO
    freight: Decimal = ZERO
    rounding: Decimal = ZERO
    paid: list[Paid] | None = None
    order_id: int | None = None
    account_id: int | None = None
    amount: Decimal | None = None
    settles: list[Settles] = field(default_factory=list)
    expected: str | None = None
    reason: str = ""
    note: str = ""
    ref: str | None = None
    external_number: str = ""
    made: DraftLine | None = None
    targets: list[int] = field(default_factory=list)
    spread: str = "value"
    shares: list[Share] = field(default_factory=list)
    transit: bool = False
    moving_in: bool = False
    typed: dict[str, str] = field(default_factory=dict)
