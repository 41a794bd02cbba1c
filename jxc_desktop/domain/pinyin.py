"""Pinyin initials, by which people find a product without leaving the keyboard: 东北珍珠米 5kg -> dbzzm5kg."""

from __future__ import annotations

import unicodedata


def initials(text: str) -> str:
    """The first letters of ``text`` in lower case: of each Chinese character its pinyin's, letters and digits as they are.

    Readings follow the phrase (重庆 -> cq) as far as the dictionary knows it. Everything else is left out.
    """
    text = unicodedata.normalize("NFKC", text)
    if text.isascii():
        return "".join(char for char in text.lower() if char.isalnum())
    from pypinyin import Style, lazy_pinyin

    first = lazy_pinyin(text, style=Style.FIRST_LETTER)
    return "".join(char for part in first for char in part.lower() if char.isascii() and char.isalnum())
