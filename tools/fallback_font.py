"""Makes the fallback face: the glyphs of Noto Sans JP and HK that Noto Sans SC lacks, one small TTF per weight.

    python tools/fallback_font.py FOLDER

FOLDER holds the unpacked npm packages ``noto-sans-jp`` and ``noto-sans-hk`` of ``@expo-google-fonts``; the main face
is read from ``resources/fonts`` and the result is written beside it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from fontTools import merge, subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent.parent / "resources" / "fonts"
WEIGHTS = ("400Regular", "600SemiBold")
FAMILY = "JXC Fallback"
LIMIT = 1_000_000


def characters(path: Path) -> set[int]:
    """The code points ``path`` has a glyph for."""
    with TTFont(path, lazy=True) as font:
        return set(font.getBestCmap())


def cut(source: Path, wanted: set[int], target: Path) -> None:
    """Write the glyphs of ``wanted`` alone: no layout tables, no hinting, no vertical metrics."""
    options = subset.Options()
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "STAT", "vhea", "vmtx", "prep", "gasp"]
    options.hinting = False
    options.notdef_outline = True
    options.glyph_names = False
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    subset.save_font(font, str(target), options)


def rename(font: TTFont, weight: str) -> None:
    """Give the face a family of its own, so that it never stands in for the real Noto faces of the machine."""
    style = weight.lstrip("0123456789")
    words = {1: f"{FAMILY} {style}", 2: "Regular", 4: f"{FAMILY} {style}", 6: f"JxcFallback-{style}", 16: FAMILY, 17: style}
    kept = [r for r in font["name"].names if r.nameID in (0, 13, 14) and r.platformID == 3]
    font["name"].names = kept
    for key, text in words.items():
        font["name"].setName(text, key, 3, 1, 0x409)


def make(folder: Path, weight: str) -> Path:
    """The fallback face of one weight; raises ``SystemExit`` when it grows past the limit."""
    have = characters(FONTS / f"NotoSansSC_{weight}.ttf")
    target = FONTS / f"JxcFallback_{weight}.ttf"
    with tempfile.TemporaryDirectory() as work:
        parts = []
        for region in ("JP", "HK"):
            source = next(folder.rglob(f"NotoSans{region}_{weight}.ttf"))
            wanted = {c for c in characters(source) if c > 0x20} - have
            have |= wanted
            part = Path(work) / f"{region}.ttf"
            cut(source, wanted, part)
            parts.append(str(part))
        font = merge.Merger().merge(parts)
        rename(font, weight)
        font.save(target)
    if target.stat().st_size > LIMIT:
        raise SystemExit(f"{target.name} is larger than {LIMIT} bytes")
    return target


if __name__ == "__main__":
    for each in WEIGHTS:
        made = make(Path(sys.argv[1]), each)
        print(made.name, made.stat().st_size, "bytes,", len(characters(made)), "characters")
