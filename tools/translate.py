"""Gathers the translations: texts of the code + resources/locale/zh_CN/parts/*.po -> jxc.po and jxc.mo.

    python tools/dev.py translate             merge the parts, list what is missing, unused or in conflict
    python tools/dev.py translate --prune     … and take unused translations out of the parts
    python -m tools.translate --check         change nothing; exit 1 unless the catalogue is complete and up to date

A part holds plain ``msgid "…"`` / ``msgstr "…"`` pairs and needs no header. Where two parts translate one text
differently, the first by file name wins and the conflict is listed.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import io
import itertools
import os
import re
import string
import sys
import time
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import denormalize, normalize

ROOT = Path(__file__).resolve().parent.parent
CODE = ROOT / "jxc_desktop"
LOCALE = ROOT / "resources" / "locale"
PARTS = LOCALE / "zh_CN" / "parts"

_KEYWORDS = {"_": None, "N_": None, "gettext": None}
_HEADER_DATE = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)  # a fixed date: the same parts give the same bytes
_CJK = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]*[a-z]{3}[A-Za-z]*")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
# Names that are the same in every language.
_NAMES = {"Code", "English", "Excel", "Python", "PySide", "PostgreSQL", "SQLite", "WeChat", "json", "xls", "xlsx"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One pair of a part and where it stands."""

    msgid: str
    msgstr: str
    part: str
    line: int


@dataclass(slots=True)
class Gathered:
    """The whole catalogue and everything that is wrong with it, as printable lines."""

    texts: dict[str, list[str]] = field(default_factory=dict)  # msgid -> files it stands in
    chosen: dict[str, Entry] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def used(self) -> dict[str, str]:
        """msgid -> msgstr of what the code says and somebody translated, sorted."""
        return {msgid: self.chosen[msgid].msgstr for msgid in sorted(self.texts) if msgid in self.chosen}


