"""Products and what hangs on them: categories, units, barcodes, batches, pictures, search."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ForeignKey, UniqueConstraint, column, func, select, table
from sqlalchemy.orm import Mapped, mapped_column

from jxc_desktop.db.models.base import CLUSTERED, PRICE_LIMIT, QUANTITY_LIMIT, STRICT, Base, checks, within, yes_no
from jxc_desktop.db.types import BigInt, Blob, Price, Quantity, Word
from jxc_desktop.domain.goods import PRICES


class Category(Base):
    """A node of the category tree; ``path`` is the names from the root, joined by ``/``."""

    __tablename__ = "categories"
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("categories.id"))
    name: Mapped[str] = mapped_column(Word)
    path: Mapped[str] = mapped_column(Word, unique=True)
    __table_args__ = (STRICT,)


class Product(Base):
    """One article. Prices are per base unit, ``weight`` is kg of one; ``costing`` and ``negative`` override the shop's policy.

    ``kit``: it has no stock of its own and leaves as the parts of its recipe. ``makes``: how many the recipe makes.
    """

    __tablename__ = "products"
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    code: Mapped[str] = mapped_column(Word, unique=True)
    name: Mapped[str] = mapped_column(Word)
    spec: Mapped[str] = mapped_column(Word, default="", server_default="")
    brand: Mapped[str] = mapped_column(Word, default="", server_default="", index=True)
    category_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("categories.id"), index=True)
    unit: Mapped[str] = mapped_column(Word)
    purchase_price: Mapped[Decimal | None] = mapped_column(Price)
    sale_price: Mapped[Decimal | None] = mapped_column(Price)
    wholesale_price: Mapped[Decimal | None] = mapped_column(Price)
    member_price: Mapped[Decimal | None] = mapped_column(Price)
    minimum: Mapped[Decimal | None] = mapped_column(Quantity)
    maximum: Mapped[Decimal | None] = mapped_column(Quantity)
    supplier_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("partners.id"), index=True)
    lead_days: Mapped[int | None] = mapped_column(BigInt)
    pack_size: Mapped[Decimal | None] = mapped_column(Quantity)
    weight: Mapped[Decimal | None] = mapped_column(Quantity)
    shelf_life_days: Mapped[int | None] = mapped_column(BigInt)
    batches: Mapped[int] = yes_no()
    weighed: Mapped[int] = yes_no()
    kit: Mapped[int] = yes_no()
    makes: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(1), server_default="1000")
    costing: Mapped[str | None] = mapped_column(Word)
    negative: Mapped[str | None] = mapped_column(Word)
    shelf: Mapped[str] = mapped_column(Word, default="", server_default="")
    note: Mapped[str] = mapped_column(Word, default="", server_default="")
    initials: Mapped[str] = mapped_column(Word, default="", server_default="")
    active: Mapped[int] = yes_no(1)
    __table_args__ = (
        *checks(
            yes_no=("batches", "weighed", "kit", "active"),
            words={"costing": ("average", "fifo", "batch"), "negative": ("forbid", "warn", "allow")},
            rules={
                "code_given": "code <> ''",
                "name_given": "name <> ''",
                "unit_given": "unit <> ''",
                "makes_above_zero": "makes > 0",
                **{f"{p}_limit": f"{p} BETWEEN 0 AND {PRICE_LIMIT}" for p in PRICES},
                **within(QUANTITY_LIMIT, "minimum", "maximum", "pack_size", "weight"),
            },
        ),
        STRICT,
    )


class ProductUnit(Base):
    """A further unit of a product: ``numerator / denominator`` base units, with prices of its own."""

    __tablename__ = "product_units"
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    product_id: Mapped[int] = mapped_column(BigInt, ForeignKey("products.id"))
    name: Mapped[str] = mapped_column(Word)
    numerator: Mapped[int] = mapped_column(BigInt)
    denominator: Mapped[int] = mapped_column(BigInt, default=1, server_default="1")
    purchase_price: Mapped[Decimal | None] = mapped_column(Price)
    sale_price: Mapped[Decimal | None] = mapped_column(Price)
    wholesale_price: Mapped[Decimal | None] = mapped_column(Price)
    member_price: Mapped[Decimal | None] = mapped_column(Price)
    __table_args__ = (
        UniqueConstraint("product_id", "name"),
        *checks(
            rules={
                "factor": "numerator > 0 AND denominator > 0",
                **{f"{p}_limit": f"{p} BETWEEN 0 AND {PRICE_LIMIT}" for p in PRICES},
            }
        ),
        STRICT,
    )


class Barcode(Base):
    """A code that means product + unit (``unit_id`` None = base) + quantity of that unit. Exact match only."""

    __tablename__ = "barcodes"
    code: Mapped[str] = mapped_column(Word, primary_key=True)
    product_id: Mapped[int] = mapped_column(BigInt, ForeignKey("products.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(BigInt, ForeignKey("product_units.id"))
    quantity: Mapped[Decimal] = mapped_column(Quantity, default=Decimal(1), server_default="1000")
    position: Mapped[int] = mapped_column(BigInt, default=0, server_default="0")
    __table_args__ = (*checks(rules={"quantity_above_zero": "quantity > 0", "code_given": "code <> ''"}), CLUSTERED)


class ScaleRule(Base):
    """How the codes of a scale are read: ``prefixes`` with commas between, ``layout`` one letter a digit."""

    __tablename__ = "scale_rules"
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    position: Mapped[int] = mapped_column(BigInt, default=0, server_default="0")
    name: Mapped[str] = mapped_column(Word)
    prefixes: Mapped[str] = mapped_column(Word)
    layout: Mapped[str] = mapped_column(Word)
    weight_places: Mapped[int] = mapped_column(BigInt, default=3, server_default="3")
    amount_places: Mapped[int] = mapped_column(BigInt, default=2, server_default="2")
    active: Mapped[int] = yes_no(1)
    __table_args__ = (
        *checks(
            yes_no=("active",),
            rules={
                "prefixes_given": "prefixes <> ''",
                "layout_given": "layout <> ''",
                "weight_places": "weight_places BETWEEN 0 AND 3",
                "amount_places": "amount_places BETWEEN 0 AND 2",
            },
        ),
        STRICT,
    )


class RecipeLine(Base):
    """A part of what a product is put together from: ``quantity`` base units of it for ``Product.makes`` of the product."""

    __tablename__ = "recipe_lines"
    product_id: Mapped[int] = mapped_column(BigInt, ForeignKey("products.id"), primary_key=True, autoincrement=False)
    part_id: Mapped[int] = mapped_column(BigInt, ForeignKey("products.id"), primary_key=True, autoincrement=False, index=True)
    position: Mapped[int] = mapped_column(BigInt, default=0, server_default="0")
    quantity: Mapped[Decimal] = mapped_column(Quantity)
    __table_args__ = (
        *checks(rules={"quantity_above_zero": "quantity > 0", "not_itself": "product_id <> part_id"}),
        CLUSTERED,
    )


class Batch(Base):
    """A batch of a product: number, production date and expiry."""

    __tablename__ = "batches"
    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    product_id: Mapped[int] = mapped_column(BigInt, ForeignKey("products.id"))
    number: Mapped[str] = mapped_column(Word)
    produced: Mapped[str | None] = mapped_column(Word)
    expiry: Mapped[str | None] = mapped_column(Word, index=True)
    __table_args__ = (UniqueConstraint("product_id", "number"), STRICT)


class Picture(Base):
    """The picture of a product, a JPEG of at most 64 KB."""

    __tablename__ = "pictures"
    product_id: Mapped[int] = mapped_column(BigInt, ForeignKey("products.id"), primary_key=True, autoincrement=False)
    jpeg: Mapped[bytes] = mapped_column(Blob)
    __table_args__ = (*checks(rules={"size": "length(jpeg) <= 65536"}), STRICT)


_NEXT_CHANGE = select(func.coalesce(func.max(column("version")), 0) + 1).select_from(table("product_search")).scalar_subquery()


class ProductSearch(Base):
    """One narrow row per product for search as you type: lower-cased code, barcodes, name, spec, pinyin initials.

    ``version``: the number of the change that wrote the row, by itself; rows are never deleted, so whoever keeps the texts
    in memory reads on from the newest number it knows.
    """

    __tablename__ = "product_search"
    product_id: Mapped[int] = mapped_column(BigInt, ForeignKey("products.id"), primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Word)
    version: Mapped[int] = mapped_column(BigInt, default=_NEXT_CHANGE, onupdate=_NEXT_CHANGE, index=True)
    __table_args__ = (STRICT,)
