"""Every refusal by name: what a shopkeeper can put right, in a sentence that says what, where and what now.

To add one: a class with ``code``, ``text`` (marked with ``N_``; its placeholders are the facts) and, where it is not a
refusal of data, ``exit_code``. The facts are given by keyword and also stand in the JSON answer of the command line.
"""

from __future__ import annotations

from typing import Any, ClassVar

from jxc_desktop.i18n import N_, _

WRONG_USE, REFUSED, TROUBLE, DAMAGED = 2, 3, 4, 5


class JxcError(Exception):
    """Something the person at the counter can put right. ``facts`` are plain values that can go into JSON."""

    code: ClassVar[str] = "refused"
    text: ClassVar[str] = N_("This cannot be done.")
    exit_code: ClassVar[int] = REFUSED

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code, facts)
        self.facts = facts

    def __str__(self) -> str:
        return _(self.text).format_map(_Facts(self.facts))

    def as_json(self) -> dict[str, Any]:
        """``{"code", "message", …facts}`` for the command line; facts that are not JSON values become strings."""
        facts = {k: v if v is None or isinstance(v, bool | int | str | list | dict) else str(v) for k, v in self.facts.items()}
        return {"code": self.code, "message": str(self), **facts}


class _Facts(dict[str, Any]):
    """A fact that is missing or unknown reads as an ellipsis: a refusal must never fail while it is being worded."""

    def __missing__(self, key: str) -> str:
        return "…"


# --- asking for the wrong thing ------------------------------------------------------------------------------------


class NotAvailable(JxcError):
    code = "not_available"
    text = N_("{what} is not available in this version yet.")


class WrongUse(JxcError):
    code = "wrong_use"
    text = N_("{why}")
    exit_code = WRONG_USE


class NotFound(JxcError):
    code = "not_found"
    text = N_("There is no {what} “{key}”. Check the spelling, or create it first.")


class UnknownProduct(NotFound):
    code = "unknown_product"
    text = N_("No product has the code or barcode “{key}”. Check it, or create the product first.")


class UnknownPartner(NotFound):
    code = "unknown_partner"
    text = N_("No customer or supplier has the code “{key}”. Check it, or create the partner first.")


class UnknownWarehouse(NotFound):
    code = "unknown_warehouse"
    text = N_("No warehouse has the code “{key}”. Choose one of: {known}.")


class UnknownAccount(NotFound):
    code = "unknown_account"
    text = N_("No money account has the code “{key}”. Choose one of: {known}.")


class UnknownUnit(NotFound):
    code = "unknown_unit"
    text = N_("{product} has no unit “{key}”. It has: {known}.")


class UnknownDocument(NotFound):
    code = "unknown_document"
    text = N_("No document has the number or reference “{key}”.")


class UnknownKind(NotFound):
    code = "unknown_kind"
    text = N_("“{key}” is not a kind of document. Kinds are: {known}.")


class UnknownReport(NotFound):
    code = "unknown_report"
    text = N_("There is no report “{key}”. Reports are: {known}.")


class UnknownPaper(NotFound):
    code = "unknown_paper"
    text = N_("There is no {what} “{key}”. There are: {known}.")
    exit_code = WRONG_USE


class UnknownSheet(NotFound):
    code = "unknown_sheet"
    text = N_("{path} has no sheet “{key}”. It has: {known}.")


# --- values as typed -----------------------------------------------------------------------------------------------


class BadValue(JxcError):
    code = "bad_value"
    text = N_("“{value}” is not a valid {field}. {hint}")


class BadNumber(BadValue):
    code = "bad_number"
    text = N_("“{value}” is not a number that can stand in {field}. Use digits and one point, such as 12.50.")


class BadComma(BadNumber):
    text = N_(
        "“{value}” is not a number that can stand in {field}: a comma stands only before groups of three digits, such as 1,234.50. "
        "For a decimal type a point, such as 1.5."
    )


class TooFine(BadValue):
    code = "too_fine"
    text = N_(
        "{field} “{value}” has more than {places} decimal places; it is not rounded for you. Enter it with at most {places}."
    )


class OutOfRange(BadValue):
    code = "out_of_range"
    text = N_("{field} “{value}” cannot stand there. Enter a value between {low} and {high}.")


class BadDate(BadValue):
    code = "bad_date"
    text = N_("“{value}” is not a date. Write it as 2026-03-01.")


class WrongMonth(BadDate):
    code = "wrong_month"
    text = N_("There is no month {month}. Write 01 to 12.")


class WrongDay(BadDate):
    code = "wrong_day"
    text = N_("Month {month} of {year} has no day {day}. Write 01 to {last}.")


class BadText(BadValue):
    code = "bad_text"
    text = N_("{field} cannot hold this text: {why}.")


class Missing(JxcError):
    code = "missing"
    text = N_("{field} is missing. Fill it in and try again.")


class BadJson(JxcError):
    code = "bad_json"
    text = N_("Line {line} is not valid JSON: {why}.")


class ImportStopped(JxcError):
    code = "import_stopped"
    text = N_("The import was given up. Nothing was entered.")


class Stopped(JxcError):
    """Work under way was given up by the person."""

    code = "stopped"
    text = N_("{what} was stopped. Nothing was changed.")


class RolledBack(JxcError):
    code = "rolled_back"
    text = N_("Nothing was entered, because another document of the same file was refused.")


# --- documents -----------------------------------------------------------------------------------------------------


class DateInFuture(JxcError):
    code = "date_in_future"
    text = N_("The date {date} is after today ({today}). Enter today or an earlier day.")


class PeriodClosed(JxcError):
    code = "period_closed"
    text = N_(
        "{date} is locked: days up to {locked} are closed. Post it with today’s date, or ask the owner to reopen the month."
    )


