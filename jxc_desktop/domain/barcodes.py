"""Barcodes: check digits, how a code is printed, codes of the shop's own, and what to warn about on entry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from jxc_desktop.domain.errors import BadBarcode, OutOfRange
from jxc_desktop.i18n import N_, _

Symbology = Literal["ean13", "ean8", "code128"]

IN_STORE_PREFIX = "29"
IN_STORE_LIMIT = 10**10 - 1

_DIGITS = re.compile(r"[0-9]+")
_PRINTABLE = re.compile(r"[ -~]+")
_CHECKED = {8: "EAN-8", 12: "UPC-A", 13: "EAN-13", 14: "GTIN-14"}


def check_digit(body: str) -> str:
    """The check digit that belongs after ``body`` (all digits but the last, of an EAN-8, UPC-A, EAN-13 or GTIN-14).

    GS1 General Specifications, 7.9: weights 3, 1, 3 … from the right, completed to the next ten. Raises ``ValueError``
    when ``body`` holds anything but the digits 0-9.
    """
    if not _DIGITS.fullmatch(body):
        raise ValueError(body)
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return str(-total % 10)


def has_right_check_digit(code: str) -> bool:
    """Whether the last digit of ``code`` is the check digit of those before it; ``False`` for anything but digits."""
    return len(code) > 1 and bool(_DIGITS.fullmatch(code)) and check_digit(code[:-1]) == code[-1]


def symbology(code: str) -> Symbology:
    """How ``code`` is printed: a right EAN-13 or EAN-8 as such, everything else as Code 128."""
    if len(code) in (8, 13) and has_right_check_digit(code):
        return "ean13" if len(code) == 13 else "ean8"
    return "code128"


def require_printable(code: str) -> None:
    """Refuse what no symbology here can carry: an empty code or characters outside printable ASCII (:class:`BadBarcode`)."""
    if not code:
        raise BadBarcode(code=code, why=_("it is empty"))
    if not _PRINTABLE.fullmatch(code):
        strange = "".join(sorted({c for c in code if not " " <= c <= "~"}))[:10]
        why = _("it holds “{strange}”; only Latin letters, digits and signs can be bars").format(strange=_visible(strange))
        raise BadBarcode(code=_visible(code[:80]), why=why)


def _visible(text: str) -> str:
    """``text`` as a message can show it: control characters by their escapes."""
    return text if text.isprintable() else text.encode("unicode_escape").decode()


def in_store_code(serial: int) -> str:
    """The shop's own EAN-13 number ``serial`` (0 … 9,999,999,999): prefix 29, serial, check digit.

    Raises :class:`OutOfRange` beyond the ten digits there are.
    """
    if not 0 <= serial <= IN_STORE_LIMIT:
        raise OutOfRange(field=_("Barcode serial"), value=serial, low=0, high=IN_STORE_LIMIT)
    body = f"{IN_STORE_PREFIX}{serial:010d}"
    return body + check_digit(body)


def in_store_serial(code: str) -> int | None:
    """The serial inside an in-store EAN-13 of this shop; ``None`` for every other code."""
    if len(code) != 13 or not code.startswith(IN_STORE_PREFIX) or not has_right_check_digit(code):
        return None
    return int(code[2:12])


@dataclass(frozen=True, slots=True)
class BarcodeWarning:
    """Something odd about a code that does not stop it from being kept. ``expected`` is the code as it should end."""

    code: str
    value: str
    expected: str

    @property
    def message(self) -> str:
        return _(_CHECK_DIGIT_TEXT).format(value=self.value, standard=_CHECKED[len(self.value)], expected=self.expected)


_CHECK_DIGIT_TEXT = N_("{value} has a wrong {standard} check digit ({expected} would be right). It is kept as entered.")


def warning(code: str) -> BarcodeWarning | None:
    """What to say when ``code`` is entered: 8, 12, 13 or 14 digits with a wrong check digit. ``None``: nothing."""
    if len(code) not in _CHECKED or not _DIGITS.fullmatch(code) or has_right_check_digit(code):
        return None
    return BarcodeWarning("wrong_check_digit", code, code[:-1] + check_digit(code[:-1]))
