"""What kinds of things an act changed: broadcast after each write, so that every open screen knows whether to reload."""

from __future__ import annotations

from enum import IntFlag


class Changes(IntFlag):
    """The subjects of the book that screens follow."""

    NOTHING = 0
    STOCK = 1
    DOCUMENTS = 2
    PRODUCTS = 4
    PARTNERS = 8
    MONEY = 16
    SETTINGS = 32
    ALL = 63
