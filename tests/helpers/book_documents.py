"""Documents as the model of the book has them: plain values, and what each kind does to partners and money."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from fractions import Fraction

from tests.helpers.cost_pool import RowId, half_up

ROAD = "TRANSIT"
PREFIX = {
    "opening_stock": "QC", "opening_balance": "QW", "purchase_receipt": "JH", "purchase_return": "JT", "sale": "XS",
    "sales_return": "XT", "retail_sale": "LS", "retail_return": "LT", "stock_in": "QTR", "stock_out": "QTC",
    "write_off": "BS", "overage": "BY", "transfer": "DB", "stocktake": "PD", "receipt": "SK", "payment": "FK",
    "assembly": "ZZ", "disassembly": "CX", "cost_adjustment": "TJ", "landed_cost": "FY",
}  # fmt: skip
GOES = {"purchase_return", "sale", "retail_sale", "stock_out", "write_off", "assembly", "transfer"}
OWES = {
    "purchase_receipt": -1, "purchase_return": 1, "sale": 1, "retail_sale": 1, "sales_return": -1, "retail_return": -1,
    "receipt": -1, "payment": 1, "landed_cost": -1,
}  # fmt: skip
PAYS = {
    "purchase_receipt": -1, "purchase_return": 1, "sale": 1, "retail_sale": 1, "sales_return": -1, "retail_return": -1,
    "receipt": 1, "payment": -1, "landed_cost": -1,
}  # fmt: skip


@dataclass
class Goods:
    """A product: ``costing`` and ``negative`` are its exceptions, None = as the shop. A kit leaves as its parts, so many each."""

    code: str
    costing: str | None = None
    negative: str | None = None
    batches: bool = False
    kit: tuple[tuple[str, int], ...] = ()


@dataclass(repr=False)
class Line:
    """A line. ``quantity`` and ``counted`` in thousandths of the base unit, ``price`` in 10^-4 yuan per unit of ``factor``.

    ``parts``: what it moves, (product, batch, quantity, row of the original); empty where that is what the line says.
    """

    product: str
    quantity: int = 0
    price: int | None = None
    factor: int = 1
    discount: Fraction = Fraction(0)
    amount: int | None = None
    batch: str = ""
    expiry: str = ""
    against: tuple[int, int] | None = None
    counted: int | None = None
    at: str = ""
    net: int | None = None
    given: int | None = None
    parts: list[tuple[str, str, int, RowId | None]] = field(default_factory=list)

    def __repr__(self) -> str:
        said = {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name) not in (f.default, [])}
        return f"Line({', '.join(f'{name}={value!r}' for name, value in said.items())})"

    def priced(self) -> int | None:
        """Line amount = quantity x price x (1 - discount), rounded once."""
        if self.amount is not None or self.price is None:
            return self.amount
        pieces = Fraction(self.quantity, 1000 * self.factor)
        return half_up(pieces * Fraction(self.price, 100) * (1 - self.discount))


@dataclass
class Doc:
    """A document; ``paid`` as (account, fen). ``transit``: its goods are on the road until a document accepts them that
    names it as ``sent``.
    """

    kind: str
    moment: str
    warehouse: str = "MAIN"
    to: str = ""
    partner: str | None = None
    lines: list[Line] = field(default_factory=list)
    paid: list[tuple[str, int]] = field(default_factory=list)
    discount: int = 0
    freight: int = 0
    settles: list[int] = field(default_factory=list)
    made: Line | None = None
    targets: list[int] = field(default_factory=list)
    amount: int = 0
    spread: str = "value"
    shares: dict[RowId, int] = field(default_factory=dict)
    transit: bool = False
    sent: int | None = None
    total: int = 0
    seq: int = 0
    number: str = ""
    voided: bool = False
    index: int = -1

    @property
    def day(self) -> str:
        return self.moment[:10]

    @property
    def place(self) -> str:
        """Where its goods come or leave."""
        return self.warehouse if self.sent is None else ROAD

    @property
    def arrives(self) -> str:
        """Where a transfer brings them."""
        return ROAD if self.transit else self.to

    def numbered(self) -> list[tuple[int, Line]]:
        """The lines from 1 on; what is put together stands behind its parts, what is taken apart before them."""
        lines = list(enumerate(self.lines, start=1))
        if self.made is None:
            return lines
        return [*lines, (len(lines) + 1, self.made)] if self.kind == "assembly" else [(0, self.made), *lines]

    def leaving(self) -> list[Line]:
        """The lines whose goods go out."""
        if self.kind == "disassembly":
            return [self.made] if self.made else []
        return self.lines if self.kind in GOES else []


@dataclass
class Outcome:
    """What must come of an act. ``days``: where the stock would not do, the possible days to name; empty = it is done."""

    days: set[str] = field(default_factory=set)
    hangs: bool = False
    warned: bool = False
    number: str = ""
    restated: list[str] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        return bool(self.days) or self.hangs
