"""Products, partners and recipes out as a list that the import reads back: the fields of the import as headings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jxc_desktop.columns import Column
from jxc_desktop.db.engine import Database
from jxc_desktop.domain.goods import PRICES, ProductForm
from jxc_desktop.domain.partners import PartnerForm
from jxc_desktop.exchange.write import write_csv, write_xlsx
from jxc_desktop.queries.partners import all_partners
from jxc_desktop.queries.product_forms import all_forms
from jxc_desktop.queries.recipes import all_recipes


class _Field(Column):
    """A column whose heading is the field's own name in every language."""

    @property
    def heading(self) -> str:
        return self.title


_PRODUCTS = (
    *(
        _Field(name, name, "text")
        for name in (
            "code",
            "name",
            "spec",
            "barcode",
            "unit",
            "units",
            "unit_barcodes",
            "unit_prices",
            "category",
            "brand",
            "supplier",
        )
    ),
    *(_Field(name, name, "price") for name in PRICES),
    *(_Field(name, name, "quantity") for name in ("minimum", "maximum")),
    _Field("lead_days", "lead_days", "integer"),
    _Field("pack_size", "pack_size", "quantity"),
    _Field("shelf_life_days", "shelf_life_days", "integer"),
    _Field("weight", "weight", "quantity"),
    *(_Field(name, name, "yes_no") for name in ("batches", "weighed")),
    *(_Field(name, name, "text") for name in ("costing", "negative", "shelf", "note")),
    _Field("active", "active", "yes_no"),
)
_RECIPES = (
    _Field("product", "product", "text"),
    _Field("part", "part", "text"),
    *(_Field(name, name, "quantity") for name in ("quantity", "makes")),
    _Field("kit", "kit", "yes_no"),
)
_PARTNERS = (
    *(_Field(name, name, "text") for name in ("code", "name", "type", "phone", "region", "price_level")),
    _Field("credit_limit", "credit_limit", "money"),
    _Field("terms_days", "terms_days", "integer"),
    _Field("note", "note", "text"),
    _Field("active", "active", "yes_no"),
)


def export_products(database: Database, path: Path) -> int:
    """Write all products to ``path`` (.xlsx, else CSV) and return how many. Raises what the writing of files raises.

    ``barcode`` holds the codes that mean one base unit, ``unit_barcodes`` all others (``箱=690…;瓶*6=690…``), ``unit_prices``
    the prices that further units have of their own (``箱:sale_price=48,purchase_price=40``).
    """
    with database.read() as session:
        suppliers = {partner_id: form.code for partner_id, form in all_partners(session)}
        return _write(path, _PRODUCTS, _product_rows(all_forms(session), suppliers), "products")


def export_partners(database: Database, path: Path) -> int:
    """Write all partners to ``path`` (.xlsx, else CSV) and return how many. Raises what the writing of files raises."""
    with database.read() as session:
        return _write(path, _PARTNERS, (_partner_row(form) for _id, form in all_partners(session)), "partners")


def export_recipes(database: Database, path: Path) -> int:
    """Write all recipes to ``path`` (.xlsx, else CSV), a row for each part, and return how many rows."""
    with database.read() as session:
        return _write(path, _RECIPES, (asdict(row) for row in all_recipes(session)), "recipes")


def _write(path: Path, columns: Sequence[Column], rows: Iterable[object], title: str) -> int:
    if path.suffix.lower() == ".xlsx":
        return write_xlsx(path, columns, rows, title)
    return write_csv(path, columns, rows)


def _product_rows(forms: Iterable[ProductForm], suppliers: dict[int, str]) -> Iterator[dict[str, Any]]:
    same = [column.key for column in _PRODUCTS if column.key not in _WRITTEN]
    for form in forms:
        yield {name: getattr(form, name) for name in same} | {
            "barcode": ",".join(b.code for b in form.barcodes if b.unit is None and b.quantity == 1),
            "units": ";".join(f"{unit.name}={unit.factor}" for unit in form.units),
            "unit_barcodes": _unit_barcodes(form),
            "unit_prices": _unit_prices(form),
            "supplier": suppliers.get(form.supplier_id or 0, ""),
        }


_WRITTEN = ("barcode", "units", "unit_barcodes", "unit_prices", "supplier")


def _unit_barcodes(form: ProductForm) -> str:
    """``箱=6901,6902;瓶*6=6903``"""
    found: dict[str, list[str]] = {}
    for barcode in form.barcodes:
        if barcode.unit is None and barcode.quantity == 1:
            continue
        times = "" if barcode.quantity == 1 else f"*{barcode.quantity.normalize():f}"
        found.setdefault(f"{barcode.unit or form.unit}{times}", []).append(barcode.code)
    return ";".join(f"{name}={','.join(codes)}" for name, codes in found.items())


def _unit_prices(form: ProductForm) -> str:
    """``箱:purchase_price=40,sale_price=48``"""
    found = []
    for unit in form.units:
        own = [f"{field}={price.normalize():f}" for field in PRICES if (price := getattr(unit, field)) is not None]
        if own:
            found.append(f"{unit.name}:{','.join(own)}")
    return ";".join(found)


def _partner_row(form: PartnerForm) -> dict[str, Any]:
    side = "both" if form.supplier and form.customer else "supplier" if form.supplier else "customer"
    return {column.key: getattr(form, column.key) for column in _PARTNERS if column.key != "type"} | {"type": side}
