"""Choices that travel with the book. To add one: a field here; its row on the settings page is built from it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Literal

from jxc_desktop.i18n import N_

Negative = Literal["forbid", "warn", "allow"]
Costing = Literal["average", "fifo"]


def _setting(
    default: Any, title: str, *, group: str, locked: bool = False, choices: dict[str, str] | None = None, hint: str = ""
) -> Any:
    return field(default=default, metadata={"title": title, "group": group, "locked": locked, "choices": choices, "hint": hint})


@dataclass(frozen=True, slots=True)
class ShopSettings:
    """The settings of one shop. ``metadata`` of each field: title, group, locked (after the first posting), choices."""

    shop: str = _setting("", N_("Shop name"), group="shop")
    address: str = _setting("", N_("Address"), group="shop")
    phone: str = _setting("", N_("Phone"), group="shop")
    currency: str = _setting("CNY", N_("Currency"), group="shop", locked=True)
    costing: str = _setting(
        "average",
        N_("Cost method"),
        group="stock",
        locked=True,
        choices={"average": N_("Moving average"), "fifo": N_("First in, first out")},
    )
    pool: str = _setting(
        "product",
        N_("Cost is kept per"),
        group="stock",
        locked=True,
        choices={"product": N_("Product"), "warehouse": N_("Product and warehouse")},
    )
    negative: str = _setting(
        "forbid",
        N_("Selling more than is there"),
        group="stock",
        choices={"forbid": N_("Forbid"), "warn": N_("Warn"), "allow": N_("Allow")},
    )
    expired: str = _setting(
        "block",
        N_("Selling goods past their date"),
        group="stock",
        choices={"block": N_("Only when confirmed"), "warn": N_("Warn"), "allow": N_("Allow")},
        hint=N_("Goods that are past their date leave last in any case."),
    )
    number_pattern: str = _setting(
        "{prefix}-{day}-{serial:03}",
        N_("Document numbers"),
        group="documents",
        hint=N_("{prefix}, {day} and {serial} are filled in."),
    )
    closing_hour: int = _setting(0, N_("The business day ends at"), group="documents", hint=N_("Hour of the night, 0 to 6."))
    target_days: int = _setting(30, N_("Target turnover days"), group="stock")
    slow_days: int = _setting(60, N_("Slow after days without sale"), group="stock")
    expiring_days: int = _setting(30, N_("Warn days before expiry"), group="stock")
    count_percent: int = _setting(
        0,
        N_("Stocktake: count again beyond (% of the book)"),
        group="stock",
        hint=N_("A line that is further off is counted a second time. 0: the quantity is not looked at."),
    )
    count_value: int = _setting(
        100,
        N_("Stocktake: count again beyond (yuan)"),
        group="stock",
        hint=N_("The same by the value of the difference. 0: the value is not looked at."),
    )
    count_approval: int = _setting(
        500,
        N_("Stocktake: the owner approves above (yuan)"),
        group="stock",
        hint=N_("Gains and losses of the whole count added up. 0: no approval."),
    )
    count_rate: int = _setting(
        5,
        N_("Stocktake: differences by value up to (‰)"),
        group="stock",
        hint=N_("5 ‰ = 0.50 %, the line under the count says so."),
    )
    lock_until: str = _setting("", N_("Lock date"), group="lock", hint=N_("Days up to this one cannot change any more."))
    demo: bool = _setting(False, N_("Demo shop"), group="hidden")
    language: str = _setting("zh_CN", N_("Language of papers"), group="shop", choices={"zh_CN": "简体中文", "en": "English"})

    @classmethod
    def names(cls) -> tuple[str, ...]:
        return tuple(f.name for f in fields(cls))
