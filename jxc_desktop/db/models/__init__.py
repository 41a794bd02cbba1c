"""The tables of the book. To add one: a class in the file of its subject, one name here, ``make revision m="…"``."""

from jxc_desktop.db.models.base import Base, table
from jxc_desktop.db.models.book import AuditRow, Counter, Setting
from jxc_desktop.db.models.caches import (
    AccountBalance,
    CostCheckpoint,
    DayTotal,
    OpenLine,
    PartnerBalance,
    Pool,
    StockBalance,
    StockMonth,
)
from jxc_desktop.db.models.documents import ArrivalCheck, Document, DocumentLine, LandedShare, Serial, Settlement
from jxc_desktop.db.models.goods import (
    Barcode,
    Batch,
    Category,
    Picture,
    Product,
    ProductSearch,
    ProductUnit,
    RecipeLine,
    ScaleRule,
)
from jxc_desktop.db.models.ledgers import VOID_PART, CostDifference, MoneyRow, PartnerRow, SeenDifference, StockRow
from jxc_desktop.db.models.parties import Account, Partner, User, Warehouse
from jxc_desktop.db.models.stocktake import CountApproval, CountEntry

__all__ = [
    "VOID_PART",
    "Account",
    "AccountBalance",
    "ArrivalCheck",
    "AuditRow",
    "Barcode",
    "Base",
    "Batch",
    "Category",
    "CostCheckpoint",
    "CostDifference",
    "CountApproval",
    "CountEntry",
    "Counter",
    "DayTotal",
    "Document",
    "DocumentLine",
    "LandedShare",
    "MoneyRow",
    "OpenLine",
    "Partner",
    "PartnerBalance",
    "PartnerRow",
    "Picture",
    "Pool",
    "Product",
    "ProductSearch",
    "ProductUnit",
    "RecipeLine",
    "ScaleRule",
    "SeenDifference",
    "Serial",
    "Setting",
    "Settlement",
    "StockBalance",
    "StockMonth",
    "StockRow",
    "User",
    "Warehouse",
    "table",
]
