"""Accepting a transfer that is under way: what is said of a line, and what may become of what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from jxc_desktop.i18n import N_

Way = Literal["", "damaged", "short"]
WAYS: dict[Way, str] = {
    "damaged": N_("Damaged: write it off"),
    "short": N_("Not sent: back to where it came from"),
    "": N_("Still under way"),
}


@dataclass(frozen=True, slots=True)
class Received:
    """What was found of one line of the transfer, in base units. ``way``: what becomes of the difference."""

    line: int
    quantity: Decimal
    way: Way = ""
    note: str = ""
