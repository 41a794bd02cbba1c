"""Printers of this computer that take a PDF as it is: CUPS, by its own commands."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass

from jxc_desktop.domain.troubles import PrinterTrouble
from jxc_desktop.i18n import _
from jxc_desktop.printing.preview import page_sizes

SECONDS = 20


@dataclass(frozen=True, slots=True)
class Printer:
    """A printer by its name in the system."""

    name: str
    default: bool


def printers() -> list[Printer]:
    """The printers there are, the default one first; none where CUPS is not installed or does not answer."""
    if shutil.which("lpstat") is None:
        return []
    names = _ask(["lpstat", "-e"]).splitlines()
    chosen = _ask(["lpstat", "-d"]).rpartition(":")[2].strip()
    found = [Printer(name.strip(), name.strip() == chosen) for name in names if name.strip()]
    return sorted(found, key=lambda printer: not printer.default)


def print_pdf(pdf: bytes, printer: str | None = None, *, copies: int = 1, title: str = "JXC Desktop") -> str:
    """Hand ``pdf`` to ``printer`` (None: the default one) at its own size, unscaled; answers what the system calls the job.

    Raises :class:`PrinterTrouble` when there is no printer, or it does not take the paper: save the PDF then.
    """
    name = printer or _("the default printer")
    command = shutil.which("lp")
    if command is None:
        raise PrinterTrouble(printer=name, why=_("this computer has no printing system; save the PDF and print it from there"))
    if printer is None and not printers():
        raise PrinterTrouble(printer=name, why=_("no printer is set up; save the PDF and print it from there"))
    asked = [command, *(["-d", printer] if printer else []), "-n", str(copies), "-t", title]
    asked += ["-o", "print-scaling=none", "-o", f"media={_media(pdf)}", "--", "-"]
    try:
        done = subprocess.run(asked, input=pdf, capture_output=True, timeout=SECONDS, env=_english(), check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PrinterTrouble(printer=name, why=_("it did not answer within {seconds} seconds").format(seconds=SECONDS)) from error
    if done.returncode:
        raise PrinterTrouble(printer=name, why=done.stderr.decode("utf-8", "replace").strip()[:200] or str(done.returncode))
    return done.stdout.decode("utf-8", "replace").strip()


def _media(pdf: bytes) -> str:
    """The first page's size as CUPS names it."""
    width, height = sorted(page_sizes(pdf)[0])
    for name, sides in (("A4", (210, 297)), ("A5", (148, 210))):
        if abs(width - sides[0]) < 1 and abs(height - sides[1]) < 1:
            return name
    width, height = page_sizes(pdf)[0]
    return f"Custom.{width:.1f}x{height:.1f}mm"


def _ask(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, env=_english(), check=False)
    except (OSError, subprocess.TimeoutExpired):  # a printing system that does not answer has no printers for us
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def _english() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C"}
