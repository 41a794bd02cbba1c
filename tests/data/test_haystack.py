"""Search as you type looks through texts kept in memory: what it finds is what stands in the book, whoever wrote it."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from sqlalchemy import delete, insert, select

from jxc_desktop.db.engine import Database
from jxc_desktop.db.models import Product, ProductSearch, table
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.goods import ENDED, ProductForm, search_text
from jxc_desktop.queries import haystack
from jxc_desktop.queries.product_list import ProductFilter, product_list
from jxc_desktop.queries.product_search import needle, search_products, words
from jxc_desktop.services.products import create_product, end_product, update_product
from tests.helpers.shop import TODAY

ALPHABET = "牛奶糖水可乐a1m0 /%_𠮷"


def _expected(session, text: str, limit: int, with_ended: bool) -> list[int]:  # type: ignore[no-untyped-def]
    """What the rule of the search says, row by row."""
    phrase, found = needle(text), []
    for product, said in session.execute(select(ProductSearch.product_id, ProductSearch.text)):
        if all(word in said for word in words(phrase)) and (with_ended or not said.startswith(ENDED)):
            begins, whole = f"\n{phrase}" in said, f"\n{phrase}\n" in said
            found.append((0 if whole else 1 if begins else 2 if phrase in said else 3, product))
    return [product for _rank, product in sorted(found)][:limit]


@pytest.fixture
def many(bare: Database) -> Database:
    """600 products whose names are a few letters over and over, one in five ended, in no order of id."""
    dice = random.Random(3)
    goods, texts = [], []
    for number in dice.sample(range(1, 2000), 600):
        name = "".join(dice.choice(ALPHABET) for _ in range(dice.randrange(1, 7))).strip() or "奶"
        active = dice.random() > 0.2
        goods.append({"id": number, "code": f"C{number}", "name": name, "unit": "个", "active": int(active)})
        texts.append({"product_id": number, "text": search_text(f"C{number}", [], name, "", "ntk", active=active)})
    with bare.write() as session:
        session.connection().execute(insert(table(Product)), goods)
        session.connection().execute(insert(table(ProductSearch)), texts)
    return bare


@pytest.mark.parametrize("few", [0, 5, 100, 6000])
def test_what_is_found_and_its_order_are_those_of_the_rule(many: Database, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(haystack, "FEW", few)
    monkeypatch.setattr(haystack, "SHARE", 100)
    dice = random.Random(few)
    typed = ["".join(dice.choice(ALPHABET) for _ in range(dice.randrange(1, 4))) for _ in range(60)]
    typed += ["牛", "牛奶", "牛 奶", "c1", "C12", "c", "ntk", "𠮷", "m 牛 0", "%", "_", "/", "奶 xx"]
    with many.read() as session:
        for text in [t for t in typed if t.strip()]:
            for with_ended in (False, True):
                for limit in (1, 20, 1000):
                    found = haystack.haystack(session).best(needle(text), words(needle(text)), limit, with_ended=with_ended)
                    assert found == _expected(session, text, limit, with_ended), (text, with_ended, limit)
            listed = product_list(session, ProductFilter(text=text), limit=1000, today=TODAY)
            assert {row.id for row in listed} == set(_expected(session, text, 1000, False)), text


def test_what_changes_is_found_at_once_and_what_was_is_not(book: Database, act: Act) -> None:
    def found(text: str, *, all_of_them: bool = False) -> list[str]:
        with book.read() as session:
            return [hit.code for hit in search_products(session, text, include_inactive=all_of_them)]

    assert found("牛奶") == []
    with book.write() as session:
        milk = create_product(session, ProductForm("A1", "纯牛奶"), act).product_id
        create_product(session, ProductForm("A2", "牛奶糖"), act)
        assert [hit.code for hit in search_products(session, "牛奶")] == ["A2", "A1"]  # its own act is seen by the writer
    assert found("牛奶") == ["A2", "A1"]
    with book.write() as session:
        update_product(session, milk, ProductForm("A1", "羊奶"), act)
    assert (found("牛奶"), found("羊奶"), found("yn")) == (["A2"], ["A1"], ["A1"])
    with book.write() as session:
        end_product(session, milk, act)
    assert (found("奶"), found("奶", all_of_them=True)) == (["A2"], ["A1", "A2"])


def test_what_was_undone_is_never_found(book: Database, act: Act) -> None:
    def undone() -> None:
        with book.write() as session:
            create_product(session, ProductForm("A1", "纯牛奶"), act)
            assert [hit.code for hit in search_products(session, "牛奶")] == ["A1"]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undone()
    with book.write() as session:
        create_product(session, ProductForm("B1", "酸奶"), act)
    with book.read() as session:
        assert search_products(session, "牛奶") == []
        assert [hit.code for hit in search_products(session, "酸")] == ["B1"]


@pytest.mark.sqlite_only
def test_what_another_process_enters_is_found(book: Database, act: Act) -> None:
    with book.read() as session:
        assert search_products(session, "可乐") == []
    script = (
        "import sys; from pathlib import Path; from datetime import datetime; from jxc_desktop.db.engine import Database;"
        "from jxc_desktop.domain.acts import Act; from jxc_desktop.domain.goods import ProductForm;"
        "from jxc_desktop.services.products import create_product; now = datetime(2026, 3, 10); act = Act(1, now, now.date());\n"
        "with Database.sqlite(Path(sys.argv[1])).write() as s: create_product(s, ProductForm('K1', '可乐'), act)"
    )
    subprocess.run([sys.executable, "-c", script, str(book.path)], check=True)
    with book.read() as session:
        assert [hit.code for hit in search_products(session, "可乐")] == ["K1"]


def test_another_book_in_the_same_place_is_read_anew(many: Database) -> None:
    with many.read() as session:
        assert search_products(session, "c")
    with many.write() as session:  # as a server's book that was put back to an earlier day
        session.execute(delete(ProductSearch).where(ProductSearch.product_id > 100))
        session.execute(table(ProductSearch).update().values(version=1))
    with many.read() as session:
        assert all(hit.id <= 100 for hit in search_products(session, "c", limit=1000, include_inactive=True))