def texts_of_the_code(wrong: list[str]) -> dict[str, list[str]]:
    """Every marked text with the files it stands in. A file that cannot be read as Python is named in ``wrong``."""
    found: dict[str, list[str]] = {}
    for path in sorted(CODE.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        try:
            for _line, message, _comments, _context in extract("python", io.BytesIO(path.read_bytes()), keywords=_KEYWORDS):
                text = message[0] if isinstance(message, tuple) else message
                if text and name not in found.setdefault(text, []):
                    found[text].append(name)
        except (tokenize.TokenError, SyntaxError, UnicodeDecodeError) as error:
            wrong.append(f"{name}: cannot be read as Python ({error})")
    return found


def read_part(path: Path, wrong: list[str]) -> list[Entry]:
    """The pairs of one part. A line that is no part of a pair is named in ``wrong`` and the reading goes on."""
    entries: list[Entry] = []
    pending: dict[str, list[str]] = {}
    start, current = 0, ""

    def finish() -> None:
        if pending.get("msgid") is not None and "msgstr" in pending:
            msgid, msgstr = (denormalize("\n".join(pending[key])) for key in ("msgid", "msgstr"))
            if msgid and msgstr:
                entries.append(Entry(msgid, msgstr, path.name, start))
        pending.clear()

    for number, raw in enumerate(path.read_text(encoding="utf-8-sig", errors="replace").splitlines(), 1):
        line = raw.strip()
        keyword, _space, rest = line.partition(" ")
        rest = rest.strip()
        quoted = len(rest) >= 2 and rest[0] == rest[-1] == '"'
        if keyword == "msgid" and quoted:
            finish()
            start, current, pending["msgid"] = number, "msgid", [rest]
        elif keyword == "msgstr" and quoted and "msgid" in pending:
            current, pending["msgstr"] = "msgstr", [rest]
        elif len(line) >= 2 and line[0] == line[-1] == '"' and current in pending:
            pending[current].append(line)
        elif line and not line.startswith("#"):
            wrong.append(f"{path.name}:{number}: not understood: {line[:60]}")
    finish()
    return entries


def placeholders(text: str) -> set[str] | None:
    """The names in braces, or None where the text cannot be formatted."""
    try:
        return {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return None


def english_left(msgid: str, msgstr: str) -> bool:
    """Whether ``msgstr`` is an English sentence still: words in the original, none of ours in the translation."""
    words = [word for word in _WORD.findall(_PLACEHOLDER.sub("", msgid)) if word not in _NAMES]
    left = [word for word in _WORD.findall(_PLACEHOLDER.sub("", msgstr)) if word not in _NAMES]
    return bool(words and left) and not _CJK.search(msgstr)


def gather() -> Gathered:
    """Read code and parts, choose one translation for each text and note what is wrong."""
    result = Gathered()
    result.texts = texts_of_the_code(result.wrong)
    for path in sorted(PARTS.glob("*.po")):
        for entry in read_part(path, result.wrong):
            here = f"{entry.part}:{entry.line}"
            first = result.chosen.setdefault(entry.msgid, entry)
            if first.msgstr != entry.msgstr:
                result.conflicts.append(
                    f"{here}: “{entry.msgid}” is “{entry.msgstr}”, but “{first.msgstr}” in {first.part}:{first.line}"
                )
            if entry.msgid not in result.texts:
                result.unused.append(f"{here}: “{entry.msgid}” stands nowhere in the code")
            if placeholders(entry.msgid) is not None and placeholders(entry.msgid) != placeholders(entry.msgstr):
                result.wrong.append(f"{here}: the names in braces differ: “{entry.msgid}” / “{entry.msgstr}”")
            if english_left(entry.msgid, entry.msgstr):
                result.wrong.append(f"{here}: still English: “{entry.msgstr}”")
    result.missing = [f"{files[0]}: “{text}”" for text, files in sorted(result.texts.items()) if text not in result.chosen]
    result.missing.sort()
    return result


def po_text(gathered: Gathered) -> str:
    """The merged catalogue as text, the same for the same parts."""
    out = [
        "# The Chinese words of the program. Made from parts/*.po by `make translate`; edit those.",
        'msgid ""',
        'msgstr ""',
        '"Language: zh_CN\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=UTF-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
        "",
    ]
    for msgid, msgstr in gathered.used().items():
        out += [f"msgid {normalize(msgid, width=0)}", f"msgstr {normalize(msgstr, width=0)}", ""]
    return "\n".join(out)


def mo_bytes(language: str, pairs: dict[str, str]) -> bytes:
    """The compiled catalogue; without pairs it translates nothing, which is what English needs."""
    catalog = Catalog(locale=language, project="jxc-desktop", version="1", creation_date=_HEADER_DATE, revision_date=_HEADER_DATE)
    for msgid, msgstr in pairs.items():
        catalog.add(msgid, msgstr)
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def results(gathered: Gathered) -> dict[Path, bytes]:
    """Every generated file with its content."""
    return {
        LOCALE / "zh_CN" / "LC_MESSAGES" / "jxc.po": po_text(gathered).encode(),
        LOCALE / "zh_CN" / "LC_MESSAGES" / "jxc.mo": mo_bytes("zh_CN", gathered.used()),
        LOCALE / "en" / "LC_MESSAGES" / "jxc.mo": mo_bytes("en", {}),
    }


def prune(gathered: Gathered) -> int:
    """Take the pairs out of the parts that no code says any more. Returns how many went."""
    gone = 0
    for path in sorted(PARTS.glob("*.po")):
        text = path.read_text(encoding="utf-8")
        starts = [match.start() for match in re.finditer(r"^(?:#[^\n]*\n)*msgid ", text, re.MULTILINE)]
        blocks = [text[a:b] for a, b in itertools.pairwise(sorted({0, *starts, len(text)}))]
        kept = [block for block in blocks if _used_or_no_pair(block, gathered)]
        gone += len(blocks) - len(kept)
        if len(kept) != len(blocks):
            replace(path, ("".join(kept).rstrip("\n") + "\n").encode())
    return gone


def _used_or_no_pair(block: str, gathered: Gathered) -> bool:
    quoted = re.search(r'^msgid ((?:".*"\s*\n?)+)', block, re.MULTILINE)
    if not quoted:
        return True
    msgid = denormalize("\n".join(line.strip() for line in quoted.group(1).strip().splitlines()))
    return not msgid or msgid in gathered.texts


def replace(path: Path, content: bytes) -> None:
    """Write ``content`` beside ``path`` and put it in place in one step; a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(content)
    os.replace(beside, path)


@contextlib.contextmanager
def one_at_a_time(seconds: float = 30) -> Iterator[None]:
    """Hold the lock of the catalogue; several runs at once follow one another. Raises ``TimeoutError``."""
    lock = ROOT / ".venv" / "translate.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("a+b") as handle:
        deadline = time.monotonic() + seconds
        while not _try_lock(handle.fileno()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"another run holds {lock}")
            time.sleep(0.05)
        yield  # closing the file gives the lock back


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _list(title: str, lines: list[str]) -> None:
    if lines:
        print(f"{title} ({len(lines)}):")
        for line in lines:
            print("  " + line.replace("\n", "⏎"))


def report(gathered: Gathered) -> None:
    """Print the findings, the shortest answer last."""
    _list("missing", gathered.missing)
    _list("unused", gathered.unused)
    _list("conflicts (the first by file name wins)", gathered.conflicts)
    _list("wrong", gathered.wrong)
    print(f"catalogue: {len(gathered.texts)} texts, {len(gathered.used())} translated, {len(gathered.missing)} missing")


def main() -> int:
    parser = argparse.ArgumentParser(description="Gather the translations.")
    parser.add_argument("--check", action="store_true", help="change nothing, fail unless complete and up to date")
    parser.add_argument("--prune", action="store_true", help="take unused translations out of the parts")
    options = parser.parse_args()
    with one_at_a_time():
        gathered = gather()
        if options.prune:
            print(f"{prune(gathered)} unused translations taken out")
            gathered = gather()
        made = results(gathered)
        stale = [path for path, content in made.items() if not path.is_file() or path.read_bytes() != content]
        if not options.check:
            for path in stale:
                replace(path, made[path])
    report(gathered)
    if not options.check:
        return 0
    for path in stale:
        print(f"{path.relative_to(ROOT).as_posix()} is not what the parts give: run `make translate`")
    bad = gathered.missing or gathered.unused or gathered.conflicts or gathered.wrong or stale
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
