"""The words of the program: English in the code, one catalogue per language.

``_`` translates at the moment it is called; ``N_`` only marks a text for the catalogue, for tables built at import
time. Texts take named placeholders (``{product}``), filled by :func:`fill` or ``str.format`` after translation.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from pathlib import Path

LANGUAGES = ("zh_CN", "en")

_translation: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def N_(text: str) -> str:
    """Mark ``text`` for the catalogue without translating it."""
    return text


def _(text: str) -> str:
    """Translate ``text`` into the language chosen by :func:`use`; the text itself where the catalogue lacks it."""
    return _translation.gettext(text) if text else ""


def use(language: str, folder: Path) -> None:
    """Speak ``language`` (one of ``LANGUAGES``) from now on; ``folder`` holds ``<language>/LC_MESSAGES/jxc.mo``.

    Raises ``ValueError`` for a language that is not in ``LANGUAGES``.
    """
    global _translation, _language
    if language not in LANGUAGES:
        raise ValueError(language)
    _translation = gettext.translation("jxc", folder, languages=[language], fallback=language == "en")
    _language = language


def language() -> str:
    """The language in use, ``zh_CN`` or ``en``."""
    return _language


def listed(words: Iterable[str]) -> str:
    """Words one after the other, with the comma of the language."""
    return _(", ").join(words)


def clauses(parts: Iterable[str]) -> str:
    """Parts of a sentence one after the other, with the comma of the language between them."""
    return _("{first}, {next}").format(first="", next="").join(parts)
