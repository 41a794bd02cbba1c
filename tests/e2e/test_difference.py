"""The cost difference slip without a screen: as a report, and on paper by the number of what caused it."""

from __future__ import annotations

import io
from pathlib import Path

from tests.helpers.commands import Shop


def goods(ref: str, kind: str, day: str, quantity: str, price: str) -> dict[str, object]:
    lines = [{"product": "TEA", "qty": quantity, "price": price}]
    partner = "C1" if kind == "sale" else "S1"
    return {"ref": ref, "kind": kind, "date": day, "partner": partner, "create": True, "lines": lines}


def test_a_receipt_dated_back_is_told_as_a_report_and_on_paper(shop: Shop, tmp_path: Path) -> None:
    import pypdfium2

    shop.enter(goods("r1", "purchase_receipt", "2026-03-01", "10", "10"), goods("s1", "sale", "2026-03-04", "5", "18"))
    (late,) = shop.enter(goods("r2", "purchase_receipt", "2026-03-02", "10", "16")).lines
    assert late["restated"] == ["XS-20260304-001"]
    assert shop("report", "cost-differences").json == [
        {
            "date": "2026-03-04T12:00:00", "cause": late["number"], "number": "XS-20260304-001", "kind": "sale",
            "product": "TEA", "name": "TEA", "quantity": "5", "old_cost": "50.00", "new_cost": "65.00", "difference": "15.00",
        }
    ]  # fmt: skip
    paper = tmp_path / "slip.pdf"
    assert shop("print", late["number"], "--template", "difference", "--out", paper).json["pages"] == 1
    document = pypdfium2.PdfDocument(io.BytesIO(paper.read_bytes()))
    text = document[0].get_textpage().get_text_range()
    document.close()
    assert all(words in text for words in (late["number"], "XS-20260304-001", "65.00", "13.0000", "+¥145.00")), text
    assert shop("print", "s1", "--template", "difference", "--out", tmp_path / "none.pdf").json["error"]["code"] == "not_found"
    wrong = shop("print", late["number"], "--template", "difference", "--paper", "80", "--out", tmp_path / "none.pdf")
    assert wrong.json["error"]["code"] == "unknown_paper"
    assert not (tmp_path / "none.pdf").exists()


def test_the_reason_of_a_reopening_stands_in_the_audit_trail(shop: Shop) -> None:
    shop("lock", "--until", "2026-03-05")
    shop("unlock", "--reason", "对账有错")
    acts = [(row["action"], row["detail"]) for row in shop("report", "audit").json][-2:]
    assert [action for action, _detail in acts] == ["lock.set", "lock.lift"]
    assert "对账有错" in acts[1][1]
