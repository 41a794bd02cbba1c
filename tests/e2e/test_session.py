"""The session of the contract, literally: ``session.txt`` is replayed and its JSON compared; ``…`` stands for anything."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.commands import jxc

HERE = Path(__file__).parent
ANYTHING = "…"
_MORE = "and more"


def steps() -> list[tuple[str, list[str]]]:
    """(command, lines of the answer) of the session."""
    found: list[tuple[str, list[str]]] = []
    for line in (HERE / "session.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def expected(text: str) -> Any:
    """JSON in which a bare ``…`` between members stands for more members."""
    return json.loads(re.sub(r"(?<=, )…(?=[,}])", f'"{_MORE}": "{ANYTHING}"', text))


def same(said: Any, wanted: Any) -> bool:
    """Equal, where reports and refusals may say more than is written, and ``…`` is anything."""
    if wanted == ANYTHING:
        return True
    if isinstance(wanted, dict):
        return isinstance(said, dict) and all(
            key == _MORE or (key in said and same(said[key], value)) for key, value in wanted.items()
        )
    if isinstance(wanted, list):
        return isinstance(said, list) and len(said) == len(wanted) and all(map(same, said, wanted))
    return bool(said == wanted and type(said) is type(wanted))


def test_the_session_of_the_contract_happens_as_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    commands = 0
    for command, answer in steps():
        if command.startswith("cat "):
            Path(command.removeprefix("cat ")).write_text("\n".join(answer) + "\n", encoding="utf-8")
            continue
        call, _hash, remark = command.partition("#")
        echoed, pipe, call = call.rpartition(" | ")
        given = shlex.split(echoed)[1] if pipe else ""
        ran = jxc(*shlex.split(call)[1:], stdin=given)
        assert ran.code == (3 if remark.strip().startswith("exit 3") else 0), command
        _compare(command, ran.out, answer)
        commands += 1
    assert commands == 10


def _compare(command: str, out: str, answer: list[str]) -> None:
    if answer[0].startswith("[") or len(answer) == 1:
        assert same(json.loads(out), expected("".join(answer))), f"{command}\n{out}"
        return
    said = out.splitlines()
    open_ended = answer[-1] == ANYTHING
    wanted = answer[:-1] if open_ended else answer
    assert len(said) >= len(wanted) if open_ended else len(said) == len(wanted), f"{command}\n{out}"
    for line, text in zip(said, wanted, strict=False):
        assert same(json.loads(line), expected(text)), f"{command}\n{line}"
        assert list(json.loads(line)) == list(expected(text)), "the members of an answer keep their order"


def test_the_comparison_of_the_session_finds_a_difference() -> None:
    wanted = expected('[{"a": "1", …, "c": "…"}]')
    assert same([{"a": "1", "b": 2, "c": 3}], wanted)
    assert not same([{"a": "2", "b": 2, "c": 3}], wanted)
    assert not same([{"a": "1"}], wanted)
