"""The whole book as plain tables, codes instead of ids: what a shop takes along when it leaves this program.

To add a table: one ``Sheet`` in ``SHEETS``; its file and its chapter in the README come from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from jxc_desktop.columns import Column
from jxc_desktop.db.models import (
    Account,
    AuditRow,
    Barcode,
    Batch,
    Category,
    CostDifference,
    Document,
    DocumentLine,
    LandedShare,
    MoneyRow,
    Partner,
    PartnerRow,
    Product,
    ProductUnit,
    RecipeLine,
    ScaleRule,
    Setting,
    Settlement,
    StockBalance,
    StockRow,
    User,
    Warehouse,
)  # fmt: skip
from jxc_desktop.i18n import N_

AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file: its name, what is in it (a marked text), its columns, and the question that fills it."""

    name: str
    about: str
    columns: tuple[Column, ...]
    statement: Select[*tuple[Any, ...]]


def rows_of(session: Session, sheet: Sheet) -> Iterator[Mapping[Any, Any]]:
    """The rows of ``sheet``, read a few at a time."""
    for row in session.execute(sheet.statement.execution_options(yield_per=AT_ONCE)).mappings():
        yield dict(row)


def _c(key: str, title: str, shape: Any = "text") -> Column:
    return Column(key, title, shape)


_SUPPLIER = aliased(Partner)
_TO = aliased(Warehouse)
_RECIPE_PART = aliased(Product)
_ORDER, _AGAINST, _TARGET, _CAUSE = aliased(Document), aliased(Document), aliased(Document), aliased(Document)
_POSTED_BY, _VOIDED_BY = aliased(User), aliased(User)

_NUMBER = _c("number", N_("Number"), "code")
_LINE = _c("line", N_("Line"), "integer")
_PART = _c("part", N_("Part"), "integer")
_TIME = _c("moment", N_("Time"), "moment")
_DAY = _c("day", N_("Business day"), "date")
_PRODUCT = _c("product", N_("Product code"), "code")
_WAREHOUSE = _c("warehouse", N_("Warehouse code"), "code")
_BATCH = _c("batch", N_("Batch"), "code")
_PARTNER = _c("partner", N_("Partner code"), "code")
_CODE, _NAME = _c("code", N_("Code"), "code"), _c("name", N_("Name"))
_NOTE, _ACTIVE = _c("note", N_("Note")), _c("active", N_("In use"), "yes_no")

