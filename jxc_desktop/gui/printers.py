"""Which printers this computer has."""

from __future__ import annotations


def default_printer() -> str:
    """The name of the printer that is used when none is named; empty where none is installed. May take a second."""
    from PySide6.QtPrintSupport import QPrinterInfo

    names = list(QPrinterInfo.availablePrinterNames())
    default = QPrinterInfo.defaultPrinterName()
    return default if default in names else next(iter(names), "")
