"""The tour: the real windows driven through a day by a process of its own, and what it leaves behind."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from tests.helpers.commands import process

SIZE = "1366x768"
PICTURES = {
    f"{name}_{SIZE}_light.png"
    for name in (
        "backup", "dashboard", "difference", "documents", "labels", "palette", "partners", "product", "purchase", "report",
        "sale", "settings", "stock", "stocktake", "transfer", "why", "wizard",
    )
} | {"components_1760x800_light.png", "print_samples.png"}  # fmt: skip
SIZES = {"components_1760x800_light.png": (1760, 800), "print_samples.png": (1920, 1010)}
LABELS = {"label_40x30.pdf", "label_70x38.pdf"}
PAPERS = LABELS | {f"paper_{name}.pdf" for name in ("241x140", "58", "80", "A4", "A5")}


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The folder of one tour without any book, and how its process ended."""
    folder = tmp_path_factory.mktemp("tour")
    out = folder / "out"
    running = process("--data", folder / "none", "--json", "--today", "2026-11-24", "tour", "--out", out, "--size", SIZE)
    said, errors = running.communicate(timeout=240)
    return out, subprocess.CompletedProcess(running.args, running.returncode, said, errors)


def test_a_day_in_the_shop_has_all_its_effects(toured: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    out, ended = toured
    assert ended.returncode == 0, ended.stderr
    answer = json.loads(ended.stdout)
    assert set(answer["pictures"]) == PICTURES
    assert set(answer["papers"]) == PAPERS
    assert answer["steps"] >= 44
    assert {path.name for path in out.iterdir()} == PICTURES | PAPERS
    assert not (out.parent / "none").exists()


def test_no_picture_of_the_tour_is_blank(toured: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    for name in PICTURES:
        with Image.open(toured[0] / name) as picture:
            assert picture.size == SIZES.get(name, (1366, 768)), name
            colours = picture.convert("RGB").getcolors(maxcolors=1 << 20)
            assert colours is not None, name
            assert len(colours) > 60, name
            assert max(count for count, _colour in colours) < 0.95 * picture.width * picture.height, name


@pytest.mark.parametrize("paper", ["40x30", "70x38"])
def test_the_labels_of_the_tour_can_be_scanned(toured: tuple[Path, subprocess.CompletedProcess[str]], paper: str) -> None:
    document = pypdfium2.PdfDocument(io.BytesIO((toured[0] / f"label_{paper}.pdf").read_bytes()))
    pages = [document[number].render(scale=8).to_pil() for number in range(len(document))]
    document.close()
    assert {code.text for page in pages for code in zxingcpp.read_barcodes(page)} == {
        "9520000010010",
        "9520000010027",
        "9520000010034",
    }
