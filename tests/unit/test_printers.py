"""Handing a paper to CUPS, and saying so where there is none."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest

from jxc_desktop.domain.troubles import PrinterTrouble
from jxc_desktop.printing import LabelPaper, render_labels, system

PDF = render_labels([(LabelPaper("P1", "12345", "水", "瓶", Decimal(2)), 1)], "50x30").pdf


class Cups:
    """Stands in for lpstat and lp: answers by the command's name and keeps what it was asked."""

    def __init__(self, answers: dict[str, tuple[int, str, str]]) -> None:
        self.answers = answers
        self.asked: list[tuple[list[str], Any]] = []

    def run(self, command: list[str], **more: Any) -> subprocess.CompletedProcess[bytes]:
        self.asked.append((command, more.get("input")))
        key = " ".join(command[:2]) if command[0] == "lpstat" else "lp"
        code, out, err = self.answers[key]
        return subprocess.CompletedProcess(command, code, out.encode(), err.encode())


@pytest.fixture
def cups(monkeypatch: pytest.MonkeyPatch) -> Cups:
    fake = Cups(
        {
            "lpstat -e": (0, "office\nlabels\n", ""),
            "lpstat -d": (0, "system default destination: labels\n", ""),
            "lp": (0, "request id is labels-7 (1 file(s))\n", ""),
        }
    )
    monkeypatch.setattr(system.shutil, "which", lambda name: name)
    monkeypatch.setattr(system.subprocess, "run", fake.run)
    return fake


def test_the_default_printer_comes_first(cups: Cups) -> None:
    assert system.printers() == [system.Printer("labels", True), system.Printer("office", False)]


def test_a_paper_goes_to_the_printer_unscaled_in_its_own_size(cups: Cups) -> None:
    assert system.print_pdf(PDF, "labels", copies=2) == "request id is labels-7 (1 file(s))"
    command, given = cups.asked[-1]
    assert given == PDF
    assert command[command.index("-n") + 1] == "2"
    assert "print-scaling=none" in command
    assert "media=Custom.50.0x30.0mm" in command


def test_what_the_printing_system_complains_about_reaches_the_shopkeeper(cups: Cups) -> None:
    cups.answers["lp"] = (1, "", "lp: The printer or class does not exist.")
    with pytest.raises(PrinterTrouble, match="does not exist"):
        system.print_pdf(PDF, "gone")
    cups.answers["lpstat -e"] = (0, "", "")
    with pytest.raises(PrinterTrouble):
        system.print_pdf(PDF)


def test_without_a_printing_system_there_are_no_printers_and_a_paper_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system.shutil, "which", lambda name: None)
    assert system.printers() == []
    with pytest.raises(PrinterTrouble) as refused:
        system.print_pdf(PDF)
    assert refused.value.exit_code == 4
    assert "PDF" in str(refused.value)


def test_the_papers_load_nothing_heavy_until_one_is_drawn() -> None:
    heavy = ("reportlab", "pypdfium2", "barcode", "sqlalchemy")
    code = f"import sys, jxc_desktop.printing; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
