"""Kinds of shops: what a new shop of each kind begins with. Everything here can be changed on the settings page later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jxc_desktop.i18n import N_


@dataclass(frozen=True, slots=True)
class ShopKind:
    """``title``, ``note`` and ``categories`` are marked texts; the days are those of :class:`ShopSettings` (None: its preset)."""

    code: str
    title: str
    note: str
    categories: tuple[str, ...] = ()
    target_days: int | None = None
    slow_days: int | None = None
    expiring_days: int | None = None

    def settings(self) -> dict[str, Any]:
        """The fields of :class:`ShopSettings` that this kind presets."""
        days = {"target_days": self.target_days, "slow_days": self.slow_days, "expiring_days": self.expiring_days}
        return {name: value for name, value in days.items() if value is not None}


SHOP_KINDS: tuple[ShopKind, ...] = (
    ShopKind(
        "convenience",
        N_("Convenience / supermarket"),
        N_("Scanned fast, many expiry dates"),
        (N_("Drinks"), N_("Snacks"), N_("Dairy"), N_("Grain and oil"), N_("Household"), N_("Fresh food")),
        30,
        30,
        30,
    ),
    ShopKind(
        "hardware",
        N_("Hardware / building"),
        N_("Many sizes, by metre, on account"),
        (N_("Hardware"), N_("Electrical"), N_("Plumbing"), N_("Tools"), N_("Building materials"), N_("Paint")),
        90,
        120,
    ),
    ShopKind(
        "baby",
        N_("Mother and baby"),
        N_("Batches can be traced"),
        (N_("Milk powder"), N_("Baby food"), N_("Nappies"), N_("Care"), N_("Toys"), N_("Children’s wear")),
        45,
        60,
        90,
    ),
    ShopKind(
        "clothes",
        N_("Clothes and shoes"),
        N_("New goods every season, many styles"),
        (N_("Tops"), N_("Trousers"), N_("Shoes"), N_("Hats"), N_("Accessories")),
        60,
        60,
    ),
    ShopKind(
        "stationery",
        N_("Stationery / sundries"),
        N_("Low prices, many articles"),
        (N_("Pens"), N_("Notebooks"), N_("Office"), N_("Toys"), N_("Sundries")),
        60,
        90,
    ),
    ShopKind("general", N_("General"), N_("Nothing is preset, all of it is up to you")),
)
