"""Values of a JSON object as a document takes them; the others are refused by the name of their key."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from jxc_desktop.domain import errors
from jxc_desktop.domain.money import TOTAL_LIMIT, parse_decimal
from jxc_desktop.domain.text import clean_text
from jxc_desktop.i18n import _


def yes_no(given: dict[str, Any], name: str, default: bool) -> bool:
    """``true`` or ``false``; words and numbers would all mean yes and are refused."""
    found = given.get(name)
    if found is None:
        return default
    if not isinstance(found, bool):
        raise errors.BadValue(field=name, value=str(found)[:80], hint="true / false")
    return found


def amount_of(given: dict[str, Any]) -> Decimal:
    """The amount of a payment or a settlement: nothing is guessed where money changes hands."""
    return needed(decimal(given, "amount", 2, TOTAL_LIMIT), "amount")


def needed(found: Decimal | None, name: str) -> Decimal:
    """``found``; raises :class:`Missing` where there is none."""
    if found is None:
        raise errors.Missing(field=name)
    return found


def objects(given: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects; none where the key is left out."""
    found = given.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise errors.BadValue(field=name, value=str(found)[:80], hint=_("A list of objects is expected."))
    return found


def keys_of(given: dict[str, Any], name: str) -> list[str]:
    """One reference, or a list of them."""
    found = given.get(name)
    listed = [found] if isinstance(found, str) else found or []
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise errors.BadValue(field=name, value=str(found)[:80], hint=_("A number or a list of numbers is expected."))
    return listed


def text(given: dict[str, Any], name: str, *, limit: int = 200) -> str | None:
    """A text as the book keeps it; ``None`` where it is left out or empty."""
    found = given.get(name)
    if found is None:
        return None
    if not isinstance(found, str):
        raise errors.BadValue(field=name, value=str(found)[:80], hint=_("A text is expected."))
    return clean_text(found, field=name, limit=limit) or None


def required(given: dict[str, Any], name: str) -> str:
    """A text that must be there. Raises :class:`Missing`."""
    found = text(given, name)
    if not found:
        raise errors.Missing(field=name)
    return found


def decimal(given: dict[str, Any], name: str, places: int, limit: Decimal) -> Decimal | None:
    """An exact number between ``-limit`` and ``limit``; ``None`` where it is left out."""
    found = given.get(name)
    return None if found is None else parse_decimal(found, field=name, places=places, low=-limit, high=limit)
