"""Five weeks of a retailer's log, replayed through the import: the proof is clean and turnover is what plain counting gives."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.helpers.commands import Shop
from tests.helpers.sales_log import Plain, documents_of, made_up, plain

FIRST, DAYS = date(2025, 12, 1), 35
LAST = FIRST + timedelta(days=DAYS - 1)
MONTHS = ((FIRST, date(2025, 12, 31)), (date(2026, 1, 1), LAST))


@pytest.mark.parametrize("method", ["average", "fifo"])
def test_turnover_of_a_replayed_log_is_what_plain_counting_in_fractions_gives(tmp_path: Path, method: str) -> None:
    rows = made_up(FIRST, DAYS, seed=11)
    documents = documents_of(rows)
    assert len(rows) > 4_000
    kinds = {document["kind"] for document in documents}
    assert kinds == {"purchase_receipt", "sale", "retail_sale", "sales_return", "write_off"}
    assert any("against" in line for document in documents for line in document["lines"])
    shop = Shop(tmp_path / "D", today=str(LAST))
    assert shop("init", "--shop", "log", "--costing", method).code == 0
    file = tmp_path / "log.jsonl"
    file.write_text("\n".join(json.dumps(document) for document in documents), encoding="utf-8")
    ran = shop("import", "documents", file)
    assert ran.code == 0, [line for line in ran.lines if not line["ok"]][:3]
    assert shop("check").json["ok"] is True
    assert differences(shop, plain(documents, method)) == []


def differences(shop: Shop, wanted: Plain) -> list[object]:
    """Where the report and the plain count part."""
    period = ("--from", str(FIRST), "--to", str(LAST))
    whole = [(row, wanted.line(FIRST, LAST)) for row in shop("report", "turnover", *period).json]
    months = shop("report", "turnover", *period, "--by", "month").json
    whole += [(row, wanted.line(*month)) for row, month in zip(months, MONTHS, strict=True)]
    whole += [(row, wanted.line(FIRST, LAST, row["key"])) for row in shop("report", "turnover", *period, "--by", "product").json]
    return [(said, meant) for said, meant in whole if {key: said[key] for key in meant} != meant]
