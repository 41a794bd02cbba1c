"""A fault in one of our overrides of a Qt function is an error to be shown, never the end of the program."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any

from PySide6.QtCore import QObject

_GUARDED = "_jxc_guarded"


def guard() -> None:
    """From now on every subclass of ``QObject`` has its overrides guarded when it is made.

    When Qt, called from Python, calls an override that fails, PySide 6.11 reads the arguments of the error. Before Python 3.12
    an error that C code raised (``None + 1``, ``[][3]``, a deleted Qt object) is still a bare text at that moment, and reading
    it ends the process. Passing through one ``except`` clause makes a whole error of it.
    """
    if sys.version_info < (3, 12):
        # put onto a class that is not ours, which its typing does not foresee
        QObject.__init_subclass__ = classmethod(_guard_subclass)  # type: ignore[method-assign,assignment,arg-type]


def _guard_subclass(cls: type, **words: Any) -> None:
    super(QObject, cls).__init_subclass__(**words)  # type: ignore[misc]  # cls is known to be a QObject only where this hangs
    qt = [base for base in cls.__mro__ if _is_qt(base)]
    for ours in cls.__mro__:
        if ours is object or _is_qt(ours):
            continue
        for name, value in list(vars(ours).items()):
            if isinstance(value, FunctionType) and not name.startswith("__") and not hasattr(value, _GUARDED):
                if any(hasattr(base, name) for base in qt):
                    setattr(ours, name, _whole(value))


def _is_qt(kind: type) -> bool:
    return kind.__module__.partition(".")[0] in ("PySide6", "shiboken6", "Shiboken")


def _whole(override: FunctionType) -> Callable[..., Any]:
    @functools.wraps(override)
    def guarded(*arguments: Any, **words: Any) -> Any:
        try:
            return override(*arguments, **words)
        except BaseException:  # noqa: TRY203 - catching is what makes the error whole
            raise

    setattr(guarded, _GUARDED, True)
    return guarded
