"""Documents told in short lines: what the import of documents reads, from a few words each.

    b1 1 buy 10 @10          a receipt on 1 March; ``@?`` = cost unknown, ``=15`` = amount of the line, ``batch A`` names a batch
    s1 3 sell 4              a sale; ``lose 4`` is a write-off, ``sendback 4 [of b1]`` a return to the supplier
    r1 4 back 1 of s1        a customer's return; without ``of`` it is not linked
    f1 5 find 2 [@3]         an overage
    c1 6 count 9 [@11]       a stocktake; ``at 6T10:00`` = when it was counted
    a1 7 reprice 12          a cost adjustment
    t1 8 move 3 to B         a transfer
    l1 9 freight 4 on b1 b2  a landed cost; ``by quantity``

``in B`` names a warehouse other than MAIN; the product is always P.
"""

from __future__ import annotations

from typing import Any

VERBS = {
    "buy": "purchase_receipt", "sell": "sale", "lose": "write_off", "sendback": "purchase_return", "back": "sales_return",
    "find": "overage", "count": "stocktake", "reprice": "cost_adjustment", "move": "transfer", "freight": "landed_cost",
}  # fmt: skip


def document(said: list[str]) -> dict[str, Any]:
    """The JSON of one line of a story."""
    ref, when, verb, figure, *rest = said
    made: dict[str, Any] = {"ref": ref, "kind": VERBS[verb], "date": moment(when), "create": True}
    line: dict[str, Any] = {"product": "P"}
    after = dict(zip(rest[::2], rest[1::2], strict=False)) if verb != "freight" else {}
    price = next((word for word in rest if word[0] in "@="), "")
    if price:
        rest = [word for word in rest if word != price]
        after = dict(zip(rest[::2], rest[1::2], strict=True))
    if verb == "freight":
        until = rest.index("by") if "by" in rest else len(rest)
        spread = rest[until + 1] if until < len(rest) else "value"
        return made | {"partner": "S", "amount": figure, "against": rest[1:until], "by": spread}
    line["price" if verb == "reprice" else "counted" if verb == "count" else "qty"] = figure
    if price.startswith("="):
        line["amount"] = price[1:]
    elif price and price != "@?":
        line["price"] = price[1:]
    elif verb in ("sell", "back", "sendback") and "of" not in after:
        line["price"] = "30"
    if "of" in after:
        line["against"] = {"ref": after["of"], "line": 1}
    if "batch" in after:
        line["batch"] = after["batch"]
    if "at" in after:
        line["at"] = moment(after["at"])
    if verb == "buy" and "to" in after:
        line["expiry"] = after["to"]
    if verb in ("buy", "sendback", "sell", "back"):
        made["partner"] = "S" if verb in ("buy", "sendback") else "C"
    made["warehouse"] = after.get("in", "MAIN")
    if verb == "move":
        made["to_warehouse"] = after["to"]
    return made | {"lines": [line]}


def moment(when: str) -> str:
    day, _, hour = when.partition("T")
    return f"2026-03-{int(day):02}" + (f"T{hour}" if hour else "")
