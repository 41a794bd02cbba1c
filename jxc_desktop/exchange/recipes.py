"""Recipes from a spreadsheet into the book: a row for each part; all rows of a product together replace the recipe it had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from sqlalchemy.orm import Session

from jxc_desktop.db.engine import Database
from jxc_desktop.domain import errors
from jxc_desktop.domain.acts import Act
from jxc_desktop.domain.changes import Changes
from jxc_desktop.exchange.fields import RowProblem, short
from jxc_desktop.exchange.headings import Explicit
from jxc_desktop.exchange.intake import ImportResult, Progress
from jxc_desktop.exchange.rows import RecipeRow, read_recipes
from jxc_desktop.i18n import _
from jxc_desktop.queries.opening import TrackedProduct, tracked_products
from jxc_desktop.queries.recipes import recipe_of
from jxc_desktop.services.recipes import save_recipe

ONE = Decimal(1)


class _Undone(Exception):
    pass


def import_recipes(
    database: Database,
    path: Path | str,
    *,
    act: Act,
    mapping: Explicit | None = None,
    sheet: str | None = None,
    dry_run: bool = False,
    atomic: bool = False,
    progress: Progress | None = None,
) -> ImportResult:
    """Enter the recipes of the list at ``path``; as :func:`jxc_desktop.exchange.products.import_products`, counted in rows.

    A recipe enters whole or not at all. The same file again changes nothing.
    """
    parsed = read_recipes(path, sheet, mapping, progress)
    result = ImportResult(rows=parsed.total, errors=parsed.errors, warnings=parsed.warnings, sheet=parsed.sheet)
    try:
        with database.write() as session:
            known = tracked_products(session, {code for row in parsed.rows for code in (row.product, row.part)})
            broken = {values["product"]: number for number, values in parsed.refused if values.get("product")}
            for rows in _recipes(parsed.rows):
                if (wrong := broken.get(rows[0].product)) is not None:
                    _leave_out(rows, wrong, result)
                else:
                    _enter(session, rows, known, act, result)
            result.errors.sort(key=lambda problem: problem.row)
            if dry_run or (atomic and result.errors):
                raise _Undone
    except _Undone:
        if atomic and result.errors:
            result.created = result.updated = result.unchanged = 0
        return result
    result.entered = True
    result.changes = Changes.PRODUCTS if result.created or result.updated else Changes.NOTHING
    return result


def _recipes(rows: Sequence[RecipeRow]) -> list[list[RecipeRow]]:
    """The rows product by product, in the order of the file."""
    found: dict[str, list[RecipeRow]] = {}
    for row in rows:
        found.setdefault(row.product, []).append(row)
    return list(found.values())


def _enter(session: Session, rows: list[RecipeRow], known: Mapping[str, TrackedProduct], act: Act, result: ImportResult) -> None:
    """Enter one recipe, or say at which row it fails and that the others of it stay out."""
    at = rows[0]
    try:
        with session.begin_nested():
            product = _named(known, rows[0].product)
            parts = []
            for at in rows:
                parts.append((_named(known, at.part).id, at.quantity))
            makes, kit = _makes(rows), any(row.kit for row in rows)
            before = recipe_of(session, product.id)
            same = before is not None and (before.kit, before.makes) == (kit, makes)
            if before is not None and same and [(part.part_id, part.quantity) for part in before.parts] == parts:
                result.unchanged += len(rows)
                return
            at = rows[0]
            save_recipe(session, product.id, parts, act, makes=makes, kit=kit)
    except errors.JxcError as error:
        line = error.facts.get("line")
        wrong = rows[line - 1] if isinstance(line, int) else at
        field, value = ("product", wrong.product) if error.facts.get("key") == wrong.product else ("part", wrong.part)
        result.errors.append(RowProblem(wrong.row, field, short(value), error.code, str(error)))
        _leave_out([row for row in rows if row is not wrong], wrong.row, result)
        return
    if before is None:
        result.created += len(rows)
    else:
        result.updated += len(rows)


def _leave_out(rows: Sequence[RecipeRow], wrong: int, result: ImportResult) -> None:
    """Say of ``rows`` that they stay out because the row ``wrong`` of their recipe is refused."""
    why = _("Row {row} of the same recipe is refused, so this one does not enter either.").format(row=wrong)
    result.errors += [RowProblem(row.row, "product", short(row.product), "rolled_back", why) for row in rows]


def _named(known: Mapping[str, TrackedProduct], code: str) -> TrackedProduct:
    if code not in known:
        raise errors.UnknownProduct(what=_("product"), key=code)
    return known[code]


def _makes(rows: Sequence[RecipeRow]) -> Decimal:
    """What the recipe makes: 1 where no row says it. Raises :class:`BadValue` where rows say different things."""
    said = list(dict.fromkeys(row.makes for row in rows if row.makes is not None))
    if len(said) > 1:
        hint = _("All rows of a product must say the same.")
        raise errors.BadValue(field=_("What the recipe makes"), value=f"{said[1]:f}", hint=hint)
    return said[0] if said else ONE