class NoLines(JxcError):
    code = "no_lines"
    text = N_("The document has no lines. Add at least one product.")


class NoPrice(JxcError):
    code = "no_price"
    text = N_("{product} has no price in line {line}. Enter one, or set a price on the product.")


class NotEnoughStock(JxcError):
    code = "not_enough_stock"
    text = N_(
        "On {day} only {available} {unit} of {name} are free in {warehouse_name}; {wanted} {unit} wanted. Lower the quantity, or enter the missing receipt first."
    )


class ExpiredGoods(JxcError):
    code = "expired_goods"
    text = N_(
        "Line {line}: batch {batch} of {name} expired on {expiry}. Choose another batch, write it off, or confirm that it is sold all the same."
    )


class AlreadyPosted(JxcError):
    code = "already_posted"
    text = N_("{number} is posted already. Nothing was done twice.")


class NotPosted(JxcError):
    code = "not_posted"
    text = N_("{document} is not posted ({status}); only a posted document can be changed this way.")


class HasDependents(JxcError):
    code = "has_dependents"
    text = N_("{number} cannot be voided while {dependents} hang on it. Void those first.")


class MoreThanOriginal(JxcError):
    code = "more_than_original"
    text = N_("Line {line}: {wanted} of {product} would come back, but only {left} are left of {original}.")


class PartOfItself(JxcError):
    code = "part_of_itself"
    text = N_("Line {line} names the very product that is put together or taken apart. Choose another part.")


class KitHasNoStock(JxcError):
    code = "kit_has_no_stock"
    text = N_("{product} in line {line} is a kit: it has no stock of its own and is only sold. Name its parts instead.")


class NoRecipe(JxcError):
    code = "no_recipe"
    text = N_("{product} has no recipe. Say what it is put together from, then try again.")


class NothingToShare(JxcError):
    code = "nothing_to_share"
    text = N_("{amount} cannot be shared {by} over {receipts}: that adds up to nothing there. Share it by quantity.")


class CostTooLarge(JxcError):
    code = "cost_too_large"
    text = N_(
        "{product} would have to be worth {value} in one document of {day}, and no more than {limit} can be kept."
        " Check the quantities and unit costs: a figure has too many digits."
    )


class MoreThanSent(JxcError):
    code = "more_than_sent"
    text = N_(
        "Line {line}: {wanted} of {product} would arrive, but only {left} are under way with {number}. Enter the rest as an overage."
    )


class ReturnBeforeOriginal(JxcError):
    code = "return_before_original"
    text = N_("{original} is of {day}: nothing of it can come back on {date}. Enter the day on which it came back.")


class OrderClosed(JxcError):
    code = "order_closed"
    text = N_("Order {number} is {status}; nothing can be delivered on it any more. Make a document without the order.")


class NotAnOrder(JxcError):
    code = "not_an_order"
    text = N_("{document} is not an open order of the right kind.")


class PaidTooMuch(JxcError):
    code = "paid_too_much"
    text = N_(
        "{amount} is more than the {due} that is due. Correct the amount, or name a partner who keeps the rest as an advance."
    )


class PartnerNeeded(JxcError):
    code = "partner_needed"
    text = N_("{unpaid} stays unpaid, so the document must name who owes it. Choose a partner, or enter the payment in full.")


class UnitLocked(JxcError):
    code = "unit_locked"
    text = N_("{what} of {product} cannot change any more: documents use it. Make a new product instead.")


class Duplicate(JxcError):
    code = "duplicate"
    text = N_("{what} “{key}” is used by {owner} already. Choose another.")


class StillInUse(JxcError):
    code = "still_in_use"
    text = N_("{what} “{key}” cannot go: {why}.")


class BatchNotAllowed(JxcError):
    code = "batch_not_allowed"
    text = N_("{product} is not kept by batch, but line {line} names batch “{batch}”. Leave the batch empty.")


class CountAgain(JxcError):
    code = "count_again"
    text = N_(
        "{count} lines differ by more than the tolerance and were counted once only, such as {product}. Count them a second time."
    )


class CountHandedIn(JxcError):
    code = "count_handed_in"
    text = N_("This count waits for approval. Take it back first to go on counting.")


class CountNotApproved(JxcError):
    code = "count_not_approved"
    text = N_("The differences come to {value}, more than {limit}. The owner has to approve them.")


class NegativeOrder(JxcError):
    code = "bad_direction"
    text = N_("{field} in line {line} must be above zero; the kind of document says which way goods move.")


class NotAboveZero(JxcError):
    code = "not_above_zero"
    text = N_("{field} must be above zero; the kind of document says which way goods move.")


class SameWarehouse(JxcError):
    code = "same_warehouse"
    text = N_("The goods are in this warehouse already. Choose another warehouse to transfer them to.")


class NoScaleUnit(JxcError):
    code = "no_scale_unit"
    text = N_("{name} is counted in {unit}, but the label says {weight} kg. Give the product a unit of weight, such as 千克.")


class NoScalePrice(JxcError):
    code = "no_scale_price"
    text = N_("The label says {amount}, but {name} has no retail price that would tell the weight. Set its price first.")


class BarcodeDoesNotFit(JxcError):
    code = "barcode_does_not_fit"
    text = N_("The code “{code}” does not fit on a label of {paper}. Choose a wider label.")


class BadBarcode(JxcError):
    code = "bad_barcode"
    text = N_("“{code}” cannot be printed as a barcode: {why}.")


class NotPermitted(JxcError):
    code = "not_permitted"
    text = N_("{user} may not do this ({right}). Ask the owner.")
