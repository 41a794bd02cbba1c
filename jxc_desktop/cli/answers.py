"""How the answer to a posting, a void or a close is given: the same shape for commands and for imported documents."""

from __future__ import annotations

from typing import Any

from jxc_desktop.cli.output import Output
from jxc_desktop.domain.documents import STATUSES
from jxc_desktop.i18n import _


def tell_answer(output: Output, answer: dict[str, Any]) -> None:
    """One answer: a JSON line, or a line for people."""
    if output.as_json:
        output.value(answer)
        return
    key = answer["ref"] or answer.get("number")
    if key is None:  # a dry run numbers nothing
        key = _("line {line}").format(line=answer["line"]) if "line" in answer else _("a document")
    if not answer["ok"]:
        output.say(_("{key}: refused. {message}").format(key=key, message=answer["error"]["message"]))
        return
    words = [answer.get("number") or "", _(STATUSES.get(answer["status"], answer["status"]))]
    if answer.get("existing"):
        words.append(_("was there already"))
    if answer["restated"]:
        words.append(_("cost restated: {numbers}").format(numbers=", ".join(answer["restated"])))
    output.say(f"{key}: " + " ".join(word for word in words if word))
    for warning in answer["warnings"]:
        output.say("  ! " + warning)
