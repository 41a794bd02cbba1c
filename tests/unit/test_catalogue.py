"""How translations are gathered: parts may be half written, but nothing wrong goes unnoticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import translate


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of parts beside a program that says “Phone”, “Warn” and “{count} left”."""
    code, parts = tmp_path / "jxc_desktop", tmp_path / "parts"
    code.mkdir()
    parts.mkdir()
    (code / "words.py").write_text('a = _("Phone")\nb = N_("Warn")\nc = _(\n    "{count} "\n    "left"\n)\n', encoding="utf-8")
    for name, value in {"ROOT": tmp_path, "CODE": code, "PARTS": parts}.items():
        monkeypatch.setattr(translate, name, value)
    return parts


def test_the_first_part_by_name_wins_and_the_conflict_is_listed(parts: Path) -> None:
    (parts / "b.po").write_text('msgid "Phone"\nmsgstr "手机"\n', encoding="utf-8")
    (parts / "a.po").write_text('msgid "Phone"\nmsgstr "电话"\n', encoding="utf-8")
    gathered = translate.gather()
    assert gathered.used() == {"Phone": "电话"}
    assert gathered.conflicts == ["b.po:1: “Phone” is “手机”, but “电话” in a.po:1"]
    assert gathered.missing == ["jxc_desktop/words.py: “Warn”", "jxc_desktop/words.py: “{count} left”"]


def test_a_half_written_part_gives_what_it_has_and_names_the_rest(parts: Path) -> None:
    (parts / "a.po").write_text(
        'msgid ""\n"Ph"\n"one"\nmsgstr "电"\n"话"\n\nmsgid "Warn"\nmsgstr ""\n\nmsgid "{cou', encoding="utf-8"
    )
    gathered = translate.gather()
    assert gathered.used() == {"Phone": "电话"}
    assert gathered.wrong == ['a.po:10: not understood: msgid "{cou']


def test_lost_names_in_braces_and_english_left_over_are_wrong(parts: Path) -> None:
    text = 'msgid "{count} left"\nmsgstr "还剩 {number}"\n\nmsgid "Phone"\nmsgstr "Phone"\n\nmsgid "Warn"\nmsgstr "提醒"\n'
    (parts / "a.po").write_text(text, encoding="utf-8")
    assert translate.gather().wrong == [
        "a.po:1: the names in braces differ: “{count} left” / “还剩 {number}”",
        "a.po:4: still English: “Phone”",
    ]


def test_pruning_takes_out_what_no_code_says_with_its_comment(parts: Path) -> None:
    kept = '# head\n\nmsgid "Phone"\nmsgstr "电话"\n'
    (parts / "a.po").write_text(kept + '\n# why\nmsgid "Gone"\nmsgstr "没了"\n', encoding="utf-8")
    assert translate.prune(translate.gather()) == 1
    assert (parts / "a.po").read_text(encoding="utf-8") == kept


def test_a_program_file_that_is_no_python_is_named(parts: Path) -> None:
    (parts.parent / "jxc_desktop" / "half.py").write_text('x = _("Pho', encoding="utf-8")
    assert [line.partition(" (")[0] for line in translate.gather().wrong] == ["jxc_desktop/half.py: cannot be read as Python"]