SHEETS: tuple[Sheet, ...] = (
    Sheet(
        "settings", N_("The choices of the shop, each value as JSON."),
        (_c("key", N_("Choice"), "code"), _c("value", N_("Value"))),
        select(Setting.key, Setting.value).order_by(Setting.key),
    ),
    Sheet(
        "users", N_("Who works with the book. Passwords are not part of this export."),
        (_NAME, _c("role", N_("Role"), "code"), _ACTIVE),
        select(User.name, User.role, User.active).order_by(User.id),
    ),
    Sheet(
        "warehouses", N_("Places where goods lie."), (_CODE, _NAME, _ACTIVE),
        select(Warehouse.code, Warehouse.name, Warehouse.active).order_by(Warehouse.position, Warehouse.id),
    ),
    Sheet(
        "accounts", N_("Cash, bank and wallets."), (_CODE, _NAME, _ACTIVE),
        select(Account.code, Account.name, Account.active).order_by(Account.position, Account.id),
    ),
    Sheet(
        "categories", N_("The tree of categories, each with the path from its root."), (_c("path", N_("Path")), _NAME),
        select(Category.path, Category.name).order_by(Category.path),
    ),
    Sheet(
        "partners", N_("Customers and suppliers."),
        (_CODE, _NAME, _c("supplier", N_("Supplier"), "yes_no"), _c("customer", N_("Customer"), "yes_no"), _c("phone",
        N_("Phone")),
         _c("region", N_("Region")), _c("price_level", N_("Price level"), "code"), _c("credit_limit", N_("Credit limit"),
         "money"),
         _c("terms_days", N_("Days to pay"), "integer"), _NOTE, _ACTIVE),
        select(Partner.code, Partner.name, Partner.supplier, Partner.customer, Partner.phone, Partner.region,
        Partner.price_level,
               Partner.credit_limit, Partner.terms_days, Partner.note, Partner.active).order_by(Partner.id),
    ),
    Sheet(
        "products", N_("Products; prices are per base unit."),
        (_CODE, _NAME, _c("spec", N_("Specification")), _c("brand", N_("Brand")), _c("category", N_("Category")), _c("unit",
        N_("Unit")),
         _c("purchase_price", N_("Purchase price"), "price"), _c("sale_price", N_("Retail price"), "price"),
         _c("wholesale_price", N_("Wholesale price"), "price"), _c("member_price", N_("Member price"), "price"),
         _c("minimum", N_("Minimum stock"), "quantity"), _c("maximum", N_("Maximum stock"), "quantity"), _c("supplier",
         N_("Supplier code"), "code"),
         _c("lead_days", N_("Lead time in days"), "integer"), _c("pack_size", N_("Pack size"), "quantity"),
         _c("shelf_life_days", N_("Shelf life in days"), "integer"), _c("batches", N_("Kept by batch"), "yes_no"),
         _c("weighed", N_("Sold by weight"), "yes_no"), _c("costing", N_("Cost method"), "code"), _c("negative",
         N_("Selling more than is there"), "code"),
         _c("shelf", N_("Shelf")), _NOTE, _ACTIVE),
        select(Product.code, Product.name, Product.spec, Product.brand, Category.path.label("category"), Product.unit,
        Product.purchase_price,
               Product.sale_price, Product.wholesale_price, Product.member_price, Product.minimum, Product.maximum,
               _SUPPLIER.code.label("supplier"),
               Product.lead_days, Product.pack_size, Product.shelf_life_days, Product.batches, Product.weighed,
               Product.costing, Product.negative,
               Product.shelf, Product.note, Product.active)
        .outerjoin(Category, Category.id == Product.category_id).outerjoin(_SUPPLIER,
        _SUPPLIER.id == Product.supplier_id).order_by(Product.id),
    ),
    Sheet(
        "product_units", N_("Further units: so many base units (numerator / denominator) are in one."),
        (_PRODUCT, _NAME, _c("numerator", N_("Numerator"), "integer"), _c("denominator", N_("Denominator"), "integer"),
         _c("purchase_price", N_("Purchase price"), "price"), _c("sale_price", N_("Retail price"), "price"),
         _c("wholesale_price", N_("Wholesale price"), "price"), _c("member_price", N_("Member price"), "price")),
        select(Product.code.label("product"), ProductUnit.name, ProductUnit.numerator, ProductUnit.denominator,
        ProductUnit.purchase_price,
               ProductUnit.sale_price, ProductUnit.wholesale_price, ProductUnit.member_price)
        .join(Product, Product.id == ProductUnit.product_id).order_by(ProductUnit.id),
    ),
    Sheet(
        "barcodes", N_("Barcodes; each means a quantity of a unit (empty: the base unit)."),
        (_c("code", N_("Barcode"), "code"), _PRODUCT, _c("unit", N_("Unit")), _c("quantity", N_("Quantity"), "quantity")),
        select(Barcode.code, Product.code.label("product"), ProductUnit.name.label("unit"), Barcode.quantity)
        .join(Product, Product.id == Barcode.product_id).outerjoin(ProductUnit,
        ProductUnit.id == Barcode.unit_id).order_by(Barcode.code),
    ),
    Sheet(
        "recipes", N_("What products are put together from; a kit is sold as one and leaves as its parts."),
        (_PRODUCT, _c("part", N_("Part code"), "code"), _c("quantity", N_("Quantity"), "quantity"),
         _c("makes", N_("Makes"), "quantity"), _c("kit", N_("Kit"), "yes_no")),
        select(Product.code.label("product"), _RECIPE_PART.code.label("part"), RecipeLine.quantity, Product.makes, Product.kit)
        .join(RecipeLine, RecipeLine.product_id == Product.id).join(_RECIPE_PART, _RECIPE_PART.id == RecipeLine.part_id)
        .order_by(Product.id, RecipeLine.position, RecipeLine.part_id),
    ),
    Sheet(
        "scale_rules", N_("How codes of scales are read: F prefix, W item, N weight, E amount, V and C check digits."),
        (_c("name", N_("Rule name")), _c("prefixes", N_("Prefixes"), "code"), _c("layout", N_("Layout"), "code"),
         _c("weight_places", N_("Decimals of the weight in kg"), "integer"),
         _c("amount_places", N_("Decimals of the amount in yuan"), "integer"), _c("active", N_("In use"), "yes_no")),
        select(ScaleRule.name, ScaleRule.prefixes, ScaleRule.layout, ScaleRule.weight_places, ScaleRule.amount_places,
        ScaleRule.active).order_by(ScaleRule.position, ScaleRule.id),
    ),
    Sheet(
        "batches", N_("Batches of products."),
        (_PRODUCT, _c("batch", N_("Batch"), "code"), _c("produced", N_("Produced"), "date"), _c("expiry", N_("Expiry"),
        "date")),
        select(Product.code.label("product"), Batch.number.label("batch"), Batch.produced, Batch.expiry)
        .join(Product, Product.id == Batch.product_id).order_by(Batch.id),
    ),
    Sheet(
        "documents", N_("Documents; drafts have no number. The sequence is the order of posting."),
        (_NUMBER, _c("ref", N_("Outside key"), "code"), _c("kind", N_("Kind"), "code"), _c("status", N_("State"), "code"),
         _c("seq", N_("Posting sequence"), "integer"), _TIME, _c("utc_offset", N_("Minutes ahead of UTC"), "integer"), _DAY,
         _PARTNER, _WAREHOUSE,
         _c("to_warehouse", N_("To warehouse"), "code"), _c("order", N_("Order"), "code"), _c("goods", N_("Goods"), "money"),
         _c("discount_amount", N_("Discount on the whole"), "money"), _c("freight", N_("Freight"), "money"), _c("rounding",
         N_("Rounding off"), "money"),
         _c("total", N_("Total"), "money"), _c("paid", N_("Paid"), "money"), _c("expected", N_("Expected day"), "date"),
         _c("due_day", N_("Due day"), "date"),
         _c("reason", N_("Reason")), _NOTE, _c("external_number", N_("Number of the other side")), _c("posted_at",
         N_("Posted at"), "moment"),
         _c("posted_by", N_("Posted by")), _c("voided_at", N_("Voided at"), "moment"), _c("voided_by", N_("Voided by")),
         _c("void_reason", N_("Reason of the void"))),
        select(Document.number, Document.ref, Document.kind, Document.status, Document.seq, Document.moment,
        Document.utc_offset, Document.day,
               Partner.code.label("partner"), Warehouse.code.label("warehouse"), _TO.code.label("to_warehouse"),
               _ORDER.number.label("order"),
               Document.goods, Document.discount_amount, Document.freight, Document.rounding, Document.total, Document.paid,
               Document.expected,
               Document.due_day, Document.reason, Document.note, Document.external_number, Document.posted_at,
               _POSTED_BY.name.label("posted_by"),
               Document.voided_at, _VOIDED_BY.name.label("voided_by"), Document.void_reason)
        .outerjoin(Partner, Partner.id == Document.partner_id).outerjoin(Warehouse, Warehouse.id == Document.warehouse_id)
        .outerjoin(_TO, _TO.id == Document.to_warehouse_id).outerjoin(_ORDER, _ORDER.id == Document.order_id)
        .outerjoin(_POSTED_BY, _POSTED_BY.id == Document.posted_by).outerjoin(_VOIDED_BY,
        _VOIDED_BY.id == Document.voided_by).order_by(Document.id),
    ),
    Sheet(
        "document_lines", N_("The lines of posted documents: the quantity as entered, and in base units."),
        (_NUMBER, _LINE, _PRODUCT, _c("product_name", N_("Product name")), _c("unit", N_("Unit")), _c("factor_num",
        N_("Numerator"), "integer"),
         _c("factor_den", N_("Denominator"), "integer"), _c("quantity", N_("Quantity"), "quantity"), _c("base_quantity",
         N_("In base units"), "quantity"),
         _c("price", N_("Price"), "price"), _c("discount", N_("Discount (share)"), "ratio"), _c("amount", N_("Amount"),
         "money"),
         _c("net", N_("After all discounts"), "money"), _BATCH, _c("against", N_("Returns"), "code"), _c("against_line",
         N_("Line returned"), "integer"),
         _c("counted", N_("Counted"), "quantity"), _c("counted_at", N_("Counted at"), "moment"), _c("reason", N_("Reason")),
         _NOTE),
        select(Document.number, DocumentLine.line, DocumentLine.product_code.label("product"), DocumentLine.product_name,
        DocumentLine.unit,
               DocumentLine.factor_num, DocumentLine.factor_den, DocumentLine.quantity, DocumentLine.base_quantity,
               DocumentLine.price,
               DocumentLine.discount, DocumentLine.amount, DocumentLine.net, Batch.number.label("batch"),
               _AGAINST.number.label("against"),
               DocumentLine.against_line, DocumentLine.counted, DocumentLine.counted_at, DocumentLine.reason, DocumentLine.note)
        .join(Document, Document.id == DocumentLine.document_id).outerjoin(Batch, Batch.id == DocumentLine.batch_id)
        .outerjoin(_AGAINST, _AGAINST.id == DocumentLine.against_document_id).order_by(DocumentLine.document_id,
        DocumentLine.line),
    ),
    Sheet(
        "stock_ledger",
        N_("Every change of stock in its order (time, sequence, line, part), at cost; a voided row and its opposite are marked."),
        (_NUMBER, _c("seq", N_("Posting sequence"), "integer"), _LINE, _PART, _TIME, _DAY, _PRODUCT, _WAREHOUSE, _BATCH,
        _c("bucket", N_("Group"), "code"),
         _c("quantity", N_("Change of quantity"), "quantity"), _c("value", N_("Change of value"), "money"),
         _c("provisional", N_("Provisional"), "yes_no"),
         _c("counted", N_("Counted"), "quantity"), _c("revenue", N_("Revenue"), "money"), _c("void", N_("Voided"), "yes_no")),
        select(Document.number, StockRow.seq, StockRow.line, StockRow.part, StockRow.moment, StockRow.day,
        Product.code.label("product"),
               Warehouse.code.label("warehouse"), Batch.number.label("batch"), StockRow.bucket, StockRow.quantity,
               StockRow.value, StockRow.provisional,
               StockRow.counted, StockRow.revenue, StockRow.void)
        .join(Document, Document.id == StockRow.document_id).join(Product, Product.id == StockRow.product_id)
        .join(Warehouse, Warehouse.id == StockRow.warehouse_id).outerjoin(Batch, Batch.id == StockRow.batch_id)
        .order_by(StockRow.moment, StockRow.seq, StockRow.line, StockRow.part),
    ),
    Sheet(
        "partner_ledger", N_("What partners owe us more (+) or less (-), in order."),
        (_NUMBER, _c("seq", N_("Posting sequence"), "integer"), _PART, _TIME, _DAY, _PARTNER, _c("amount", N_("Amount"),
        "money")),
        select(Document.number, PartnerRow.seq, PartnerRow.part, PartnerRow.moment, PartnerRow.day,
        Partner.code.label("partner"), PartnerRow.amount)
        .join(Document, Document.id == PartnerRow.document_id).join(Partner, Partner.id == PartnerRow.partner_id)
        .order_by(PartnerRow.moment, PartnerRow.seq, PartnerRow.part),
    ),
    Sheet(
        "money_ledger", N_("What came into (+) or left (-) an account, in order."),
        (_NUMBER, _c("seq", N_("Posting sequence"), "integer"), _PART, _TIME, _DAY, _c("account", N_("Account"), "code"),
        _c("amount", N_("Amount"), "money")),
        select(Document.number, MoneyRow.seq, MoneyRow.part, MoneyRow.moment, MoneyRow.day, Account.code.label("account"),
        MoneyRow.amount)
        .join(Document, Document.id == MoneyRow.document_id).join(Account, Account.id == MoneyRow.account_id)
        .order_by(MoneyRow.moment, MoneyRow.seq, MoneyRow.part),
    ),
    Sheet(
        "settlements", N_("Which receipt or payment pays off which document."),
        (_NUMBER, _c("target", N_("Pays off"), "code"), _c("amount", N_("Amount"), "money")),
        select(Document.number, _TARGET.number.label("target"), Settlement.amount)
        .join(Document, Document.id == Settlement.document_id).join(_TARGET, _TARGET.id == Settlement.target_id)
        .order_by(Settlement.document_id, Settlement.target_id),
    ),
    Sheet(
        "landed_shares", N_("Which landed cost raises which row of which receipt, and by how much."),
        (_NUMBER, _c("target", N_("Receipt"), "code"), _LINE, _PART, _PRODUCT, _c("amount", N_("Amount"), "money")),
        select(Document.number, _TARGET.number.label("target"), LandedShare.target_line.label("line"),
        LandedShare.target_part.label("part"), Product.code.label("product"), LandedShare.amount)
        .join(Document, Document.id == LandedShare.document_id).join(_TARGET, _TARGET.id == LandedShare.target_id)
        .join(Product, Product.id == LandedShare.product_id)
        .order_by(LandedShare.document_id, LandedShare.target_id, LandedShare.target_line, LandedShare.target_part),
    ),
    Sheet(
        "cost_differences", N_("Which later posting changed the cost of a document, from what to what."),
        (_NUMBER, _PRODUCT, _c("cause", N_("Because of"), "code"), _c("seq", N_("Posting sequence"), "integer"),
        _c("old_value", N_("Cost before"), "money"),
         _c("new_value", N_("Cost after"), "money")),
        select(Document.number, Product.code.label("product"), _CAUSE.number.label("cause"), CostDifference.seq,
        CostDifference.old_value, CostDifference.new_value)
        .join(Document, Document.id == CostDifference.document_id).join(Product, Product.id == CostDifference.product_id)
        .join(_CAUSE, _CAUSE.id == CostDifference.cause_id).order_by(CostDifference.seq, CostDifference.document_id,
        CostDifference.product_id),
    ),
    Sheet(
        "stock", N_("What is there now, per warehouse and batch."),
        (_PRODUCT, _WAREHOUSE, _BATCH, _c("quantity", N_("Quantity"), "quantity")),
        select(Product.code.label("product"), Warehouse.code.label("warehouse"), Batch.number.label("batch"),
        StockBalance.quantity)
        .join(Product, Product.id == StockBalance.product_id).join(Warehouse, Warehouse.id == StockBalance.warehouse_id)
        .outerjoin(Batch, Batch.id == StockBalance.batch_id).order_by(StockBalance.product_id, StockBalance.warehouse_id,
        StockBalance.batch_id),
    ),
    Sheet(
        "audit", N_("Who did what, when: each row carries the hash of all before it."),
        (_c("seq", N_("Number"), "integer"), _c("at", N_("Time"), "moment"), _c("user", N_("User")), _c("action",
        N_("Action"), "code"),
         _c("subject", N_("Subject")), _c("detail", N_("Detail")), _c("hash", N_("Hash"), "code")),
        select(AuditRow.seq, AuditRow.at, User.name.label("user"), AuditRow.action, AuditRow.subject, AuditRow.detail,
        AuditRow.hash)
        .outerjoin(User, User.id == AuditRow.user_id).order_by(AuditRow.seq),
    ),
)  # fmt: skip
