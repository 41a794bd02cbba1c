"""A book of many products for the benchmarks, filled by bulk inserts: names, codes, prices and stock as a shop has them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Column, Text, insert

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Barcode, Batch, Category, Partner, Pool, Product, ProductSearch, StockBalance, StockMonth, table
from jxc_desktop.db.types import raw_insert
from jxc_desktop.db.upgrade import create_book
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.barcodes import check_digit
from jxc_desktop.domain.goods import search_text
from jxc_desktop.domain.pinyin import initials
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.services.shop import open_shop

TODAY = date(2026, 3, 10)
ACT = Act(user_id=1, at=datetime(2026, 3, 10, 10, 0), today=TODAY)

_BRANDS = (
    "清泉 康利源 白雪 立白 六神 佳洁士 双汇 海天 老干妈 统一 农夫 娃哈哈 蒙牛 "
    "伊利 旺旺 徐福记 洽洽 良品 金龙鱼 鲁花 福临门 心相印 维达 蓝月亮"
).split()
_KINDS = (
    "饮用天然水 乌龙茶 可乐 纯牛奶 原味酸奶 红烧牛肉面 珍珠米 花生油 鲜鸡蛋 手撕面包 "
    "海盐薯片 牙膏 洗衣液 抽纸 酱油 陈醋 白砂糖 火腿肠 电热毯 保温杯 毛巾 袜子 雨伞 钢笔 "
    "沐浴露 洗发露 剃须刀 香菇酱 榨菜 豆腐干 瓜子 巧克力 饼干 果冻 啤酒 白酒 红酒 咖啡 豆浆粉 麦片"
).split()
_TASTES = "经典 清爽 浓香 无糖 低脂 特级 家庭装 便携 儿童 新款 大号 小号 蓝色 红色 香辣 原味 五香 柠檬 草莓 薄荷".split()
_SIZES = "70g 200g 330ml 450ml 500ml 550ml 1kg 5kg 5L 30枚 2包 6瓶 12盒 M L XL".split()
_UNITS = "瓶 包 袋 盒 箱 个 支 桶".split()


def blank(model: Any) -> dict[str, Any]:
    """A row of ``model`` with nothing said: None where the table allows it, else its default, 0 or an empty text."""
    return {c.name: None if c.nullable else _said_by_default(c) for c in table(model).columns}


def _said_by_default(column: Column[Any]) -> Any:
    said: Any = getattr(column.server_default, "arg", "" if isinstance(column.type, Text) else "0")
    return said if isinstance(column.type, Text) else int(said)


def fill(database: Database, products: int, *, seed: int = 7) -> None:
    """Open a shop and put ``products`` products into it, most of them with stock."""
    dice = random.Random(seed)
    with database.write() as session:
        open_shop(session, ShopSettings(shop="小店"), ACT)
        connection = session.connection()
        connection.execute(
            insert(table(Category)), [{"id": i, "name": k, "path": k, "parent_id": None} for i, k in enumerate(_KINDS, 1)]
        )
        connection.execute(
            insert(table(Partner)),
            [{"id": i, "code": f"S{i:04}", "name": f"{_BRANDS[i % len(_BRANDS)]}商贸{i}", "supplier": 1} for i in range(1, 121)],
        )
        rows: dict[Any, list[dict[str, Any]]] = {
            model: [] for model in (Product, Barcode, ProductSearch, Batch, StockBalance, Pool, StockMonth)
        }
        for number in range(1, products + 1):
            _add(rows, number, dice)
        for model, found in rows.items():
            connection.execute(raw_insert(table(model)), found)


def _add(rows: dict[Any, list[dict[str, Any]]], number: int, dice: random.Random) -> None:
    kind = dice.randrange(len(_KINDS))
    name = dice.choice(_BRANDS) + dice.choice(_TASTES) + _KINDS[kind] + " " + dice.choice(_SIZES)
    code, body, letters = f"{number:06}", f"69{number * 97 % 10**10:010}", initials(name)
    barcode, cost, stock = body + check_digit(body), dice.randrange(50, 9000), dice.randrange(0, 80) * 1000
    product = blank(Product) | {
        "id": number,
        "code": code,
        "name": name,
        "spec": "",
        "brand": name[:2],
        "category_id": kind + 1,
        "unit": dice.choice(_UNITS),
        "purchase_price": cost * 100,
        "sale_price": cost * 140,
        "minimum": 10_000 if number % 3 else None,
        "supplier_id": number % 120 + 1,
        "batches": int(number % 10 == 0),
        "weighed": 0,
        "shelf": "",
        "note": "",
        "initials": letters,
        "active": int(number % 50 != 0),
    }
    rows[Product].append(product)
    rows[Barcode].append({"code": barcode, "product_id": number, "unit_id": None, "quantity": 1000, "position": 0})
    rows[ProductSearch].append(
        {
            "product_id": number,
            "text": search_text(code, [barcode], name, "", letters, active=bool(product["active"])),
            "version": number,
        }
    )
    batch = number if product["batches"] else 0
    if batch:
        rows[Batch].append(
            {
                "id": number,
                "product_id": number,
                "number": "B1",
                "produced": None,
                "expiry": f"2026-{dice.randrange(3, 12):02}-15",
            }
        )
    if not stock:
        return
    moment = f"2026-{dice.randrange(1, 3):02}-{dice.randrange(1, 28):02}T12:00:00"
    rows[StockBalance].append(
        blank(StockBalance)
        | {"product_id": number, "warehouse_id": 1, "batch_id": batch, "quantity": stock, "last_moment": moment}
    )
    rows[Pool].append(
        blank(Pool)
        | {
            "product_id": number,
            "warehouse_id": 0,
            "batch_id": 0,
            "quantity": stock,
            "value": stock * cost // 1000,
            "cost_value": cost,
            "cost_quantity": 1000,
            "last_moment": moment,
            "last_sale": moment if number % 7 else None,
            "clean": 1,
        }
    )
    month = blank(StockMonth) | {
        "product_id": number,
        "warehouse_id": 1,
        "month": moment[:7],
        "sold_quantity": dice.randrange(0, 60) * 1000,
        "bought_quantity": stock,
    }
    rows[StockMonth].append(month)


@contextmanager
def book_of(products: int) -> Iterator[Database]:
    """An open SQLite book of ``products`` products in a temporary folder."""
    with TemporaryDirectory(prefix="jxc-bench-") as folder:
        path = Path(folder) / "shop.db"
        create_book(path)
        database = Database.sqlite(path, label="bench")
        fill(database, products)
        yield database
        database.close()
