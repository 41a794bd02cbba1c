"""What a report is made of: its name, filters, columns, and the question it asks. Screen, table, CSV, Excel and PDF read this."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy.orm import Session

from jxc_desktop.columns import Column, plain
from jxc_desktop.domain.settings import ShopSettings
from jxc_desktop.i18n import N_, _
from jxc_desktop.queries.periods import Period
from jxc_desktop.queries.scope import Scope, find_scope, first_day

Control = Literal["day", "warehouse", "category", "product", "partner", "by", "choice", "number"]


@dataclass(frozen=True, slots=True)
class Filter:
    """One control of the filter bar and one option of the command line (``--name``); ``field`` of :class:`Filters` holds it."""

    name: str
    field: str
    title: str
    control: Control
    choices: tuple[tuple[str, str], ...] = ()


FROM = Filter("from", "date_from", N_("From day"), "day")
TO = Filter("to", "date_to", N_("To day"), "day")
AS_OF = Filter("as-of", "as_of", N_("As of"), "day")
WAREHOUSE = Filter("warehouse", "warehouse", N_("Warehouse"), "warehouse")
CATEGORY = Filter("category", "category", N_("Category"), "category")
PRODUCT = Filter("product", "product", N_("Product"), "product")
PARTNER = Filter("partner", "partner", N_("Partner"), "partner")
BY = Filter("by", "by", N_("Group by"), "by")
AVERAGE = Filter(
    "average",
    "average",
    N_("Average inventory"),
    "choice",
    (("daily", N_("Mean of every day")), ("ends", N_("Mean of opening and closing"))),
)
DAYS = Filter("days", "days", N_("Days"), "number")
GOODS = (WAREHOUSE, CATEGORY, PRODUCT, PARTNER)

BY_TITLES: Mapping[str, str] = {
    "shop": N_("Shop"), "warehouse": N_("Warehouse"), "category": N_("Category"), "supplier": N_("Supplier"),
    "brand": N_("Brand"),
    "product": N_("Product"), "month": N_("Month"), "customer": N_("Customer"), "region": N_("Region"), "user": N_("User"),
    "day": N_("Day"),
    "week": N_("Week"), "hour": N_("Hour"), "batch": N_("Batch"),
    "stocktake": N_("Stocktake"), "kit": N_("Kit"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """What a report is asked for; codes of warehouse, product and partner, the path of a category. None = not narrowed.

    ``date_from`` defaults to the first posting, ``date_to`` and ``as_of`` to ``today``; ``by`` to the report's first.
    """

    today: date
    date_from: date | None = None
    date_to: date | None = None
    as_of: date | None = None
    warehouse: str | None = None
    category: str | None = None
    product: str | None = None
    partner: str | None = None
    by: tuple[str, ...] = ()
    average: Literal["daily", "ends"] = "daily"
    days: int | None = None

    @property
    def day(self) -> date:
        """The day a report about one day is for: ``as_of``, else ``date_to``, else today."""
        return self.as_of or self.date_to or self.today

    @property
    def until(self) -> date:
        """The last day that counts: days after today do not."""
        return min(self.date_to or self.as_of or self.today, self.today)

    def period(self, session: Session) -> Period:
        """From the first day asked for (else the first posting) to the last that counts."""
        first = self.date_from
        if first is None:
            known = first_day(session)
            first = date.fromisoformat(known) if known else self.until
        return Period(first, self.until)

    def scope(self, session: Session) -> Scope:
        """The ids behind the codes. Raises the refusals of :func:`find_scope`."""
        return find_scope(session, warehouse=self.warehouse, category=self.category, product=self.product, partner=self.partner)


@dataclass(frozen=True, slots=True)
class Chart:
    """How a report looks as a picture: ``label`` and ``series`` name columns; ``target`` is a line to compare with."""

    kind: Literal["bars", "lines", "across"]
    label: str
    series: tuple[str, ...]
    limit: int = 12
    target: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ReportResult:
    """The answer: ``rows`` (objects or mappings that the columns read), ``totals`` by column key, ``notes`` as sentences.

    ``json``: the keys that ``--json`` carries, in that order, where they are not simply the columns.
    """

    columns: tuple[Column, ...]
    rows: Sequence[Any]
    totals: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    chart: Chart | None = None
    json: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a report's own question gives back; :func:`jxc_desktop.reports.run_report` completes it."""

    rows: Sequence[Any]
    totals: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()
    target: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One report. ``columns`` may depend on the filters (:meth:`columns_for`); ``by``: groupings, the first is the default.

    ``many``: several groupings at once. ``needs``: fields of :class:`Filters` that must be given. ``json``: the keys of
    ``--json`` where the columns of the screen say more than the fixed contract of the command line.
    """

    name: str
    title: str
    filters: tuple[Filter, ...]
    columns: tuple[Column, ...]
    run: Callable[[Session, Filters, ShopSettings], Answer]
    by: tuple[str, ...] = ()
    many: bool = False
    needs: tuple[str, ...] = ()
    chart: Chart | None = None
    group: Literal["stock", "sales", "money", "book"] = "stock"
    about: str = ""
    json: tuple[str, ...] = ()

    @property
    def keyed(self) -> bool:
        """Whether its rows carry their grouping as ``key`` and ``name``."""
        return bool(self.columns) and self.columns[0].key == "key"

    def columns_for(self, filters: Filters) -> tuple[Column, ...]:
        """The columns of an answer: several groupings give their keys as columns of those names, one gives key and name."""
        by = filters.by or self.by[:1]
        if not self.keyed:
            return self.columns
        if len(by) > 1:
            return (*(Column(word, BY_TITLES[word], "code", width=120) for word in by), *self.columns[2:])
        title = BY_TITLES[by[0]]
        return (Column("key", N_("Code"), "code", priority=2), Column("name", title, "text", width=200), *self.columns[2:])


KEY_COLUMNS = (Column("key", N_("Code"), "code", priority=2), Column("name", N_("Group"), "text", width=200))


def keyed_rows(lines: Sequence[Any], by: tuple[str, ...], columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Rows of a grouped question as mappings: the keys under ``key`` and ``name``, or under their own names."""
    rows = []
    for line in lines:
        keys: dict[str, Any] = dict(zip(by, line.keys, strict=True)) if len(by) > 1 else {"key": line.keys[0], "name": line.name}
        rows.append(keys | {column.key: getattr(line, column.key) for column in columns[2:]})
    return rows


def as_json(result: ReportResult) -> list[dict[str, Any]]:
    """The rows as flat objects for ``--json``: exact decimals as strings, counts as numbers, yes/no as true and false."""
    by_key = {column.key: column for column in result.columns}
    columns = [by_key[key] for key in result.json] if result.json else list(result.columns)
    return [{column.key: _plain(column.value(row), column) for column in columns} for row in result.rows]


def _plain(value: Any, column: Column) -> Any:
    if value is None:
        return None
    if column.shape == "yes_no":
        return bool(value)
    return value if column.shape == "integer" and isinstance(value, int) else plain(value, column.shape)


def unknown_note(count: int) -> tuple[str, ...]:
    """The sentence that belongs under sums of values, where some are not known."""
    return (_("{count} stock rows have no known cost yet; they count as 0.").format(count=count),) if count else ()
