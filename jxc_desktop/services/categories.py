"""The category tree: made along a path, renamed with everything below it, removed when empty."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from jxc_desktop.db.models import Category, Product, table
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.domain.errors import Duplicate, Missing, NotFound, StillInUse
from jxc_desktop.domain.goods import category_path
from jxc_desktop.i18n import _
from jxc_desktop.services.audit import record


def categories_of(session: Session, paths: Iterable[str]) -> dict[str, int]:
    """The ids of these category paths; what is missing of them, parents included, is made. The empty path has none."""
    connection = session.connection()
    known = dict(connection.execute(select(Category.path, Category.id)).all())
    for path in paths:
        parts = path.split("/") if path else []
        for depth in range(1, len(parts) + 1):
            here = "/".join(parts[:depth])
            if here not in known:
                made = connection.execute(
                    insert(table(Category)),
                    {"name": parts[depth - 1], "path": here, "parent_id": known.get("/".join(parts[: depth - 1]))},
                )
                assert made.inserted_primary_key is not None
                known[here] = int(made.inserted_primary_key[0])
    return known


def create_category(session: Session, path: str, act: Act) -> tuple[int, Changes]:
    """Make a category (and what is missing above it); returns its id. Raises :class:`Missing`, :class:`Duplicate`."""
    path = category_path(path)
    if not path:
        raise Missing(field=_("Category"))
    if session.execute(select(Category.id).where(Category.path == path)).first() is not None:
        raise Duplicate(what=_("Category"), key=path, owner=path)
    made = categories_of(session, [path])[path]
    record(session, act, "category.create", path)
    return made, Changes.PRODUCTS


def rename_category(session: Session, category_id: int, path: str, act: Act) -> Changes:
    """Give a category another path, and everything below with it. Raises :class:`NotFound`, :class:`Duplicate` …"""
    before = _path(session, category_id)
    path = category_path(path)
    if not path:
        raise Missing(field=_("Category"))
    if path == before:
        return Changes.NOTHING
    if session.execute(select(Category.id).where(Category.path == path)).first() is not None or path.startswith(before + "/"):
        raise Duplicate(what=_("Category"), key=path, owner=path)
    parent, _slash, name = path.rpartition("/")
    above = categories_of(session, [parent]).get(parent)
    session.execute(update(Category).where(Category.id == category_id).values(parent_id=above, name=name, path=path))
    for below in session.execute(
        select(Category.id, Category.path).where(Category.path.startswith(before + "/", autoescape=True))
    ).all():
        session.execute(update(Category).where(Category.id == below.id).values(path=path + below.path[len(before) :]))
    record(session, act, "category.rename", before, before=before, after=path)
    return Changes.PRODUCTS


def remove_category(session: Session, category_id: int, act: Act) -> Changes:
    """Remove an empty category. Raises :class:`NotFound`, :class:`StillInUse` while products or categories are in it."""
    path = _path(session, category_id)
    products = session.execute(select(func.count()).select_from(Product).where(Product.category_id == category_id)).scalar_one()
    below = session.execute(select(func.count()).select_from(Category).where(Category.parent_id == category_id)).scalar_one()
    if products or below:
        why = _("{products} products and {categories} categories are in it").format(products=products, categories=below)
        raise StillInUse(what=_("Category"), key=path, why=why)
    session.execute(delete(Category).where(Category.id == category_id))
    record(session, act, "category.remove", path)
    return Changes.PRODUCTS


def _path(session: Session, category_id: int) -> str:
    path = session.execute(select(Category.path).where(Category.id == category_id)).scalar()
    if path is None:
        raise NotFound(what=_("category"), key=str(category_id))
    return path
